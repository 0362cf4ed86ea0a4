"""A visitor's pictures as one small zip: cut to squares, of 128 px at most, each class in a folder. Torch-free.

What was uploaded may be gigabytes of photographs; this is what a run needs of them, at any size that it may ask for,
and what the run store can keep. `own.read` reads it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import NamedTuple

import numpy as np
from PIL import Image

from gan_core.data.load import GREY, colourfulness
from gan_core.data.own import check, classes_of, files_of, images, mixed, name_of
from gan_core.data.pictures import DataError, Skipped, fitted
from gan_core.specs import SIZES

SIDE = max(SIZES)  # px
LOSSLESS = 64  # px a side up to which a picture is kept as PNG, since JPEG would show
JPEG_QUALITY = 95
MOST = 20_000  # pictures
MOST_BYTES = 150_000_000  # of the zip
SHOWN = 6  # pictures of which the whole is shown
HEIGHT = 120  # px, of those
DIMMED = 0.3  # brightness of what is cut off


class Parcel(NamedTuple):
    """What was made of an upload."""

    name: str
    packed: bytes
    count: int
    colour: bool  # whether any picture has some
    classes: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    cuts: bytes  # a WebP picture: some of the pictures whole, side by side, what is cut off dimmed


def parcel(
    files: Sequence[tuple[str, bytes]], *, progress: Callable[[int, int], None] = lambda done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> Parcel:  # fmt: skip
    """Make one of uploads, (name, bytes) each; the same uploads make the same bytes.

    Raises:
        DataError: fewer than two pictures, nothing but one colour, more than can be kept, or we were told to stop.
    """
    name, skipped, encoded, folders, whole = name_of(files), [], [], [], []
    coloured = False
    small = np.empty((MOST, 8, 8, 3), np.uint8)  # enough to see whether they differ
    with ExitStack() as zips:
        found, odd = files_of(files, zips)
        skipped += odd
        for path, image in images(mixed(found, MOST), SIDE, MOST, skipped, progress, stop):
            side = min(SIDE, *image.size)
            square = fitted(image, side, 1 if image.mode == "L" else 3)
            coloured = coloured or bool(colourfulness(square[None])[0] > GREY)
            small[len(folders)] = fitted(image, 8, 3)
            folders.append(path.parts[:-1])
            encoded.append(_encoded(square))
            if len(whole) < SHOWN:
                whole.append(cut_shown(image))
    if stop():
        raise DataError("Reading the pictures was cancelled.")
    check(small[: len(folders)], name, skipped)
    if (total := sum(len(data) for _, data in encoded)) > MOST_BYTES:
        raise DataError(
            f"{name} makes {total / 1e6:,.0f} MB of squares of {SIDE} px; {MOST_BYTES // 10**6} MB can be kept, "
            "so give fewer pictures."
        )
    labels, classes = classes_of(folders)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for index, (label, (ending, data)) in enumerate(zip(labels, encoded, strict=True)):
            folder = f"{classes[label].replace('/', '_')}/" if classes else ""
            archive.writestr(zipfile.ZipInfo(f"{folder}{index:06d}.{ending}"), data)  # the time is 1980, always
    return Parcel(name, packed.getvalue(), len(folders), coloured, classes, tuple(skipped), _strip(whole))


def _encoded(square: np.ndarray) -> tuple[str, bytes]:
    """A picture (H, H, C) as the ending of its file and the file's bytes."""
    image, file = Image.fromarray(square[..., 0] if square.shape[2] == 1 else square), io.BytesIO()
    if image.width <= LOSSLESS:
        image.save(file, "PNG")
        return "png", file.getvalue()
    image.save(file, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return "jpg", file.getvalue()


def cut_shown(image: Image.Image) -> Image.Image:
    """A picture, small, with everything dimmed outside the square in its middle."""
    width = min(max(round(HEIGHT * image.width / image.height), HEIGHT // 4), 4 * HEIGHT)
    small = image.convert("RGB").resize((width, HEIGHT), Image.Resampling.LANCZOS)
    dimmed = small.point(lambda value: round(DIMMED * value))
    side = min(small.size)
    box = ((width - side) // 2, (HEIGHT - side) // 2, (width + side) // 2, (HEIGHT + side) // 2)
    dimmed.paste(small.crop(box), box[:2])
    return dimmed


def _strip(pictures: Sequence[Image.Image], gap: int = 8) -> bytes:
    """Pictures side by side on nothing, as WebP."""
    strip = Image.new("RGBA", (sum(each.width + gap for each in pictures) - gap, HEIGHT))
    left = 0
    for each in pictures:
        strip.paste(each, (left, 0))
        left += each.width + gap
    file = io.BytesIO()
    strip.save(file, "WEBP", quality=85)
    return file.getvalue()
