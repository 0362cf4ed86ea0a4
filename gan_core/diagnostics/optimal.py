"""The best possible discriminator on a grid, D* = p / (p + q), both densities seen at the grid's own resolution."""

from __future__ import annotations

import dataclasses
import math

import torch
from torch import Tensor

from gan_core.data.toy import Curve, Mixture
from gan_core.diagnostics.players import plane
from gan_core.theory import optimal_discriminator

EMPTY = 1e-6  # of the larger density's peak: where both are lower there is nothing to tell apart


def smoothed_density(data: Mixture | Curve, extent: float, side: int) -> Tensor:
    """The data's density on the square [-extent, extent]², smoothed by a Gaussian one cell wide: (side * side,).

    Exact: its own Gaussians become wider.
    """
    wider = dataclasses.replace(data, sigma=math.hypot(data.sigma, cell(extent, side)))
    return wider.log_density(plane(extent, side)).exp()


def smoothed_optimal(p: Tensor, fake: Tensor, extent: float, side: int) -> Tensor:
    """D* on the square [-extent, extent]², rows upwards: (side * side,), from 0 to 1. `p` is from `smoothed_density`.

    A grid of 40 cells a side is coarser than a narrow mode. Both densities are therefore smoothed by the same Gaussian,
    one cell wide, q by one at each of the fakes (N, 2). The result is the exact best answer of a D that sees real and
    fake points under noise of that size. Where neither has mass, 1/2.
    """
    q = kernel_density(fake, extent, side, cell(extent, side)).reshape(-1)
    floor = EMPTY * max(float(p.max()), float(q.max()))
    return optimal_discriminator(p + floor, q + floor)


def cell(extent: float, side: int) -> float:
    """Distance of neighbours on the grid."""
    return 2 * extent / (side - 1)


def kernel_density(points: Tensor, extent: float, side: int, width: float) -> Tensor:
    """Mean of a Gaussian of standard deviation `width` at each of the points (N, 2), on the grid, rows upwards."""
    ticks = torch.linspace(-extent, extent, side)
    along = [torch.exp(-0.5 * ((ticks[:, None] - points[:, axis]) / width).square()) for axis in (1, 0)]  # (side, N)
    return along[0] @ along[1].T / (len(points) * 2 * math.pi * width**2)  # (side, side)
