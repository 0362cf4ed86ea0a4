"""Draw pictures from the cube of all pictures of 64 px, and count how many mean anything."""

from __future__ import annotations

import secrets
from typing import Any

import streamlit as st

from gan_core.refusals import EngineError
from pages.parts import errand
from pages.parts.services import engine
from pages.parts.words import t, text

KEY = "manifold_drawn"
MANY_KEY, COLOUR = f"{KEY}_many", f"{KEY}_colour"
MANY = 1000
DRAW = "gan_core.latent.noise:draw"
ENOUGH = 30  # pictures, from which on "3 in so many" bounds a share that was never seen, with 95 % certainty


@st.fragment
def hypercube() -> None:
    """The last picture drawn, two buttons, the count since the visitor came, and what is counted.

    Pictures in colour and in grey are two cubes, and each has its own count.
    """
    ready = engine().state.status == "ready"
    if drawn := errand.outcome(MANY_KEY):
        _, colour = errand.subject(MANY_KEY)
        errand.forget(MANY_KEY)
        _take(drawn, colour)
    colour = _colour()
    if ready and not _tally(colour)["count"]:
        _one()
    tally = _tally(colour)
    picture, words = st.columns([1, 2], gap="medium")
    with picture:
        if last := tally.get("last"):
            _show(last)
    with words:
        st.markdown(text("latent_space#manifold_hypercube"))
        st.markdown(text("latent_space#manifold_colours" if colour else "latent_space#manifold_greys"))
        st.toggle(t("In colour"), True, key=COLOUR)
        with st.container(horizontal=True, gap="small"):
            st.button(t("Draw a random picture"), icon=":material/casino:", type="primary", key=f"{KEY}_one",
                      disabled=not ready, on_click=_one)  # fmt: skip
            st.button(t("Draw {count}", count=f"{MANY:,}"), key=f"{KEY}_thousand", on_click=_many,
                      disabled=not ready or errand.under_way(MANY_KEY))  # fmt: skip
        errand.wait(MANY_KEY, lambda done, of: t("{done} of {of} pictures", done=f"{done:,}", of=f"{of:,}"))
        if wrong := errand.failure(MANY_KEY) or tally.get("failure"):
            st.error(t(wrong), icon=":material/report:")
        _count(tally)


def _count(tally: dict[str, Any]) -> None:
    count, found = tally["count"], tally["meaningful"]
    st.metric(t("Meaningful so far"), t("{found} of {count}", found=f"{found:,}", count=f"{count:,}"))
    if count >= ENOUGH and not found:
        st.caption(t("With 95 % certainty that means: fewer than 1 in {number}. More than that, no count can say.",
                     number=f"{count // 3:,}"))  # fmt: skip
    st.caption(text("latent_space#manifold_meaning"))


def _show(drawn: dict[str, Any]) -> None:
    values = {"unlike": f"{drawn['unlike']:.2f}", "threshold": f"{drawn['threshold']:.2f}"}
    if drawn["count"] == 1:
        words = t("Unlike anything known by {unlike}; a meaningful picture by at most {threshold}.", **values)
    else:
        words = t("The one of {count} that is most like anything known: unlike by {unlike}; a meaningful picture by at "
                  "most {threshold}.", count=f"{drawn['count']:,}", **values)  # fmt: skip
    st.image(drawn["picture"], words, width="stretch", alt=t("A picture drawn at random: snow."))


def _take(drawn: dict[str, Any], colour: bool) -> None:
    """Count what was drawn."""
    tally = _tally(colour)
    st.session_state[KEY][colour] = {
        "count": tally["count"] + drawn["count"],
        "meaningful": tally["meaningful"] + drawn["meaningful"],
        "last": drawn,
    }


def _tally(colour: bool) -> dict[str, Any]:
    """What was drawn so far from one of the two cubes."""
    return st.session_state.setdefault(KEY, {}).setdefault(colour, {"count": 0, "meaningful": 0})


def _colour() -> bool:
    return st.session_state.get(COLOUR, True)


def _one() -> None:
    colour = _colour()
    try:
        _take(engine().call(DRAW, secrets.randbits(32), 1, colour), colour)
    except EngineError as refusal:
        _tally(colour)["failure"] = str(refusal)


def _many() -> None:
    seed, colour = secrets.randbits(32), _colour()
    errand.forget(MANY_KEY)
    errand.begin(MANY_KEY, (seed, colour), lambda: engine().errand(DRAW, seed, MANY, colour))
