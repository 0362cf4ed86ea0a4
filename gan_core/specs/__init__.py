"""Specs: small frozen descriptions of what to train. Torch-free.

A spec is the one thing that a page hands to the engine, that an address encodes, that the store keeps, that the
command line parses and that an exported script contains. All of them use the same flat form, dotted names to values:

    >>> ToySpec(loss="hinge", data=Ring(modes=5)).changes()
    {'data.modes': 5, 'loss': 'hinge'}
    >>> ToySpec.from_flat({"data.modes": "5", "loss": "hinge"}).data.modes
    5

Unknown names raise, and so does a value outside its bounds: `SpecError` says in one sentence which field, what was
wrong and what would be right, with the reason that the field itself declares.
"""

from __future__ import annotations

import json

from gan_core.specs.base import VERSION, Spec, SpecError, described, field_at, on_top
from gan_core.specs.data import DISTRIBUTIONS, Distribution, Drawn, Grid, Line, Moons, Ring, Spiral, SwissRoll
from gan_core.specs.latent import LatentSpec
from gan_core.specs.pictures import (
    MOST_FRAMES,
    OWN,
    SIZES,
    Augmentation,
    DcganPair,
    MlpPair,
    NetworkPair,
    Pictures,
    PictureSpec,
    ResidualPair,
)
from gan_core.specs.players import (
    PENALISED,
    Activation,
    Cures,
    Discriminator,
    Generator,
    Initialisation,
    LossName,
    Network,
    Optimizer,
    Regularisation,
)
from gan_core.specs.style import ContentLayers, StyleLayers, StyleSpec
from gan_core.specs.toy import MAX_FRAMES, MOST_AT_ONCE, SEEDS, ToySpec

__all__ = [
    "DISTRIBUTIONS", "MAX_FRAMES", "MOST_AT_ONCE", "MOST_FRAMES", "OWN", "PENALISED", "SEEDS", "SIZES", "VERSION",
    "Activation", "Augmentation", "ContentLayers", "Cures", "DcganPair", "Discriminator", "Distribution", "Drawn",
    "Generator", "Grid", "Initialisation", "LatentSpec", "Line", "LossName", "MlpPair", "Moons", "Network",
    "NetworkPair", "Optimizer", "PictureSpec", "Pictures", "Regularisation", "ResidualPair", "Ring", "Spec",
    "SpecError", "Spiral", "StyleLayers", "StyleSpec", "SwissRoll", "ToySpec", "described", "field_at", "read_spec",
]  # fmt: skip

SPECS: dict[str, type[Spec]] = {"toy": ToySpec, "pictures": PictureSpec, "latent": LatentSpec, "style": StyleSpec}


def read_spec(text: str | bytes) -> Spec:
    """A spec from its JSON, whichever kind it is.

    Raises:
        SpecError: not JSON, of an unknown kind, written by a newer version, or not valid.
    """
    try:
        values = json.loads(text)
        kind, version = values["kind"], values.pop("version", 1)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SpecError("This is not a spec: it must be a JSON object with a “kind”.") from None
    if not isinstance(version, int) or version > VERSION:
        raise SpecError(
            f"version is {version!r}; it must be a whole number of at most {VERSION}: a newer GAN Classroom wrote this "
            "spec, so update this one to open it."
        )
    if not isinstance(kind, str) or kind not in SPECS:
        raise SpecError(f"kind is {kind!r}; it must be one of {', '.join(SPECS)}.")
    return SPECS[kind].checked(json.dumps(on_top(SPECS[kind](), values)))
