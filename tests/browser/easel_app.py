"""The easel by itself, fed with a made-up run: `streamlit run tests/browser/easel_app.py`.

The address chooses the feed: `?feed=film`, preview, queued, empty, begin, live, gap, failed, marks or translated;
`?rate=` previews a second of the live one; `?of=gallery` shows paintings in place of plain colours.
"""

import streamlit as st

from gan_core.frames import unpack
from pages.parts import easel_films
from pages.parts.easel import WORDS, easel
from tests.browser.easel_runs import FRAMES, STEPS, made, painted
from tests.browser.feeds import grown, resync

MARKS = [{"step": 36, "text": "Style's weight is now 20"}]

asked = st.query_params
chosen = asked.get("feed", "film")
st.set_page_config(layout="wide")
st.title("Easel")
with st.container(horizontal=True, vertical_alignment="center"):
    other = st.checkbox("Another run")
    st.button("Rerun")
header, film = (painted if asked.get("of") == "gallery" else made)()
standing, said = unpack(header)


def message(first: int, end: int, status: str, **about: object) -> bytes:
    """The previews from `first` up to `end`, as `easel_films.news` packs them."""
    told = {"run": "other" if other else "made", "first": first, "steps": STEPS, "status": status}
    return easel_films.packed(film[first:end], standing if first == 0 else {}, said | told | about)


def preview() -> bytes:
    styles = [standing[name].tobytes() for name in ("style0", "style1")]
    return easel_films.preview(standing["content"].tobytes(), styles, **said)


def feed(state: dict) -> bytes:
    """The next message of the chosen feed; `state` is what the session remembers of it."""
    turn = state["turn"] = state.get("turn", -1) + 1
    if chosen == "live":
        return message(*grown(state, float(asked.get("rate", 4)), FRAMES))
    whole = state.pop("whole", False)
    if chosen == "gap":  # the second message is lost
        first, end = [(0, 4), (8, 12), (8, 16)][min(turn, 2)]
        return message(0 if whole else first, end, "running")
    if chosen == "begin":  # what was chosen, then a run of it
        return (
            [preview, lambda: message(0, 0, "running", waits=True)][turn]() if turn < 2 else message(0, turn, "running")
        )
    return {
        "film": lambda: message(0, FRAMES, "finished"),
        "preview": preview,
        "queued": lambda: message(0, 0, "running", waits=True),
        "empty": lambda: easel_films.packed([], {}, said | {"run": "empty", "first": 0, "status": "running"}),
        "failed": lambda: message(0, 12, "failed", note="The canvas could not be painted any further."),
        "marks": lambda: message(0, FRAMES, "finished", marks=MARKS),
        "translated": lambda: message(0, 12, "failed", words={word: f"«{word}»" for word in WORDS}),
    }[chosen]()


@st.fragment(run_every=0.4 if chosen in ("live", "gap", "begin") else None)
def view() -> None:
    """What the easel gets, and what it tells and asks."""
    state = st.session_state.setdefault(f"feed_{chosen}", {})

    def hear(step: int | None) -> None:
        state.setdefault("heard", []).append(step)

    seen = easel(feed(state), key="easel", on_resync=lambda: resync(state), on_step=hear)
    st.caption(f"asked {state.get('asked', 0)}")
    st.caption(f"sees {seen}")
    st.caption(f"heard {state.get('heard', [])}")


view()
