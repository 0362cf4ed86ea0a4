"""Specs of distributions in the plane."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from gan_core.drawing import ALPHABET, FIVE_DABS, LEAST, MOST
from gan_core.specs.base import Spec, described


class Ring(Spec):
    """Gaussians on a circle, evenly spaced from angle 0."""

    kind: Literal["ring"] = "ring"
    modes: int = described(
        8, "Modes", "How many Gaussians. More modes are harder to cover.", ge=1, le=32,
        because="beyond 32 the modes of a ring touch",
    )  # fmt: skip
    radius: float = described(
        2.0, "Radius", "Distance of each mode from the centre. Further apart is harder to cross.", gt=0, le=10,
        because="the view and the initial generator are a few units wide",
    )  # fmt: skip
    sigma: float = described(
        0.1, "Sigma", "Standard deviation of each mode. Narrow modes leave empty space where D has nothing to say.",
        ge=0.001, le=2, because="a wider mode fills the view",
    )  # fmt: skip
    weights: tuple[float, ...] = described(
        (), "Weights", "How often each mode is drawn, one number a mode, separated by commas. Empty: all alike.",
    )  # fmt: skip

    @field_validator("weights", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part for part in value.replace(" ", "").split(",") if part) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_weight_a_mode(self) -> Self:
        if self.weights and len(self.weights) != self.modes:
            raise ValueError(
                f"Weights (data.weights) has {len(self.weights)} numbers for {self.modes} modes; "
                "give one number for each mode, or none for equal weights."
            )
        if not all(0 < weight <= 1e6 for weight in self.weights):
            raise ValueError("Weights (data.weights) has a number out of range; each must be more than 0, at most 1e6.")
        return self


class Grid(Spec):
    """Gaussians on a square grid around the origin."""

    kind: Literal["grid"] = "grid"
    side: int = described(
        5, "Side", "Modes along each side: 3 gives 9 modes, 5 gives 25.", ge=2, le=7,
        because="more than 49 modes cannot be told apart in the view",
    )  # fmt: skip
    spacing: float = described(
        1.0, "Spacing", "Distance between neighbours. Wider gaps are harder to cross.", gt=0, le=5,
        because="the view and the initial generator are a few units wide",
    )  # fmt: skip
    sigma: float = described(
        0.05, "Sigma", "Standard deviation of each mode.", ge=0.001, le=2,
        because="a wider mode fills the view",
    )  # fmt: skip


def _width(default: float) -> Any:
    return described(
        default, "Sigma", "Standard deviation of the noise around the curve.", ge=0.01, le=1,
        because="a wider one hides the curve's shape",
    )  # fmt: skip


class Moons(Spec):
    """Two interleaved half circles with noise."""

    kind: Literal["moons"] = "moons"
    sigma: float = _width(0.08)


class Spiral(Spec):
    """One Archimedean spiral with noise."""

    kind: Literal["spiral"] = "spiral"
    turns: float = described(
        1.5, "Turns", "How often the spiral winds round. More turns lie closer together.", ge=0.5, le=4,
        because="more turns than four touch",
    )  # fmt: skip
    sigma: float = _width(0.05)


class SwissRoll(Spec):
    """The Swiss roll's cross-section: a spiral whose points thin out towards the rim."""

    kind: Literal["swiss_roll"] = "swiss_roll"
    sigma: float = _width(0.05)


class Line(Spec):
    """A straight segment with noise: the simplest manifold."""

    kind: Literal["line"] = "line"
    length: float = described(
        4.0,
        "Length",
        "Length of the segment.",
        gt=0,
        le=10,
        because="the view is a few units wide",
    )
    sigma: float = _width(0.05)


class Drawn(Spec):
    """What somebody drew: a Gaussian at each point. Points close together make an island, which counts as one mode."""

    kind: Literal["drawn"] = "drawn"
    points: str = described(FIVE_DABS, "Drawing", "Where the points are. Each becomes a small Gaussian.")
    sigma: float = described(
        0.08, "Sigma", "Standard deviation around each drawn point.", ge=0.02, le=1,
        because="a wider one blurs the drawing away",
    )  # fmt: skip

    @field_validator("points")
    @classmethod
    def _readable(cls, text: str) -> str:
        if strange := set(text) - set(ALPHABET):
            raise ValueError(
                f"Drawing (data.points) holds {min(strange)!r}; it must be two characters a point, each a letter, a "
                "digit, - or _."
            )
        if len(text) % 2:
            raise ValueError("Drawing (data.points) ends in the middle of a point; it must be two characters a point.")
        if not LEAST <= len(text) // 2 <= MOST:
            raise ValueError(
                f"Drawing (data.points) has {len(text) // 2} points; it must have at least {LEAST} and at most "
                f"{MOST}, because fewer are no distribution and more do not fit into an address."
            )
        return text


Distribution = Annotated[Ring | Grid | Moons | Spiral | SwissRoll | Line | Drawn, Field(discriminator="kind")]
DISTRIBUTIONS: dict[str, type[Spec]] = {
    member.model_fields["kind"].default: member for member in (Ring, Grid, Moons, Spiral, SwissRoll, Line, Drawn)
}
