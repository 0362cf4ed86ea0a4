"""Whether a picture shows anything that we know: a definition of "meaningful" that can be computed.

    python -m gan_core.latent.meaning      # writes meaning.safetensors anew: 1,000 pictures through VGG19

A picture counts as meaningful where VGG19 finds it as much like one of 600 pictures that the app has (clothes, digits,
emoji, and cats of our generator, 150 of each) as it finds 99 of 100 others of these kinds, 100 of each, that were held
out. Alike is what points the same way: one minus the cosine between the features. Their distance would not do: noise
has weak features, and whatever is weak is near everything.

It knows four kinds and no others; what shows anything else is not meaningful to it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn.functional import normalize

from gan_core.data import bundled
from gan_core.data.pictures import spread
from gan_core.metrics.features import VGGFeatures, as_floats, vgg19_features
from gan_core.model_folder import CHECKPOINTS
from gan_core.networks.families import load_network
from gan_core.picture_game import generated
from gan_core.seeds import stream

FILE = Path(__file__).with_suffix(".safetensors")
KINDS = ("clothes", "digits", "emoji", "cats")
KNOWN, HELD_OUT = 150, 100  # pictures of each kind
TRUSTED = 0.99  # share of the pictures held out that count as meaningful


class Reference(NamedTuple):
    """What other pictures are held against."""

    known: Tensor  # (600, 512), features of length 1
    held_out: Tensor  # (400,), how unlike any known picture each of those held out is
    threshold: float  # as unlike as a meaningful picture may be


def unlike(pictures: Tensor, known: Tensor | None = None) -> Tensor:
    """How unlike all known pictures each of (N, C, H, H) is, bytes or in [-1, 1]: from 0, the same, to 1. (N,)"""
    known = reference().known if known is None else known
    return 1 - (features(pictures) @ known.T).amax(1)


def meaningful(unlike: Tensor) -> Tensor:
    """Which of the pictures that are so unlike the known ones count as meaningful."""
    return unlike <= reference().threshold


def features(pictures: Tensor) -> Tensor:
    """VGG19's features of pictures, of length 1: (N, 512)."""
    return normalize(_vgg()(pictures).features)


@cache
def reference() -> Reference:
    """As shipped."""
    held = load_file(FILE)
    return Reference(held["known"].float(), held["held_out"], held["held_out"].quantile(TRUSTED).item())


@cache
def _vgg() -> VGGFeatures:
    return vgg19_features()


def examples(kind: str) -> tuple[Tensor, Tensor]:
    """Pictures of a kind, bytes or in [-1, 1]: those to know (150, C, H, H) and those to hold out (100, C, H, H)."""
    if kind == "cats":
        generator = load_network(CHECKPOINTS / "cats-64")
        z = torch.randn(KNOWN + HELD_OUT, generator.latent_size, generator=stream(0, "evaluation"))
        made = generated(generator, z)
        return made[:KNOWN], made[KNOWN:]
    name = "fashion" if kind == "clothes" else kind
    parts = (bundled.read(name, "train").pictures, KNOWN), (bundled.read(name, "test").pictures, HELD_OUT)
    known, held_out = (_channels_first(pictures[spread(len(pictures), count)]) for pictures, count in parts)
    return known, held_out


def _channels_first(pictures: np.ndarray) -> Tensor:
    return as_floats(torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2))


def calibrate() -> None:
    """Write `FILE`."""
    pictures = [examples(kind) for kind in KINDS]
    known = torch.cat([features(known) for known, _ in pictures]).half()  # rounded first: as it will be read
    held_out = torch.cat([unlike(held_out, known.float()) for _, held_out in pictures])
    save_file({"known": known.contiguous(), "held_out": held_out.contiguous()}, FILE)


if __name__ == "__main__":
    calibrate()
