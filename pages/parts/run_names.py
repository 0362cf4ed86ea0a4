"""What a run is called in a list, so that it can be told from its neighbours, and which two belong together."""

from __future__ import annotations

from gan_core.presets import presets
from gan_core.protocols import protocols
from gan_core.runs import Run
from gan_core.specs import ToySpec
from pages.parts.set_up import SHARED, origin, protocol_of
from pages.parts.settings import title_of, value_text
from pages.parts.words import named, t

MOST_SETTINGS = 2  # named of a visitor's own; more would not fit on a line
TOGETHER = 2.0  # seconds between the starts of A and of B
QUIET = ("data.kind", "loss", "seed", "seeds", "steps", "frame_every", "evaluation_samples")


def spec_name(spec: ToySpec) -> str:
    """“Mode collapse · Packing”, or what is special about settings of one's own: “Ring · Hinge · Batch 64”."""
    name, cure = origin(spec)
    if name:
        parts = [t(presets()[name].title)] + ([t(presets()[name].cures[cure].title)] if cure else [])
    elif name := protocol_of(spec):
        parts = [t(protocols()[name].title)]
    else:
        own = [(key, value) for key, value in spec.changes().items() if key not in QUIET and key != "data.points"]
        parts = [named(spec.data.kind), named(spec.loss)]
        parts += [f"{title_of(key)} {value_text(value)}" for key, value in own[:MOST_SETTINGS]]
        parts += [t("{more} more", more=len(own) - MOST_SETTINGS)] if len(own) > MOST_SETTINGS else []
    if spec.seeds > 1:
        parts.append(t("seeds {first} to {last}", first=spec.seed, last=spec.seed + spec.seeds - 1))
    else:
        parts.append(t("seed {seed}", seed=spec.seed))
    return " · ".join(parts)


def pair_name(a: ToySpec, b: ToySpec) -> str:
    """“A against B: Mode collapse · seed 0 | Mode collapse · Packing · seed 0”."""
    return f"{t('A against B')}: {spec_name(a)} | {spec_name(b)}"


def paired(runs: list[Run]) -> list[tuple[Run, ...]]:
    """The runs, newest first, those that were started together as A and B in one: (A, B)."""
    left, found = list(runs), []
    while left:
        newer = left.pop(0)
        if left and _together(left[0], newer):
            found.append((left.pop(0), newer))
        else:
            found.append((newer,))
    return found


def _together(a: Run, b: Run) -> bool:
    """Whether B was started with A: at once, and alike in all that the two share."""
    if not 0 <= b.created - a.created < TOGETHER or not isinstance(a.spec, ToySpec) or a.spec == b.spec:
        return False
    return all(getattr(a.spec, name) == getattr(b.spec, name) for name in SHARED)
