"""What became of a run, seed by seed: its curves, the number that a claim is about, how sure a count is. Torch-free.

One run proves nothing, so a claim is a number taken from each of many seeds and the share of them that stays in bounds:

    >>> taken(History.of(frames), "modes", "end")
    array([8., 8., 7.])
    >>> wilson(19, 20)
    (0.764, 0.991)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from gan_core.events import Frame
from gan_core.frames import unpack

ADDED = ("verdict", "part")  # columns that a page adds to a frame's numbers; no seed's own


@dataclass(frozen=True)
class History:
    """T frames of S seeds. What was not measured at a frame is not a number."""

    step: np.ndarray  # (T,)
    metrics: dict[str, np.ndarray]  # by name, (T, S)
    mode_counts: np.ndarray  # (T, S, K): good samples of each mode

    @classmethod
    def of(cls, frames: Sequence[Frame]) -> Self:
        """From the frames of a run, of one seed or of several, in the order of their steps; at least one."""
        pictures = [unpack(frame.packed)[0] for frame in frames]
        names = [name for name in frames[0].metrics if name not in ADDED]
        if "seed_metrics" in pictures[0]:
            table = np.stack([picture["seed_metrics"] for picture in pictures]).astype(float)  # (T, S, M)
            counts = np.stack([picture["mode_counts"] for picture in pictures])
        else:
            table = np.array([[[frame.metrics[name] for name in names]] for frame in frames], dtype=float)
            counts = np.stack([picture["mode_counts"][None] for picture in pictures])
        columns = {name: table[:, :, index] for index, name in enumerate(names)}
        return cls(np.array([frame.step for frame in frames]), columns, counts)

    @property
    def seeds(self) -> int:
        """S."""
        return self.mode_counts.shape[1]

    @property
    def late(self) -> np.ndarray:
        """Which frames lie in the second half of the run: (T,) of bool."""
        return self.step >= self.step[-1] / 2


def end(history: History, metric: str) -> np.ndarray:
    """The last finite value of each seed."""
    values = history.metrics[metric]  # (T, S)
    back = np.isfinite(values[::-1]).argmax(0)  # frames before the last one
    return values[len(values) - 1 - back, np.arange(history.seeds)]


def least(history: History, metric: str) -> np.ndarray:
    """The smallest value in the second half."""
    return _over(np.min, history, metric)


def most(history: History, metric: str) -> np.ndarray:
    """The largest value in the second half."""
    return _over(np.max, history, metric)


def middle(history: History, metric: str) -> np.ndarray:
    """The median over the second half: what the run looks like most of the time."""
    return _over(np.median, history, metric)


def swing(history: History, metric: str) -> np.ndarray:
    """From the smallest to the largest value in the second half: near 0 where a run has settled."""
    return most(history, metric) - least(history, metric)


def changes(history: History, metric: str) -> np.ndarray:
    """How often, in the second half, the mode that holds most samples is another one than before.

    `metric` is "mode_counts". Frames without a good sample are passed over: the blob is on its way.
    """
    counts = getattr(history, metric)[history.late]  # (T', S, K)
    if not counts.shape[2]:
        return np.full(history.seeds, math.nan)
    best = [seed.argmax(1)[seed.any(1)] for seed in counts.swapaxes(0, 1)]
    return np.array([np.count_nonzero(np.diff(modes)) for modes in best], dtype=float)


def _over(reduce: Callable[[np.ndarray], float], history: History, metric: str) -> np.ndarray:
    """Of each seed's finite values in the second half; not a number where there are none."""
    columns = history.metrics[metric][history.late].T
    finite = [column[np.isfinite(column)] for column in columns]
    return np.array([reduce(column) if len(column) else math.nan for column in finite])


TAKEN: dict[str, Callable[[History, str], np.ndarray]] = {
    each.__name__: each for each in (end, least, most, middle, swing, changes)
}


def taken(history: History, metric: str, how: str) -> np.ndarray:
    """One number a seed, (S,): a metric's name in the history, and a name in `TAKEN`."""
    return TAKEN[how](history, metric)


def wilson(kept: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Bounds of a rate when `kept` of `of` tries went well; z = 1.96 holds the true rate in about 95 of 100 cases.

    Wilson 1927. Unlike rate ± error it never leaves [0, 1] and says something even when all tries went well.
    """
    if not of:
        return 0.0, 1.0
    rate, widening = kept / of, z * z / of
    centre = rate + widening / 2
    half = z * math.sqrt(rate * (1 - rate) / of + widening / (4 * of))
    low = (centre - half) / (1 + widening) if kept else 0.0  # exact where rounding would not be
    high = (centre + half) / (1 + widening) if kept < of else 1.0
    return low, high
