"""Walks between chosen pictures: along a line, along an arc, or by equal steps of the picture; and what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from gan_core.data.tensors import as_bytes
from gan_core.latent.hand import points_of, stacked
from gan_core.latent.held import Held, may_lack_weights
from gan_core.latent.point import Point
from gan_core.latent.ways import WAYS, evenly, lerp, shell, through
from gan_core.metrics.features import VGGFeatures, vgg19_features
from gan_core.pictures import sheet
from gan_core.specs import SpecError

EVEN = "even"  # along the arc, by equal steps of the picture
FRAMES = (2, 64)  # of a walk
FINER = 8  # times as many pictures as are shown tell how long a path is
GREY = 127.5  # levels of grey, of 255, in a picture's range from -1 to 1
WIDEST = 16_383  # px of a WebP picture


class Path(NamedTuple):
    """A walk's points."""

    times: Tensor  # (n,), of all the way
    z: Tensor  # (n, d)
    told: Tensor | None  # (n, E), classes in numbers; between two they change evenly


@may_lack_weights
def walk(specs: Sequence[str], way: str = "slerp", frames: int = 16, owns: Sequence[bytes | None] | None = None,
         checkpoint: bytes | None = None) -> dict[str, Any]:  # fmt: skip
    """A walk from the first picture through the others to the last.

    Args:
        specs: latent specs of one model, JSON, two or more.
        way: "lerp", "slerp", or "even" for equal steps of the picture.
        frames: pictures to show.
        owns: what came beside each spec.

    Returns:
        sheet (WebP, all frames in one row), side (px of each picture there: less than the model's where the row would
        be too wide for WebP), times (frames,) from 0 to 1, norms (frames,) of the latents, shell (mean and deviation
        of the norm of noise), steps (frames - 1,), the root mean square change of a pixel from one picture to the next
        in levels of 255, and pixels, their sum along a path eight times as fine.

    Raises:
        SpecError: a number is out of bounds, or as `gan_core.latent.hand.pictures`.
    """
    held, points = _checked(specs, way, frames, owns, checkpoint)
    path, length = _walked(held, points, way, frames)
    pictures = held.pictures(path.z, path.told)
    strip = narrowed(pictures)
    return {
        "sheet": sheet(as_bytes(strip), frames).tobytes(),
        "side": strip.shape[-1],
        "times": path.times.numpy(),
        "norms": path.z.norm(dim=1).numpy(),
        "shell": tuple(shell(held.latent_size)),
        "steps": differences(pictures).numpy(),
        "pixels": length,
    }


@may_lack_weights
def lengths(specs: Sequence[str], frames: int = 16, owns: Sequence[bytes | None] | None = None,
            checkpoint: bytes | None = None) -> dict[str, dict[str, float]]:  # fmt: skip
    """How long each way is, by its name: pixels (as `walk` gives it) and features.

    The latter is the Euclidean length in VGG19's mean relu5_1 features over the frames, which sees shapes and textures
    where pixels see grey levels; it takes some 2 s for 16 frames of 64 px. Args and errors as for `walk`.
    """
    found = {}
    for way in (*WAYS, EVEN):
        held, points = _checked(specs, way, frames, owns, checkpoint)
        path, length = _walked(held, points, way, frames)
        seen = _vgg()(held.pictures(path.z, path.told)).features  # (n, 512)
        found[way] = {"pixels": length, "features": seen.diff(dim=0).norm(dim=1).sum().item()}
    return found


def along(points: Sequence[Point], way: str, times: Tensor) -> Path:
    """Through points by "lerp" or "slerp", where one is at times (n,) from 0 to 1."""
    z, told = stacked(points)
    return Path(times, through(z, times, WAYS[way]), None if told is None else through(told, times, lerp))


def narrowed(pictures: Tensor) -> Tensor:
    """Pictures (n, C, H, W) for one row, made smaller where that would be wider than WebP can be."""
    return interpolate(pictures, min(pictures.shape[-1], WIDEST // len(pictures)), mode="area")


def differences(pictures: Tensor) -> Tensor:
    """From each of pictures (n, C, H, W) to the next, in levels of grey: (n - 1,), root mean squares over pixels."""
    return pictures.flatten(1).diff(dim=0).square().mean(1).sqrt() * GREY


def _walked(held: Held, points: Sequence[Point], way: str, frames: int) -> tuple[Path, float]:
    """So many points along a way, and how long it is in pixels; equal steps take the arc, and are as long as it."""
    curve, fine = "slerp" if way == EVEN else way, torch.linspace(0, 1, FINER * frames)
    _, z, told = along(points, curve, fine)
    steps = differences(held.pictures(z, told))
    times = evenly(steps, fine, frames) if way == EVEN else torch.linspace(0, 1, frames)
    return along(points, curve, times), steps.sum().item()


def _checked(
    specs: Sequence[str], way: str, frames: int, owns: Sequence[bytes | None] | None, checkpoint: bytes | None
) -> tuple[Held, list[Point]]:
    if way not in (*WAYS, EVEN):
        raise SpecError(f"The way is {way!r}; it must be {', '.join(WAYS)} or {EVEN}.")
    if not FRAMES[0] <= frames <= FRAMES[1]:
        raise SpecError(f"The walk has {frames} pictures (frames); it must have from {FRAMES[0]} to {FRAMES[1]}.")
    if len(specs) < 2:
        raise SpecError("A walk leads from one picture to another; choose two or more.")
    return points_of(specs, owns, checkpoint)


@lru_cache(maxsize=1)
def _vgg() -> VGGFeatures:
    return vgg19_features()
