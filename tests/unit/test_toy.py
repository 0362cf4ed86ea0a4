"""Toy runs end to end: events, frames, determinism, failure in words, and that looking changes nothing."""

from __future__ import annotations

import math
from typing import get_args

import numpy as np
import pytest
import torch

from gan_core.diagnostics.players import generator_pull, latent_plane
from gan_core.events import Checkpoint, Frame, Header, TrainingFailed
from gan_core.frames import film, unpack
from gan_core.losses import LOSSES
from gan_core.specs import DISTRIBUTIONS, LossName, ToySpec
from gan_core.toy import (
    ARROWS,
    GRID,
    NOISE,
    POINTS,
    SMALL_POINTS,
    SMALL_SURFACE,
    SURFACE,
    UNIT,
    VERDICTS,
    ToyRun,
    preview,
    train,
)  # fmt: skip

QUICK = {
    "generator.width": 16, "discriminator.width": 16, "batch": 32, "steps": 30, "frame_every": 10,
    "evaluation_samples": 500, "mode_threshold": 5,
}  # fmt: skip


def quick(**flat: object) -> ToySpec:
    return ToySpec.from_flat(QUICK | {name.replace("__", "."): value for name, value in flat.items()})


VARIANTS = [
    *[{"loss": loss} for loss in get_args(LossName)],
    *[{"data__kind": kind} for kind in DISTRIBUTIONS],
    {"loss": "wasserstein", "regularisation__weight_clip": 0.01, "discriminator_optimizer__name": "rmsprop"},
    {"loss": "wasserstein", "regularisation__gradient_penalty": 10.0},
    {"loss": "relativistic", "regularisation__r1": 0.1, "regularisation__r2": 0.1, "regularisation__every": 4},
    {"loss": "hinge", "discriminator__spectral_norm": True, "regularisation__one_sided_gradient_penalty": 1.0},
    {"generator__batch_norm": True, "discriminator__batch_norm": True},
    {"generator__latent_size": 7, "generator__latent_law": "uniform"},
    {"generator__latent_size": 1, "order": "simultaneous", "cures__consensus": 1.0},
    {"cures__packing": 4, "cures__ema": 0.9},
    {"cures__minibatch_std": True, "cures__mode_seeking": 0.1},
    {"cures__generators": 4, "cures__skip_below": 1.0},
    {"cures__unrolled_steps": 2, "cures__instance_noise": 0.3},
]
METRICS = {
    "discriminator_loss", "generator_loss", "accuracy_real", "accuracy_fake", "modes", "good", "gradient_norm",
    "discriminator_gradient_norm", "reverse_kl", "jsd", "jsd_error", "optimal_distance",
}  # fmt: skip
MAY_BE_MISSING = {"modes", "reverse_kl", "jsd", "jsd_error", "optimal_distance"}


@pytest.mark.parametrize("flat", VARIANTS, ids=str)
def test_every_part_runs_and_says_what_it_must(flat: dict) -> None:
    spec = quick(**flat)
    events = list(train(spec))
    assert [type(event) for event in events] == [Header, *[Frame] * 4, Checkpoint]
    arrays, about = unpack(events[0].packed)
    frames = events[1:-1]
    assert [frame.step for frame in frames] == [0, 10, 20, 30]
    assert arrays["real"].shape == (POINTS, 2) and arrays["noise"].shape == (NOISE, 2)
    assert arrays["centres"].shape == (about["modes"], 2) and arrays["radii"].shape == (about["modes"],)
    for frame in frames:
        picture, _ = unpack(frame.packed)
        assert {name: (a.shape, a.dtype.name) for name, a in picture.items()} == {
            "fake": ((POINTS, 2), "int16"),
            "surface": ((SURFACE, SURFACE), "uint8"),
            "optimal": ((SURFACE, SURFACE), "uint8"),
            "grid": ((GRID, GRID, 2), "int16"),
            "arrows": ((ARROWS, 2), "float32"),
            "sigmoid_arrows": ((ARROWS, 2), "float32"),
            "verdicts": ((2, VERDICTS), "int32"),
            "mode_counts": ((about["modes"],), "int32"),
        }
        assert np.isfinite(picture["arrows"]).all() and np.isfinite(picture["sigmoid_arrows"]).all()
        packs = 1000 // spec.cures.packing
        assert picture["verdicts"].sum(1).tolist() == [packs, packs]
        assert frame.metrics.keys() == METRICS
        assert all(math.isfinite(value) or name in MAY_BE_MISSING for name, value in frame.metrics.items())
    last = frames[-1].metrics
    assert math.isfinite(last["jsd"]) and math.isfinite(last["optimal_distance"]) == about["probability"]


@pytest.mark.parametrize("flat", [{}, {"cures__packing": 2}, {"data__kind": "moons"}], ids=str)
def test_several_seeds_have_small_pictures_and_numbers_each(flat: dict) -> None:
    events = list(train(quick(seeds=3, **flat)))
    _, about = unpack(events[0].packed)
    assert about["seeds"] == 3
    for frame in events[1:-1]:
        picture, _ = unpack(frame.packed)
        assert {name: (a.shape, a.dtype.name) for name, a in picture.items()} == {
            "fake": ((3, SMALL_POINTS, 2), "int16"),
            "surface": ((3, SMALL_SURFACE, SMALL_SURFACE), "uint8"),
            "mode_counts": ((3, about["modes"]), "int32"),
            "seed_metrics": ((3, len(METRICS)), "float32"),
        }
        for place, (name, value) in enumerate(frame.metrics.items()):
            column = picture["seed_metrics"][:, place]
            if np.isfinite(column).all():
                assert value == pytest.approx(float(np.median(column)), rel=1e-6), name


def test_with_an_average_everything_is_told_of_the_samples_that_are_shown() -> None:
    run = ToyRun(quick(cures__ema=0.99, discriminator__activation="tanh"))
    for _ in range(50):
        run.game.round()
    look = run.look()
    shown = run.game.average.eval()(run.z)
    torch.testing.assert_close(look.fake, shown[:, : run.spec.evaluation_samples])
    torch.testing.assert_close(look.pull.fake, shown[:, : run.judged])
    assert float((look.pull.fake - run.game.generator(run.z[:, : run.judged])).abs().max().detach()) > 0.01
    points = look.pull.fake.clone().requires_grad_()
    loss = LOSSES["non_saturating"].generator(None, run.game.discriminator(points))
    torch.testing.assert_close(look.pull.arrows, -run.judged * torch.autograd.grad(loss.sum(), points)[0])
    assert float(look.metrics["accuracy_fake"]) == pytest.approx(float((look.pull.logits < 0).float().mean()), abs=1e-6)


@pytest.mark.parametrize("flat", [{"cures__packing": 2}, {"cures__minibatch_std": True}, {"loss": "hinge"}], ids=str)
def test_a_d_that_has_no_best_answer_for_a_single_point_says_so(flat: dict) -> None:
    events = list(train(quick(**flat)))
    assert not unpack(events[0].packed)[1]["probability"]
    assert math.isnan(events[-2].metrics["optimal_distance"])


def test_the_seeds_of_a_stack_show_what_each_shows_alone() -> None:
    together = unpack(list(train(quick(seeds=3)))[-2].packed)[0]
    for place in range(3):
        alone = unpack(list(train(quick(seed=place)))[-2].packed)[0]
        np.testing.assert_array_equal(together["fake"][place], alone["fake"][:SMALL_POINTS])
        np.testing.assert_array_equal(together["mode_counts"][place], alone["mode_counts"])


def test_one_seed_of_a_stack_that_blows_up_is_named() -> None:
    spec = quick(seeds=2)
    run = ToyRun(spec)
    with torch.no_grad():
        next(run.game.generator.parameters())[1] *= math.inf
    with pytest.raises(TrainingFailed, match=r"\(seed 1\)"):
        run.look_at()


def told(events: list) -> list[str]:
    """Events as text, in which a number that was not measured equals itself."""
    return [repr(event) for event in events]


def test_same_seed_same_run_to_the_bit_and_another_seed_another_run() -> None:
    first, again, other = list(train(quick())), list(train(quick())), list(train(quick(seed=1)))
    assert told(first) == told(again)
    assert first[1].packed != other[1].packed and first[-1] != other[-1]


def test_looking_more_often_changes_nothing() -> None:
    flat = {"generator__batch_norm": True, "discriminator__spectral_norm": True}
    often, seldom = list(train(quick(frame_every=1, **flat))), list(train(quick(frame_every=30, **flat)))
    assert often[-1] == seldom[-1]
    assert told(often[-2:-1]) == told(seldom[-2:-1])


def test_more_evaluation_samples_leave_the_training_as_it_was() -> None:
    assert list(train(quick()))[-1] == list(train(quick(evaluation_samples=1000)))[-1]


def test_stopped_and_resumed_equals_undisturbed() -> None:
    spec = quick(regularisation__gradient_penalty=1.0)
    whole = list(train(spec))
    rounds = iter(range(1000))
    part = list(train(spec, stop=lambda: next(rounds) >= 17))
    assert isinstance(part[-1], Checkpoint) and part[-1].step == 17
    rest = list(train(spec, part[-1].packed))
    assert told(part[1:-1] + rest[1:-1]) == told(whole[1:-1]) and rest[-1] == whole[-1]


def test_checkpoints_come_when_they_are_due() -> None:
    events = list(train(quick(), checkpoint_due=lambda: True))
    assert [event.step for event in events if isinstance(event, Checkpoint)] == [10, 20, 30, 30]


def test_numbers_that_blow_up_end_in_a_sentence_after_the_last_good_frame() -> None:
    spec = quick(
        loss="wasserstein", generator_optimizer__name="sgd", discriminator_optimizer__name="sgd", steps=2000,
        generator_optimizer__learning_rate=1.0, discriminator_optimizer__learning_rate=1.0,
    )  # fmt: skip
    frames = []
    with pytest.raises(TrainingFailed, match="no longer finite"):
        for event in train(spec):
            if isinstance(event, Frame):
                frames.append(event)
    assert frames
    assert all(math.isfinite(value) or name in MAY_BE_MISSING for name, value in frames[-1].metrics.items())


def test_a_ring_is_learned() -> None:
    spec = ToySpec.from_flat(
        {"generator.width": 64, "discriminator.width": 64, "steps": 2000, "frame_every": 500, "seed": 1}
    )
    frames = [event for event in train(spec) if isinstance(event, Frame)]
    assert frames[0].metrics["modes"] == 0
    assert frames[-1].metrics["modes"] == 8 and frames[-1].metrics["good"] > 0.4


def test_arrows_are_the_gradient_of_the_loss_trained_by_finite_differences() -> None:
    for name in ("non_saturating", "minimax", "relativistic"):
        run = ToyRun(quick(loss=name, discriminator__activation="tanh"))
        for _ in range(20):
            run.game.round()
        G, D = run.game.generator.double().eval(), run.game.discriminator.double().eval()
        z, real = run.z[:, :6].double(), run.real[:, :6].double()
        pull = generator_pull(G, D, LOSSES[name], z, real)
        for sample in range(6):
            for axis in range(2):
                step = torch.zeros_like(pull.fake)
                step[0, sample, axis] = 1e-5
                one = slice(sample, sample + 1)
                up, down = (LOSSES[name].generator(D(real[:, one]), D((pull.fake + s)[:, one])) for s in (step, -step))
                assert -float((up - down).detach()) / 2e-5 == pytest.approx(
                    float(pull.arrows[0, sample, axis]), rel=1e-4, abs=1e-8
                )


def test_quantised_points_stay_within_half_a_unit() -> None:
    run = ToyRun(quick())
    points = (torch.rand(100, 2) * 2 - 1) * 3.9 * run.data.extent
    back = torch.from_numpy(run.quantised(points).astype(np.float32)) * run.data.extent / UNIT
    assert float((back - points).abs().max()) <= 0.51 * run.data.extent / UNIT


def test_latent_plane_has_cells_of_equal_probability() -> None:
    z = latent_plane(2, "normal", 5)
    share = torch.special.ndtr(z[:5, 0])
    torch.testing.assert_close(share, torch.tensor([0.1, 0.3, 0.5, 0.7, 0.9]), atol=1e-6, rtol=0)
    assert latent_plane(256, "normal", 5).shape == (25, 256)
    assert latent_plane(1, "uniform", 5)[:, 0].tolist()[:5] == pytest.approx([-0.8, -0.4, 0, 0.4, 0.8])


def test_a_film_holds_every_frame() -> None:
    header, *frames, _ = list(train(quick()))
    packed = film(
        [f.packed for f in frames], header.packed, [f.step for f in frames],
        {name: [f.metrics[name] for f in frames] for name in frames[0].metrics}, run="x",
    )  # fmt: skip
    arrays, about = unpack(packed)
    assert arrays["step"].tolist() == [0, 10, 20, 30] and about["run"] == "x" and about["extent"] > 2
    assert arrays["metrics"].shape == (4, len(about["metrics"]))
    np.testing.assert_array_equal(arrays["fake"][2], unpack(frames[2].packed)[0]["fake"])
    np.testing.assert_allclose(arrays["metrics"][3], list(frames[3].metrics.values()), rtol=1e-6)


def test_a_film_without_frames_is_a_film() -> None:
    header = next(train(quick())).packed
    arrays, about = unpack(film([], header, [], {}, run="x"))
    assert arrays["step"].shape == (0,) and "real" in arrays and about["run"] == "x"


def test_preview_is_the_first_frame() -> None:
    header, first = preview(quick().json_text())
    events = train(quick())
    assert next(events).packed == header and told([next(events)]) == told([first])
