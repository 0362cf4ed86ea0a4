"""The generator in the hand: pictures of points, as quickly as a knob is turned. What a page calls on a worker.

Each function takes specs as JSON with what came beside them (`point.py`), and answers None where it wants the weights
of a run; the same again with `checkpoint` brings them. A generator of 64 px takes 3 ms on one thread.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan_core.frames import pack
from gan_core.latent.held import Held, has_classifier, held, may_lack_weights
from gan_core.latent.point import Point, point, read, untruncated
from gan_core.pictures import sheet
from gan_core.specs import SpecError


@may_lack_weights
def picture(spec: str, own: bytes | None = None, checkpoint: bytes | None = None) -> bytes:
    """One picture as PNG, at the model's own size.

    Raises:
        SpecError: the spec names what the model lacks.
        DataError: the model cannot be had.
    """
    wanted = read(spec)
    one = held(wanted.model, checkpoint)
    return png(one.shown(*point(one, wanted, own))[0])


@may_lack_weights
def pictures(
    specs: Sequence[str], owns: Sequence[bytes | None] | None = None, checkpoint: bytes | None = None,
    across: int | None = None,
) -> bytes:  # fmt: skip
    """Several of one model as a sheet, row by row (WebP, `gan_core.pictures.sheet`). Raises as `picture`."""
    one, points = points_of(specs, owns, checkpoint)
    return sheet(one.shown(*stacked(points)), across).tobytes()


@may_lack_weights
def about(model: str, checkpoint: bytes | None = None) -> dict[str, Any]:
    """What a model has to offer.

    Returns:
        model, size (px), channels, latent_size, family, conditional, labels (names of the classes that it is told),
        data (the bundled set that it learnt from, empty for others), sorted (whether a classifier of that ships).

    Raises:
        DataError: the model cannot be had.
    """
    one = held(model, checkpoint)
    return {
        "model": model,
        "size": one.generator.size,
        "channels": one.generator.channels,
        "latent_size": one.latent_size,
        "family": one.generator.family,
        "conditional": bool(one.labels),
        "labels": list(one.labels),
        "data": one.data,
        "sorted": has_classifier(one.data),
    }


@may_lack_weights
def base(spec: str, own: bytes | None = None, checkpoint: bytes | None = None) -> bytes:
    """All that a spec moved, packed as "base": beside the same spec without knobs it makes the same picture.

    Raises as `picture`.
    """
    wanted = read(spec)
    one = held(wanted.model, checkpoint)
    return pack({"base": untruncated(one, wanted, own).numpy()})


# For the other modules here ------------------------------------------------------------------------------------------


def points_of(
    specs: Sequence[str], owns: Sequence[bytes | None] | None, checkpoint: bytes | None
) -> tuple[Held, list[Point]]:
    """Points of one model, and the model.

    Raises:
        SpecError: they are of several, or as `point` does.
    """
    wanted = [read(each) for each in specs]
    for each in wanted:
        if each.model != wanted[0].model:
            raise SpecError(
                f"The pictures are of two models (model), {wanted[0].model} and {each.model}; choose some of one, for "
                "no path leads from one latent space to another."
            )
    one = held(wanted[0].model, checkpoint)
    return one, [point(one, *each) for each in zip(wanted, owns or [None] * len(wanted), strict=True)]


def stacked(points: Sequence[Point]) -> tuple[Tensor, Tensor | None]:
    """Their latents (n, d), and their classes in numbers (n, E)."""
    z = torch.cat([each.z for each in points])
    return z, None if points[0].told is None else torch.cat([each.told for each in points])


def png(pixels: np.ndarray) -> bytes:
    """A picture, uint8 (H, W, C), as PNG; packed loosely, for that is the quickest of all lossless ways."""
    file = io.BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()
