"""Who has the say over a drawing that page and visitor both can change: a sketch, a mask.

Browser and Python both hold the drawing, and a stroke may be on its way to Python while Python has something else to
show. So each drawing that Python sets has a number, its turn. The browser takes over a drawing when the turn is a new
one, and otherwise keeps its own; strokes come back with the turn that they were drawn in, and those of an earlier turn
are void. Nothing is ever sent back and forth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Memory:
    """What is remembered between two runs of the page."""

    turn: int
    """How many drawings Python has set, after the first."""
    given: str
    """The argument of the run before."""
    drawing: str
    """What that run returned."""


def current(told: Mapping[str, object] | None, memory: Memory) -> str:
    """The drawing as the visitor has it: what the browser told, unless that was drawn in an earlier turn."""
    return str(told["drawing"]) if told and told["turn"] == memory.turn else memory.drawing


def settle(given: str, told: Mapping[str, object] | None, memory: Memory | None) -> Memory:
    """Who has the say: the visitor, unless the page hands in a drawing that is neither its last one nor the visitor's.

    Args:
        given: the drawing that the page hands in now.
        told: what the browser told last: `drawing`, and the `turn` that they were drawn in.
        memory: what this function returned in the run before; None in the first.
    """
    if memory is None:
        return Memory(0, given, given)
    drawn = current(told, memory)
    if given in (memory.given, memory.drawing, drawn):
        return Memory(memory.turn, given, drawn)
    return Memory(memory.turn + 1, given, given)
