"""The spec of a point in a generator's latent space: whose, which noise, which class, and how it was moved."""

from __future__ import annotations

import math
import re
from typing import Literal, Self

from pydantic import model_validator

from gan_core.specs.base import Spec, described
from gan_core.specs.toy import SEED

MOST_KNOBS = 16
FARTHEST = 6.0  # standard deviations that a coordinate or a direction may be moved
NAME = r"(z|pc|sefa|own|v)(0|[1-9][0-9]{0,3})"
KNOB = re.compile(NAME + r":(-?[0-9]+(?:\.[0-9]+)?)")


class LatentSpec(Spec):
    """A point in the latent space of a generator."""

    kind: Literal["latent"] = "latent"
    model: str = described(
        "cats-64", "Model", "A checkpoint that ships, a model of the hub, or a run of yours.", min_length=1,
        max_length=200,
    )  # fmt: skip
    seed: int = SEED
    label: int = described(
        0, "Class", "What is asked for, of a generator that is told classes.", ge=0, le=9999,
        because="no generator here has more classes",
    )  # fmt: skip
    truncation: float = described(
        1.0, "Truncation", "Distance from the middle of the latent space, as a share: less is safer and more alike.",
        ge=0, le=2, because="noise is never that far out, and the generator has never seen it",
    )  # fmt: skip
    knobs: str = described(
        "", "Knobs", "What was moved, as kind, number and value: z3:1.5 sets the fourth coordinate, pc0:-2 goes along "
        "the first principal direction, sefa, own and v along others.", max_length=500,
    )  # fmt: skip

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        parts = [part for part in self.knobs.split(",") if part]
        for part in parts:
            found = KNOB.fullmatch(part)
            if not found:
                raise ValueError(
                    f"Knobs (knobs) has {part!r}; each must be a kind (z, pc, sefa, own or v), a number and a value, "
                    "such as pc0:-2."
                )
            if not abs(float(found[3])) <= FARTHEST:
                raise ValueError(
                    f"Knobs (knobs) has {part!r}; values must be from {-FARTHEST:g} to {FARTHEST:g}, because the "
                    "generator has never seen noise farther out."
                )
        if len(parts) > MOST_KNOBS:
            raise ValueError(f"Knobs (knobs) has {len(parts)} of them; {MOST_KNOBS} fit on the page.")
        return self

    @property
    def moves(self) -> dict[tuple[str, int], float]:
        """By kind and number."""
        found = (KNOB.fullmatch(part) for part in self.knobs.split(",") if part)
        return {(each[1], int(each[2])): float(each[3]) for each in found}

    def moved(self, moves: dict[tuple[str, int], float]) -> Self:
        """The same point with other moves; those of a direction by nothing are left out."""
        told = [
            f"{kind}{number}:{round(value, 3):g}" for (kind, number), value in moves.items()
            if kind == "z" or (value and math.isfinite(value))
        ]  # fmt: skip
        return self.changed({"knobs": ",".join(told)})
