"""Style transfers worth painting, read from `style_presets.json`, the one place where they stand. Torch-free.

A preset says how to paint; its pictures are a proposal. `seconds` are of one CPU core, measured by `benchmarks.style`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from gan_core.specs import StyleSpec

FILE = Path(__file__).with_name("style_presets.json")


class StylePreset(BaseModel):
    """A set-up with its reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    icon: str
    why: str
    look: str  # what to look for
    explain: str  # what happened
    settings: dict[str, bool | int | float | str]
    seconds: float = 0.0  # 0 until somebody has measured

    @property
    def spec(self) -> StyleSpec:
        return StyleSpec.from_flat(self.settings)

    def on(self, spec: StyleSpec) -> StyleSpec:
        """The same way of painting on the pictures of `spec`, with its luck, where it takes so many styles."""
        own = self.spec
        if len(spec.styles) != len(own.styles):
            return own.changed({"seed": spec.seed})
        return own.changed({"seed": spec.seed, "content": spec.content, "styles": spec.styles})


@cache
def style_presets() -> dict[str, StylePreset]:
    """By name, in the order of the file."""
    return {name: StylePreset(**row) for name, row in json.loads(FILE.read_text(encoding="utf-8")).items()}


def style_preset_of(spec: StyleSpec) -> str:
    """The preset that a spec is, whatever its pictures and its seed; empty for none."""
    return next((name for name, preset in style_presets().items() if preset.on(spec) == spec), "")
