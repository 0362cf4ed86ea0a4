"""What the checkpoint of a picture run says of itself, before anybody trusts its tensors. Torch-free."""

from __future__ import annotations

import json
from typing import NamedTuple

from gan_core.frames import metadata
from gan_core.specs import PictureSpec, SpecError, read_spec


class Kept(NamedTuple):
    """The run, as it stood."""

    spec: PictureSpec
    step: int
    seconds: float  # trained, earlier sittings included
    on: str  # machine
    classes: tuple[str, ...]  # of its pictures


def kept(checkpoint: bytes) -> Kept:
    """Read it.

    Raises:
        SpecError: it is damaged, or something else.
    """
    try:
        about = metadata(checkpoint)
        spec = read_spec(about["spec"])
        classes = tuple(map(str, json.loads(about.get("classes", "[]"))))
        if not isinstance(spec, PictureSpec):
            raise ValueError("a toy run's")
        return Kept(spec, int(about["step"]), float(about["seconds"]), json.loads(about["on"]), classes)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SpecError("The checkpoint is damaged, or no picture run's; begin anew.") from None
