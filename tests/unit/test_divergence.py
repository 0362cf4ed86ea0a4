"""The measured divergence against closed forms and fine quadrature, and its error bar against many draws."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch
from torch import Tensor

from gan_core import theory
from gan_core.data.toy import Mixture, distribution
from gan_core.diagnostics.divergence import JensenShannon, jensen_shannon
from gan_core.specs import Grid, Ring, Spiral

SIZE = 1000  # samples of each, as the app uses
RING, GRID = distribution(Ring()), distribution(Grid())
UNEVEN = (8.0, 4.0, 2.0, 1.0, 1.0, 1.0, 1.0, 2.0)
DRAWS = 100


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """As a worker has it; two threads on tables of this size take turns waiting for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def ring(sigma: float = 0.1, shift: float = 0.0) -> Mixture:
    """The ring of 8 with another sigma, each mode moved by `shift` in a direction of its own."""
    angle = torch.arange(8.0)
    return Mixture(RING.centres + shift * torch.stack([angle.cos(), angle.sin()], 1), RING.weights, sigma)


def some_modes(data: Mixture, modes: int) -> Mixture:
    """Only the first modes, equally often."""
    return Mixture(data.centres[:modes], torch.full((modes,), 1 / modes), data.sigma)


def cloud(x: float, y: float, sigma: float) -> Mixture:
    return Mixture(torch.tensor([[float(x), float(y)]]), torch.ones(1), sigma)


def by_modes(p: Mixture, q: tuple[float, ...]) -> float:
    """Exact where the modes of p do not overlap and q differs in their weights alone."""
    return theory.jensen_shannon(p.weights.double().numpy(), np.array(q) / sum(q))


def by_quadrature(p: Mixture, q: Mixture, step: float) -> float:
    """The integral over a square grid; the trapezium rule on Gaussians is exact to 1e-6 at a step of sigma / 2."""
    reach = float(torch.cat([p.centres, q.centres]).abs().max()) + 7 * max(p.sigma, q.sigma)
    ticks = torch.arange(-reach, reach, step, dtype=torch.float64)
    p, q = (_on_grid(each, ticks) for each in (p, q))
    middle = (p + q) / 2
    integrand = (torch.xlogy(p, p) + torch.xlogy(q, q)) / 2 - torch.xlogy(middle, middle)
    return float(integrand.sum()) * step**2


def _on_grid(mixture: Mixture, ticks: Tensor) -> Tensor:
    along = torch.exp(-0.5 * ((ticks[:, None, None] - mixture.centres.double()) / mixture.sigma).square())  # (n, K, 2)
    return (along[..., 0] * mixture.weights) @ along[..., 1].T / (2 * math.pi * mixture.sigma**2)


# name: p, q, the true divergence
PAIRS: dict[str, tuple[Mixture, Mixture, float]] = {
    "equal rings": (RING, RING, 0.0),
    "equal grids": (GRID, GRID, 0.0),
    "one of 8 modes": (RING, some_modes(RING, 1), by_modes(RING, (1,) + 7 * (0,))),
    "four of 8 modes": (RING, some_modes(RING, 4), by_modes(RING, 4 * (1,) + 4 * (0,))),
    "nine of 25 modes": (GRID, some_modes(GRID, 9), by_modes(GRID, 9 * (1,) + 16 * (0,))),
    "uneven weights": (RING, distribution(Ring(weights=UNEVEN)), by_modes(RING, UNEVEN)),
    "shifted by half a sigma": (RING, ring(shift=0.05), by_quadrature(RING, ring(shift=0.05), 0.05)),
    "shifted by a sigma": (RING, ring(shift=0.1), by_quadrature(RING, ring(shift=0.1), 0.05)),
    "shifted by two sigma": (RING, ring(shift=0.2), by_quadrature(RING, ring(shift=0.2), 0.05)),
    "twice as wide": (RING, ring(sigma=0.2), by_quadrature(RING, ring(sigma=0.2), 0.05)),
    "half as wide": (RING, ring(sigma=0.05), by_quadrature(RING, ring(sigma=0.05), 0.025)),
    "a quarter as wide": (RING, ring(sigma=0.025), by_quadrature(RING, ring(sigma=0.025), 0.0125)),
    "a blob in one mode": (RING, cloud(2.03, 0, 0.02), by_quadrature(RING, cloud(2.03, 0, 0.02), 0.01)),
    "one wide cloud": (RING, cloud(0, 0, 1.0), by_quadrature(RING, cloud(0, 0, 1.0), 0.05)),
    "disjoint": (RING, cloud(0, 0, 0.1), theory.LN_2),
}
COVERED = (
    "equal rings",
    "four of 8 modes",
    "uneven weights",
    "shifted by a sigma",
    "half as wide",
    "a blob in one mode",
)


def measured(p: Mixture, q: Mixture, seed: int) -> JensenShannon:
    generator = torch.Generator().manual_seed(seed)
    return jensen_shannon(p.sample(SIZE, generator), q.sample(SIZE, generator), p.log_density)


def test_quadrature_agrees_with_the_closed_forms() -> None:
    for name in ("equal rings", "four of 8 modes", "uneven weights"):
        p, q, true = PAIRS[name]
        assert by_quadrature(p, q, 0.05) == pytest.approx(true, abs=1e-5)


@pytest.mark.parametrize("name", PAIRS)
def test_the_mean_over_ten_draws_is_right_to_a_hundredth(name: str) -> None:
    """Ten draws scatter by at most 0.004 in the mean: more would be a bias of the estimate."""
    p, q, true = PAIRS[name]
    draws = [measured(p, q, seed) for seed in range(10)]
    assert np.mean([float(draw.value) for draw in draws]) == pytest.approx(true, abs=0.01)
    assert all(float(draw.error) < 0.03 for draw in draws)


@pytest.mark.parametrize("name", COVERED)
def test_the_error_bar_covers_the_truth_and_is_not_padded(name: str) -> None:
    p, q, true = PAIRS[name]
    draws = [measured(p, q, 1000 + seed) for seed in range(DRAWS)]
    values, errors = (np.array([float(getattr(draw, part)) for draw in draws]) for part in ("value", "error"))
    assert np.sum(np.abs(values - true) <= 2 * errors) >= 88
    assert np.median(errors) <= 2 * values.std()


def on_a_circle(n: int, generator: torch.Generator) -> Tensor:
    angle = 2 * math.pi * torch.rand(n, generator=generator)
    return 2 * torch.stack([angle.cos(), angle.sin()], 1)


def on_a_line(n: int, generator: torch.Generator) -> Tensor:
    return (4 * torch.rand(n, generator=generator) - 2)[:, None] * torch.tensor([0.7, 0.71])


def at_a_point(n: int, generator: torch.Generator) -> Tensor:
    return torch.tensor([[2.0, 0.03]]).expand(n, 2)


@pytest.mark.parametrize("sample", [on_a_circle, on_a_line, at_a_point])
def test_without_a_density_it_tends_to_ln_2(sample: Callable[[int, torch.Generator], Tensor]) -> None:
    generator = torch.Generator().manual_seed(0)
    found = [
        jensen_shannon(RING.sample(n, generator), sample(n, generator), RING.log_density) for n in (250, SIZE, 4000)
    ]
    for each in found:
        assert abs(float(each.value) - theory.LN_2) <= 2 * float(each.error)
    far = [theory.LN_2 - float(each.value) for each in found]
    assert far[2] < 0.015
    assert far[2] <= far[0] + 1e-3
    assert float(found[2].d_star_fake.mean()) < 0.02


@pytest.mark.parametrize("duplicates", [7, 500, 999])
def test_duplicates_among_the_fakes_leave_finite_numbers(duplicates: int) -> None:
    generator = torch.Generator().manual_seed(0)
    real, fake = RING.sample(SIZE, generator), RING.sample(SIZE, generator)
    fake[:duplicates] = real[0]
    found = jensen_shannon(real, fake, RING.log_density)
    for part in found:
        assert torch.isfinite(part).all()
    assert -0.05 < float(found.value) < theory.LN_2 + 0.001


def test_points_far_from_everything_leave_finite_numbers() -> None:
    generator = torch.Generator().manual_seed(0)
    real = RING.sample(SIZE, generator)
    found = jensen_shannon(real, 1e4 + 1e3 * RING.sample(SIZE, generator), RING.log_density)
    assert float(found.value) == pytest.approx(theory.LN_2, abs=1e-3)
    assert float(found.d_star_real.min()) > 0.99
    assert float(found.d_star_fake.max()) < 0.01


def test_curves_know_their_density_too() -> None:
    spiral = distribution(Spiral())
    found = measured(spiral, spiral, 0)
    assert abs(float(found.value)) <= 2 * float(found.error) < 0.03


def test_the_best_discriminator_at_the_samples() -> None:
    """Against p / (p + q) of the two known densities, on a pair where it takes every value from 0 to 1."""
    p, q, _ = PAIRS["shifted by a sigma"]
    generator = torch.Generator().manual_seed(0)
    real, fake = p.sample(SIZE, generator), q.sample(SIZE, generator)
    found = jensen_shannon(real, fake, p.log_density)
    for points, seen in ((real, found.d_star_real), (fake, found.d_star_fake)):
        true = theory.optimal_discriminator(p.log_density(points).exp(), q.log_density(points).exp())
        assert float((seen - true).abs().mean()) < 0.08
        assert abs(float((seen - true).mean())) < 0.02
