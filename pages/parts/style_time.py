"""How long a style transfer takes, and what is left of it: a stage costs its pixels times what its network asks."""

from __future__ import annotations

from collections.abc import Sequence

from gan_core.specs import StyleSpec
from gan_core.style.budget import GUIDED_COST, VGG19_COST
from gan_core.style_plan import Stage
from gan_core.style_presets import style_presets
from pages.parts.run_curves import Metrics

RECENT = 12  # previews over which the speed is taken
LEAST = 3  # previews after the first step, which brings the networks: before, the pace says nothing


def cost(stage: Stage, steps: int) -> float:
    """Of so many steps in a stage; 1 is a step of the slim network on 256 pixels."""
    network = VGG19_COST if stage.network == "vgg19" else GUIDED_COST if stage.guided else 1.0
    return steps * network * (stage.side / 256) ** 2


def cost_between(stages: Sequence[Stage], first: int, end: int) -> float:
    """Of the steps from `first` to before `end`."""
    return sum(cost(stage, max(0, min(end, stage.end) - max(first, stage.first))) for stage in stages)


def seconds_left(stages: Sequence[Stage], metrics: Metrics) -> float | None:
    """From the newest preview to the end, at the pace of the last ones; None while nobody knows."""
    step, seconds = metrics["step"][2:][-RECENT:], metrics.get("seconds", ())[2:][-RECENT:]
    if len(step) < LEAST:
        return None
    done, passed = cost_between(stages, int(step[0]), int(step[-1])), float(seconds[-1] - seconds[0])
    return cost_between(stages, int(step[-1]), stages[-1].end) * passed / done if done and passed > 0 else None


def estimate(spec: StyleSpec) -> float | None:
    """Seconds of a whole run on one CPU core, from what the first preset took there; None where nobody measured."""
    first = next(iter(style_presets().values()))
    if spec.seconds or not first.seconds:
        return spec.seconds or None
    return (
        first.seconds * cost_between(spec.stages, 0, spec.steps) / cost_between(first.spec.stages, 0, first.spec.steps)
    )
