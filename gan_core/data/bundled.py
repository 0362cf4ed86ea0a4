"""The sets of pictures that come with the app and need no network: Fashion-MNIST, MNIST's digits, Noto's emoji.

Each is a folder in `bundled/`: a lossless WebP mosaic for each class of each part, `about.json` with what they hold
and where it is from, and the licence. `make.py` writes them. A mosaic a class, because WebP adapts better to pictures
that are alike (Fashion-MNIST takes 2 % less), and because Pillow needs 850 MB to decode all the digits in one.
"""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from gan_core.data.pictures import DataError, PictureSet, mosaic

FOLDER = Path(__file__).with_suffix("")
NAMES = ("fashion", "digits", "emoji")
COLUMNS = 40  # pictures in a mosaic's row; 10 to 200 differ by less than 0.5 % in bytes

Part = Literal["train", "test"]


def read(name: str, part: Part = "train", folder: Path = FOLDER) -> PictureSet:
    """A bundled set at its native size, ordered by class.

    Raises:
        DataError: there is no such set, or its files are not those that `about.json` describes.
    """
    if name not in NAMES:
        raise DataError(f"There is no bundled set called {name!r}; there are {', '.join(NAMES)}.")
    about = json.loads((folder / name / "about.json").read_text("utf-8"))
    counts, size = about["counts"][part], about["size"]
    pictures = np.empty((sum(counts), size, size, about["channels"]), np.uint8)
    starts = np.cumsum([0, *counts])
    for index, count in enumerate(counts):
        file = f"{part}-{index}.webp"
        data = (folder / name / file).read_bytes()
        if hashlib.sha256(data).hexdigest() != about["sha256"][file]:
            raise DataError(f"The bundled file {name}/{file} is damaged; install the app anew.")
        with Image.open(io.BytesIO(data)) as image:
            pictures[starts[index] : starts[index + 1]] = cut(np.asarray(image), size, about["channels"])[:count]
    return PictureSet(
        name=name,
        pictures=pictures,
        labels=np.repeat(np.arange(len(counts), dtype=np.int64), counts),
        classes=tuple(about["classes"]),
        licence=about["licence"],
        bundled=True,
    )


def class_names(name: str, folder: Path = FOLDER) -> list[str]:
    """Of a bundled set, in their order."""
    return json.loads((folder / name / "about.json").read_text("utf-8"))["classes"]


def laid(pictures: np.ndarray) -> np.ndarray:
    """Pictures (N, H, W, C) as a mosaic of `COLUMNS` across."""
    return mosaic(pictures, COLUMNS)


def cut(mosaic: np.ndarray, size: int, channels: int) -> np.ndarray:
    """All places of a mosaic, (N, size, size, channels). A grey one may have three equal channels, as WebP does."""
    rows = mosaic.shape[0] // size
    grid = mosaic[..., :channels].reshape(rows, size, COLUMNS, size, channels).swapaxes(1, 2)
    return grid.reshape(rows * COLUMNS, size, size, channels)
