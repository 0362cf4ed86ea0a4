"""Distributions in the plane: they can be drawn from, know their density, and say which samples are good.

A `Mixture` of Gaussians has modes that can be counted. A `Curve` with noise has none, but still a density.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from gan_core.drawing import drawn_points
from gan_core.specs import Distribution, Drawn, Grid, Line, Moons, Ring, Spiral, SwissRoll

LINKED_WITHIN = 4.0  # drawn points at most so many sigma apart belong to one island: between them it never gets empty
GOOD_WITHIN = 3.0  # a sample is good when it lies within this many sigma of a mode, or of the curve


@dataclass(frozen=True)
class Mixture:
    """Isotropic Gaussians: centres (C, 2), weights (C,) summing to 1, and one standard deviation.

    Each is a mode, unless `island` (C,) says to which of K modes it belongs.
    """

    centres: Tensor
    weights: Tensor
    sigma: float
    island: Tensor | None = None
    # Share of a Gaussian's own samples within 3 sigma: 98.889 %, since the squared radius is exponential.
    good_ceiling: float = 1 - math.exp(-(GOOD_WITHIN**2) / 2)

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Draw n points, (n, 2)."""
        mode = torch.multinomial(self.weights, n, replacement=True, generator=generator)  # (n,)
        return self.centres.index_select(0, mode).add_(torch.randn(n, 2, generator=generator), alpha=self.sigma)

    def log_density(self, x: Tensor) -> Tensor:
        """Natural logarithm of the density at points (..., 2): (...)."""
        squared = torch.cdist(x, self.centres).square() / self.sigma**2  # (..., C)
        return torch.logsumexp(self.weights.log() - squared / 2, -1) - math.log(2 * math.pi * self.sigma**2)

    def good(self, x: Tensor) -> Tensor:
        """Which points (..., 2) lie within 3 sigma of a centre: (...) of bool."""
        return torch.cdist(x, self.centres).amin(-1) <= GOOD_WITHIN * self.sigma

    def mode_counts(self, x: Tensor) -> Tensor:
        """Good samples of each mode, of points (..., n, 2): (..., K) of int."""
        distance, mode = torch.cdist(x, self.centres).min(-1)  # (..., n)
        if self.island is not None:
            mode = self.island[mode]
        good = (distance <= GOOD_WITHIN * self.sigma).long()
        return torch.zeros(*mode.shape[:-1], self.modes, dtype=torch.long).scatter_add_(-1, mode, good)

    @property
    def modes(self) -> int:
        """K."""
        return len(self.centres) if self.island is None else int(self.island.max()) + 1

    @property
    def mode_weights(self) -> Tensor:
        """Share of each mode: (K,)."""
        if self.island is None:
            return self.weights
        return torch.zeros(self.modes).index_add_(0, self.island, self.weights)

    @property
    def mode_circles(self) -> tuple[Tensor, Tensor]:
        """Middle (K, 2) and radius (K,) of a circle around what counts as good in each mode."""
        if self.island is None:
            return self.centres, torch.full((self.modes,), GOOD_WITHIN * self.sigma)
        members = [self.centres[self.island == mode] for mode in range(self.modes)]
        middles = torch.stack([(m.amin(0) + m.amax(0)) / 2 for m in members])
        reach = [(m - middle).norm(dim=1).max() for m, middle in zip(members, middles, strict=True)]
        return middles, torch.stack(reach) + GOOD_WITHIN * self.sigma

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
        """Natural logarithm of the density at points (..., 2), by quadrature along the curve: (...)."""
        return Mixture(
            self._dense(),
            torch.full((self.QUADRATURE,), 1 / self.QUADRATURE),
            self.sigma,
        ).log_density(x)

    def good(self, x: Tensor) -> Tensor:
        """Which points (..., 2) lie within 3 sigma of the curve: (...) of bool."""
        return torch.cdist(x, self._dense()).amin(-1) <= GOOD_WITHIN * self.sigma

    modes = 0  # a curve has none

    def mode_counts(self, x: Tensor) -> Tensor:
        """A curve has no modes: (..., 0) of int."""
        return torch.empty(*x.shape[:-2], 0, dtype=torch.long)

    @property
    def mode_weights(self) -> Tensor:
        """A curve has no modes: (0,)."""
        return torch.empty(0)

    @property
    def mode_circles(self) -> tuple[Tensor, Tensor]:
        """A curve has no modes: (0, 2) and (0,)."""
        return torch.empty(0, 2), torch.empty(0)

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


def _drawn(spec: Drawn) -> Mixture:
    centres = torch.tensor(drawn_points(spec.points))
    return Mixture(centres, torch.full((len(centres),), 1 / len(centres)), spec.sigma, islands(centres, spec.sigma))


def islands(points: Tensor, sigma: float) -> Tensor:
    """Number the groups of points (C, 2) that hang together by steps of at most 4 sigma: (C,)."""
    near = torch.cdist(points, points) <= LINKED_WITHIN * sigma
    label = torch.arange(len(points))
    while True:  # each point takes the least label in reach until nothing changes
        least = torch.where(near, label, len(points)).amin(1)
        if torch.equal(least, label):
            return torch.unique(label, return_inverse=True)[1]
        label = least


_MAKERS: dict[str, Callable] = {
    "ring": _ring, "grid": _grid, "moons": _moons, "spiral": _spiral, "swiss_roll": _swiss_roll, "line": _line,
    "drawn": _drawn,
}  # fmt: skip


def distribution(spec: Distribution) -> Mixture | Curve:
    """The distribution that a spec describes."""
    made = _MAKERS[spec.kind](spec)
    return counted(made) if isinstance(made, Mixture) else made


def counted(mixture: Mixture) -> Mixture:
    """With the share of good samples counted, where modes lie so close that one's samples are good for another."""
    apart = torch.pdist(mixture.centres) if len(mixture.centres) > 1 else torch.tensor([math.inf])
    if float(apart.min()) > 2.5 * GOOD_WITHIN * mixture.sigma:
        return mixture
    sample = mixture.sample(100_000, torch.Generator().manual_seed(0))
    return replace(mixture, good_ceiling=float(mixture.good(sample).float().mean()))
