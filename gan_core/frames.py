"""Frames: what one tick of a run shows, as safetensors bytes. Torch-free; the player reads the same bytes in a browser.

A frame is a few small arrays. Many frames stacked along a new first axis make a film, which is what the player is sent
and what a recording on disk is. JSON in the safetensors header carries everything that is not an array.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from safetensors.numpy import load, save

Arrays = Mapping[str, np.ndarray]


def pack(arrays: Arrays, **about: Any) -> bytes:
    """Arrays by name, and anything that JSON can say about them, as one safetensors file in memory."""
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    return save(contiguous, metadata={"about": json.dumps(about)})


def unpack(packed: bytes) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The inverse of `pack`: arrays, and what was said about them."""
    return load(packed), about_of(packed)


def about_of(packed: bytes) -> dict[str, Any]:
    """What was said about packed arrays, without reading them."""
    return json.loads(metadata(packed).get("about", "{}"))


def metadata(packed: bytes) -> dict[str, str]:
    """What the header of a safetensors file in memory says besides its tensors."""
    header = json.loads(packed[8 : 8 + int.from_bytes(packed[:8], "little")])
    return header.get("__metadata__", {})


def film(
    frames: Sequence[bytes],
    header: bytes,
    steps: Sequence[int],
    metrics: Mapping[str, Sequence[float]],
    /,
    **about: Any,
) -> bytes:
    """Stack frames into what the player plays.

    Args:
        frames: each packed by `pack` with the same names and shapes.
        header: arrays that hold for the whole run (real points, mode centres), packed likewise.
        steps: training step of each frame.
        metrics: a column of numbers for each name, one number a frame.
        about: joins what the header says about the run.
    """
    standing, said = unpack(header)
    pictures = [unpack(frame)[0] for frame in frames]
    arrays: dict[str, np.ndarray] = dict(standing)
    for name in pictures[0] if pictures else ():
        arrays[name] = np.stack([picture[name] for picture in pictures])  # (T, ...)
    arrays["step"] = np.asarray(steps, dtype=np.int32)  # (T,)
    columns = np.asarray(list(metrics.values()), dtype=np.float32).reshape(len(metrics), len(steps))
    arrays["metrics"] = columns.T  # (T, M)
    return pack(arrays, **said, metrics=list(metrics), **about)
