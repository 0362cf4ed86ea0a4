"""A square to draw a distribution in, with mouse, finger or keyboard. Python gets it as the text that `Drawn` takes.

Browser and Python both hold the drawing, and a stroke may be on its way to Python while Python has something else to
show. So each drawing that Python sets has a number, its turn. The browser takes over a drawing when the turn is a new
one, and otherwise keeps its own; strokes come back with the turn that they were drawn in, and those of an earlier turn
are void. Nothing is ever sent back and forth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from gan_core.drawing import ALPHABET, EXTENT, LEAST, MOST
from pages.parts.own import Part
from pages.parts.words import t

_SCRIPTS = ("points.js", "paint.js", "tell.js", "sketch.js")  # one module in the browser, in this order

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
    "sketch", "Sketch", _SCRIPTS, states={"tell": "drawing"},
    DRAWING={"alphabet": ALPHABET, "extent": EXTENT, "least": LEAST, "most": MOST},
)  # fmt: skip


@dataclass(frozen=True)
class Memory:
    """What a sketch remembers between two runs of the page."""

    turn: int
    """How many drawings Python has set, after the first."""
    given: str
    """The argument of the run before."""
    drawing: str
    """What that run returned."""


def current(told: Mapping[str, object] | None, memory: Memory) -> str:
    """The drawing as the visitor has it: what the browser told, unless that was drawn in an earlier turn."""
    return str(told["points"]) if told and told["turn"] == memory.turn else memory.drawing


def settle(given: str, told: Mapping[str, object] | None, memory: Memory | None) -> Memory:
    """Who has the say: the visitor, unless the page hands in a drawing that is neither its last one nor the visitor's.

    Args:
        given: the drawing that the page hands in now.
        told: what the browser told last: `points`, and the `turn` that they were drawn in.
        memory: what this function returned in the run before; None in the first.
    """
    if memory is None:
        return Memory(0, given, given)
    drawn = current(told, memory)
    if given in (memory.given, memory.drawing, drawn):
        return Memory(memory.turn, given, drawn)
    return Memory(memory.turn + 1, given, given)


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
            on_change(str(told()["points"]))

    memory = st.session_state[f"{key}_memory"] = settle(points, told(), st.session_state.get(f"{key}_memory"))
    with st.container(gap=None):
        words = {word: translated for word in WORDS if (translated := t(word)) != word}
        data = {"points": memory.drawing, "turn": memory.turn, "sigma": sigma, "words": words}
        _PART.show(data, key=key, on_drawing_change=changed)
    return memory.drawing
