"""Picture GANs worth training, read from `picture_presets.json`, the one place where they stand. Torch-free.

Those that ship trained bear the names of their folders in `checkpoints/`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from gan_core.specs import PictureSpec

FILE = Path(__file__).with_name("picture_presets.json")


class PicturePreset(BaseModel):
    """A set-up with its reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    why: str
    origin: str  # of the pictures, with their licence
    settings: dict[str, bool | int | float | str]

    @property
    def spec(self) -> PictureSpec:
        return PictureSpec.from_flat(self.settings)


@cache
def picture_presets() -> dict[str, PicturePreset]:
    """By name, in the order of the file."""
    return {name: PicturePreset(**row) for name, row in json.loads(FILE.read_text(encoding="utf-8")).items()}
