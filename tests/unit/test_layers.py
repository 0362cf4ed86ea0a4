"""The networks layer by layer: rows as the networks themselves say, and their drawing."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from gan_core.figures.networks import DOES, SHAPE, networks, shape_text
from gan_core.figures.picture import DARK, LIGHT
from gan_core.layers import layers
from gan_core.networks.families import FAMILIES, players
from gan_core.picture_game import first_weights_streams
from gan_core.specs import SIZES, PictureSpec

SVG = "{http://www.w3.org/2000/svg}"


def specs() -> list[PictureSpec]:
    """Every family at every size that it has; every second one told the class."""
    found = []
    for kind in FAMILIES:
        for size in [each for each in SIZES if kind != "mlp" or each <= 32]:
            flat = {"network.kind": kind, "data.size": size, "data.colour": size == 64, "batch": 16}
            found.append(PictureSpec.from_flat(flat | {"network.conditional": len(found) % 2 == 0}))
    return found


def named(spec: PictureSpec) -> str:
    return f"{spec.network.kind}-{spec.data.size}" + ("-conditional" if spec.network.conditional else "")


def rows(classes: int = 10, **changes: object) -> tuple[list[dict], list[dict]]:
    found = layers(PictureSpec.from_flat({name.replace("__", "."): value for name, value in changes.items()}), classes)
    return found["generator"]["layers"], found["discriminator"]["layers"]


@pytest.mark.parametrize("spec", specs(), ids=named)
def test_rows_are_what_the_networks_are(spec: PictureSpec) -> None:
    found = layers(spec, 10)
    assert json.loads(json.dumps(found)) == found
    channels, size = (3 if spec.data.colour else 1), spec.data.size
    made = players(spec.network, size, channels, 10, first_weights_streams(0))
    for network, player in zip(made, found.values(), strict=True):
        assert player["parameters"] == network.parameter_count == sum(row["parameters"] for row in player["layers"])
    generator, discriminator = (player["layers"] for player in found.values())
    assert generator[0]["shape"] == [spec.network.latent_size]
    assert generator[-1]["shape"] == discriminator[0]["shape"] == [channels, size, size]
    assert discriminator[-1]["shape"] == [1]
    told = [row for row in generator if row["name"] == "class embedding"]
    assert [row["shape"] for row in told] == [[spec.network.latent_size + 64]] * spec.network.conditional
    assert ("class projection" in discriminator[-1]["follows"]) == spec.network.conditional


@pytest.mark.parametrize("kind", FAMILIES)
def test_shapes_are_those_that_pass(kind: str) -> None:
    """Every shape of more than one row of numbers is the shape of a tensor that a layer of the real network returns."""
    spec = PictureSpec.from_flat({"network.kind": kind, "data.size": 28})
    generator, discriminator = players(spec.network, 28, 1, 0, first_weights_streams(0))
    passed = []
    for network in (generator, discriminator):
        for module in network.modules():
            module.register_forward_hook(
                lambda module, inputs, out: passed.extend([inputs[0].shape[1:], out.shape[1:]])
            )
    discriminator(generator(torch.zeros(2, spec.network.latent_size)))
    for player in rows(network__kind=kind, data__size=28):
        assert [
            row["shape"] for row in player if len(row["shape"]) == 3 and row["shape"] not in map(list, passed)
        ] == []


def test_a_row_says_what_makes_it_of_the_one_before() -> None:
    generator, discriminator = rows(network__generator_width=48, network__discriminator_norm="spectral")
    assert [(row["name"], row["shape"]) for row in generator] == [
        ("latent", [128]), ("linear", [192, 4, 4]), ("transposed conv 4×4, stride 2", [96, 8, 8]),
        ("transposed conv 4×4, stride 2", [48, 16, 16]), ("transposed conv 4×4, stride 2", [1, 32, 32]),
    ]  # fmt: skip
    assert generator[1]["parameters"] == 129 * 192 * 16 + 2 * 192  # BatchNorm's two numbers a channel with it
    assert generator[1]["follows"] == ["BatchNorm", "ReLU"]
    assert [(row["name"], row["shape"]) for row in discriminator] == [
        ("picture", [1, 32, 32]), ("conv 4×4, stride 2", [32, 16, 16]), ("conv 4×4, stride 2", [64, 8, 8]),
        ("conv 4×4, stride 2", [128, 4, 4]), ("linear", [1]),
    ]  # fmt: skip
    assert discriminator[1]["follows"] == ["spectral norm", "leaky ReLU"]


def test_residual_blocks_of_one_side_are_one_row() -> None:
    generator, discriminator = rows(network__kind="residual", network__blocks=2, data__size=28)
    assert [row["name"] for row in generator] == [
        "latent", "linear", "2 residual blocks", "enlarge ×2, 2 residual blocks", "enlarge ×2, 2 residual blocks",
        "conv 1×1",
    ]  # fmt: skip
    assert [row["name"] for row in discriminator] == [
        "picture", "conv 1×1", "2 residual blocks", "shrink ÷2, 2 residual blocks", "shrink ÷2, 2 residual blocks",
        "conv 7×7, depthwise", "linear",
    ]  # fmt: skip


# The drawing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
@pytest.mark.parametrize("spec", specs(), ids=named)
def test_a_drawing_says_every_shape(spec: PictureSpec, narrow: bool) -> None:
    generator, discriminator = (player["layers"] for player in layers(spec, 10).values())
    drawing = networks(generator, discriminator, LIGHT, narrow)
    root = ElementTree.fromstring(drawing)
    said = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    everything = [*generator, *discriminator[1:]]
    for row in everything:
        assert shape_text(row) in said
    tips = [title.text for title in root.iter(f"{SVG}title")]
    assert [tip.partition(": ")[2].partition(",")[0] for tip in tips] == [shape_text(row) for row in everything]
    assert all(shape_text(row) in root.get("aria-label") for row in everything)
    assert min(float(text.get("font-size")) for text in root.iter(f"{SVG}text")) == min(SHAPE, DOES) > 11


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
@pytest.mark.parametrize("kind", FAMILIES)
def test_nothing_lies_outside_or_on_the_neighbour(kind: str, narrow: bool) -> None:
    root = ElementTree.fromstring(networks(*rows(network__kind=kind, network__conditional=True), LIGHT, narrow))
    width, height = map(float, root.get("viewBox").split()[2:])
    assert (width == 360) == narrow
    before = 0.0
    for group in root.iter(f"{SVG}g"):
        along = []
        for shape in group:
            if shape.tag == f"{SVG}polygon":
                points = [tuple(map(float, point.split(","))) for point in shape.get("points").split()]
            elif shape.tag == f"{SVG}rect":
                x, y, across, down = (float(shape.get(name)) for name in ("x", "y", "width", "height"))
                points = [(x, y), (x + across, y + down)]
            else:
                continue
            assert all(0 <= x <= width and 0 <= y <= height for x, y in points)
            along += [y if narrow else x for x, y in points]
        if along:
            assert min(along) > before
            before = max(along)


def test_a_slab_is_as_high_as_its_side_and_as_wide_as_its_channels() -> None:
    root = ElementTree.fromstring(networks(*rows()))
    fronts = [re.findall(r"[\d.]+", slab[-1].get("points")) for slab in root.iter(f"{SVG}g") if len(slab) == 4]
    sizes = [(float(points[2]) - float(points[0]), float(points[5]) - float(points[1])) for points in fronts]
    wide, high = zip(*sizes, strict=True)  # of 128 × 4 × 4, 64 × 8 × 8, 32 × 16 × 16, and back
    assert high[1] == pytest.approx(2**0.5 * high[0], abs=0.2)
    assert high[2] == pytest.approx(2 * high[0], abs=0.2)
    assert wide[0] > wide[1] + 1
    assert wide[0] - wide[1] == pytest.approx(wide[1] - wide[2], abs=0.2)
    assert np.allclose(sizes, sizes[::-1], atol=0.2)


def test_players_have_their_colours_and_words_of_the_page() -> None:
    words = {"linear": "linéaire", "parameters": "paramètres"}
    drawing = networks(*rows(network__kind="mlp"), DARK, words=words)
    assert DARK.fake in drawing and DARK.real in drawing and LIGHT.fake not in drawing
    assert ">linéaire<" in drawing and ">linear<" not in drawing
    assert re.search(r">G · [\d,]+ paramètres<", drawing)


def test_names_cannot_break_out() -> None:
    row = {"name": '<b>"&', "shape": [4], "parameters": 3}
    picture = {"name": "picture", "shape": [1, 8, 8], "parameters": 0}
    for narrow in (False, True):
        root = ElementTree.fromstring(networks([row, picture], [picture, row], narrow=narrow))
        assert not list(root.iter("b"))
