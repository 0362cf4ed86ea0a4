"""Reels: the pictures of many frames, each a file, in one message. What the sheets and the easel are sent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gan_core.events import Frame
from gan_core.frames import Arrays, unpack


def reel(frames: Sequence[Frame], name: str) -> Arrays:
    """The arrays of that name, uint8 (bytes,), one after another, with where each ends and its training step."""
    pictures = [unpack(frame.packed)[0][name] for frame in frames]
    return {
        "pictures": np.concatenate(pictures or [np.zeros(0, np.uint8)]),  # (bytes of all,)
        "ends": np.cumsum([len(picture) for picture in pictures], dtype=np.int32),  # (T,)
        "step": np.array([frame.step for frame in frames], dtype=np.int32),  # (T,)
    }
