"""A map of the latent space: the plane through three pictures, as a grid to be dragged, with the classes on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from gan_core.frames import pack
from gan_core.latent.hand import points_of, stacked
from gan_core.latent.held import Held, has_classifier, may_lack_weights
from gan_core.latent.point import read
from gan_core.latent.ways import shell
from gan_core.metrics.features import classifier_features
from gan_core.pictures import sheet
from gan_core.specs import SpecError

SIDES = (1, 24)  # pictures along a side of a tile
FLAT = 1e-3  # of the longest side: what lies nearer to a line has no plane


class Plane(NamedTuple):
    """A plane through three points, with coordinates in standard deviations."""

    centre: Tensor  # (d,), the middle of the three
    axes: Tensor  # (2, d), orthonormal; the first leads from the first point to the second
    corners: Tensor  # (3, 2), where the three lie

    def at(self, places: Tensor) -> Tensor:
        """The latents (n, d) at places (n, 2)."""
        return self.centre + places @ self.axes

    def shares(self, places: Tensor) -> Tensor:
        """How much of each of the three a place (n, 2) is: (n, 3), nothing negative, 1 in all."""
        system = torch.cat([self.corners.T, torch.ones(1, 3)])  # (3, 3)
        shares = torch.linalg.solve(system, torch.cat([places.T, torch.ones(1, len(places))])).T.clamp(min=0)
        return shares / shares.sum(1, keepdim=True)


def plane(z: Tensor) -> Plane:
    """The plane through three latents (3, d).

    Raises:
        SpecError: they lie on one line.
    """
    along, aside = z[1] - z[0], z[2] - z[0]
    first = along / along.norm().clamp(min=1e-12)
    second = aside - (aside @ first) * first
    if min(along.norm(), second.norm()) <= FLAT * max(along.norm(), aside.norm()):
        raise SpecError(
            "The three pictures lie on one line, and many planes go through that; choose another third one."
        )
    axes = torch.stack([first, second / second.norm()])
    centre = z.mean(0)
    return Plane(centre, axes, (z - centre) @ axes.T)


def places(x: float, y: float, extent: float, side: int) -> Tensor:
    """The middles of side x side squares around (x, y), (side^2, 2), row by row from the top left; y points up.

    `extent`: from the middle to an edge, in standard deviations.
    """
    steps = (torch.arange(side) + 0.5) * (2 * extent / side) - extent
    rows, columns = torch.meshgrid(y - steps, x + steps, indexing="ij")
    return torch.stack([columns.flatten(), rows.flatten()], 1)


@may_lack_weights
def tile(
    specs: Sequence[str], x: float = 0, y: float = 0, extent: float = 12, side: int = 8,
    owns: Sequence[bytes | None] | None = None, checkpoint: bytes | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A square of the plane through three pictures.

    Args:
        specs: three latent specs of one model, JSON.
        x, y: its middle, in standard deviations from the middle of the three.
        extent: from there to its edge.
        side: pictures along it.
        owns: what came beside each spec.

    Returns:
        sheet (WebP), corners (3, 2) where the three lie, norms (side, side) of the latents, shell (mean and deviation
        of how long noise is). Where a classifier knows what the model draws: classes (side, side), what it takes each
        picture for, sure (side, side), its probability, and labels, their names. A class that is told changes evenly
        between the three.

    Raises:
        SpecError: a number is out of bounds, the three lie on one line, or as `gan_core.latent.hand.pictures`.
    """
    if not SIDES[0] <= side <= SIDES[1]:
        raise SpecError(f"The map has {side} pictures a side (side); it must have from {SIDES[0]} to {SIDES[1]}.")
    if not 0 < extent <= 100:
        raise SpecError(f"The map reaches {extent:g} (extent); it must be more than 0 and at most 100.")
    if len(specs) != 3:
        raise SpecError(f"A plane goes through three pictures, not {len(specs)}; choose three.")
    held, points = points_of(specs, owns, checkpoint)
    z, told = stacked(points)
    through = plane(z)
    where = places(x, y, extent, side)
    latents = through.at(where)
    shown = held.shown(latents, None if told is None else through.shares(where) @ told)
    answer = {
        "sheet": sheet(shown, side).tobytes(),
        "corners": through.corners.numpy(),
        "norms": latents.norm(dim=1).view(side, side).numpy(),
        "shell": tuple(shell(held.latent_size)),
    }
    return answer | (_regions(held, torch.from_numpy(shown), side) if has_classifier(held.data) else {})


@may_lack_weights
def spot(
    specs: Sequence[str], x: float, y: float, owns: Sequence[bytes | None] | None = None,
    checkpoint: bytes | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A point of the plane to take in hand: own, its latent packed as "base", and label, the class of the nearest of
    the three. Args and errors as for `tile`."""
    _, points = points_of(specs, owns, checkpoint)
    through, where = plane(stacked(points)[0]), torch.tensor([[x, y]], dtype=torch.float32)
    nearest = (through.corners - where).norm(dim=1).argmin()
    return {"own": pack({"base": through.at(where)[0].numpy()}), "label": read(specs[nearest]).label}


def _regions(held: Held, shown: Tensor, side: int) -> dict[str, Any]:
    features = classifier_features(held.data)
    sure, classes = features(shown.permute(0, 3, 1, 2)).logits.softmax(1).max(1)
    return {
        "classes": classes.view(side, side).numpy(),
        "sure": sure.view(side, side).numpy(),
        "labels": list(map(str, features.classes)),
    }
