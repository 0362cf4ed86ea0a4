"""Three pixels near the diagonal, and two measures that are nearly one: closed forms against what is counted."""

import math

import numpy as np
import pytest

from gan_core.data import bodies, triples
from gan_core.figures.thin_cloud import LONG, cloud_rows, thin_cloud

# Three pixels ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("within", [0.02, 0.1, 0.3, triples.WIDEST])
def test_the_share_of_the_cube_is_what_random_pictures_count(within: float) -> None:
    exact, count = triples.share_of_all(within), 200_000
    counted = triples.share_near(triples.any_triples(count, seed=1), within)
    assert counted == pytest.approx(exact, abs=5 * math.sqrt(exact * (1 - exact) / count))


def test_a_share_is_told_only_where_it_holds() -> None:
    assert triples.share_of_all(0) == 0
    with pytest.raises(ValueError, match=r"must be from 0 to 0\.707"):
        triples.share_of_all(0.8)


def test_distance_from_the_diagonal() -> None:
    known = np.array([[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 255]], np.uint8)
    assert triples.from_diagonal(known) == pytest.approx([0, 0, math.sqrt(2 / 3), math.sqrt(2 / 3)])


def test_triples_are_neighbours_of_a_row_and_never_pure_black() -> None:
    pictures = np.zeros((2, 2, 5), np.uint8)
    pictures[0, 0] = [1, 2, 3, 4, 5]
    pictures[1, 1] = [0, 0, 0, 0, 9]
    cut = {tuple(map(int, triple)) for triple in triples.cut_triples(pictures, 4)}
    assert cut == {(1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 0, 9)}


@pytest.mark.parametrize(
    ("cut", "least"), [(triples.clothes_triples, 0.4), (triples.cat_triples, 0.7)], ids=["clothes", "cats"]
)
def test_pictures_of_something_lie_near_the_diagonal(cut, least: float) -> None:
    many = cut(5000)
    assert many.shape == (5000, 3)
    assert many.dtype == np.uint8
    assert triples.share_near(many, 0.1) > least > 8 * triples.share_of_all(0.1)
    assert np.array_equal(many, cut(5000))


# Two measures ---------------------------------------------------------------------------------------------------------


def test_made_up_adults_are_as_published() -> None:
    many = bodies.simulated(200_000, seed=3)
    assert many.mean(axis=0) == pytest.approx(bodies.MEANS, rel=0.002)
    assert many.std(axis=0) == pytest.approx(bodies.DEVIATIONS, rel=0.01)
    assert np.corrcoef(many.T)[0, 1] == pytest.approx(bodies.CORRELATION, abs=0.01)


@pytest.mark.parametrize("sign", [1, -1])
def test_principal_axes_of_two_standardised_measures(sign: int) -> None:
    points = bodies.standardised(bodies.simulated(400) * [1, sign])
    correlation = np.corrcoef(points.T)[0, 1]
    axes = bodies.principal_axes(points)
    assert axes.first_share == pytest.approx((1 + abs(correlation)) / 2)
    assert axes.deviations == pytest.approx([math.sqrt(1 + abs(correlation)), math.sqrt(1 - abs(correlation))])
    assert np.abs(axes.directions) == pytest.approx(np.full((2, 2), math.sqrt(0.5)))
    assert np.sign(axes.directions[0].prod()) == sign
    assert axes.directions @ axes.directions.T == pytest.approx(np.eye(2), abs=1e-12)


def test_principal_axes_of_a_line_hold_everything() -> None:
    axes = bodies.principal_axes(np.outer(np.arange(5.0), [3, 4]))
    assert axes.first_share == pytest.approx(1)
    assert np.abs(axes.directions[0]) == pytest.approx([0.6, 0.8])


def test_the_figure_draws_the_axes_in_the_points_own_units() -> None:
    points = bodies.simulated(300)
    axes = bodies.principal_axes(bodies.standardised(points))
    rows = cloud_rows(points, axes)
    assert [*rows["part"][-4:]] == ["first", "first", "second", "second"]
    ends = np.column_stack([rows["x"], rows["y"]])[-4:]
    standard = (ends - points.mean(axis=0)) / points.std(axis=0)
    assert np.linalg.norm(standard, axis=1) == pytest.approx(LONG * axes.deviations.repeat(2))
    assert standard[0] == pytest.approx(-standard[1])
    frame = thin_cloud(points, "a", "b", "#000", "#111")["layer"][0]["encoding"]
    widths = [np.subtract(*frame[name]["scale"]["domain"][::-1]) for name in "xy"]
    assert widths / points.std(axis=0) == pytest.approx([7, 7])
