"""Lessons: every step names what exists, can be trained as it stands, and is written in whole sentences."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from pydantic import ValidationError

from gan_core.lessons import Lesson, Step, lessons
from gan_core.presets import presets
from gan_core.specs import MOST_AT_ONCE, ToySpec
from gan_core.toy_game import ToyGame

EACH = pytest.mark.parametrize("lesson", lessons().values(), ids=lessons().keys())
STEPS = [(name, number, step) for name, lesson in lessons().items() for number, step in enumerate(lesson.steps, 1)]
EACH_STEP = pytest.mark.parametrize("step", [step for *_, step in STEPS], ids=[f"{name}-{n}" for name, n, _ in STEPS])

# What A and B share, so that they can be held against each other (contract of the Toy lab).
SHARED = ("data", "seed", "seeds", "steps", "frame_every", "evaluation_samples", "mode_threshold")


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """As a worker trains: nets this small are slower on two threads, and far slower where others want the cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def test_there_are_five_to_seven() -> None:
    assert 5 <= len(lessons()) <= 7
    assert {step.mode for *_, step in STEPS} == {"one", "versus", "seeds"}
    assert {step.preset for *_, step in STEPS} == set(presets()), "a preset that no lesson shows"


@EACH
def test_three_to_five_steps_and_no_two_alike(lesson: Lesson) -> None:
    assert 3 <= len(lesson.steps) <= 5
    assert lesson.icon.startswith(":material/") and lesson.icon.endswith(":")
    assert lesson.title and lesson.about.endswith(".")
    for texts in ("title", "predict", "explain", "try_"):
        assert len({getattr(step, texts) for step in lesson.steps}) == len(lesson.steps)


def test_no_step_is_told_twice() -> None:
    assert len({step.model_dump_json() for *_, step in STEPS}) == len(STEPS)
    assert len({step.explain for *_, step in STEPS}) == len(STEPS)


@EACH_STEP
def test_it_names_what_exists_and_makes_sense(step: Step) -> None:
    preset = presets()[step.preset]
    assert not step.cure or step.cure in preset.cures
    assert step.settings.keys() <= ToySpec.model_fields.keys() | ToySpec().flat().keys() | {"data.kind"}
    assert step.spec.seeds * step.spec.batch <= MOST_AT_ONCE
    if step.mode == "versus":
        assert step.cure, "nothing to hold the preset against"
        assert step.other != step.spec
        assert all(getattr(step.other, name) == getattr(step.spec, name) for name in SHARED)
    else:
        assert step.spec == step.other


@EACH_STEP
def test_it_can_be_trained(step: Step) -> None:
    for spec in {step.spec, step.other}:
        small = spec.model_copy(
            update={
                "generator": spec.generator.model_copy(update={"width": 8}),
                "discriminator": spec.discriminator.model_copy(update={"width": 8}),
                "batch": 16,
            }
        )
        game = ToyGame(small).game
        game.round()
        assert game.step == 1


@EACH_STEP
def test_its_words_are_whole_sentences(step: Step) -> None:
    assert step.title and step.title[-1] not in "."
    assert "?" in step.predict and step.predict.endswith(("?", "."))
    assert step.explain.endswith((".", "?"))
    assert step.try_.endswith((".", "?"))
    for text in (step.title, step.predict, step.explain, step.try_):
        assert "  " not in text and "--" not in text and '"' not in text
    assert len(step.explain) <= 700, "longer than anybody reads beside a picture"


def test_the_settings_of_a_step_come_last() -> None:
    plain = Step(title="", predict="?", preset="healthy", explain=".", try_=".")
    assert plain.spec == presets()["healthy"].spec
    assert plain.model_copy(update={"settings": {"data.modes": 3}}).spec.data.modes == 3
    cured = next((name, cure) for name, preset in presets().items() for cure in preset.cures)
    both = plain.model_copy(update={"preset": cured[0], "cure": cured[1], "mode": "versus"})
    assert (both.spec, both.other) == (presets()[cured[0]].spec, presets()[cured[0]].cured(cured[1]))


def test_a_lesson_has_no_other_fields_or_modes() -> None:
    whole = {"title": "t", "predict": "p?", "preset": "healthy", "explain": "e.", "try_": "t."}
    with pytest.raises(ValidationError):
        Step(**whole, colour="red")
    with pytest.raises(ValidationError):
        Step(**whole, mode="three")
