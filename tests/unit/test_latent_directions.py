"""Directions: planted ones are found again, examples and classes lead where they should."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core.frames import unpack
from gan_core.latent.directions import between, between_classes, ganspace, of_model, sefa
from gan_core.latent.held import frozen, held
from gan_core.latent.strips import from_classes, from_examples, leading
from gan_core.metrics.features import classifier_features
from gan_core.networks.families import FAMILIES
from gan_core.specs import LatentSpec, SpecError
from tests.unit.planted import linear

VALUES = [8.0, 5.0, 3.0, 2.0, 1.0, 0.5]


def of(model: str = "fashion-mlp-28", **settings: object) -> str:
    return LatentSpec(model=model, **settings).json_text()


def alike(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Cosines of the angles between rows, whichever way they point."""
    return (a * b).sum(1).abs()


# Planted ones --------------------------------------------------------------------------------------------------------


def test_principal_directions_of_a_linear_generator_are_its_own() -> None:
    one, planted = linear(VALUES)
    found = ganspace(one, 4)
    assert alike(found.directions, planted[:4]).min() > 0.99  # 4,096 latents are not quite round
    shares = torch.tensor(VALUES).square() / torch.tensor(VALUES).square().sum()
    torch.testing.assert_close(found.explained, shares[:4], rtol=0.1, atol=0)


def test_the_closed_form_is_exact_on_a_linear_generator() -> None:
    one, planted = linear(VALUES)
    found = sefa(one.generator)
    assert alike(found.directions, planted).min() > 1 - 1e-5
    torch.testing.assert_close(found.explained, torch.tensor(VALUES).square() / torch.tensor(VALUES).square().sum())


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("classes", [0, 3])
@pytest.mark.parametrize("kind", ["pc", "sefa"])
def test_every_family_has_directions_of_length_one(family: str, classes: int, kind: str) -> None:
    torch.manual_seed(0)
    generator = FAMILIES[family][0](size=16, channels=1, latent_size=6, width=8, classes=classes)
    one = frozen("small", generator)
    found = of_model(one, kind)
    assert found.directions.shape == (6, 6)
    torch.testing.assert_close(found.directions.norm(dim=1), torch.ones(6))
    assert found.directions.gather(1, found.directions.abs().argmax(1, keepdim=True)).min() > 0
    assert found.explained.diff().max() <= 1e-6
    assert 0 < found.explained.sum() <= 1 + 1e-5
    again = ganspace(frozen("small", generator)) if kind == "pc" else sefa(generator)
    assert torch.equal(again.directions, found.directions)
    assert one.pictures(torch.zeros(2, 6), one.told(torch.zeros(2, dtype=torch.long))).shape == (2, 1, 16, 16)


def test_the_first_direction_changes_pictures_more_than_chance_does() -> None:
    one = held("cats-64")
    z = torch.randn(64, 128, generator=torch.Generator().manual_seed(3))
    random = torch.nn.functional.normalize(torch.randn(64, 128, generator=torch.Generator().manual_seed(4)), dim=1)
    here = one.pictures(z, None)
    first, any_other = (
        (one.pictures(z + 2 * way, None) - here).square().mean() for way in (of_model(one, "pc").directions[0], random)
    )
    assert first > 3 * any_other


@pytest.mark.parametrize("classes", [0, 3])
@pytest.mark.parametrize("kind", ["pc", "sefa"])
def test_a_dead_generator_has_no_directions(kind: str, classes: int) -> None:
    generator = FAMILIES["mlp"][0](size=8, channels=1, latent_size=6, width=8, classes=classes)
    first = next(layer for layer in generator.modules() if isinstance(layer, torch.nn.Linear))
    first.weight.data[:, :6] = 0  # whatever the class and the bias say, the latent says nothing
    first.bias.data.fill_(0.3)
    with pytest.raises(SpecError, match="answers all latents alike"):
        of_model(frozen("dead", generator), kind)


# From examples and classes -------------------------------------------------------------------------------------------


def test_examples_lead_from_one_middle_to_the_other() -> None:
    way = torch.nn.functional.normalize(torch.arange(1.0, 9), dim=0)
    noise = torch.randn(4000, 8, generator=torch.Generator().manual_seed(0))
    assert between(noise[:2000] + 2 * way, noise[2000:] - 2 * way) @ way > 0.999
    assert between(noise[:1], noise[:0]) @ noise[0] == pytest.approx(noise[0].norm())
    with pytest.raises(SpecError, match="same middle"):
        between(noise[:5], noise[:5])


def test_along_a_direction_between_classes_the_class_comes() -> None:
    one, way = held("fashion-mlp-28"), between_classes(held("fashion-mlp-28"), 1, 8)
    z = torch.randn(200, 64, generator=torch.Generator().manual_seed(0))
    features = classifier_features("fashion")
    trousers = [(features(one.pictures(z + far * way, None)).logits.argmax(1) == 1).sum() for far in (-3, 0, 3)]
    assert trousers[0] < trousers[1] < trousers[2]
    assert trousers[2] > 60


@pytest.mark.parametrize(
    ("model", "to", "words"),
    [
        ("fashion-cdcgan-32", 1, "choose the class itself"),
        ("cats-64", 1, "mark examples"),
        ("fashion-mlp-28", 10, "must be from 0 to 9"),
    ],
)
def test_where_classes_lead_nowhere_it_says_why(model: str, to: int, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        from_classes(of(model), to, 0)


# Strips --------------------------------------------------------------------------------------------------------------


def test_each_direction_has_a_strip_with_the_point_in_its_middle() -> None:
    found = leading(of(seed=4), "sefa", 3)
    assert found["explained"].shape == (3,)
    assert unpack(found["own"])[0]["sefa"].shape == (3, 64)
    strips = [pictures_of(strip) for strip in found["strips"]]
    for strip in strips[1:]:
        assert np.abs(strip[3] - strips[0][3]).mean() < 3  # WebP's own
        assert np.abs(strip[0] - strips[0][0]).mean() > 3


def test_directions_that_came_along_are_not_sought_again() -> None:
    fresh = held("fashion-mlp-28")
    fresh.found.clear()
    own = leading(of(), "pc", 2)["own"]
    fresh.found.clear()
    moved = leading(of(knobs="pc1:2"), "sefa", 1, own)
    assert set(fresh.found) == {"sefa"}
    assert moved["strips"] == leading(of(knobs="pc1:2"), "sefa", 1)["strips"]


def test_marked_pictures_make_a_direction() -> None:
    found = from_examples(of(), [of(seed=1), of(seed=2)], [of(seed=3)])
    (way,) = unpack(found["own"])[0]["own"]
    assert np.linalg.norm(way) == pytest.approx(1, rel=1e-5)
    assert pictures_of(found["strip"]).shape == (7, 28, 28)
    with pytest.raises(SpecError, match="mark one picture or more"):
        from_examples(of(), [], [])


@pytest.mark.parametrize(("kind", "count", "words"), [("own", 1, "pc or sefa"), ("pc", 33, "from 1 to 32")])
def test_other_directions_are_refused(kind: str, count: int, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        leading(of(), kind, count)


def pictures_of(strip: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(strip)) as image:
        return np.stack(np.split(np.asarray(image.convert("L")).astype(float), 7, 1))
