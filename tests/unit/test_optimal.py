"""The best possible D on a grid: exact for given densities, and D*'s closed form in the limit of many samples."""

from __future__ import annotations

import math

import pytest
import torch

from gan_core.data.toy import Mixture, distribution
from gan_core.diagnostics.optimal import kernel_density, smoothed_density, smoothed_optimal
from gan_core.diagnostics.players import plane
from gan_core.specs import DISTRIBUTIONS
from gan_core.theory import optimal_discriminator

EXTENT, SIDE = 3.0, 40
CELL = 2 * EXTENT / (SIDE - 1)


def one_gaussian(x: float, sigma: float) -> Mixture:
    return Mixture(torch.tensor([[x, 0.0]]), torch.ones(1), sigma)


def test_exact_for_given_densities() -> None:
    p, q = torch.tensor([1.0, 3.0, 0.0, 2.0]), torch.tensor([1.0, 1.0, 5.0, 0.0])
    assert optimal_discriminator(p, q).tolist() == [0.5, 0.75, 0.0, 1.0]


def test_kernel_density_is_the_mean_of_gaussians_at_every_place() -> None:
    points = torch.tensor([[0.3, -1.0], [2.0, 0.5], [-0.7, 0.1]])
    places = plane(EXTENT, SIDE)
    by_hand = torch.exp(-torch.cdist(places, points).square() / (2 * 0.4**2)).mean(1) / (2 * math.pi * 0.4**2)
    torch.testing.assert_close(kernel_density(points, EXTENT, SIDE, 0.4).reshape(-1), by_hand)


@pytest.mark.parametrize("shift", [0.0, 0.5, 2.0])
def test_many_samples_of_a_gaussian_give_the_closed_form(shift: float) -> None:
    p, q = one_gaussian(-0.5, 0.5), one_gaussian(-0.5 + shift, 0.5)
    seen = smoothed_optimal(
        smoothed_density(p, EXTENT, SIDE), q.sample(200_000, torch.Generator().manual_seed(0)), EXTENT, SIDE
    )
    wider = math.hypot(0.5, CELL)
    places = plane(EXTENT, SIDE)
    of_p, of_q = (one_gaussian(x, wider).log_density(places).exp() for x in (-0.5, -0.5 + shift))
    there = torch.maximum(of_p, of_q) > 0.02 * of_p.max()
    torch.testing.assert_close(seen[there], optimal_discriminator(of_p, of_q)[there], atol=0.05, rtol=0)


@pytest.mark.parametrize("kind", sorted(DISTRIBUTIONS))
def test_undecided_on_its_own_samples_sure_of_others_and_undecided_where_nothing_is(kind: str) -> None:
    data = distribution(DISTRIBUTIONS[kind]())
    own = data.sample(20_000, torch.Generator().manual_seed(0))
    p = smoothed_density(data, 3 * data.extent, SIDE)
    grid = smoothed_optimal(p, own, 3 * data.extent, SIDE)
    assert float(grid[0]) == pytest.approx(0.5, abs=1e-3)  # the corner is far from everything
    far = torch.full((100, 2), 2.5 * data.extent)
    assert float(smoothed_optimal(p, far, 3 * data.extent, SIDE).min()) < 1e-3
    assert float(smoothed_optimal(p, far, 3 * data.extent, SIDE).max()) > 0.999
