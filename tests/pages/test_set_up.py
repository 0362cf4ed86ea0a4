"""What a choice makes of a set-up, and that every set-up comes back from its own address."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gan_core.lessons import lessons
from gan_core.presets import presets
from gan_core.protocols import protocols
from gan_core.specs import MOST_AT_ONCE, SEEDS, Cures, Drawn, Grid, Optimizer, SpecError, ToySpec
from pages.parts.address import query_of, read
from pages.parts.set_up import SHARED, SetUp, in_lesson, origin, sharing

CURED = [(name, cure) for name, preset in presets().items() for cure in preset.cures]
STEPS = [(name, number) for name, lesson in lessons().items() for number in range(1, len(lesson.steps) + 1)]


class NoRuns:
    """A store that keeps nothing."""

    def get(self, run: str) -> None:
        return None


def through_address(set_up: SetUp) -> SetUp:
    arrival = read(query_of(set_up), NoRuns())
    return replace(arrival.set_up, run=set_up.run, run_b=set_up.run_b)


def test_presets_and_their_cures_can_be_told_apart() -> None:
    for name, preset in presets().items():
        assert origin(preset.spec) == (name, "")
    for name, cure in CURED:
        assert origin(presets()[name].cured(cure)) == (name, cure)


@pytest.mark.parametrize(("name", "cure"), CURED)
def test_a_preset_against_its_cure_differs_in_the_cure_alone(name: str, cure: str) -> None:
    alone = SetUp(presets()[name].spec).cured(cure)
    pair = alone.turned("versus")
    assert pair.a == presets()[name].spec
    assert (pair.preset, pair.cure) == (name, cure)
    assert all(getattr(pair.a, field) == getattr(pair.b, field) for field in SHARED)
    assert pair.cured("").b == pair.a
    assert pair.turned("one").cured(cure) == alone


def test_one_to_versus_keeps_the_run_and_begins_with_the_first_cure() -> None:
    name = CURED[0][0]
    pair = SetUp(presets()[name].spec, run="r").turned("versus")
    assert pair.cure == next(iter(presets()[name].cures))
    assert (pair.run, pair.run_b) == ("r", None)
    assert pair.turned("one") == SetUp(presets()[name].spec, run="r")


def test_own_settings_are_compared_with_a_copy_of_themselves() -> None:
    own = SetUp(ToySpec(loss="hinge", batch=100)).turned("versus")
    assert own.a == own.b
    assert (own.preset, own.cure) == ("", "")


def test_many_seeds_are_as_many_as_the_batch_allows() -> None:
    assert SetUp(ToySpec()).turned("seeds").a.seeds == 16
    assert SetUp(ToySpec(batch=4096)).turned("seeds").a.seeds == MOST_AT_ONCE // 4096
    assert SetUp(ToySpec(seed=SEEDS - 1)).turned("seeds").a.seed == SEEDS - 16


def test_another_experiment_keeps_luck_and_mode() -> None:
    seeds = SetUp(ToySpec(seed=5)).turned("seeds").counted(8).chosen(CURED[0][0])
    assert (seeds.a.seed, seeds.a.seeds, seeds.mode) == (5, 8, "seeds")
    assert SetUp(ToySpec()).turned("versus").chosen(CURED[0][0]).mode == "versus"


def test_a_new_seed_is_one_that_was_not_used() -> None:
    seeds = SetUp(ToySpec()).turned("seeds")
    assert seeds.reseeded().a.seed == 16
    pair = SetUp(ToySpec(seed=3)).turned("versus").reseeded()
    assert pair.a.seed == pair.b.seed == 4
    assert SetUp(ToySpec(seed=SEEDS - 1)).reseeded().a.seed in range(SEEDS)


def test_what_a_shares_goes_over_to_b_and_nothing_else() -> None:
    pair = SetUp(ToySpec()).turned("versus").with_side("b", ToySpec(loss="hinge", batch=64))
    changed = pair.with_a(ToySpec(data=Grid(side=3), steps=100, frame_every=5, batch=32))
    assert changed.b == ToySpec(data=Grid(side=3), steps=100, frame_every=5, batch=64, loss="hinge")
    assert changed.swapped().a == changed.b
    assert changed.swapped().swapped() == changed
    assert changed.b_kept().a == changed.b_kept().b == changed.b


OWN = ToySpec(
    data=Drawn(points="0123456789-_abcdefghij"), loss="hinge", cures=Cures(packing=2, minibatch_std=True),
    discriminator_optimizer=Optimizer(name="sgd"), seed=9,
)  # fmt: skip


@pytest.mark.parametrize(
    "set_up",
    [
        SetUp(ToySpec()),
        SetUp(ToySpec()).turned("seeds").counted(4),
        SetUp(ToySpec()).turned("versus"),
        SetUp(OWN, focus=True),
        SetUp(OWN).turned("versus"),
        SetUp(OWN).turned("versus").with_side("b", sharing(ToySpec(), OWN)),
        SetUp(ToySpec(), lesson=STEPS[0][0], step=STEPS[0][1]),
        SetUp(OWN, lesson=STEPS[-1][0], step=STEPS[-1][1]).turned("versus"),
        *(SetUp(presets()[name].spec).cured(cure).turned("versus") for name, cure in CURED),
        *(in_lesson(*step, focus=True) for step in STEPS),
    ],
    ids=lambda set_up: f"{set_up.mode} {set_up.preset} {set_up.cure} {set_up.lesson}",
)
def test_every_set_up_comes_back_from_its_address(set_up: SetUp) -> None:
    assert through_address(set_up) == set_up


@pytest.mark.parametrize("name", protocols())
def test_short_ways_in(name: str) -> None:
    assert read({"protocol": name}, NoRuns()).set_up.protocol == name
    preset, cure = CURED[0]
    assert read({"preset": preset, "cure": cure}, NoRuns()).set_up == SetUp(presets()[preset].cured(cure))
    pair = read({"preset": preset, "cure": cure, "mode": "versus"}, NoRuns()).set_up
    assert pair == SetUp(presets()[preset].cured(cure)).turned("versus")
    assert read({"preset": preset, "mode": "seeds", "seed": "3"}, NoRuns()).set_up.a.seed == 3


@pytest.mark.parametrize(("name", "number"), STEPS)
def test_a_step_by_its_link(name: str, number: int) -> None:
    step = lessons()[name].steps[number - 1]
    set_up = read({"lesson": name, "step": str(number)}, NoRuns()).set_up
    assert (set_up.lesson, set_up.step, set_up.mode) == (name, number, step.mode)
    assert set_up.a.model_copy(update={"seeds": step.spec.seeds}) == step.spec


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"preset": "nonsense"}, "preset"),
        ({"preset": "collapse", "cure": "nonsense"}, "cure"),
        ({"protocol": "nonsense"}, "protocol"),
        ({"mode": "nonsense"}, "mode"),
        ({"lesson": "nonsense"}, "lesson"),
        ({"lesson": STEPS[0][0], "step": "99"}, "step"),
        ({"lesson": STEPS[0][0], "step": "two"}, "step"),
        ({"data.modes": "many"}, "data.modes"),
        ({"mode": "versus", "b.loss": "nonsense"}, "loss"),
        ({"mode": "versus", "b.colour": "red"}, "colour"),
    ],
)  # fmt: skip
def test_an_address_with_nonsense_names_the_field(query: dict[str, str], field: str) -> None:
    with pytest.raises(SpecError, match=field):
        read(query, NoRuns())


def test_a_run_that_is_not_kept_is_missing() -> None:
    arrival = read({"run": "gone", "loss": "hinge"}, NoRuns())
    assert arrival.missing
    assert arrival.set_up == SetUp(ToySpec(loss="hinge"))
    assert read({"mode": "versus", "b.run": "gone", "b.loss": "hinge"}, NoRuns()).missing
