"""A set of pictures in memory, and how a picture of any shape becomes one of them. Torch-free."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

MOST_COLUMNS = 16  # of a sheet with a column for each class


class DataError(ValueError):
    """Pictures that nothing can learn from; the message is one sentence: what was wrong, and what would be right."""


@dataclass(frozen=True)
class Skipped:
    """A file that is not in the set, and why: one clause for a person, such as "is not a picture"."""

    file: str
    reason: str
    count: int = 1  # of files: what lies past a limit is one row for all of them


@dataclass(frozen=True)
class PictureSet:
    """Pictures of one size, with their classes where they have any."""

    name: str
    pictures: np.ndarray  # uint8 (N, H, W, C); C is 1 (grey) or 3 (RGB)
    labels: np.ndarray  # int64 (N,), index into `classes`; zeros where there are none
    classes: tuple[str, ...] = ()
    licence: str = ""
    skipped: tuple[Skipped, ...] = ()
    bundled: bool = False  # whether it is one of the sets that come with the app
    revision: str = ""  # the commit of a data set on the hub: whoever asks for it by this gets the same pictures

    def __len__(self) -> int:
        return len(self.pictures)


def plain(image: Image.Image) -> Image.Image:
    """Any picture as it looks on white paper: upright, nothing transparent, 8 bits a colour; its mode is L or RGB."""
    image = ImageOps.exif_transpose(image)
    if image.mode == "F" or image.mode.startswith("I"):
        image = Image.fromarray(eight_bits(np.asarray(image)))  # Pillow's conversion would clip what exceeds 255
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def eight_bits(values: np.ndarray) -> np.ndarray:
    """Brightness (H, W), integers of 16 or 32 bits or floats, as uint8.

    Black is 0, or the least number where that is negative. White is the first of 1 (floats only), 255 (not where the
    numbers have 16 bits) and 65 535 that no number exceeds, or else the greatest.
    """
    usual = {"f": (1, 255, 65_535), "i": (255, 65_535), "u": (65_535,)}[values.dtype.kind]
    values = np.nan_to_num(values.astype(np.float64), posinf=0, neginf=0)
    black, most = min(values.min(), 0), values.max()
    white = next((white for white in usual if most <= white), most)
    return np.round((values - black) * (255 / (white - black))).astype(np.uint8)


def columns(count: int, classes: int = 0) -> int:
    """Of a sheet of so many pictures: one for each class where that can be seen, else as square as they allow."""
    return classes if 1 < classes <= min(count, MOST_COLUMNS) else math.ceil(math.sqrt(count))


def mosaic(pictures: np.ndarray, across: int) -> np.ndarray:
    """Pictures (N, H, W, C) as one, row by row: (rows * H, across * W, C). Empty places are black."""
    n, height, width, channels = pictures.shape
    rows = -(-n // across)
    places = np.zeros((rows * across, height, width, channels), np.uint8)
    places[:n] = pictures
    grid = places.reshape(rows, across, height, width, channels).swapaxes(1, 2)
    return grid.reshape(rows * height, across * width, channels)


def spread(count: int, wanted: int) -> np.ndarray:
    """Indices of at most so many pictures, evenly over a set, which may be ordered by class."""
    return np.linspace(0, count - 1, min(wanted, count)).round().astype(int)


def fitted(image: Image.Image, size: int, channels: int) -> np.ndarray:
    """The largest square in the middle of a picture, at another size: uint8 (size, size, channels)."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    image = image.convert("L" if channels == 1 else "RGB")
    square = image.resize((size, size), Image.Resampling.LANCZOS, (left, top, left + side, top + side))
    return np.asarray(square, dtype=np.uint8).reshape(size, size, channels)
