"""Picture GANs worth training, read from `picture_presets.json`, the one place where they stand. Torch-free.

Those that ship trained bear the names of their folders in `checkpoints/`. The others promise something that shows
within minutes, or fail on purpose; `benchmarks.promises` measures what they say and writes it down.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from gan_core.specs import PictureSpec

FILE = Path(__file__).with_name("picture_presets.json")


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PicturePromise(_Row):
    """What holds for a metric of a run's last frame, and what was measured."""

    text: str  # with {median} for the metric, {seconds} and {steps} of the run
    metric: str
    least: float | None = None
    most: float | None = None
    kept: int = 0  # of the seeds that were tried; 0 of 0 until somebody has
    seeds: int = 0
    median: float = 0.0  # of the metric
    seconds: float = 0.0  # median, of a whole run

    def holds(self, value: float) -> bool:
        """Whether a reading keeps it; what is no number does not."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


class PicturePreset(_Row):
    """A set-up with its reason."""

    title: str
    icon: str
    why: str
    origin: str  # of the pictures, with their licence
    ships: bool = False  # trained, in `checkpoints/`
    look: str = ""  # what to look for
    explain: str = ""  # what happened
    promise: PicturePromise | None = None
    settings: dict[str, bool | int | float | str]

    @property
    def spec(self) -> PictureSpec:
        return PictureSpec.from_flat(self.settings)


@cache
def picture_presets() -> dict[str, PicturePreset]:
    """By name, in the order of the file."""
    return {name: PicturePreset(**row) for name, row in json.loads(FILE.read_text(encoding="utf-8")).items()}


def shipped_presets() -> dict[str, PicturePreset]:
    """Those whose generators ship trained."""
    return {name: preset for name, preset in picture_presets().items() if preset.ships}
