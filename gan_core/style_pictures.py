"""One picture for a style transfer: of the gallery, or a visitor's own.

Torch-free: style_pictures.py of the pages keeps them, small enough to be kept.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from PIL import Image

from gan_core.data import gallery
from gan_core.data.own import READABLE, Refused, decoded
from gan_core.data.pictures import DataError
from gan_core.specs import OWN

SIDE = 1024  # px of the longer side of what is kept: the largest canvas
LEAST_SHORT = 16  # px: the deepest layer sees one place of so many
MOST_STRETCHED = 8  # times as long as wide
QUALITY = 95  # of JPEG

Own = Mapping[str, tuple[str, bytes]]  # by id: the name and the file of a visitor's picture


class OnePicture(NamedTuple):
    """A visitor's picture as it is kept."""

    name: str
    packed: bytes  # a JPEG or PNG file, upright, opaque, 8 bits a colour
    width: int
    height: int


def one_picture(name: str, data: bytes) -> OnePicture:
    """Make one of an upload; the same upload makes the same bytes.

    Raises:
        DataError: it is no picture, damaged, too small, too large, or a stripe.
    """
    try:
        image = decoded(data, SIDE // 4).convert("RGB")
    except Refused as refused:
        format = "not a picture" in str(refused) or "format" in str(refused)
        raise DataError(f"{name} {refused}; choose {f'a picture as {READABLE}' if format else 'another'}.") from None
    if min(image.size) < LEAST_SHORT:
        raise DataError(
            f"{name} has {image.width} × {image.height} pixels; choose a picture of at least {LEAST_SHORT} each way."
        )
    if max(image.size) > MOST_STRETCHED * min(image.size):
        raise DataError(
            f"{name} has {image.width} × {image.height} pixels; choose one that is at most {MOST_STRETCHED} times as "
            "long as it is wide."
        )
    image = fitted_in(image, SIDE)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY, subsampling=0)
    return OnePicture(name, file.getvalue(), *image.size)


def fitted_in(image: Image.Image, side: int, enlarge: bool = False) -> Image.Image:
    """A picture whose longer side is at most `side`; with `enlarge` it is exactly that."""
    if max(image.size) <= side and not enlarge:
        return image
    return image.resize(size_in(image.size, side), Image.Resampling.LANCZOS)


def size_in(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Width and height of a picture of a shape, its longer side `side`."""
    scale = side / max(size)
    return tuple(max(LEAST_SHORT, round(scale * each)) for each in size)


def image_from(picture: np.ndarray) -> Image.Image:
    """Floats (3, H, W) in [-1, 1] as a picture."""
    return Image.fromarray(((picture.clip(-1, 1) + 1) * 127.5).round().astype(np.uint8).transpose(1, 2, 0))


def floats_of(image: Image.Image) -> np.ndarray:
    """The inverse: float32 (3, H, W) in [-1, 1]."""
    return np.ascontiguousarray(np.asarray(image.convert("RGB"), np.float32).transpose(2, 0, 1) / 127.5 - 1)


def image_of(source: str, own: Own) -> Image.Image:
    """A picture that a spec names, RGB.

    Raises:
        DataError: there is none such.
    """
    if not source.startswith(OWN):
        return gallery.image_of(source)
    if (id := source.removeprefix(OWN)) not in own:
        raise DataError("A picture of your own is not kept on this server any more; choose it again, or another.")
    return Image.open(io.BytesIO(own[id][1])).convert("RGB")


def credit_of(source: str, own: Own) -> str:
    """What stands below a picture: whose it is."""
    if not source.startswith(OWN):
        return gallery.works()[source].credit
    return own[source.removeprefix(OWN)][0]


def webp(image: Image.Image, side: int, quality: int = 90) -> bytes:
    """A picture, its longer side at most `side`, as a WebP file."""
    file = io.BytesIO()
    fitted_in(image, side).save(file, "WEBP", quality=quality)
    return file.getvalue()


def picture_bytes(source: str, own: bytes | None = None) -> bytes:
    """The file of a picture that a spec names; of a visitor's own the one that is given."""
    return own if own is not None else gallery.file_of(source)


def thumbnail(data: bytes, side: int) -> bytes:
    """A small WebP picture of a file that is known to be a picture."""
    return webp(Image.open(io.BytesIO(data)).convert("RGB"), side)
