"""Toy distributions: closed forms, densities that integrate to one, samples that follow them."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gan_core.data.toy import Mixture, distribution, islands
from gan_core.diagnostics.players import plane
from gan_core.drawing import drawing, drawn_points
from gan_core.specs import DISTRIBUTIONS, Drawn, Grid, Ring

KINDS = sorted(DISTRIBUTIONS)


def draw(kind: str, n: int = 200_000) -> tuple:
    data = distribution(DISTRIBUTIONS[kind]())
    return data, data.sample(n, torch.Generator().manual_seed(1))


def test_eight_modes_are_eight() -> None:
    ring = distribution(Ring(modes=8, radius=2))
    assert ring.centres.shape == (8, 2)
    gaps = torch.cdist(ring.centres, ring.centres) + 10 * torch.eye(8)
    torch.testing.assert_close(gaps.amin(1), torch.full((8,), 2 * 2 * math.sin(math.pi / 8)))
    torch.testing.assert_close(ring.centres.norm(dim=1), torch.full((8,), 2.0))


@pytest.mark.parametrize("side", [3, 5])
def test_grid(side: int) -> None:
    grid = distribution(Grid(side=side, spacing=2))
    assert len(grid.centres) == side**2
    torch.testing.assert_close(grid.centres.mean(0), torch.zeros(2))
    assert float(grid.centres.max()) == side - 1


def test_share_within_three_sigma() -> None:
    ring, x = draw("ring")
    assert ring.good_ceiling == pytest.approx(0.98889, abs=1e-5)
    assert float(ring.good(x).float().mean()) == pytest.approx(ring.good_ceiling, abs=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_good_ceiling_is_what_real_samples_reach(kind: str) -> None:
    data, x = draw(kind, 50_000)
    assert float(data.good(x).float().mean()) == pytest.approx(data.good_ceiling, abs=4e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_density_integrates_to_one_and_samples_follow_it(kind: str) -> None:
    data = distribution(DISTRIBUTIONS[kind](sigma=0.1))
    x = data.sample(50_000, torch.Generator().manual_seed(1))
    side, extent = 240, data.extent
    points = plane(extent, side)
    density = torch.cat([data.log_density(part).exp() for part in points.split(20_000)])
    cell = (2 * extent / (side - 1)) ** 2
    assert float(density.sum()) * cell == pytest.approx(1, abs=2e-3)
    expected = float((density * (points[:, 0] > 0.3)).sum()) * cell  # any half plane will do
    assert float((x[:, 0] > 0.3).float().mean()) == pytest.approx(expected, abs=0.01)
    assert (x.abs() <= extent).float().mean() > 0.999


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("ring", "grid", "drawn")])
def test_the_narrowest_curve_is_still_measured_right(kind: str) -> None:
    widest = {"spiral": {"turns": 4}, "line": {"length": 10}}.get(kind, {})
    data = distribution(DISTRIBUTIONS[kind](sigma=0.01, **widest))
    x = data.sample(20_000, torch.Generator().manual_seed(1))
    assert float(data.good(x).float().mean()) == pytest.approx(data.good_ceiling, abs=4e-3)


def test_unequal_weights() -> None:
    ring = distribution(Ring(modes=3, weights=(1, 2, 5)))
    counts = ring.mode_counts(ring.sample(100_000, torch.Generator().manual_seed(0)))
    torch.testing.assert_close(counts / counts.sum(), torch.tensor([1, 2, 5]) / 8, atol=0.01, rtol=0)


@pytest.mark.parametrize("spec", [Ring(sigma=0.5), Ring(sigma=1), Grid(sigma=0.3), Ring(modes=32, sigma=0.15)], ids=str)
def test_where_modes_overlap_the_share_of_good_samples_is_counted(spec: Ring | Grid) -> None:
    data = distribution(spec)
    x = data.sample(200_000, torch.Generator().manual_seed(5))
    assert data.good_ceiling > 0.992
    assert float(data.good(x).float().mean()) == pytest.approx(data.good_ceiling, abs=1e-3)


def test_a_drawings_islands_are_its_modes() -> None:
    dabs = [(-2.0, 0.0), (-1.8, 0.0), (-1.6, 0.1), (1.5, 1.5), (1.6, 1.4), *[(2.0, -2.0 + 0.1 * i) for i in range(5)]]
    data = distribution(Drawn(points=drawing(dabs), sigma=0.1))
    assert data.modes == 3
    torch.testing.assert_close(data.mode_weights, torch.tensor([0.3, 0.2, 0.5]))
    counts = data.mode_counts(data.sample(50_000, torch.Generator().manual_seed(0)))
    torch.testing.assert_close(counts / counts.sum(), data.mode_weights, atol=0.01, rtol=0)
    middles, radii = data.mode_circles
    for dab in torch.tensor(dabs):  # each dab's own 3 sigma lie in its island's circle, but for rounding
        assert ((middles - dab).norm(dim=1) + 0.3 <= radii + 0.1).any()


def test_islands_join_through_their_neighbours_only() -> None:
    line = torch.stack([torch.arange(10) * 0.39, torch.zeros(10)], 1)
    assert islands(line, 0.1).tolist() == [0] * 10
    assert islands(line[[0, 1, 5, 6, 9]], 0.1).tolist() == [0, 0, 1, 1, 2]


@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=10, max_size=50))
def test_a_drawing_survives_its_text(points: list[tuple[float, float]]) -> None:
    back = drawn_points(drawing(points))
    assert len(back) == len(points)
    for (x, y), (u, v) in zip(points, back, strict=True):
        assert abs(x - u) <= 0.0477 and abs(y - v) <= 0.0477  # half a place
    assert drawing(back) == drawing(points)


def test_stacks_of_points_are_measured_like_each_alone() -> None:
    for kind in KINDS:
        data = distribution(DISTRIBUTIONS[kind]())
        x = torch.stack([data.sample(200, torch.Generator().manual_seed(seed)) for seed in range(3)])
        for measure in (data.good, data.mode_counts, data.log_density):
            torch.testing.assert_close(measure(x), torch.stack([measure(part) for part in x]))


def test_mode_counts_count_good_samples_only() -> None:
    data = Mixture(torch.tensor([[0.0, 0.0], [10.0, 0.0]]), torch.tensor([0.5, 0.5]), 1.0)
    x = torch.tensor([[0.0, 0.0], [2.9, 0.0], [3.1, 0.0], [10.0, 2.0]])
    assert data.mode_counts(x).tolist() == [2, 1]
    assert data.good(x).tolist() == [True, True, False, True]
