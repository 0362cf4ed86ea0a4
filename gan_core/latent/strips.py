"""Directions to choose from: each with what it explains, and a strip of pictures along it from the point in hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from gan_core.frames import pack
from gan_core.latent.directions import between, between_classes, of_model
from gan_core.latent.hand import points_of
from gan_core.latent.held import Held, held, may_lack_weights
from gan_core.latent.point import OF_THE_MODEL, Point, point, read
from gan_core.pictures import sheet
from gan_core.specs import SpecError

ALONG = torch.linspace(-3, 3, 7)  # standard deviations
MOST = 32  # directions at a time


@may_lack_weights
def leading(spec: str, kind: str = "pc", count: int = 8, own: bytes | None = None,
            checkpoint: bytes | None = None) -> dict[str, Any]:  # fmt: skip
    """The first directions of a kind: "pc" (GANSpace) or "sefa".

    Returns:
        own, the directions packed under their kind: a worker that is given them need not find them again; explained
        (count,), the share of variance that each holds; strips, for each a WebP of seven pictures in a row, from -3 to
        3 standard deviations along it from the point in hand.

    Raises:
        SpecError: a number or the kind is out of bounds; or as `gan_core.latent.hand.picture`.
        DataError: the model cannot be had.
    """
    if kind not in OF_THE_MODEL:
        raise SpecError(f"The kind of directions is {kind!r}; it must be {' or '.join(OF_THE_MODEL)}.")
    if not 1 <= count <= MOST:
        raise SpecError(f"{count} directions were asked for; it must be from 1 to {MOST}.")
    wanted = read(spec)
    one = held(wanted.model, checkpoint)
    here, found = point(one, wanted, own), of_model(one, kind)
    some = found.directions[:count]
    return {
        "own": pack({kind: some.numpy()}),
        "explained": found.explained[:count].numpy(),
        "strips": [_strip(one, here, wanted.truncation * direction) for direction in some],
    }


@may_lack_weights
def from_examples(
    spec: str, more: Sequence[str], less: Sequence[str], owns: Sequence[bytes | None] | None = None,
    own: bytes | None = None, checkpoint: bytes | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A direction from pictures that a visitor marked: towards more like these, away from those.

    Args:
        spec: the point in hand, from which the strip is made.
        more, less: latent specs, JSON; either may be empty.
        owns: what came beside those of more, then of less.

    Returns own (the direction packed as "own", (1, d)) and strip (WebP). Raises as `leading`; SpecError also where the
    examples have the same middle, or there are none.
    """
    if not (more or less):
        raise SpecError("No examples (more, less) are marked; mark one picture or more.")
    wanted = read(spec)
    one, points = points_of([spec, *more, *less], [own, *(owns or [None] * (len(more) + len(less)))], checkpoint)
    z = torch.cat([each.z for each in points[1:]])
    return _single(one, points[0], wanted.truncation, between(z[: len(more)], z[len(more) :]))


@may_lack_weights
def from_classes(
    spec: str, to: int, start: int, own: bytes | None = None, checkpoint: bytes | None = None
) -> dict[str, Any]:
    """A direction from a class to another, of a model that is told none. Returns as `from_examples`, raises as
    `gan_core.latent.directions.between_classes`."""
    wanted = read(spec)
    one = held(wanted.model, checkpoint)
    return _single(one, point(one, wanted, own), wanted.truncation, between_classes(one, to, start))


def _single(one: Held, here: Point, truncation: float, direction: Tensor) -> dict[str, Any]:
    return {"own": pack({"own": direction[None].numpy()}), "strip": _strip(one, here, truncation * direction)}


def _strip(one: Held, here: Point, step: Tensor) -> bytes:
    """Seven pictures in a row; a step of the knob is worth `step` (d,), truncated as all else."""
    shown = one.shown(here.z + ALONG[:, None] * step, here.told)
    return sheet(shown, len(ALONG)).tobytes()
