"""Taking a painted picture away: PNG at full size, the film of its making, the numbers, the settings."""

from __future__ import annotations

import io

import streamlit as st

from gan_core.frames import unpack
from gan_core.refusals import CallFailed, EngineError
from gan_core.runs import LIVE, Run
from gan_core.specs import StyleSpec
from gan_core.style_checkpoint import shown_image
from pages.parts.model_view import amount
from pages.parts.services import engine, store
from pages.parts.style_desk import KEY
from pages.parts.take_away import MOVIES, as_csv
from pages.parts.words import plain_text, t

PATIENCE = 120.0  # seconds


def save(run: Run, spec: StyleSpec) -> None:
    """A popover with everything that can be saved; `spec` is the run's with what was changed on the way."""
    with st.popover(t("Save"), icon=":material/download:", key=f"{KEY}_save", on_change="rerun") as box:
        if not box.open:
            return
        name = f"gan-classroom-{run.id}"
        resting = run.status not in LIVE
        with st.container(horizontal=True, gap="small"):
            if resting and store().checkpoint_step(run.id) is not None:
                st.download_button(
                    t("Picture (PNG)"), lambda: png(run.id), f"{name}.png", "image/png", on_click="ignore",
                    key=f"{KEY}_png", type="primary", icon=":material/image:", help=t("At its full size."),
                )  # fmt: skip
            st.download_button(t("Numbers (CSV)"), lambda: as_csv(store().metrics(run.id)), f"{name}.csv", "text/csv",
                               on_click="ignore", key=f"{KEY}_csv")  # fmt: skip
            st.download_button(t("Settings (JSON)"), spec.json_text(), f"{name}.json", "application/json",
                               on_click="ignore", key=f"{KEY}_json")  # fmt: skip
        if not resting:
            st.caption(t("The picture at full size and films: once the painting rests."))
            return
        st.caption(t("The making, from the first preview to the last:"))
        with st.container(horizontal=True, gap="small"):
            for kind in MOVIES:
                _movie(run, kind, name)


def png(run: str) -> bytes:
    """The picture at its full size, as it is shown."""
    file = io.BytesIO()
    shown_image(store().checkpoint(run)).save(file, "PNG")
    return file.getvalue()


def _movie(run: Run, kind: str, name: str) -> None:
    """A button that has a film made, and then a button that hands it over."""
    label, mime = MOVIES[kind]
    made = st.session_state.get(f"{KEY}_made", {})
    if made.get("of") != (run.id, run.step):
        made = st.session_state[f"{KEY}_made"] = {"of": (run.id, run.step)}
    place = st.empty()
    if kind not in made and place.button(t(label), icon=":material/movie:", key=f"{KEY}_make_{kind}"):
        try:
            with st.spinner(t("Drawing the film")):
                made[kind] = movie(run, kind)
        except EngineError as failure:
            st.error(plain_text(t(str(failure))), icon=":material/error:")
    if kind in made:
        place.download_button(
            f"{t(label)} · {amount(len(made[kind]))}", made[kind], f"{name}.{kind}", mime, on_click="ignore",
            key=f"{KEY}_{kind}", type="primary", icon=":material/download:",
        )  # fmt: skip


def movie(run: Run, kind: str) -> bytes:
    """One of `MOVIES`.

    Raises:
        EngineError: it cannot be made, now or at all.
    """
    previews = [unpack(frame.packed)[0]["picture"].tobytes() for frame in store().frames(run.id)]
    if not previews:
        raise CallFailed("This run has no previews yet, so there is nothing to take away.")
    return engine().call(f"gan_core.figures.making:{kind}", previews, timeout=PATIENCE)
