"""The script of a spec: the very source that its game consists of, without what the spec does not use.

`script(spec)` reads `toy_game.py` or `picture_game.py` and what it imports, decides the conditions that the spec
decides, cuts what is then left over, and puts the spec on top as plain numbers and a short `main` at the end.
"""

from __future__ import annotations

from collections.abc import Sequence

from gan_core.events import Change
from gan_core.script import pictures, toy
from gan_core.specs import PictureSpec, ToySpec


def script(spec: ToySpec | PictureSpec, changes: Sequence[Change] = ()) -> str:
    """A Python script that repeats the run of a spec and prints the same numbers; it needs PyTorch and NumPy alone.

    Args:
        changes: of a picture run, those that were made on its way.

    Raises:
        SpecError: the run cannot be repeated by a script.
    """
    return pictures.script(spec, changes) if spec.kind == "pictures" else toy.script(spec)
