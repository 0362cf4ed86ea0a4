"""The best possible discriminator on a grid, D* = p / (p + q), with both densities seen at the grid's own resolution."""

from __future__ import annotations

import dataclasses
import math

import torch
from torch import Tensor

from gan_core.data.toy import Curve, Mixture
from gan_core.diagnostics.players import plane

EMPTY = 1e-6  # of the larger density's peak: where both are lower there is nothing to tell apart


def smoothed_optimal(data: Mixture | Curve, fake: Tensor, extent: float, side: int) -> Tensor:
    """D* on the square [-extent, extent]², rows upwards: (side * side,), from 0 to 1.

    A grid of 40 cells a side is coarser than a narrow mode. Both densities are therefore smoothed by the same Gaussian,
    one cell wide: p exactly, by widening its own Gaussians, q by a Gaussian at each of the fakes (N, 2). The result is
    the exact best answer of a D that sees real and fake points under noise of that size. Where neither has mass, 1/2.
    """
    width = 2 * extent / (side - 1)
    wider = dataclasses.replace(data, sigma=math.hypot(data.sigma, width))
    p = wider.log_density(plane(extent, side)).exp()
    q = kernel_density(fake, extent, side, width).reshape(-1)
    floor = EMPTY * max(float(p.max()), float(q.max()))
    return best_discriminator(p + floor, q + floor)


def best_discriminator(p: Tensor, q: Tensor) -> Tensor:
    """p / (p + q). Goodfellow et al. 2014, proposition 1."""
    return p / (p + q)


def kernel_density(points: Tensor, extent: float, side: int, width: float) -> Tensor:
    """Mean of a Gaussian of standard deviation `width` at each of the points (N, 2), on the grid, rows upwards."""
    ticks = torch.linspace(-extent, extent, side)
    along = [torch.exp(-0.5 * ((ticks[:, None] - points[:, axis]) / width).square()) for axis in (1, 0)]  # (side, N)
    return along[0] @ along[1].T / (len(points) * 2 * math.pi * width**2)  # (side, side)
