"""A style transfer's checkpoint, as far as it can be read and made without torch."""

from __future__ import annotations

import json

import numpy as np
from PIL import Image
from safetensors.numpy import save

from gan_core.frames import metadata
from gan_core.specs import StyleSpec
from gan_core.style_pictures import floats_of, image_from

FRESH = "fresh"  # a checkpoint that holds a canvas to begin with, and nothing else


def shown_image(checkpoint: bytes) -> Image.Image:
    """The picture as it is shown, at its full size."""
    return image_from(tensor_of(checkpoint, "shown", "canvas"))


def tensor_of(checkpoint: bytes, *names: str) -> np.ndarray:
    """The first of these that is there, a float32 tensor; others may be of a kind that numpy does not know."""
    length = int.from_bytes(checkpoint[:8], "little")
    header = json.loads(checkpoint[8 : 8 + length])
    entry = next(header[name] for name in names if name in header)
    begin, end = (8 + length + each for each in entry["data_offsets"])
    return np.frombuffer(checkpoint[begin:end], np.float32).reshape(entry["shape"])


def go_on(spec: StyleSpec, picture: Image.Image | None = None, checkpoint: bytes | None = None) -> bytes:
    """A checkpoint at step 0 for `spec`, whose canvas is a picture, or what another checkpoint holds."""
    canvas = floats_of(picture) if picture is not None else tensor_of(checkpoint, "canvas")
    return save(
        {"canvas": canvas},
        {"step": "0", "seconds": "0", "spec": spec.json_text(), FRESH: "true"},
    )


def is_fresh(checkpoint: bytes) -> bool:
    """Whether it only holds a canvas to begin with."""
    return FRESH in metadata(checkpoint)
