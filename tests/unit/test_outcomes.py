"""What is taken from a run: closed forms on curves written by hand, and one history for seeds apart and together."""

import math

import numpy as np
import pytest

from gan_core.events import Frame
from gan_core.outcomes import TAKEN, History, taken, wilson
from gan_core.specs import ToySpec
from gan_core.toy import train

NAN = math.nan


def by_hand(*curves: list[float], counts: object = None) -> History:
    """Curves of seeds, all of the metric “x”, at steps 0, 10, 20, ..."""
    columns = np.array(curves, dtype=float).T  # (T, S)
    counts = np.zeros((*columns.shape, 0), dtype=int) if counts is None else np.asarray(counts)
    return History(10 * np.arange(len(columns)), {"x": columns}, counts)


@pytest.mark.parametrize(
    ("how", "expected"),
    [("end", [5, 7]), ("least", [1, 7]), ("most", [5, 9]), ("middle", [3, 8]), ("swing", [4, 2])],
)
def test_a_number_is_taken_from_the_second_half(how: str, expected: list[float]) -> None:
    history = by_hand([99, -99, 3, 1, 5], [99, -99, 9, 8, 7])  # steps 0 to 40: the second half begins at 20
    assert taken(history, "x", how).tolist() == expected


def test_what_was_not_measured_is_passed_over() -> None:
    history = by_hand([1, 2, 4, 3, NAN], [1, NAN, 2, NAN, NAN], [NAN] * 5)
    assert taken(history, "x", "end")[:2].tolist() == [3, 2]
    assert taken(history, "x", "swing")[:2].tolist() == [1, 0]
    assert all(np.isnan(taken(history, "x", how)[2]) for how in TAKEN if how != "changes")


def test_changes_counts_moves_from_mode_to_mode() -> None:
    early, a, b, way = [0, 9], [5, 0], [0, 5], [0, 0]
    jumps = [early, a, early, a, b, way, b, a, a]  # the second half begins at the first b
    rests = [early, a, b, a, a, way, a, a, a]
    lost = [way] * 9
    history = by_hand(*[[0] * 9] * 3, counts=np.stack([jumps, rests, lost], 1))
    assert taken(history, "mode_counts", "changes").tolist() == [1, 0, 0]


def test_changes_needs_modes() -> None:
    assert np.isnan(taken(by_hand([1, 2, 3]), "mode_counts", "changes")).all()


def test_wilson_is_the_published_interval() -> None:
    assert wilson(0, 10) == pytest.approx((0, 0.2775), abs=1e-4)  # Newcombe 1998, and by hand: z²/(n + z²)
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)  # Newcombe 1998, table I, method 3
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=1e-4)


@pytest.mark.parametrize("kept", range(21))
def test_wilson_contains_the_rate_and_solves_its_equation(kept: int) -> None:
    """The bounds are the rates p from which what was counted is z standard deviations away."""
    low, high = wilson(kept, 20)
    assert 0 <= low <= kept / 20 <= high <= 1
    for p in {low, high} - {0.0, 1.0}:
        assert abs(kept / 20 - p) == pytest.approx(1.96 * math.sqrt(p * (1 - p) / 20), abs=1e-9)


def test_wilson_of_nothing_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_three_seeds_together_leave_the_history_of_three_apart() -> None:
    spec = ToySpec.from_flat({
        "generator.width": 16, "discriminator.width": 16, "batch": 32, "steps": 40, "frame_every": 10, "seed": 3,
        "evaluation_samples": 500, "mode_threshold": 5,
    })  # fmt: skip

    def history(**update: int) -> History:
        events = train(spec.model_copy(update=update))
        return History.of([event for event in events if isinstance(event, Frame)])

    together = history(seeds=3)
    apart = [history(seed=3 + index) for index in range(3)]
    assert together.seeds == 3
    assert together.step.tolist() == [0, 10, 20, 30, 40]
    for index, alone in enumerate(apart):
        assert alone.seeds == 1
        assert set(alone.metrics) == set(together.metrics)
        np.testing.assert_array_equal(alone.mode_counts[:, 0], together.mode_counts[:, index])
        for name, column in alone.metrics.items():
            if not name.startswith(("jsd", "optimal")):  # estimated at fewer of the frames when there are more seeds
                np.testing.assert_allclose(column[:, 0], together.metrics[name][:, index], rtol=1e-4, atol=1e-5)
