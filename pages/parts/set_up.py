"""What a Toy lab is set up to do, and what a choice makes of it. No Streamlit: a set-up goes in, another comes out.

A set-up holds A's spec and, where two are compared, B's. Its mode follows from that: two specs are A against B, a spec
of several seeds is many seeds, anything else is one run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, Self

from gan_core.lessons import Lesson, Step, lessons
from gan_core.presets import Cure, Preset, Promise, presets
from gan_core.protocols import protocols
from gan_core.specs import MOST_AT_ONCE, SEEDS, SpecError, ToySpec

Mode = Literal["one", "versus", "seeds"]
MODES: tuple[Mode, ...] = ("one", "versus", "seeds")
COUNTS = (4, 8, 16)  # seeds at once that the page offers

# What A and B have in common, so that they can be held against each other: the data, the luck, the clock, the scoring.
SHARED = ("data", "seed", "seeds", "steps", "frame_every", "evaluation_samples", "mode_threshold")


@dataclass(frozen=True)
class SetUp:
    """Everything that the page's address says."""

    a: ToySpec
    b: ToySpec | None = None
    run: str | None = None  # on stage, A's where there are two
    run_b: str | None = None
    lesson: str = ""
    step: int = 1  # of the lesson, from 1 on
    focus: bool = False  # one experiment, one button

    @property
    def mode(self) -> Mode:
        return "versus" if self.b else "seeds" if self.a.seeds > 1 else "one"

    @property
    def specs(self) -> tuple[ToySpec, ...]:
        return (self.a, self.b) if self.b else (self.a,)

    @property
    def runs(self) -> tuple[str | None, ...]:
        return (self.run, self.run_b) if self.b else (self.run,)

    # What is set up, by name ------------------------------------------------------------------------------------------

    @property
    def preset(self) -> str:
        """The preset that A plays, cured or not; empty when the settings are the visitor's own."""
        return origin(self.a)[0]

    @property
    def cure(self) -> str | None:
        """The cure that is looked at: of the one run, or B's against A without it. None: something else."""
        name, cure = origin(self.a)
        if not self.b:
            return cure
        if self.b == self.a:
            return ""
        cures = presets()[name].cures if name else ()
        return next((each for each in cures if against(self.a, name, each) == self.b), None)

    @property
    def protocol(self) -> str:
        """The protocol that A plays; empty for none."""
        return protocol_of(self.a)

    @property
    def shown(self) -> Preset | Cure | None:
        """The text that belongs to the experiment: the preset's, or its cure's where that is on."""
        preset = presets().get(self.preset)
        return preset and preset.cures.get(self.cure or "", preset)

    # Choices ----------------------------------------------------------------------------------------------------------

    def chosen(self, name: str) -> Self:
        """Another experiment, a preset or a protocol, with the same luck and in the same mode."""
        spec = presets()[name].spec if name in presets() else protocols()[name].spec
        return self._playing(alike(spec, self.a.seed, self.a.seeds))

    def cured(self, name: str) -> Self:
        """The preset with a cure, or without for the empty name; against it where two are compared."""
        if not self.preset:  # a setting was typed just before, and A is no preset any more
            return self
        preset = presets()[self.preset]
        if self.b:
            return replace(self, b=against(self.a, self.preset, name), run_b=None)
        spec = preset.cured(name) if name else preset.spec
        return replace(self, a=alike(spec, self.a.seed, self.a.seeds), run=None)

    def turned(self, mode: Mode) -> Self:
        """The same experiment in another mode."""
        if mode == self.mode:
            return self
        seeds = COUNTS[-1] if mode == "seeds" else 1
        one = alike(self.a, self.a.seed, seeds)
        if mode != "versus":
            return replace(self, a=one, b=None, run=self.run if one == self.a else None, run_b=None)
        name, cure = origin(one)
        plain = alike(presets()[name].spec, one.seed, 1) if name else one
        kept = self.run if plain == self.a else None
        return replace(self, a=plain, b=opponent(plain, name, cure), run=kept, run_b=None)

    def counted(self, seeds: int) -> Self:
        """So many seeds at once, or as many as the batch allows."""
        return replace(self, a=alike(self.a, self.a.seed, seeds), run=None)

    def swapped(self) -> Self:
        return replace(self, a=self.b, b=self.a, run=self.run_b, run_b=self.run)

    def b_kept(self) -> Self:
        """B is the new A, and B may be changed further."""
        return replace(self, a=self.b, run=self.run_b)

    def reseeded(self) -> Self:
        """The same experiment with other random numbers, none of them used before."""
        seed = (self.a.seed + self.a.seeds) % (SEEDS - self.a.seeds)
        return self.with_a(alike(self.a, seed, self.a.seeds))

    def with_a(self, spec: ToySpec) -> Self:
        """Other settings for A, and for B what the two share.

        Raises:
            SpecError: B cannot play with what A shares.
        """
        return replace(self, a=spec, b=self.b and sharing(self.b, spec))

    def with_side(self, side: str, spec: ToySpec) -> Self:
        return self.with_a(spec) if side == "a" else replace(self, b=spec)

    def _playing(self, spec: ToySpec) -> Self:
        b = opponent(spec, origin(spec)[0]) if self.b else None
        return replace(self, a=spec, b=b, run=None, run_b=None)


# Specs ---------------------------------------------------------------------------------------------------------------


def alike(spec: ToySpec, seed: int, seeds: int) -> ToySpec:
    """The spec with other luck: as many seeds as its batch allows, the first one at most so that all are seeds."""
    seeds = min(seeds, max(1, MOST_AT_ONCE // spec.batch))
    return spec.model_copy(update={"seed": min(seed, SEEDS - seeds), "seeds": seeds})


def sharing(b: ToySpec, a: ToySpec) -> ToySpec:
    """B with the data, the luck, the clock and the scoring of A.

    Raises:
        SpecError: together they make no sense.
    """
    return ToySpec.checked(b.model_dump() | a.model_dump(include=set(SHARED)))


def against(a: ToySpec, preset: str, cure: str) -> ToySpec:
    """What plays against A: its preset with a cure, or A itself for the empty name."""
    return sharing(presets()[preset].cured(cure), a) if cure else a


def opponent(a: ToySpec, preset: str, cure: str = "") -> ToySpec:
    """What plays against A at first: the cure that was looked at or the preset's first, else a copy to be changed."""
    cures = presets()[preset].cures if preset else {}
    return against(a, preset, cure or next(iter(cures), ""))


def origin(spec: ToySpec) -> tuple[str, str]:
    """Which preset and which of its cures a spec is, whatever its luck; empty names for none."""
    return _known().get(alike(spec, 0, 1), ("", ""))


def protocol_of(spec: ToySpec) -> str:
    """Which protocol a spec is, whatever its luck; empty for none."""
    return _protocols().get(alike(spec, 0, 1), "")


@cache
def _known() -> dict[ToySpec, tuple[str, str]]:
    found: dict[ToySpec, tuple[str, str]] = {}
    for name, preset in presets().items():
        found.setdefault(alike(preset.spec, 0, 1), (name, ""))
        for cure in preset.cures:
            found.setdefault(alike(preset.cured(cure), 0, 1), (name, cure))
    return found


@cache
def _protocols() -> dict[ToySpec, str]:
    return {alike(protocol.spec, 0, 1): name for name, protocol in protocols().items()}


def promise_of(spec: ToySpec) -> Promise | None:
    """What the preset or the cure that a spec is says of itself; None for a spec of the visitor's own."""
    name, cure = origin(spec)
    return (presets()[name].cures[cure] if cure else presets()[name]).promise if name else None


# Lessons -------------------------------------------------------------------------------------------------------------


def step_of(lesson: str, step: int) -> tuple[Lesson, Step]:
    """A lesson and one of its steps, from 1 on.

    Raises:
        SpecError: there is no such lesson or step.
    """
    if lesson not in lessons():
        raise SpecError(f"lesson is {lesson!r}; it must be one of {', '.join(lessons())}.")
    steps = lessons()[lesson].steps
    if not 1 <= step <= len(steps):
        raise SpecError(f"step is {step}; it must be from 1 to {len(steps)}.")
    return lessons()[lesson], steps[step - 1]


def in_lesson(lesson: str, step: int, focus: bool = False) -> SetUp:
    """The experiment of a step.

    Raises:
        SpecError: there is no such lesson or step.
    """
    taken = step_of(lesson, step)[1]
    place = {"lesson": lesson, "step": step, "focus": focus}
    if taken.mode == "versus":
        return SetUp(taken.spec, sharing(taken.other, taken.spec), **place)
    return SetUp(taken.spec, **place).turned(taken.mode)
