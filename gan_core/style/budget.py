"""From seconds to steps: how many of which kind are about done in a budget, once the first have been timed."""

from __future__ import annotations

from typing import Any

from gan_core.specs import StyleSpec

PROBE = 4  # steps that are timed
WIDE = 7.0  # what a step of VGG19 costs, in steps of the slim network; measured by benchmarks.style
GUIDED = 1.9  # what a step of the slim network costs where VGG19 looks at every fifth, likewise
SKETCH = 0.25  # of the budget is the slim network's, where VGG19 refines
LEAST = 10  # steps, however small the budget


def within(spec: StyleSpec, step: int, seconds: float, budget: float) -> dict[str, Any]:
    """The settings with which a run that took `seconds` for its first `step` steps ends within `budget`.

    Steps at a smaller scale cost as much less as there are fewer pixels.
    """
    each = seconds / step * (spec.size / spec.stages[0].side) ** 2  # at the full size
    mean = sum((side / spec.size) ** 2 for side in spec.sides) / len(spec.sides)
    left = max(budget - seconds, 0.0)
    if spec.network != "slim_then_vgg19":
        return {"steps": step + max(LEAST, int(left / (each * mean))), "refined": 0}
    sketch = max(LEAST, int(SKETCH * left / (each * mean * GUIDED)))
    refined = int((1 - SKETCH) * left / (each * WIDE))
    return {"steps": step + sketch + refined, "refined": refined}
