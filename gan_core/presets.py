"""Presets: set-ups worth looking at, read from `presets.json`, the one place where they stand. Torch-free.

What a preset says of itself was counted: `python -m benchmarks.presets` trains it with many seeds and writes down how
many did what the words say.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from gan_core.specs import ToySpec

FILE = Path(__file__).with_name("presets.json")

Settings = dict[str, bool | int | float | str]


class Promise(BaseModel):
    """What a run's last frame will show: a bound on a metric, in words that follow “19 of 20 seeds”."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    metric: str
    at_least: float = -math.inf
    at_most: float = math.inf
    kept: int = 0  # of so many seeds; written by the benchmark
    seeds: int = 0

    def holds(self, metrics: Mapping[str, float]) -> bool:
        return self.at_least <= metrics[self.metric] <= self.at_most


class Cure(BaseModel):
    """Changes on top of a preset's settings that mend what it shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    predict: str
    explain: str
    settings: Settings
    promise: Promise


class Preset(BaseModel):
    """A set-up as flat changes to `ToySpec`'s defaults, with what a student should ask and see."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    icon: str
    predict: str
    explain: str
    settings: Settings
    promise: Promise
    cure: Cure | None = None

    @property
    def spec(self) -> ToySpec:
        return ToySpec.from_flat(self.settings)

    @property
    def cured(self) -> ToySpec | None:
        return ToySpec.from_flat(self.settings | self.cure.settings) if self.cure else None


@cache
def presets() -> dict[str, Preset]:
    """Every preset under its name, in the order in which a lesson takes them."""
    return {name: Preset(**values) for name, values in json.loads(FILE.read_text(encoding="utf-8")).items()}
