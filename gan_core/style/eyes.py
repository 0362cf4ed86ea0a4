"""The networks that judge a canvas, each read once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal

import torch

from gan_core.networks import vgg
from gan_core.networks.vgg import VGG19, SlimVGG
from gan_core.specs import StyleSpec
from gan_core.style.seeing import Eye, begin, number_format
from gan_core.style_weights import folder_of


def eyes_of(spec: StyleSpec, device: str) -> Callable[[str], Eye]:
    """What gives the networks of a spec by their names. Calls raise DataError as `eye` does."""
    return lambda name: eye(name, spec.weights, spec.pooling, device)


@lru_cache(maxsize=6)
def eye(
    name: Literal["slim", "vgg19"], weights: Literal["bundled", "torchvision", "random"], pooling: vgg.Pooling,
    device: str,
) -> Eye:  # fmt: skip
    """A network by its name.

    Raises:
        DataError: torchvision's weights are not here and cannot be fetched.
    """
    if weights == "random":
        with torch.random.fork_rng(devices=[]):  # what others draw does not depend on this
            network = (SlimVGG if name == "slim" else VGG19)(pooling)
        begin(network)
        network.distilled = False
    else:
        network = (vgg.load_slim if name == "slim" else vgg.load)(folder_of(name, weights), pooling)
    return Eye(network.eval().requires_grad_(False), device, number_format(device))
