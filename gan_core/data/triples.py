"""Pictures of three grey pixels in a row: every possible one is a point of the unit cube, black is 0 and white is 1.

Neighbouring pixels of a photograph are nearly alike, so triples cut from one lie near the cube's diagonal, where all
three are equal. Torch-free.
"""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from gan_core.data import bundled
from gan_core.model_folder import CHECKPOINTS

WIDEST = math.sqrt(0.5)  # up to here the diagonal's neighbourhood stays inside the cube's hexagonal shadow


def any_triples(count: int, seed: int = 0) -> np.ndarray:
    """Of all grey pictures of three pixels, all alike probable: uint8 (count, 3)."""
    return np.random.default_rng(seed).integers(0, 256, (count, 3), dtype=np.uint8)


def cut_triples(pictures: np.ndarray, count: int, seed: int = 0) -> np.ndarray:
    """Three neighbours of a row of grey pictures uint8 (N, H, W), anywhere but in pure black: uint8 (count, 3).

    Pure black is where a product was cut out of its photograph; it would lie on the diagonal at no merit of its own.
    """
    windows = np.lib.stride_tricks.sliding_window_view(pictures, 3, axis=2).reshape(-1, 3)
    windows = windows[windows.any(axis=1)]
    return windows[np.random.default_rng(seed).choice(len(windows), count, replace=False)]


def clothes_triples(count: int, seed: int = 0) -> np.ndarray:
    """Cut from Fashion-MNIST's test pictures, photographs of 28 px."""
    return cut_triples(bundled.read("fashion", "test").pictures[..., 0], count, seed)


def cat_triples(count: int, seed: int = 0) -> np.ndarray:
    """Cut from the samples of the checkpoint cats-64, in grey: pictures that a generator made, not photographs."""
    with Image.open(CHECKPOINTS / "cats-64" / "samples.png") as image:
        sheet = np.asarray(image.convert("L"))
    rows, columns = (side // 64 for side in sheet.shape)
    samples = sheet.reshape(rows, 64, columns, 64).swapaxes(1, 2).reshape(-1, 64, 64)  # no triple spans two of them
    return cut_triples(samples, count, seed)


def from_diagonal(triples: np.ndarray) -> np.ndarray:
    """Distance of each of the triples uint8 (N, 3) to the diagonal, where the cube's edge is 1: (N,)."""
    values = triples / 255
    return np.linalg.norm(values - values.mean(axis=1, keepdims=True), axis=1)


def share_near(triples: np.ndarray, within: float) -> float:
    """Share of the triples uint8 (N, 3) that are no farther than `within` from the diagonal."""
    return float((from_diagonal(triples) <= within).mean())


def share_of_all(within: float) -> float:
    """Of the whole cube, the share of the volume that is no farther than `within` from the diagonal; at most √½.

    The line along the diagonal through a point lies in the cube for √3 (1 - range), where range is the largest of the
    three values less the smallest; on a circle of radius ρ around the diagonal the range is 3√2 ρ / π on average.
    Integrated over the disc this is √3 (π r² - 2√2 r³).

    Raises:
        ValueError: beyond √½ the disc leaves the cube's shadow, and this is no longer so.
    """
    if not 0 <= within <= WIDEST:
        raise ValueError(f"within is {within}; it must be from 0 to {WIDEST:.3f}.")
    return math.sqrt(3) * (math.pi * within**2 - 2 * math.sqrt(2) * within**3)
