"""A square to draw a distribution in, with mouse, finger or keyboard. Python gets it as the text that `Drawn` takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from gan_core.drawing import ALPHABET, EXTENT, LEAST, MOST
from pages.parts.hand_over import settle
from pages.parts.own import Part
from pages.parts.words import t

# One module in the browser, in this order.
_SCRIPTS = ("../player/theme.js", "../player/say.js", "../own/teller.js", "../own/board.js",
            "points.js", "paint.js", "tell.js", "sketch.js")  # fmt: skip

# What the component says. `sketch` sends those that have a translation; the rest stay English.
WORDS = (
    "1 island", "1 point, at most {most}", "Clear", "Draw", "Draw at least ten points.", "Draw here",
    "Drawing. Arrow keys move the cursor, with Shift in larger steps; Space sets a point, Delete erases, "
    "Ctrl+Z undoes, Ctrl+Y redoes.",
    "Each island will count as one mode.", "Erase", "Grid", "Heart", "It is full: erase some points to draw on.",
    "Redo", "Ring", "Smiley", "Start from", "Tool", "Undo", "x {x}, y {y}", "x {x}, y {y}, a point",
    "{count} islands", "{count} points, at most {most}",
)  # fmt: skip


_PART = Part(
    "sketch", "Sketch", _SCRIPTS, styles=("../own/tools.css",), states={"tell": "drawing"},
    DRAWING={"alphabet": ALPHABET, "extent": EXTENT, "least": LEAST, "most": MOST},
)  # fmt: skip


def sketch(points: str, *, key: str, sigma: float, on_change: Callable[[str], object] | None = None) -> str:
    """Let the visitor draw, and return what is drawn: the text of `gan_core.drawing`, of any number of points.

    Args:
        points: the drawing to begin with. When the page hands in another one later (a link was opened, something was
            undone), it takes the place of what is drawn, and the visitor can undo that.
        key: identity; with the same key the drawing stays across reruns. `st.session_state[key]` is the component's
            own, and `f"{key}_memory"` what is kept here.
        sigma: standard deviation around each point, in units of the square [-3, 3]²; points closer than 4 sigma are
            drawn as one island.
        on_change: called with the new text before the page runs again, once at the end of each stroke. A page that
            keeps the drawing itself stores it there, and hands it in again.
    """

    def told() -> Mapping[str, object] | None:
        return st.session_state.get(key, {}).get("drawing")

    def changed() -> None:
        if on_change and told()["turn"] == st.session_state[f"{key}_memory"].turn:
            on_change(str(told()["drawing"]))

    memory = st.session_state[f"{key}_memory"] = settle(points, told(), st.session_state.get(f"{key}_memory"))
    with st.container(gap=None):
        words = {word: translated for word in WORDS if (translated := t(word)) != word}
        data = {"points": memory.drawing, "turn": memory.turn, "sigma": sigma, "words": words}
        _PART.show(data, key=key, on_drawing_change=changed)
    return memory.drawing
