"""Presets: set-ups worth looking at, read from `presets.json`, the one place where they stand. Torch-free.

Each failure comes with the cures that were seen to work on it. What a preset or a cure says of itself was counted:
`python -m benchmarks.presets` trains it with many seeds and writes down how many did what the words say.
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, field_validator

from gan_core.outcomes import TAKEN, History, taken
from gan_core.specs import ToySpec

FILE = Path(__file__).with_name("presets.json")

Settings = dict[str, bool | int | float | str]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Bound(_Entry):
    """Where a number that is taken from a run lies."""

    metric: str
    taken: str = "end"  # a name in `outcomes.TAKEN`
    at_least: float = -math.inf
    at_most: float = math.inf

    @field_validator("taken")
    @classmethod
    def _known(cls, how: str) -> str:
        if how not in TAKEN:
            raise ValueError(f"must be one of {', '.join(TAKEN)}")
        return how

    def holds(self, history: History) -> np.ndarray:
        """For which seeds it does: (S,) of bool. A number that never was one lies nowhere."""
        value = taken(history, self.metric, self.taken)
        return (self.at_least <= value) & (value <= self.at_most)


class Promise(Bound):
    """What a run will show, in words that follow “19 of 20 seeds”."""

    text: str
    also: tuple[Bound, ...] = ()  # what holds besides
    kept: int = 0  # of so many seeds; written by the benchmark
    seeds: int = 0

    def kept_by(self, history: History) -> np.ndarray:
        """Which seeds of a whole run do what the words say: (S,) of bool."""
        return np.all([self.holds(history), *(bound.holds(history) for bound in self.also)], axis=0)


class Cure(_Entry):
    """Changes on top of a preset's settings that mend what it shows."""

    title: str
    predict: str
    explain: str
    settings: Settings
    promise: Promise


class Preset(_Entry):
    """A set-up as flat changes to `ToySpec`'s defaults, with what a student should ask and see."""

    title: str
    icon: str
    predict: str
    explain: str
    settings: Settings
    promise: Promise
    cures: dict[str, Cure] = {}

    @property
    def spec(self) -> ToySpec:
        return ToySpec.from_flat(self.settings)

    def cured(self, name: str) -> ToySpec:
        """The preset with one of its cures."""
        return ToySpec.from_flat(self.settings | self.cures[name].settings)


@cache
def presets() -> dict[str, Preset]:
    """Every preset under its name, in the order in which a lesson takes them."""
    return {name: Preset(**values) for name, values in json.loads(FILE.read_text(encoding="utf-8")).items()}
