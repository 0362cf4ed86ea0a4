"""The sheets by themselves, fed with made-up picture runs: `streamlit run tests/browser/sheets_app.py`.

The address chooses the feed: `?feed=film`, queued, loading, first, live, gap, silent, paused, failed, marks or
translated; `?of=` a bundled set, `?samples=` pictures, `?classes=` how many, each in a column, `?rate=` sheets a
second of the live one.
"""

import numpy as np
import streamlit as st

from gan_core.frames import pack, unpack
from pages.parts.sheets import WORDS, sheets
from tests.browser.feeds import grown, resync
from tests.browser.sheet_runs import EVERY, FRAMES, STEPS, made

MARKS = [{"step": 1000, "text": "G's learning rate is now 0.0001"}, {"step": 2450, "text": "Skip below 0.6"}]

asked = st.query_params
chosen = asked.get("feed", "film")
st.set_page_config(layout="wide")
st.title("Sheets")
with st.container(horizontal=True, vertical_alignment="center"):
    other = st.checkbox("Another run")
    st.button("Rerun")
header, film = made(asked.get("of", "fashion"), int(asked.get("samples", 64)), int(asked.get("classes", 0)))


def message(first: int, end: int, status: str, **about: object) -> bytes:
    """The sheets from `first` up to `end` as `sheet_films.news` packs them."""
    still, said = unpack(header)
    part = film[first:end]
    arrays = {
        "pictures": np.concatenate(part or [np.zeros(0, np.uint8)]),
        "ends": np.cumsum([len(sheet) for sheet in part], dtype=np.int32),
        "step": np.arange(first, first + len(part), dtype=np.int32) * EVERY,
    }
    told = {"run": "other" if other else "made", "first": first, "total": FRAMES, "steps": STEPS, "status": status}
    return pack(arrays | (still if first == 0 and "real" not in about else {}), **said | told | {"words": {}} | about)


def feed(state: dict) -> bytes:
    """The next message of the chosen feed; `state` is what the session remembers of it."""
    turn = state["turn"] = state.get("turn", -1) + 1
    if chosen == "live":
        return message(*grown(state, float(asked.get("rate", 4)), FRAMES))
    whole = state.pop("whole", False)
    if chosen == "gap":  # the second message is lost
        first, end = [(0, 5), (10, 15), (10, 20)][min(turn, 2)]
        return message(0 if whole else first, end, "running")
    if chosen == "silent":  # sheets are missing and stay missing
        return message(10, 20, "running")
    return {
        "film": lambda: message(0, FRAMES, "finished"),
        "queued": lambda: message(0, 0, "running", waits=True),
        "loading": lambda: message(0, 0, "running"),
        "first": lambda: message(0, 1, "running"),
        "paused": lambda: message(0, 20, "paused"),
        "failed": lambda: message(0, 20, "failed"),
        "marks": lambda: message(0, FRAMES, "finished", marks=MARKS),
        "translated": lambda: message(0, 20, "paused", words={word: f"«{word}»" for word in WORDS}),
    }[chosen]()


@st.fragment(run_every=0.4 if chosen in ("live", "gap", "silent") else None)
def view() -> None:
    """What the sheets get, and what they ask for."""
    state = st.session_state.setdefault(f"feed_{chosen}", {})
    sheets(feed(state), key="sheets", on_resync=lambda: resync(state))
    st.caption(f"asked {state.get('asked', 0)}")


view()
