"""What the checkpoint of a picture run says of itself, before anybody trusts its tensors. Torch-free."""

from __future__ import annotations

import json
import math
from typing import NamedTuple

from gan_core.frames import metadata
from gan_core.specs import PictureSpec, SpecError, read_spec

MOST_HEADER = 10_000_000  # bytes; ours have some thousands
MOST_STEPS = 2_000_000  # as a spec allows
MOST_CLASSES = 9999


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
        if int.from_bytes(checkpoint[:8], "little") > MOST_HEADER:
            raise ValueError("a header that is no header")
        about = metadata(checkpoint)
        spec, step, seconds = read_spec(about["spec"]), int(about["step"]), float(about["seconds"])
        classes = tuple(map(str, json.loads(about.get("classes", "[]"))))
        if not isinstance(spec, PictureSpec) or len(classes) > MOST_CLASSES:
            raise ValueError("a toy run's")
        if not (0 <= step <= MOST_STEPS and 0 <= seconds < math.inf):
            raise ValueError("no run is as long")
        return Kept(spec, step, seconds, str(json.loads(about["on"])), classes)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        raise SpecError("The checkpoint is damaged, or no picture run's; begin anew.") from None
