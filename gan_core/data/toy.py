"""Distributions in the plane: they can be drawn from, know their density, and say which samples are good.

A `Mixture` of Gaussians has modes that can be counted. A `Curve` with noise has none, but still a density.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from gan_core.specs import Grid, Line, Moons, Ring, Spec, Spiral, SwissRoll

GOOD_WITHIN = 3.0  # a sample is good when it lies within this many sigma of a mode, or of the curve


@dataclass(frozen=True)
class Mixture:
    """Isotropic Gaussians: centres (K, 2), weights (K,) summing to 1, and one standard deviation."""

    centres: Tensor
    weights: Tensor
    sigma: float

    # Share of a Gaussian's own samples within 3 sigma: 98.889 %, since the squared radius is exponential.
    good_ceiling = 1 - math.exp(-(GOOD_WITHIN**2) / 2)

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Draw n points, (n, 2)."""
        mode = torch.multinomial(self.weights, n, replacement=True, generator=generator)  # (n,)
        return self.centres.index_select(0, mode).add_(torch.randn(n, 2, generator=generator), alpha=self.sigma)

    def log_density(self, x: Tensor) -> Tensor:
        """Natural logarithm of the density at points (n, 2): (n,)."""
        squared = torch.cdist(x, self.centres).square() / self.sigma**2  # (n, K)
        return torch.logsumexp(self.weights.log() - squared / 2, 1) - math.log(2 * math.pi * self.sigma**2)

    def good(self, x: Tensor) -> Tensor:
        """Which points lie within 3 sigma of a centre: (n,) of bool."""
        return torch.cdist(x, self.centres).amin(1) <= GOOD_WITHIN * self.sigma

    def mode_counts(self, x: Tensor) -> Tensor:
        """Good samples of each mode: (K,) of int."""
        distance, mode = torch.cdist(x, self.centres).min(1)
        return torch.bincount(mode[distance <= GOOD_WITHIN * self.sigma], minlength=len(self.centres))

    @property
    def extent(self) -> float:
        """Half the side of the square that a picture of this distribution shows."""
        return 1.4 * float(self.centres.abs().max()) + 4 * self.sigma


@dataclass(frozen=True)
class Curve:
    """A curve, from parameters (n,) in [0, 1] drawn evenly to positions (n, 2), with isotropic noise around it."""

    position: Callable[[Tensor], Tensor]
    sigma: float

    # Exact for a straight line without ends; bends of a radius large against sigma change it little.
    good_ceiling = math.erf(GOOD_WITHIN / math.sqrt(2))

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Draw n points, (n, 2)."""
        where = self.position(torch.rand(n, generator=generator))
        return where + self.sigma * torch.randn(n, 2, generator=generator)

    def log_density(self, x: Tensor) -> Tensor:
        """Natural logarithm of the density at points (n, 2), by quadrature along the curve: (n,)."""
        return Mixture(
            self._dense(),
            torch.full((self.QUADRATURE,), 1 / self.QUADRATURE),
            self.sigma,
        ).log_density(x)

    def good(self, x: Tensor) -> Tensor:
        """Which points lie within 3 sigma of the curve: (n,) of bool."""
        return torch.cdist(x, self._dense()).amin(1) <= GOOD_WITHIN * self.sigma

    @property
    def centres(self) -> Tensor:
        """A curve has no modes: (0, 2)."""
        return torch.empty(0, 2)

    def mode_counts(self, x: Tensor) -> Tensor:
        """A curve has no modes: (0,) of int."""
        return torch.empty(0, dtype=torch.long)

    @property
    def extent(self) -> float:
        """Half the side of the square that a picture of this distribution shows."""
        return 1.3 * float(self._dense().abs().max()) + 4 * self.sigma

    QUADRATURE = 1024  # points along the curve: 0.025 units apart on the longest, which the least sigma still covers

    def _dense(self) -> Tensor:
        return self.position((torch.arange(self.QUADRATURE) + 0.5) / self.QUADRATURE)


def _ring(spec: Ring) -> Mixture:
    angle = 2 * math.pi * torch.arange(spec.modes) / spec.modes  # arange, not linspace: eight modes are eight
    weights = torch.tensor(spec.weights or (1.0,) * spec.modes)
    return Mixture(
        spec.radius * torch.stack([angle.cos(), angle.sin()], 1),
        weights / weights.sum(),
        spec.sigma,
    )


def _grid(spec: Grid) -> Mixture:
    ticks = spec.spacing * (torch.arange(spec.side) - (spec.side - 1) / 2)
    return Mixture(
        torch.cartesian_prod(ticks, ticks),
        torch.full((spec.side**2,), 1 / spec.side**2),
        spec.sigma,
    )


def _moons(spec: Moons) -> Curve:
    def position(t: Tensor) -> Tensor:
        lower = t >= 0.5
        angle = 2 * math.pi * (t - 0.5 * lower)  # 0 to pi on each moon
        side = 1 - 2 * lower.float()
        return 1.3 * torch.stack(
            [side * angle.cos() + lower - 0.5, side * angle.sin() + 0.5 * lower - 0.25],
            1,
        )

    return Curve(position, spec.sigma)


def _spiral(spec: Spiral) -> Curve:
    def position(t: Tensor) -> Tensor:
        radius = t.sqrt()  # the square root spreads the points evenly along the spiral's length
        angle = 2 * math.pi * spec.turns * radius
        return 2 * radius[:, None] * torch.stack([angle.cos(), angle.sin()], 1)

    return Curve(position, spec.sigma)


def _swiss_roll(spec: SwissRoll) -> Curve:
    def position(t: Tensor) -> Tensor:
        angle = 1.5 * math.pi * (1 + 2 * t)
        return angle[:, None] / 7.5 * torch.stack([angle.cos(), angle.sin()], 1)  # 7.5: the scale of WGAN-GP's figure

    return Curve(position, spec.sigma)


def _line(spec: Line) -> Curve:
    return Curve(
        lambda t: spec.length * (t[:, None] - 0.5) * torch.tensor([0.8, 0.6]),
        spec.sigma,
    )


_MAKERS: dict[type[Spec], Callable] = {
    Ring: _ring, Grid: _grid, Moons: _moons, Spiral: _spiral, SwissRoll: _swiss_roll, Line: _line,
}  # fmt: skip


def distribution(spec: Spec) -> Mixture | Curve:
    """The distribution that a spec describes."""
    return _MAKERS[type(spec)](spec)
