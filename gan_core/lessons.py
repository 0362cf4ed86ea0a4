"""Lessons: three to five steps each through the presets, read from `lessons.json`, the one place where they stand.

A step asks for a guess, runs one experiment, says what was there to see, and leaves one thing to change. Torch-free.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from gan_core.presets import presets
from gan_core.specs import ToySpec

FILE = Path(__file__).with_name("lessons.json")

Settings = dict[str, bool | int | float | str]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Entry):
    """One experiment of a lesson: predict, run, explain, try."""

    title: str
    predict: str
    preset: str
    cure: str = ""  # one of the preset's cures, or none
    mode: Literal["one", "versus", "seeds"] = "one"  # versus: the preset is A, and B is its cure
    settings: Settings = {}  # on top of the preset's; in "versus" on both sides
    explain: str
    try_: str

    @property
    def spec(self) -> ToySpec:
        """What is trained; in "versus" this is A."""
        return self._with(self.cure if self.mode != "versus" else "")

    @property
    def other(self) -> ToySpec:
        """B, where two are trained side by side."""
        return self._with(self.cure)

    def _with(self, cure: str) -> ToySpec:
        preset = presets()[self.preset]
        mended = preset.cures[cure].settings if cure else {}
        return ToySpec.from_flat(preset.settings | mended | self.settings)


class Lesson(_Entry):
    """A walk through the presets, in the order of its steps."""

    title: str
    icon: str
    about: str
    steps: tuple[Step, ...]


@cache
def lessons() -> dict[str, Lesson]:
    """Every lesson under its name, in the order in which a course takes them."""
    return {name: Lesson(**values) for name, values in json.loads(FILE.read_text(encoding="utf-8")).items()}
