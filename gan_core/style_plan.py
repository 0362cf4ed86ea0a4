"""How a painting is divided: its steps into stages, and a canvas that is too large into tiles.

Torch-free: specs/style.py makes the stages, and pages show them.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

IN_TILES = 640  # px of the longer side, beyond which a canvas is looked at in tiles


class Stage(NamedTuple):
    """A stretch of steps on one size of canvas with one network."""

    side: int  # px of the canvas's longer side
    network: Literal["slim", "vgg19"]
    guided: bool  # whether VGG19 looks at the slim network's work now and then
    first: int  # step
    end: int  # the step after its last


def stage_of(stages: list[Stage], step: int) -> Stage:
    """The stage that a step belongs to; the last for all later ones."""
    return next((stage for stage in stages if step < stage.end), stages[-1])


def until(stages: list[Stage], end: int) -> list[Stage]:
    """The same stages up to another end: the last goes on for longer, or later ones are left out."""
    kept = [stage for stage in stages if stage.first < end] or stages[:1]
    return [*kept[:-1], kept[-1]._replace(end=end)]
