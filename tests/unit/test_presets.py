"""Presets: the file is what the pages and the command line rely on, and what it says was counted."""

import math

import numpy as np
import pytest

from benchmarks.presets import claims
from gan_core.events import Checkpoint, Frame, Header
from gan_core.outcomes import History
from gan_core.presets import Bound, Promise, presets
from gan_core.specs import ToySpec
from gan_core.toy import train

NAMES = ["healthy", "collapse", "dropping", "hopping", "oscillation", "vanishing", "strong", "weak", "support"]
EVERY = [pytest.param(claim, id=claim.name) for claim in claims()]


def test_every_failure_of_the_lesson_is_there_with_its_cures() -> None:
    assert list(presets()) == NAMES
    for name, preset in presets().items():
        assert len(preset.cures) >= (0 if name == "healthy" else 2), name
    assert "non_saturating" in presets()["vanishing"].cures


@pytest.mark.parametrize("claim", EVERY)
def test_what_is_promised_was_kept_by_nine_of_ten_seeds(claim) -> None:
    assert claim.promise.seeds >= 20
    assert claim.promise.kept >= 0.9 * claim.promise.seeds


@pytest.mark.parametrize("claim", EVERY)
def test_it_plays(claim) -> None:
    """Fifty steps of every set-up, refused nothing; its promise can be read off the run."""
    quick = claim.spec.model_copy(update={"steps": 50, "frame_every": 50, "evaluation_samples": 500})
    events = list(train(quick))
    assert [type(event) for event in events] == [Header, Frame, Frame, Checkpoint]
    assert claim.promise.kept_by(History.of(events[1:-1])).shape == (1,)


@pytest.mark.parametrize("claim", EVERY)
def test_a_run_fits_a_lesson(claim) -> None:
    assert claim.spec.seed == 0 and claim.spec.seeds == 1
    assert 50 <= claim.spec.steps / claim.spec.frame_every <= 400  # enough pictures to scrub through


@pytest.mark.parametrize("name", NAMES)
def test_a_cure_changes_something_and_says_what(name: str) -> None:
    preset = presets()[name]
    for cure, cured in preset.cures.items():
        assert preset.cured(cure) != preset.spec
        assert cured.title and cured.predict and cured.explain
    assert len({preset.cured(cure) for cure in preset.cures}) == len(preset.cures)


@pytest.mark.parametrize("name", NAMES)
def test_settings_are_changes_alone(name: str) -> None:
    """What equals the default is not said: an address then shows what matters."""
    preset = presets()[name]
    assert preset.settings == ToySpec.from_flat(preset.settings).changes()


def by_hand(**curves: list[float]) -> History:
    """Two frames of as many seeds as each curve's ends; at the first nothing was measured."""
    metrics = {name: np.array([[math.nan] * len(ends), ends]) for name, ends in curves.items()}
    seeds = len(next(iter(curves.values())))
    return History(np.array([0, 10]), metrics, np.zeros((2, seeds, 1), dtype=int))


def test_a_promise_is_kept_within_its_bounds_and_all_of_them() -> None:
    history = by_hand(modes=[0.0, 3.0, 5.0, math.nan], good=[0.9, 0.2, 0.9, 0.9])
    promise = Promise(text="", metric="modes", at_most=3)
    assert promise.kept_by(history).tolist() == [True, True, False, False]
    both = promise.model_copy(update={"also": (Bound(metric="good", at_least=0.5),)})
    assert both.kept_by(history).tolist() == [True, False, False, False]
    assert (
        Promise(text="", metric="modes", at_least=3, at_most=3).kept_by(history).tolist() == [False, True] + [False] * 2
    )


def test_a_way_of_taking_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="must be one of end, "):
        Bound(metric="modes", taken="at the end")
