"""From seconds to steps: how many of which kind are about done in a budget, once the first have been timed."""

from __future__ import annotations

from typing import Any

from gan_core.specs import StyleSpec
from gan_core.specs.style import MOST_STEPS

PROBE = 4  # steps, all but the first of which are timed: that one brings the networks
VGG19_COST = 7.0  # what a step of VGG19 costs, in steps of the slim network; measured by benchmarks.style
GUIDED_COST = 1.9  # what a step of the slim network costs where VGG19 looks at every fifth, likewise
SKETCH = 0.25  # of the budget is the slim network's, where VGG19 refines
LEAST = 10  # steps, however small the budget


def probing(spec: StyleSpec) -> StyleSpec:
    """The spec whose first steps are timed: none of them ends it, or is VGG19's where that comes later."""
    return spec.changed({"steps": MOST_STEPS, "refined": 0}) if spec.seconds else spec


def within(spec: StyleSpec, step: int, each: float, left: float) -> dict[str, Any]:
    """The settings with which a run at `step` ends in about `left` seconds.

    Steps at a smaller scale cost as much less as there are fewer pixels.

    Args:
        each: seconds of a step at the first scale.
    """
    each *= (spec.size / spec.sides[0]) ** 2  # at the full size
    mean = sum((side / spec.size) ** 2 for side in spec.sides) / len(spec.sides)
    room, left = MOST_STEPS - step, max(left, 0.0)
    if spec.network != "slim_then_vgg19":
        return {"steps": step + min(room, max(LEAST, int(left / (each * mean)))), "refined": 0}
    sketch = max(LEAST, int(SKETCH * left / (each * mean * GUIDED_COST)))
    refined = min(int((1 - SKETCH) * left / (each * VGG19_COST)), room - LEAST)
    return {"steps": step + min(sketch, room - refined) + refined, "refined": refined}
