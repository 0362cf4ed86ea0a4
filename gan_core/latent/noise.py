"""Pictures that nobody made: drawn from all possible ones, and reached by random steps. Run on a worker.

The space of all pictures of 64 px is a cube with an edge for each pixel and colour, from -1 to 1.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan_core.data.pictures import DataError
from gan_core.data.tensors import as_bytes
from gan_core.latent.meaning import meaningful, reference, unlike
from gan_core.model_folder import CHECKPOINTS
from gan_core.networks.families import load_network
from gan_core.networks.pictures import PictureGenerator
from gan_core.picture_game import generated
from gan_core.seeds import stream

SIZE = 64
LARGE = 6  # times that a picture is enlarged, so that pixels stay squares on screen
MOST = 10_000  # pictures at a time: three minutes on one thread
BATCH = 20  # pictures between two looks at the clock: a third of a second

STEPS = 30
SHOWN_EVERY = 5  # steps between two pictures of a filmstrip
LENGTH = 20.0  # grey levels of 255, root mean square, by which a step changes a picture: thirty leave nothing of it
GAP = 8  # px between the pictures of a filmstrip, 128 px each
HALVINGS = 12  # of the interval in which a step's length is sought


def draw(seed: int, count: int = 1, colour: bool = True, *, progress: Callable[[int, int], None] = lambda *_: None,
         stop: Callable[[], bool] = lambda: False) -> dict[str, Any]:  # fmt: skip
    """Draw so many pictures uniformly from all of 64 px, and count those that mean anything (see `meaning`).

    Returns:
        count; meaningful, how many of them; picture, the one that is most like a known picture, as PNG of 384 px;
        unlike, how unlike all known ones it is, from 0 to 1; threshold, how unlike a meaningful picture may be.

    Raises:
        DataError: too many are wanted, or we were told to stop.
    """
    if not 1 <= count <= MOST:
        raise DataError(f"{count} random pictures were asked for; it must be from 1 to {MOST:,}.")
    random = stream(seed, "noise")
    found, nearest, best = 0, math.inf, None
    for start in range(0, count, BATCH):
        if stop():
            raise DataError("Stopped.")
        some = min(BATCH, count - start)
        shape = (some, 3 if colour else 1, SIZE, SIZE)
        pictures = torch.randint(0, 256, shape, dtype=torch.uint8, generator=random)
        distances = unlike(pictures)
        found += int(meaningful(distances).sum())
        if distances.min() < nearest:
            nearest, best = distances.min().item(), pictures[distances.argmin()]
        progress(start + some, count)
    picture = np.asarray(best.permute(1, 2, 0))
    return {"count": count, "meaningful": found, "picture": _png(picture, LARGE), "unlike": nearest,
            "threshold": reference().threshold}  # fmt: skip


def walks(seed: int, *, progress: Callable[[int, int], None] = lambda *_: None,
          stop: Callable[[], bool] = lambda: False) -> dict[str, dict[str, Any]]:  # fmt: skip
    """From one sample of cats-64, thirty steps in random directions: once in pixels, once in latent space.

    Every step of both changes the picture by the same root mean square, `LENGTH`.

    Returns:
        for "pixels" and "latent" each: strip, the pictures after every fifth step as PNG; meaningful, for the start
        and each step whether that picture is (see `meaning`); away, its root mean square from the start in grey levels.

    Raises:
        DataError: we were told to stop.
    """
    random = stream(seed, "noise")
    generator = load_network(CHECKPOINTS / "cats-64")
    z = torch.randn(1, generator.latent_size, generator=stream(seed, "latents"))
    pixels = [generated(generator, z)]
    latent = [pixels[0]]
    for step in range(STEPS):
        if stop():
            raise DataError("Stopped.")
        across = torch.randn(pixels[-1].shape, generator=random)
        pixels.append(pixel_step(pixels[-1], across, sought(partial(_pixel_change, pixels[-1], across))))
        along = torch.randn(z.shape, generator=random)
        z = latent_step(z, along, sought(partial(_latent_change, generator, z, along, latent[-1])))
        latent.append(generated(generator, z))
        progress(step + 1, STEPS)
    return {"pixels": _told(torch.cat(pixels)), "latent": _told(torch.cat(latent))}


def pixel_step(picture: Tensor, direction: Tensor, length: float) -> Tensor:
    """The picture [-1, 1] after a step; what would leave the cube is mirrored at its wall."""
    places = (picture + length * direction + 1) % 4  # a mirror repeats itself after two cubes, there and back
    return torch.where(places > 2, 4 - places, places) - 1


def latent_step(z: Tensor, direction: Tensor, angle: float) -> Tensor:
    """The latent (1, d) turned towards a direction; it stays as far from the origin as it was, where noise is dense."""
    ahead = direction - (direction * z).sum() / z.square().sum() * z
    return z * math.cos(angle) + ahead * (z.norm() / ahead.norm()) * math.sin(angle)


def apart(a: Tensor, b: Tensor) -> float:
    """Root mean square difference of two pictures in [-1, 1], in grey levels of 255."""
    return 127.5 * (a - b).square().mean().sqrt().item()


def sought(change: Callable[[float], float], farthest: float = math.pi / 2) -> float:
    """How far to go for a change of `LENGTH`, by halving; `change` grows from nothing to more than that."""
    low, high = 0.0, farthest
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if change(middle) < LENGTH else (low, middle)
    return (low + high) / 2


def _pixel_change(picture: Tensor, direction: Tensor, length: float) -> float:
    return apart(pixel_step(picture, direction, length), picture)


def _latent_change(generator: PictureGenerator, z: Tensor, direction: Tensor, before: Tensor, angle: float) -> float:
    return apart(generated(generator, latent_step(z, direction, angle)), before)


def _told(path: Tensor) -> dict[str, Any]:
    """What `walks` says of a walk's pictures (31, 3, 64, 64)."""
    shown = as_bytes(path[::SHOWN_EVERY])
    return {
        "strip": _strip(shown),
        "meaningful": meaningful(unlike(path)).tolist(),
        "away": [apart(picture, path[0]) for picture in path],
    }


def _strip(pictures: np.ndarray) -> bytes:
    """Pictures uint8 (N, H, H, 3) side by side, twice as large, with nothing between them, as PNG."""
    side = 2 * pictures.shape[1]
    strip = Image.new("RGBA", (len(pictures) * (side + GAP) - GAP, side))
    for index, picture in enumerate(pictures):
        large = Image.fromarray(picture).resize((side, side), Image.Resampling.NEAREST)
        strip.paste(large, (index * (side + GAP), 0))
    return _bytes(strip)


def _png(picture: np.ndarray, times: int) -> bytes:
    """A picture uint8 (H, W, C), enlarged with its pixels as squares."""
    image = Image.fromarray(picture[..., 0] if picture.shape[2] == 1 else picture)
    return _bytes(image.resize((times * image.width, times * image.height), Image.Resampling.NEAREST))


def _bytes(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
