"""A style transfer as a run: what it says, to the bit after a stop, and what it does about trouble."""

import io
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load

from gan_core.events import Change, Checkpoint, Event, Frame, Header, TrainingFailed
from gan_core.frames import unpack
from gan_core.specs import OWN, SpecError, StyleSpec
from gan_core.style import painting as running
from gan_core.style.budget import PROBE, within
from gan_core.style.run import train
from gan_core.style_checkpoint import go_on, shown_image

QUICK = {"size": 96, "network": "slim", "refined": 0, "steps": 12}
BOTH = {"size": 64, "steps": 14, "refined": 3}  # sketch, guided and refined
ID = "0123456789abcdef"


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def spec(**settings: Any) -> StyleSpec:
    return StyleSpec.from_flat(QUICK | settings)


def events(wanted: StyleSpec, checkpoint: bytes | None = None, **how: Any) -> list[Event]:
    return list(train(wanted, checkpoint, **how))


def ended(wanted: StyleSpec, checkpoint: bytes | None = None, **how: Any) -> dict[str, torch.Tensor]:
    last = events(wanted, checkpoint, **how)[-1]
    assert isinstance(last, Checkpoint)
    return load(last.packed)


def frames(found: list[Event]) -> list[Frame]:
    return [event for event in found if isinstance(event, Frame)]


# What it says --------------------------------------------------------------------------------------------------------


def test_a_run_says_what_it_has_before_what_it_does() -> None:
    header, *rest = events(spec(styles="great_wave,poppies"))
    assert isinstance(header, Header)
    arrays, about = unpack(header.packed)
    assert set(arrays) == {"content", "style0", "style1"}
    assert Image.open(io.BytesIO(arrays["style1"].tobytes())).format == "WEBP"
    assert (about["width"], about["height"]) == (96, 64)
    assert about["styles"][0] == "Katsushika Hokusai, The Great Wave off Kanagawa, about 1831"
    assert about["stages"] == [{"side": 96, "network": "slim", "guided": False, "first": 0, "end": 12}]
    shown = frames(rest)
    assert [shown[0].step, shown[1].step, shown[-1].step] == [0, 1, 12]
    for frame in shown:
        picture = Image.open(io.BytesIO(unpack(frame.packed)[0]["picture"].tobytes()))
        assert picture.size == (96, 64)
    assert isinstance(rest[-1], Checkpoint) and rest[-1].step == 12


def test_the_numbers_are_those_of_what_is_asked_for() -> None:
    numbers = frames(events(spec(**{"style_layers.relu3_1": 0})))[-1].metrics
    style = [numbers[f"style.{name}"] for name in ("relu1_1", "relu2_1", "relu4_1", "relu5_1")]
    assert numbers["style"] == pytest.approx(sum(style) / 4)
    assert math.isnan(numbers["style.relu3_1"]) and math.isnan(numbers["content.relu1_1"])
    assert numbers["loss"] == pytest.approx(9 * numbers["style"] + numbers["content"], rel=1e-5)


@pytest.mark.parametrize("settings", [
    {}, {"optimizer": "adam"}, {"start": "noise"}, {"start": "style"}, {"scales": 2, "size": 182, "steps": 16},
    {"weights": "random"}, {"pooling": "average"}, {"colours": "luminance"}, {"colours": "histogram"},
    {"styles": "great_wave,poppies", "shares": "1,2"}, {"average": 0.8}, {"style_scale": 0.5}, {"variation_weight": 1},
    {"content_weight": 0}, {"style_weight": 0, "start": "noise"}, {"network": "vgg19", "size": 64, "steps": 4},
    BOTH | {"network": "slim_then_vgg19"},
], ids=str)  # fmt: skip
def test_every_way_to_paint_brings_the_canvas_nearer(settings: dict[str, Any]) -> None:
    shown = [frame for frame in frames(events(spec(**settings))) if frame.step]
    last_stage = [frame for frame in shown if frame.metrics["side"] == shown[-1].metrics["side"]]
    assert all(math.isfinite(frame.metrics["loss"]) for frame in shown)
    assert last_stage[-1].metrics["loss"] < shown[0].metrics["loss"]
    assert shown[-1].metrics["mended"] == 0


def test_luminance_keeps_the_contents_colours() -> None:
    picture = np.asarray(shown_image(events(spec(colours="luminance"))[-1].packed), np.float32)
    content = np.asarray(
        Image.open(io.BytesIO(unpack(events(spec(steps=1))[0].packed)[0]["content"].tobytes())).resize((96, 64)),
        np.float32,
    )  # fmt: skip
    chroma = [each - each @ np.array([0.299, 0.587, 0.114], np.float32)[:, None] for each in (picture, content)]
    assert np.abs(chroma[0] - chroma[1]).mean() < 12  # of 255; clipping and two ways of scaling
    styled = np.asarray(shown_image(events(spec())[-1].packed), np.float32)
    other = styled - styled @ np.array([0.299, 0.587, 0.114], np.float32)[:, None]
    assert np.abs(other - chroma[1]).mean() > 2 * np.abs(chroma[0] - chroma[1]).mean()


def test_a_mask_keeps_two_styles_apart() -> None:
    half = Image.new("L", (96, 64))
    half.paste(255, (0, 0, 48, 64))
    made = io.BytesIO()
    half.save(made, "PNG")
    own = {ID: ("mask.png", made.getvalue())}
    masked = spec(styles="great_wave,starry_night", mask=f"{OWN}{ID}", content_weight=0, steps=20)
    canvas = ended(masked, own=own)["canvas"]
    alone = [ended(spec(styles=name, content_weight=0, steps=20))["canvas"] for name in masked.styles]
    for side, of_side in ((slice(0, 40), alone), (slice(56, 96), alone[::-1])):
        far = [float((canvas[:, :, side] - each[:, :, side]).mean((1, 2)).norm()) for each in of_side]
        assert far[0] < far[1]


# To the bit ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [
    BOTH | {"network": "slim_then_vgg19"}, {"optimizer": "adam", "average": 0.9},
    {"scales": 2, "size": 182}, {"start": "noise", "colours": "luminance"},
], ids=str)  # fmt: skip
def test_stopped_and_gone_on_is_as_if_nothing_had_happened(settings: dict[str, Any]) -> None:
    wanted = spec(**settings)
    undisturbed = ended(wanted)
    for stop_at in (1, 7, wanted.steps - 1):
        asked = iter(range(wanted.steps + 1))
        stopped = events(wanted, stop=lambda asked=asked, stop_at=stop_at: next(asked) >= stop_at)[-1]
        assert stopped.step == stop_at
        resumed = ended(wanted, stopped.packed)
        assert resumed.keys() == undisturbed.keys()
        assert all(torch.equal(each, undisturbed[name]) for name, each in resumed.items())


def test_the_seed_counts_from_noise() -> None:
    first, same, other = (ended(spec(start="noise", seed=seed, steps=3))["canvas"] for seed in (1, 1, 2))
    assert torch.equal(first, same)
    assert not torch.equal(first, other)


def test_sliders_moved_on_the_way_come_again_at_their_steps() -> None:
    moved = {4: {"style_weight": 100.0, "content_layers.relu2_2": 1.0}, 8: {"variation_weight": 5.0, "steps": 15}}
    wanted = spec()
    found = events(wanted, changes=lambda step: moved.get(step, {}))
    assert [(event.step, event.settings) for event in found if isinstance(event, Change)] == list(moved.items())
    assert found[-1].step == 15
    again = ended(wanted, changes=lambda step: moved.get(step, {}))
    assert torch.equal(load(found[-1].packed)["canvas"], again["canvas"])
    assert not torch.equal(ended(wanted.changed({"steps": 15}))["canvas"], again["canvas"])


# Going on larger, and from an earlier preview ------------------------------------------------------------------------


def test_a_result_is_continued_larger() -> None:
    small = events(spec(steps=20))[-1]
    larger = spec(size=192, steps=6)
    begun = events(larger, go_on(larger, checkpoint=small.packed))
    assert frames(begun)[0].step == 0
    first = Image.open(io.BytesIO(unpack(frames(begun)[0].packed)[0]["picture"].tobytes()))
    assert first.size == (192, 128)
    grown = np.asarray(shown_image(small.packed).resize((192, 128), Image.Resampling.BICUBIC), np.float32)
    assert np.abs(np.asarray(first.convert("RGB"), np.float32) - grown).mean() < 12
    fresh = frames(events(larger))
    assert frames(begun)[-1].metrics["loss"] < fresh[-1].metrics["loss"]


def test_what_goes_on_from_another_says_so_for_good() -> None:
    def said(found: list[Event]) -> set[bool]:
        return {unpack(event.packed)[1]["onwards"] for event in found if isinstance(event, Header)}

    asked = iter(range(100))
    begun = events(spec(), go_on(spec(), Image.new("RGB", (48, 32))), stop=lambda: next(asked) >= 3)
    assert said(begun) == said(events(spec(), begun[-1].packed)) == {True}
    assert said(events(spec(steps=2))) == {False}


def test_an_earlier_preview_is_a_beginning() -> None:
    picture = Image.new("RGB", (48, 32), (200, 30, 30))
    begun = frames(events(spec(), go_on(spec(), picture)))
    first = Image.open(io.BytesIO(unpack(begun[0].packed)[0]["picture"].tobytes())).convert("RGB")
    assert all(abs(a - b) < 9 for a, b in zip(first.getpixel((40, 30)), (200, 30, 30), strict=True))


def test_a_large_canvas_is_painted_in_tiles() -> None:
    found = events(spec(size=720, steps=2))
    assert shown_image(found[-1].packed).size == (720, 479)
    assert frames(found)[-1].metrics["loss"] < frames(found)[1].metrics["loss"]


# Trouble -------------------------------------------------------------------------------------------------------------


def test_a_loss_that_is_no_number_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    judge, calls = running.Objective.judge, iter(range(1000))

    def odd(self: Any, canvas: torch.Tensor, aim: Any) -> Any:
        judged = judge(self, canvas, aim)
        if next(calls) in (4, 5):
            return running.Judgement(judged.loss * math.nan, judged.style, judged.content, judged.variation,
                                     judged.slope * math.nan)  # fmt: skip
        return judged

    monkeypatch.setattr(running.Objective, "judge", odd)
    shown = frames(events(spec()))
    assert shown[-1].metrics["mended"] == 2
    assert math.isfinite(shown[-1].metrics["loss"])
    assert shown[-1].metrics["loss"] < shown[1].metrics["loss"]


def test_one_that_stays_no_number_ends_with_a_sentence_and_the_last_good_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judge, calls = running.Objective.judge, iter(range(1000))

    def odd(self: Any, canvas: torch.Tensor, aim: Any) -> Any:
        judged = judge(self, canvas, aim)
        share = math.nan if next(calls) > 3 else 1.0
        return running.Judgement(judged.loss * share, judged.style, judged.content, judged.variation, judged.slope)

    monkeypatch.setattr(running.Objective, "judge", odd)
    found = []
    with pytest.raises(TrainingFailed, match="The loss does not come down at step"):
        for event in train(spec(steps=40), checkpoint_due=lambda: True):
            found.append(event)
    kept = [event for event in found if isinstance(event, Checkpoint)]
    assert kept and np.isfinite(np.asarray(shown_image(kept[-1].packed), np.float32)).all()


def test_a_picture_that_is_gone_is_said_in_one_sentence() -> None:
    with pytest.raises(ValueError, match="A picture of your own is not kept on this server any more"):
        events(spec(content=f"{OWN}{ID}"))
    with pytest.raises(ValueError, match="There is no picture called 'mona_lisa'"):
        events(spec(content="mona_lisa"))


def test_the_same_picture_twice_from_noise_is_found_again() -> None:
    shown = frames(events(spec(content="starry_night", start="noise", steps=30)))
    assert shown[-1].metrics["mended"] == 0
    assert shown[-1].metrics["content"] < 0.5 * shown[1].metrics["content"]


def test_the_last_canvas_is_judged_too(monkeypatch: pytest.MonkeyPatch) -> None:
    step, calls = running.Lbfgs.step, iter(range(1000))

    def odd(self: Any, canvas: torch.Tensor, slope: torch.Tensor) -> torch.Tensor:
        moved = step(self, canvas, slope)
        return moved * math.nan if next(calls) == 11 else moved

    monkeypatch.setattr(running.Lbfgs, "step", odd)
    found = events(spec())
    assert frames(found)[-1].metrics["mended"] == 1
    assert np.asarray(shown_image(found[-1].packed), np.float32).std() > 20  # not black


def test_a_broken_step_while_guided_costs_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = spec(**BOTH | {"network": "slim_then_vgg19", "steps": 24})
    undisturbed = frames(events(wanted))[-1].metrics["loss"]
    guided = next(stage for stage in wanted.stages if stage.guided)
    step, calls = running.Lbfgs.step, iter(range(1000))

    def odd(self: Any, canvas: torch.Tensor, slope: torch.Tensor) -> torch.Tensor:
        moved = step(self, canvas, slope)
        return moved * math.nan if next(calls) == guided.first + 4 else moved

    monkeypatch.setattr(running.Lbfgs, "step", odd)
    numbers = frames(events(wanted))[-1].metrics
    assert numbers["mended"] == 1
    assert numbers["loss"] < 1.5 * undisturbed


@pytest.mark.parametrize("weight", [0.001, 1e-5])
def test_a_small_loss_is_no_alarm(weight: float) -> None:
    assert frames(events(spec(style_weight=weight, steps=20)))[-1].metrics["mended"] == 0


# Sizes and means that change -----------------------------------------------------------------------------------------


def test_a_large_canvas_without_a_style() -> None:
    found = events(spec(size=720, steps=1, style_weight=0))
    assert frames(found)[-1].metrics["content"] == pytest.approx(0, abs=1e-3)


def test_the_mean_is_over_what_was_painted() -> None:
    wanted = spec(start="noise", steps=30, average=0.99)
    plain, mean = ended(wanted.changed({"average": 0.0})), ended(wanted)
    assert torch.equal(plain["canvas"], mean["canvas"])
    content = np.asarray(shown_image(events(spec(steps=1))[-1].packed), np.float32)
    far = [
        np.abs(((each[name] + 1) * 127.5).permute(1, 2, 0).numpy() - content).mean()
        for each, name in ((plain, "canvas"), (mean, "shown"))
    ]
    assert far[1] < 1.5 * far[0]


def test_more_steps_never_paint_on_a_smaller_canvas() -> None:
    wanted = spec(size=182, scales=2, steps=10)
    found = events(wanted, changes=lambda step: {"steps": 40} if step == 7 else {})
    sides = [frame.metrics["side"] for frame in frames(found)]
    assert sides == sorted(sides)
    assert found[-1].step == 40
    headers = [unpack(event.packed)[1]["stages"] for event in found if isinstance(event, Header)]
    assert [stages[-1]["end"] for stages in headers] == [10, 40]
    assert headers[1][:-1] == headers[0][:-1]  # the last goes on for longer
    finished = events(wanted)[-1]
    onwards = events(wanted, finished.packed, changes=lambda step: {"steps": 14} if step == 10 else {})
    assert {frame.metrics["side"] for frame in frames(onwards)} == {182}


def test_a_coloured_preview_is_gone_on_from_in_grey() -> None:
    wanted = spec(colours="luminance", steps=20)
    before = frames(events(wanted))[-1]
    preview = Image.open(io.BytesIO(unpack(before.packed)[0]["picture"].tobytes()))
    onwards = frames(events(wanted, go_on(wanted, preview)))
    assert onwards[-1].metrics["loss"] < 1.5 * before.metrics["loss"]


# A budget in seconds -------------------------------------------------------------------------------------------------


def test_a_budget_becomes_steps_that_are_said() -> None:
    found = events(spec(seconds=1.0, steps=2))
    said = next(event for event in found if isinstance(event, Change))
    assert said.step == PROBE and said.settings["refined"] == 0
    assert found[-1].step == said.settings["steps"]
    *_, planned = (unpack(event.packed)[1]["stages"] for event in found if isinstance(event, Header))
    assert planned[-1]["end"] == found[-1].step
    with pytest.raises(SpecError):
        spec(seconds=-1)


def test_a_budget_is_planned_once() -> None:
    wanted = spec(seconds=2.0)
    asked = iter(range(1000))
    stopped = events(wanted, stop=lambda: next(asked) >= PROBE + 2)
    plan = next(event for event in stopped if isinstance(event, Change))
    resumed = events(wanted.changed(plan.settings), stopped[-1].packed)
    assert not [event for event in resumed if isinstance(event, Change)]
    assert resumed[-1].step == plan.settings["steps"]


@pytest.mark.parametrize("network", ["slim", "vgg19", "slim_then_vgg19"])
@pytest.mark.parametrize("scales", [1, 3])
def test_a_plan_takes_about_its_time(network: str, scales: int) -> None:
    wanted = spec(network=network, scales=scales, size=256)
    plan = wanted.changed(within(wanted, PROBE, 0.01, 30.0))
    cost = {"slim": 1.0, "vgg19": 7.0 if network == "slim_then_vgg19" else 1.0}
    spent = sum(
        (stage.end - max(stage.first, PROBE)) * (1.9 if stage.guided else cost[stage.network])
        * (stage.side / wanted.sides[0]) ** 2 * 0.01
        for stage in plan.stages
    )  # fmt: skip
    assert spent == pytest.approx(30, rel=0.25)
    for left in (-5.0, 1e-6, 1e6):
        assert PROBE < wanted.changed(within(wanted, PROBE, 1e-4, left)).steps <= 5000
