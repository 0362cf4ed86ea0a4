"""Local coordinates against the full Jacobian, and the intrinsic dimension of shapes whose dimension is known."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from gan_core.data.pictures import DataError
from gan_core.frames import unpack
from gan_core.latent import ant
from gan_core.latent.ant import dimensions, local
from gan_core.latent.hand import picture
from gan_core.latent.held import frozen, held
from gan_core.latent.local import degrees_of_freedom, noise_values, spectrum
from gan_core.latent.point import point
from gan_core.metrics.dimension import intrinsic_dimension
from gan_core.metrics.resampling import Estimate
from gan_core.networks.families import FAMILIES
from gan_core.specs import LatentSpec
from tests.unit.planted import linear, orthonormal


def random(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def of(model: str = "fashion-cdcgan-32", **settings: object) -> str:
    return LatentSpec(model=model, **settings).json_text()


# The spectrum --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("classes", [0, 3])
def test_singular_values_are_those_of_the_full_jacobian(family: str, classes: int) -> None:
    torch.manual_seed(0)
    one = frozen("small", FAMILIES[family][0](size=16, channels=3, latent_size=19, width=16, classes=classes))
    z, told = torch.randn(1, 19, generator=random()), one.told(torch.tensor([2]) if classes else torch.tensor([0]))
    found = spectrum(lambda latents: one.draw(latents, told), z)
    full = torch.autograd.functional.jacobian(lambda latent: one.draw(latent[None], told).flatten(), z[0])
    _, values, directions = torch.linalg.svd(full, full_matrices=False)
    torch.testing.assert_close(found.values[: len(values)], values, rtol=1e-4, atol=1e-5 * values[0].item())
    apart = (values[:-1] - values[1:]).div(values[0]) > 1e-2  # where two are alike their directions may turn
    alike = (found.directions * directions).sum(1).abs()[:-1]
    assert alike[: int(apart.logical_not().nonzero()[0]) if not apart.all() else None].min() > 0.99


def test_a_generator_that_is_a_plane_has_two_degrees_of_freedom() -> None:
    sheet = orthonormal(64, 2) @ torch.diag(torch.tensor([2.0, 1.5])) @ orthonormal(10, 2, 1).T  # (64, 10)
    found = spectrum(lambda z: torch.tanh(z @ sheet.T @ orthonormal(64, 2)), torch.zeros(1, 10))  # bent, not torn
    assert degrees_of_freedom(found.values) == 2
    torch.testing.assert_close(found.values[:2], torch.tensor([2.0, 1.5]))
    assert found.values[2:].max() < 1e-5


def test_a_linear_generator_is_the_same_everywhere() -> None:
    one, planted = linear([8.0, 5.0, 3.0, 2.0, 1.0, 0.5])
    found = spectrum(lambda z: one.draw(z, None), torch.full((1, 6), 3.0))
    torch.testing.assert_close(found.values, torch.tensor([8.0, 5.0, 3.0, 2.0, 1.0, 0.5]))
    assert (found.directions * planted).sum(1).abs().min() > 1 - 1e-4


@pytest.mark.parametrize(
    ("values", "expected"), [([1.0], 1), ([3.0, 1.0], 1), ([2.0, 1.0], 2), ([1.0] * 10, 9), ([1.0, 0.0], 1)]
)
def test_degrees_of_freedom_are_counted_in_squares(values: list[float], expected: int) -> None:
    assert degrees_of_freedom(torch.tensor(values)) == expected


def test_noise_has_the_spectrum_of_a_random_map() -> None:
    drawn = torch.stack([noise_values(300, 40, random(seed)) for seed in range(30)])
    maps = torch.randn(30, 300, 40, generator=random(99)) / 300**0.5
    torch.testing.assert_close(drawn.mean(0), torch.linalg.svdvals(maps).mean(0), rtol=0, atol=0.02)
    edge = math.sqrt(40 / 300)
    assert drawn.min() > 1 - edge - 0.15
    assert drawn.max() < 1 + edge + 0.15


# At a point ----------------------------------------------------------------------------------------------------------


def test_a_trained_generator_needs_few_of_its_coordinates_and_noise_nearly_all() -> None:
    found = local(of(seed=1))
    assert found["values"].shape == found["noise"].shape == (128,)
    assert found["freedom"] < 40 < 90 < found["noise_freedom"]
    assert (found["noise"] ** 2).sum() == pytest.approx((found["values"] ** 2).sum(), rel=1e-4)


def test_a_local_knob_moves_the_picture_as_fast_as_its_value_says() -> None:
    found = local(of(seed=1))
    one, step = held("fashion-cdcgan-32"), 0.01
    z, told = point(one, LatentSpec(model=one.model, seed=1))
    for number in (0, 5):
        way = torch.from_numpy(unpack(found["own"])[0]["v"][number])
        moved = (one.pictures(z + step * way, told) - one.pictures(z - step * way, told)) * 127.5 / (2 * step)
        assert moved.square().mean().sqrt().item() == pytest.approx(found["values"][number], rel=0.05)
    assert picture(of(seed=1, knobs="v0:2"), found["own"]) != picture(of(seed=1))


# The intrinsic dimension ---------------------------------------------------------------------------------------------


def sphere(dimension: int, count: int, seed: int) -> Tensor:
    """On the unit sphere of that dimension, turned into 30 coordinates."""
    points = torch.nn.functional.normalize(torch.randn(count, dimension + 1, generator=random(seed)), dim=1)
    return points @ orthonormal(30, dimension + 1, seed).T


@pytest.mark.parametrize("dimension", [1, 2, 3, 5])
@pytest.mark.parametrize("neighbours", [2, 5])
def test_spheres_have_their_dimension_within_the_error(dimension: int, neighbours: int) -> None:
    found = [intrinsic_dimension(sphere(dimension, 1200, seed), random(), neighbours) for seed in range(6)]
    assert all(abs(each.value - dimension) < 3 * each.error for each in found)
    values = torch.tensor([each.value for each in found])
    error = sum(each.error for each in found) / 6
    assert error < 0.1 * dimension
    assert values.mean().item() == pytest.approx(dimension, abs=3 * error / 6**0.5)


def test_the_error_is_what_fresh_samples_scatter_by() -> None:
    found = [intrinsic_dimension(sphere(3, 500, seed), random()) for seed in range(40)]
    values, errors = torch.tensor([each.value for each in found]), torch.tensor([each.error for each in found])
    assert 0.8 < errors.mean() / values.std() < 2


def test_scale_place_and_copies_do_not_matter() -> None:
    points = sphere(2, 400, 0)
    plain = intrinsic_dimension(points, random())
    moved = intrinsic_dimension(1000 * points + 5, random())
    doubled = intrinsic_dimension(torch.cat([points, points]), random())
    assert moved.value == pytest.approx(plain.value, rel=1e-3)
    assert doubled == plain


def test_a_high_dimension_reads_too_low_as_the_docstring_says() -> None:
    assert 14 < intrinsic_dimension(sphere(20, 1500, 0), random()).value < 18


def test_too_few_samples_have_no_dimension() -> None:
    with pytest.raises(ValueError, match="1 samples differ; the dimension needs 40"):
        intrinsic_dimension(torch.ones(100, 3), random())


def test_pictures_that_are_all_alike_are_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    dead, _ = linear([0.0] * 6)
    monkeypatch.setattr(ant, "held", lambda *_: dead)
    with pytest.raises(DataError, match="pictures that planted makes have no dimension: 1 samples differ"):
        dimensions("planted")


def test_data_and_samples_are_thin_and_noise_is_not() -> None:
    said: list[tuple[int, int]] = []
    found = {
        name: Estimate(*each) for name, each in dimensions("fashion-mlp-28", progress=lambda *p: said.append(p)).items()
    }
    assert set(found) == {"samples", "noise", "data"}
    assert found["samples"].value < found["data"].value < 20
    assert found["noise"].value > 100
    assert said[-1] == (3, 3)
    assert dimensions("fashion-mlp-28", stop=lambda: True) == {}
