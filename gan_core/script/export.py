"""The script of a spec: the very source that its game consists of, without what the spec does not use.

`script(spec)` reads `toy_game.py`, `picture_game.py` or `style/painting.py` and what it imports, decides the conditions
that the spec decides, cuts what is then left over, and puts the spec on top as plain numbers and a short `main` at the
end.
"""

from __future__ import annotations

from collections.abc import Sequence

from gan_core.events import Change
from gan_core.script import pictures, style, toy
from gan_core.specs import PictureSpec, StyleSpec, ToySpec


def script(spec: ToySpec | PictureSpec | StyleSpec, changes: Sequence[Change] = ()) -> str:
    """A Python script that repeats the run of a spec and prints the same numbers; its head says what it needs.

    Args:
        changes: of a run on pictures or of a painting, those that were made on its way.

    Raises:
        SpecError: the run cannot be repeated by a script.
    """
    if spec.kind == "toy":
        return toy.script(spec)
    return (style if spec.kind == "style" else pictures).script(spec, changes)
