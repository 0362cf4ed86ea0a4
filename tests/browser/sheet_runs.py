"""Made-up picture runs for the tests of the sheets: real pictures that come out of noise, no training."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
from PIL import Image

from gan_core.data.bundled import read
from gan_core.data.pictures import mosaic, spread
from gan_core.frames import pack

FRAMES, EVERY = 40, 100
STEPS = (FRAMES - 1) * EVERY


def webp(pictures: np.ndarray, across: int) -> np.ndarray:
    """Pictures uint8 (N, H, W, C) as the bytes of one, uint8 (bytes,)."""
    whole = mosaic(pictures, across)
    file = io.BytesIO()
    Image.fromarray(whole[..., 0] if whole.shape[2] == 1 else whole).save(file, "WEBP", quality=92)
    return np.frombuffer(file.getvalue(), np.uint8)


def smooth(noise: np.ndarray, times: int) -> np.ndarray:
    """Noise (N, H, W, C) with each pixel as its neighbours' mean, so many times over."""
    for _ in range(times):
        for axis in (1, 2):
            noise = (noise + np.roll(noise, 1, axis) + np.roll(noise, -1, axis)) / 3
    return noise


@cache
def made(name: str, samples: int, classes: int) -> tuple[bytes, list[np.ndarray]]:
    """Header and sheets of a run on a bundled set; `classes`: so many, each a column; 0: G is not told any."""
    data = read(name, "test" if name == "fashion" else "train")
    rng = np.random.default_rng(0)
    if classes:
        columns = classes
        of = [np.flatnonzero(data.labels == label) for label in range(columns)]
        which, real = (
            np.array([of[at % columns][start + 7 * (at // columns)] for at in range(samples)]) for start in (0, 3)
        )
    else:
        columns = int(np.ceil(np.sqrt(samples)))
        which, real = rng.choice(len(data), samples, replace=False), spread(len(data), samples)
    target = data.pictures[which].astype(np.float32)
    noise = rng.normal(0, 1, target.shape).astype(np.float32)
    ghost = target.mean(0) + 0 * target  # all alike, before they differ
    sheets = []
    for index in range(FRAMES):
        done = (index / (FRAMES - 1)) ** 0.5
        shape = np.minimum(1, 2 * done) * ((1 - done) * ghost + done * target) + 90 * np.maximum(0, 0.5 - done)
        rough = 60 * (1 - done) * 2 * smooth(noise, 1 + int(4 * done))
        sheets.append(webp(np.clip(shape + rough, 0, 255).astype(np.uint8), columns))
    size, channels = data.pictures.shape[2:]
    header = pack(
        {"real": webp(data.pictures[real], columns)},
        size=size, channels=channels, samples=samples, columns=columns, classes=list(data.classes[: classes or None]),
        conditional=classes > 0, name=name, loss="non_saturating", device="cpu", parameters={}, pictures=len(data),
    )  # fmt: skip
    return header, sheets
