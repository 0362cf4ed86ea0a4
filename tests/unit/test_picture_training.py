"""The loop on pictures: same run from the same spec, resumed to the bit, classes obeyed, cures that bite."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load, save

from gan_core.data.pictures import PictureSet
from gan_core.events import Checkpoint, Frame, Header, TrainingFailed
from gan_core.frames import metadata, unpack
from gan_core.metrics.frechet import frechet_distance
from gan_core.picture_checkpoint import kept
from gan_core.picture_game import Deck, PictureGame, as_bytes, generated, scaled
from gan_core.pictures import PictureRun, sheet_image, train
from gan_core.seeds import stream
from gan_core.specs import PictureSpec, SpecError

SMALL = {
    "data.size": 8, "network.generator_width": 8, "network.discriminator_width": 8, "network.latent_size": 8,
    "batch": 16, "steps": 12, "frame_every": 4, "samples": 9,
}  # fmt: skip


def quadrants(count: int = 400) -> PictureSet:
    """Pictures of 8 by 8, one quarter bright, a class for each: what four pixels can say."""
    rng = np.random.default_rng(0)
    labels = np.sort(np.arange(count) % 4)
    pictures = rng.integers(0, 60, (count, 8, 8, 1))
    for picture, label in zip(pictures, labels, strict=True):
        picture[4 * (label // 2) : 4 * (label // 2) + 4, 4 * (label % 2) : 4 * (label % 2) + 4] += 180
    return PictureSet("quadrants", pictures.astype(np.uint8), labels.astype(np.int64), ("NW", "NE", "SW", "SE"))


def spec(**changes: object) -> PictureSpec:
    return PictureSpec.from_flat(SMALL | {name.replace("__", "."): value for name, value in changes.items()})


SET_UPS = {
    "plain": {},
    "augmented, averaged, noisy": {
        "augmentation__colour": 1, "augmentation__shift": 0.125, "augmentation__cutout": 0.5, "ema": 0.99,
        "instance_noise": 0.1, "instance_noise_until": 10,
    },
    "conditional": {"network__conditional": True, "data__mirrored": True, "penalised": 4, "regularisation__every": 3},
    "wrong classes": {"network__conditional": True, "mismatched": 0.5, "loss": "relativistic"},
    "relativistic, residual": {
        "network__kind": "residual", "loss": "relativistic", "regularisation__r2": 1, "network__conditional": True,
        "network__discriminator_width": 16,
    },
    "hinge, spectral": {
        "loss": "hinge", "network__discriminator_norm": "spectral", "regularisation__r1": 0, "discriminator_steps": 2,
    },
    "critic": {"loss": "wasserstein", "regularisation__gradient_penalty": 10, "ema": 0, "clip_gradient": 1.0},
    "fakes of its own": {"shared_fakes": False, "loss": "relativistic"},
    "skipping": {"skip_above": 0.6, "skip_below": 0.5, "generator_steps": 2},
    "mlp, rmsprop": {"network__kind": "mlp", "generator_optimizer__name": "rmsprop", "network__spectral_norm": True},
    "dcgan of the paper": {"network__discriminator_norm": "batch", "regularisation__r1": 0},
}  # fmt: skip


@pytest.mark.parametrize("changes", SET_UPS.values(), ids=SET_UPS)
@pytest.mark.parametrize("bfloat16", [False, True], ids=["float32", "bfloat16"])
def test_resumed_equals_not_stopped_to_the_bit(changes: dict, bfloat16: bool) -> None:
    what = spec(**changes, bfloat16=bfloat16)
    whole, first, second = (PictureRun(what, quadrants()) for _ in range(3))
    for _ in range(6):
        whole.round()
        first.round()
    second.load(first.save())
    for _ in range(6):
        whole.round()
        second.round()
    one, other = whole.game.state(), second.game.state()
    assert one.keys() == other.keys()
    assert [name for name in one if not torch.equal(one[name], other[name])] == []
    assert np.array_equal(whole.samples(), second.samples())
    assert whole.numbers() == second.numbers()


def test_half_the_bits_change_the_run_but_little() -> None:
    runs = [PictureGame(spec(bfloat16=bits, regularisation__r1=0), quadrants()) for bits in (False, True)]
    for run in runs:
        run.round()
    one, other = (run.numbers()["discriminator_loss"] for run in runs)
    assert one != other
    assert one == pytest.approx(other, abs=0.02)


@pytest.mark.parametrize("kind, width", [("dcgan", 32), ("mlp", 8), ("residual", 16)])
def test_fifty_steps_bring_the_samples_closer(kind: str, width: int) -> None:
    fast = {f"{player}_optimizer__learning_rate": 1e-2 for player in ("generator", "discriminator")}
    widths = {"network__discriminator_width": width, "network__generator_width": max(8, width // 2)}
    game = PictureGame(spec(**fast, **widths, network__kind=kind, ema=0.8, samples=256, batch=64), quadrants())
    real = scaled(game.deck.pictures).flatten(1)

    def distance() -> float:
        return frechet_distance(real, scaled(torch.from_numpy(game.samples())).flatten(1))

    before = distance()
    for _ in range(50):
        game.round()
    assert distance() < 0.6 * before


@pytest.mark.parametrize("kind", ["dcgan", "mlp", "residual"])
def test_a_conditional_pair_obeys_its_class(kind: str) -> None:
    what = spec(network__kind=kind, network__conditional=True, ema=0.9, batch=64,
                generator_optimizer__learning_rate=2e-3, discriminator_optimizer__learning_rate=2e-3,
                network__discriminator_width=16, network__generator_width=16)  # fmt: skip
    game = PictureGame(what, quadrants())
    for _ in range(150):
        game.round()
    labels = torch.arange(200) % 4
    z = torch.randn(200, 8, generator=torch.Generator().manual_seed(1))
    pictures = generated(game.generator, z, labels)[:, 0]  # (200, 8, 8)
    quarters = pictures.unflatten(1, (2, 4)).unflatten(3, (2, 4)).mean((2, 4)).flatten(1)  # (200, 4)
    assert (quarters.argmax(1) == labels).float().mean() > 0.9


def test_a_checkpoint_of_another_device_loads_with_streams_of_its_own() -> None:
    run = PictureRun(spec(), quadrants())
    run.round()
    arrays = load(packed := run.save())
    arrays |= {name: torch.zeros(16, dtype=torch.uint8) for name in arrays if name.startswith("streams.")}
    about = metadata(packed) | {"device": json.dumps("cuda")}
    other = PictureRun(spec(), quadrants())
    other.load(save(arrays, about))
    for one, again in zip(run.generator.parameters(), other.generator.parameters(), strict=True):
        assert torch.equal(one, again)
    other.round()


def test_the_average_has_statistics_of_its_own() -> None:
    run = PictureRun(spec(ema=0.99, samples=256), quadrants())
    for _ in range(10):
        run.round()
    run.settle()
    seen = []
    norm = next(module for module in run.generator.modules() if isinstance(module, torch.nn.BatchNorm2d))
    norm.register_forward_hook(lambda module, given, out: seen.append(given[0]))
    generated(run.generator, run.z_settling)
    mean = torch.cat(seen).mean((0, 2, 3))
    torch.testing.assert_close(norm.running_mean, mean, rtol=0.02, atol=0.002)
    assert norm.momentum == 0.1


def test_numbers_that_are_none_are_not_kept() -> None:
    run = PictureRun(spec(), quadrants())
    run.round()
    run.sums += torch.nan
    with pytest.raises(TrainingFailed, match="no longer finite"):
        run.save()


@pytest.mark.parametrize("steps", [{}, {"discriminator_steps": 2}, {"generator_steps": 2, "shared_fakes": False}])
def test_each_picture_is_judged_as_the_class_that_it_is_of(steps: dict) -> None:
    game = PictureGame(spec(network__conditional=True, penalised=4, **steps), quadrants()).game
    judged = []
    network = game.discriminator

    class Told(torch.nn.Module):
        def forward(self, points, labels):
            judged.append((points.detach(), labels))
            return network(points, labels)

    game.discriminator, made = Told(), []
    draw = game.draw_real
    game.draw_real = lambda n: made.append(draw(n)) or made[-1]
    game.round()
    for points, labels in judged:
        assert points.shape[1] == labels.shape[1]
    real, labels = made[0]
    first = judged[0]
    assert torch.equal(first[0][:, :16], real)
    assert torch.equal(first[1], labels.repeat(1, 2))  # a fake for each real one, of its class
    penalised = next(pair for pair in judged if pair[0].shape[1] == 4)
    assert torch.equal(penalised[0], real[:, :4])
    assert torch.equal(penalised[1], labels[:, :4])


def test_wrong_classes_are_fakes_too_and_are_never_the_right_ones() -> None:
    game = PictureGame(spec(network__conditional=True, mismatched=1.0, regularisation__r1=0), quadrants()).game
    told = []
    network = game.discriminator
    game.discriminator = lambda points, labels: told.append(labels) or network(points, labels)
    loss = game.discriminator_backward().detach()
    pairs, wrong = told
    assert wrong.shape == (1, 16)
    assert (wrong != pairs[:, :16]).all()
    assert set(wrong.unique().tolist()) <= set(range(4))
    # D says ln 2 or so of everything at first: two terms for real and fake, and two for real and mismatched
    assert loss.item() == pytest.approx(2 * game.rules.loss.discriminator(*game.judgement).item(), rel=0.05)
    with pytest.raises(SpecError, match="without classes"):
        spec(mismatched=1.0)


@pytest.mark.parametrize("changes, moves", [({"skip_above": 1e-6}, False), ({"skip_above": 0.999}, True),
                                            ({"skip_below": 9.9}, False), ({"skip_below": 1e-6}, True),
                                            ({"skip_above": 0.999, "loss": "wasserstein"}, True)])  # fmt: skip
def test_d_waits_while_it_is_too_good(changes: dict, moves: bool) -> None:
    game = PictureGame(spec(**changes, regularisation__r1=0), quadrants())
    before = [p.detach().clone() for p in game.game.discriminator.parameters()]
    game.round()
    changed = [not torch.equal(p, was) for p, was in zip(game.game.discriminator.parameters(), before, strict=True)]
    assert any(changed) == moves


def test_gradients_are_no_longer_than_allowed() -> None:
    game = PictureGame(spec(clip_gradient=0.01), quadrants())
    game.round()
    for player in (game.game.generator, game.game.discriminator):
        assert float(torch.nn.utils.get_total_norm([p.grad for p in player.parameters()])) <= 0.0101


def test_penalties_are_taken_at_so_many_pictures() -> None:
    game = PictureGame(spec(penalised=4), quadrants()).game
    seen = []
    score = lambda x: seen.append(x.shape[1]) or game.discriminator(x)  # noqa: E731
    real = game.draw_real(16).points
    game.discriminator_loss(score, real, real)
    assert seen == [32, 4]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize(
    "changes", [SET_UPS["conditional"], SET_UPS["hinge, spectral"], {"augmentation__shift": 0.125}]
)
def test_rounds_from_a_recording_equal_rounds_that_are_played(changes: dict) -> None:
    games = [PictureGame(spec(**changes, bfloat16=False), quadrants(), "cuda", captured=way) for way in (False, True)]
    for _ in range(20):
        for game in games:
            game.round()
    for one, other in zip(*(game.game.state().values() for game in games), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-4)


def test_what_cannot_be_recorded_is_refused() -> None:
    with pytest.raises(SpecError, match="nor can its noise fade"):
        PictureGame(spec(instance_noise=0.1, instance_noise_until=10), quadrants(), captured=True)


def test_a_deck_draws_what_is_in_it_as_often_mirrored_as_not() -> None:
    pictures = np.arange(2 * 8 * 8 * 3, dtype=np.uint8).reshape(2, 8, 8, 3)
    deck = Deck(PictureSet("two", pictures, np.array([0, 1])), "cpu", mirrored=True)
    drawn, labels = deck.draw(400, stream(0, "data"))
    assert drawn.shape == (400, 3, 8, 8)
    as_was = [np.array_equal(got, pictures[label]) for got, label in zip(as_bytes(drawn), labels, strict=True)]
    turned = [np.array_equal(got, pictures[label][:, ::-1]) for got, label in zip(as_bytes(drawn), labels, strict=True)]
    assert all(one != other for one, other in zip(as_was, turned, strict=True))
    assert 150 < sum(turned) < 250
    assert 150 < labels.sum() < 250


def test_a_run_says_what_happens_and_leaves_a_checkpoint() -> None:
    events = list(train(spec(), pictures=quadrants()))
    assert [type(event) for event in events] == [Header, Frame, Frame, Frame, Frame, Checkpoint]
    arrays, about = unpack(events[0].packed)
    assert about["pictures"] == 400
    assert about["parameters"]["generator"] > 0
    assert arrays["real"].tobytes()[8:12] == b"WEBP"
    assert [event.step for event in events[1:5]] == [0, 4, 8, 12]
    assert events[-2].metrics["seconds"] > 0
    assert kept(events[-1].packed)[:2] == (spec(), 12)
    more = list(train(spec(steps=16), events[-1].packed, pictures=quadrants()))
    assert [event.step for event in more[1:]] == [16, 16]


def test_a_stop_keeps_the_step_it_came_at() -> None:
    asked = iter([False, False, True])
    events = list(train(spec(), pictures=quadrants(), stop=lambda: next(asked)))
    assert kept(events[-1].packed)[1] == 2


def test_a_run_that_blows_up_says_so() -> None:
    sgd = {
        f"{player}_optimizer__{setting}": value
        for player in ("generator", "discriminator")
        for setting, value in (("name", "sgd"), ("learning_rate", 1))
    }
    wild = spec(**sgd, loss="wasserstein", regularisation__r1=0, steps=200, network__batch_norm=False, bfloat16=False)
    with pytest.raises(TrainingFailed, match="blew up before step"):
        list(train(wild, pictures=quadrants()))


def test_classes_that_are_not_there_cannot_be_asked_for() -> None:
    nameless = replace(quadrants(), classes=())
    with pytest.raises(SpecError, match="has no classes"):
        list(train(spec(network__conditional=True), pictures=nameless))


def test_a_sheet_holds_its_pictures_row_by_row() -> None:
    pictures = quadrants(5).pictures
    image = np.asarray(sheet_image(pictures))
    assert image.shape == (16, 24)
    assert np.array_equal(image[8:, 8:16], pictures[4, :, :, 0])
    assert not image[8:, 16:].any()
