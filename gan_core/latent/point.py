"""From a spec to a point of the latent space: noise of its seed, then what was moved, then truncation.

The noise of a generator is standard normal, so that a step of 1 along any direction of length 1 is one standard
deviation. What no spec can hold comes packed beside it (`gan_core.frames.pack`), arrays by the kind of the knobs that
use them: "own" and "v" (N, d), "pc" and "sefa" too where they are known already; and "base" (d,), a starting point in
place of the seed's noise, such as what was found for a visitor's picture.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from gan_core.frames import unpack
from gan_core.latent import directions
from gan_core.latent.held import Held
from gan_core.seeds import stream
from gan_core.specs import LatentSpec, SpecError, read_spec

OF_THE_MODEL = ("pc", "sefa")  # found again from the model alone; of other kinds the arrays must come with the spec


class Point(NamedTuple):
    """Where a picture is made."""

    z: Tensor  # (1, d)
    told: Tensor | None  # (1, E), the class in numbers


def noise(seed: int, size: int) -> Tensor:
    """A seed's own latent, (size,): the first that the model's samples of this seed are made of."""
    return torch.randn(1, size, generator=stream(seed, "latents"))[0]


def point(held: Held, spec: LatentSpec, own: bytes | None = None) -> Point:
    """Where a spec points to.

    Raises:
        SpecError: it names a coordinate, a direction or a class that there is not, or what came beside it is of
            another model.
    """
    demand_class(held, spec.label)
    return Point(spec.truncation * untruncated(held, spec, own)[None], held.told(torch.tensor([spec.label])))


def demand_class(held: Held, label: int) -> None:
    """Raises SpecError where the model is not told such a class."""
    if label >= max(1, held.generator.classes):
        there = f"from 0 to {held.generator.classes - 1}" if held.labels else "0, for it is told no class"
        raise SpecError(f"Class (label) is {label}; of {held.model} it must be {there}.")


def untruncated(held: Held, spec: LatentSpec, own: bytes | None = None) -> Tensor:
    """The same before truncation, (d,); as "base" of another spec it stands for all that was moved.

    Raises:
        SpecError: as `point`.
    """
    came = _fitting(held, own)
    z = torch.tensor(came["base"]) if "base" in came else noise(spec.seed, held.latent_size)
    for (kind, number), value in spec.moves.items():
        if kind == "z":
            _demand(number, held.latent_size, f"{held.model} has the coordinates", f"z{number}")
            z[number] = value
    for (kind, number), value in spec.moves.items():
        if kind != "z":
            z += value * _direction(held, kind, number, came)
    return z


def read(text: str) -> LatentSpec:
    """A latent spec from its JSON. Raises SpecError where it is none."""
    spec = read_spec(text)
    if not isinstance(spec, LatentSpec):
        raise SpecError(f"kind is {spec.kind!r}; it must be latent, for a point in a latent space.")
    return spec


def _direction(held: Held, kind: str, number: int, came: dict[str, np.ndarray]) -> Tensor:
    """A direction of length 1, (d,)."""
    if kind in came:
        there = torch.tensor(came[kind])
    elif kind in OF_THE_MODEL:
        there = directions.of_model(held, kind).directions
    else:
        raise SpecError(
            f"Knobs (knobs) has {kind}{number}, a direction that was found in another visit and cannot be found again "
            "from an address; take it out, or find it anew."
        )
    _demand(number, len(there), f"there are directions {kind}", f"{kind}{number}")
    return there[number]


def _demand(number: int, count: int, there: str, knob: str) -> None:
    if number >= count:
        raise SpecError(f"Knobs (knobs) has {knob}, but {there} 0 to {count - 1}.")


def _fitting(held: Held, own: bytes | None) -> dict[str, np.ndarray]:
    came = unpack(own)[0] if own else {}
    for name, array in came.items():
        if array.shape[-1] != held.latent_size:
            raise SpecError(
                f"What was found ({name}) has {array.shape[-1]} coordinates and {held.model} has {held.latent_size}: "
                "it was found in another model; find it anew in this one."
            )
    return came
