"""The generator in the hand: every shipped checkpoint, runs whose weights have to come, addresses that ask too much."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core import models
from gan_core.data.pictures import DataError
from gan_core.events import Checkpoint
from gan_core.frames import pack, unpack
from gan_core.latent.ant import local
from gan_core.latent.hand import about, base, picture, pictures
from gan_core.latent.held import held
from gan_core.latent.plane import places, plane, spot, tile
from gan_core.latent.point import noise, point, untruncated
from gan_core.latent.strips import leading
from gan_core.latent.turn import turn
from gan_core.latent.walks import walk
from gan_core.model_folder import CHECKPOINTS
from gan_core.picture_game import generated
from gan_core.pictures import PictureRun, train
from gan_core.seeds import stream
from gan_core.specs import LatentSpec, SpecError
from tests.unit.test_picture_training import quadrants
from tests.unit.test_picture_training import spec as run_spec

GENERATORS = sorted(file.parent.name for file in CHECKPOINTS.glob("*/scores.json"))


LEARNT = {"network__conditional": True, "ema": 0.9, "score_every": 0}


def of(model: str = "fashion-mlp-28", **settings: object) -> str:
    return LatentSpec(model=model, **settings).json_text()


def pixels(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image).astype(int)


# Every checkpoint that ships -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", GENERATORS)
def test_every_generator_that_ships_can_be_taken_in_hand(model: str) -> None:
    told = about(model)
    label = 3 if told["conditional"] else 0
    size = (told["size"], told["size"])
    plain = pixels(picture(of(model, seed=5, label=label)))
    assert plain.shape == (size if told["channels"] == 1 else (*size, 3))
    generator = models.load(model)
    z = torch.randn(1, generator.latent_size, generator=stream(5, "latents"))
    theirs = generated(generator, z, torch.tensor([label]) if told["conditional"] else None)
    ours = torch.from_numpy(plain.reshape(*size, -1)).permute(2, 0, 1)
    assert (ours - (theirs[0] + 1) * 127.5).abs().max() < 2  # as `models.samples` draws it
    for knobs in ("z0:4", "pc0:-3", "sefa1:3"):
        assert np.abs(pixels(picture(of(model, seed=5, label=label, knobs=knobs))) - plain).mean() > 1, knobs
    assert 1 < local(of(model, seed=5, label=label))["freedom"] < 40
    assert len(leading(of(model, label=label), "pc", 4)["strips"]) == 4
    ways = walk([of(model, seed=1, label=label), of(model, seed=2, label=label)], "even", 4)
    assert ways["pixels"] > 10
    square = tile([of(model, seed=seed, label=label) for seed in (1, 2, 3)], side=3)
    assert ("classes" in square) == told["sorted"]


def test_classes_have_their_names_and_are_obeyed() -> None:
    assert about("fashion-cdcgan-32")["labels"][8] == "Bag"
    assert about("fashion-vae-32")["labels"][8] == "Bag"  # whose config has no names
    assert about("digits-cdcgan-32")["labels"] == list("0123456789")
    one, seven = (pixels(picture(of("digits-cdcgan-32", label=label))) for label in (1, 7))
    assert np.abs(one - seven).mean() > 10


@pytest.mark.parametrize("model", ["fashion-classifier", "vgg19-conv", "toy-ring", "nothing-here", "some/repository"])
def test_what_makes_no_pictures_is_refused_in_one_sentence(model: str) -> None:
    with pytest.raises(DataError) as refusal:
        picture(of(model))
    assert str(refusal.value).endswith(".")
    assert str(CHECKPOINTS) not in str(refusal.value)


# Points --------------------------------------------------------------------------------------------------------------


def test_a_point_is_noise_then_moves_then_truncation() -> None:
    one = held("fashion-mlp-28")
    first = noise(7, 64)
    assert torch.equal(first, torch.randn(3, 64, generator=stream(7, "latents"))[0])
    own = torch.nn.functional.normalize(torch.randn(2, 64, generator=stream(1, "latents")), dim=1)
    spec = LatentSpec(model=one.model, seed=7, knobs="own1:2,z3:1.5,own0:-1", truncation=0.5)
    expected = first.clone()
    expected[3] = 1.5  # set, whatever the noise had there
    torch.testing.assert_close(
        point(one, spec, pack({"own": own.numpy()})).z[0], 0.5 * (expected + 2 * own[1] - own[0])
    )


def test_truncation_to_nothing_is_the_same_picture_for_all() -> None:
    assert picture(of(seed=1, truncation=0)) == picture(of(seed=2, truncation=0))


def test_a_base_stands_for_all_that_was_moved() -> None:
    moved = {"seed": 3, "knobs": "z1:2,sefa0:-2", "truncation": 0.7}
    packed = base(of(**moved))
    assert picture(of(seed=99, truncation=0.7), packed) == picture(of(**moved))
    one = held("fashion-mlp-28")
    untouched = untruncated(one, LatentSpec(model=one.model, knobs="z0:6"), packed)
    assert untouched[0] == 6
    assert untruncated(one, LatentSpec(model=one.model), packed)[0] != 6  # what came is left as it was


@pytest.mark.parametrize(
    ("settings", "own", "words"),
    [
        ({"knobs": "z64:1"}, None, r"has z64, but fashion-mlp-28 has the coordinates 0 to 63\."),
        ({"knobs": "pc32:1"}, None, r"has pc32, but there are directions pc 0 to 31\."),
        ({"knobs": "sefa64:1"}, None, r"there are directions sefa 0 to 63\."),
        ({"knobs": "own0:1"}, None, "found in another visit"),
        ({"knobs": "v2:1"}, {"own": np.zeros((1, 64))}, "has v2, a direction that was found in another visit"),
        ({"knobs": "own1:1"}, {"own": np.zeros((1, 64))}, r"directions own 0 to 0\."),
        ({}, {"base": np.zeros(128)}, "has 128 coordinates and fashion-mlp-28 has 64: it was found in another model"),
        ({"label": 1}, None, "it must be 0, for it is told no class"),
        ({"model": "fashion-cdcgan-32", "label": 10}, None, "it must be from 0 to 9"),
    ],
)  # fmt: skip
def test_what_a_model_lacks_is_refused(settings: dict, own: dict | None, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        picture(of(**settings), own and pack({name: array.astype(np.float32) for name, array in own.items()}))


def test_another_kind_of_spec_is_refused() -> None:
    with pytest.raises(SpecError, match="kind is 'pictures'; it must be latent"):
        picture(run_spec().json_text())


def test_a_sheet_has_all_of_one_model() -> None:
    whole = pixels(pictures([of(seed=seed) for seed in range(3)], None, None, 3))
    assert whole.shape[:2] == (28, 84)
    assert np.abs(whole[:, 28:56].reshape(28, 28, -1)[..., 0] - pixels(picture(of(seed=1)))).mean() < 5
    with pytest.raises(SpecError, match="two models"):
        pictures([of(), of("cats-64")])


# Turned --------------------------------------------------------------------------------------------------------------


def test_a_turn_tells_where_its_coordinates_rest() -> None:
    turned = turn(of(seed=7, knobs="z3:2,pc0:1", truncation=0.5), [0, 3, 63, 64, 200])
    assert turned["picture"] == picture(of(seed=7, knobs="z3:2,pc0:1", truncation=0.5))
    still = noise(7, 64)
    assert turned["rests"] == {number: round(float(still[number]), 3) for number in (0, 3, 63)}  # unmoved, whole
    base = np.linspace(-1, 1, 64, dtype=np.float32)
    assert turn(of(seed=7, knobs="z3:2"), [3], pack({"base": base}))["rests"] == {3: round(float(base[3]), 3)}


# Runs ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checkpoint() -> bytes:
    events = train(run_spec(**LEARNT), pictures=quadrants())
    return [event for event in events if isinstance(event, Checkpoint)][-1].packed


def test_the_weights_of_a_run_are_asked_for_once(checkpoint: bytes) -> None:
    name = "run:here@12"
    assert picture(of(name, label=2)) is None
    assert about(name) is None
    assert walk([of(name), of(name, seed=1)]) is None
    first = picture(of(name, label=2), None, checkpoint)
    assert picture(of(name, label=2)) == first
    told = about(name)
    assert (told["labels"], told["size"], told["latent_size"]) == (["NW", "NE", "SW", "SE"], 8, 8)
    run = PictureRun(run_spec(**LEARNT), quadrants(), "cpu")
    run.load(checkpoint)
    run.settle()
    theirs = generated(run.generator, noise(0, 8)[None], torch.tensor([2]))
    assert np.abs(pixels(first) - (theirs[0, 0].numpy() + 1) * 127.5).max() < 2


def test_a_damaged_checkpoint_is_refused(checkpoint: bytes) -> None:
    for damaged in (b"", checkpoint[: len(checkpoint) // 2], b"\0" * 100):
        with pytest.raises(SpecError, match="damaged"):
            picture(of("run:damaged@1"), None, damaged)


def test_few_generators_are_kept(checkpoint: bytes) -> None:
    for number in range(4):
        picture(of(f"run:many{number}@12"), None, checkpoint)
    assert picture(of("run:many0@12")) is None
    assert picture(of("run:many3@12")) is not None


def test_a_run_that_has_gone_on_is_another_model(checkpoint: bytes) -> None:
    with pytest.raises(SpecError, match="gone on to step 12"):
        picture(of("run:other@4"), None, checkpoint)


# The map -------------------------------------------------------------------------------------------------------------


def test_a_plane_goes_through_its_three_points() -> None:
    z = torch.randn(3, 20, generator=torch.Generator().manual_seed(0))
    found = plane(z)
    torch.testing.assert_close(found.axes @ found.axes.T, torch.eye(2), rtol=0, atol=1e-5)
    torch.testing.assert_close(found.at(found.corners), z)
    torch.testing.assert_close(found.shares(found.corners), torch.eye(3), rtol=0, atol=1e-5)
    torch.testing.assert_close(found.shares(torch.zeros(1, 2)), torch.full((1, 3), 1 / 3), rtol=0, atol=1e-5)
    far = found.shares(torch.tensor([[50.0, -80.0]]))
    assert far.min() >= 0
    assert far.sum().item() == pytest.approx(1)


def test_places_go_row_by_row_from_the_top_left() -> None:
    found = places(10, 20, 3, 3)
    assert found[:4].tolist() == [[8, 22], [10, 22], [12, 22], [8, 20]]


def test_a_tile_that_is_dragged_shows_the_same_pictures_elsewhere() -> None:
    three = [of("fashion-cdcgan-32", seed=seed, label=label) for seed, label in ((1, 1), (2, 8), (3, 5))]
    here, right = tile(three, 0, 0, 8, 4), tile(three, 4, 0, 8, 4)  # two places to the right, of 4 each: one place
    whole, moved = (pixels(each["sheet"])[..., 0].reshape(128, 4, 32) for each in (here, right))
    assert np.abs(whole[:, 1:] - moved[:, :-1]).mean() < 3
    assert here["classes"].shape == here["sure"].shape == here["norms"].shape == (4, 4)
    torch.testing.assert_close(torch.from_numpy(here["classes"][:, 1:]), torch.from_numpy(right["classes"][:, :-1]))
    classes = tile(three, *here["corners"][1].tolist(), 0.1, 1)["classes"]
    assert here["labels"][classes[0, 0]] == "Bag"


def test_a_spot_on_the_map_is_what_lies_there() -> None:
    three = [of("fashion-cdcgan-32", seed=seed, label=label) for seed, label in ((1, 1), (2, 8), (3, 5))]
    corners = tile(three, side=1)["corners"]
    for seed, label, corner in zip((1, 2, 3), (1, 8, 5), corners, strict=True):
        found = spot(three, *corner.tolist())
        np.testing.assert_allclose(unpack(found["own"])[0]["base"], noise(seed, 128).numpy(), atol=1e-4)
        assert found["label"] == label
    near = spot(three, *(0.8 * corners[1] + 0.1 * (corners[0] + corners[2])).tolist())
    assert near["label"] == 8
    middle = unpack(spot(three, 0, 0)["own"])[0]["base"]
    np.testing.assert_allclose(middle, sum(noise(seed, 128).numpy() for seed in (1, 2, 3)) / 3, atol=1e-5)


@pytest.mark.parametrize(
    ("specs", "settings", "words"),
    [
        ([of(), of(seed=1)], {}, "three pictures, not 2"),
        ([of(), of(seed=1), of()], {}, "lie on one line"),
        ([of(), of(), of()], {}, "lie on one line"),
        ([of(), of(seed=1), of(seed=2)], {"side": 25}, "from 1 to 24"),
        ([of(), of(seed=1), of(seed=2)], {"extent": 0}, "more than 0"),
    ],
)
def test_no_plane_is_refused(specs: list[str], settings: dict, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        tile(specs, **settings)
