"""The eyes that judge a canvas: a frozen network, in the number format that this machine is quickest in.

That is bfloat16 where the processor multiplies it: half the time, and gradients that agree to a cosine of 0.98 or more.
"""

from __future__ import annotations

from collections.abc import Collection

import torch
from torch import Tensor, nn

from gan_core.networks.vgg import VGG19, SlimVGG

RANDOM_SEED = 0  # of weights that have learnt nothing


class Eye:
    """A network and how its answers are judged."""

    def __init__(self, network: VGG19, device: str, dtype: torch.dtype):
        self.network = network.to(device, dtype, memory_format=torch.channels_last)
        self.dtype = dtype
        self.heads: dict[str, Tensor] = {}  # of a slim network: (4 C, C)
        self.metrics: dict[str, Tensor] = {}  # HᵀH: (C, C)
        if isinstance(network, SlimVGG) and network.distilled:
            self.heads = {name: head.weight[:, :, 0, 0].float() for name, head in network.heads.items()}
            self.metrics = {name: head.T @ head for name, head in self.heads.items()}

    def answers(self, pictures: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """What layers say of pictures (N, 3, H, W) in [-1, 1]: (N, C, h, w) each, in the network's number format."""
        return self.network(pictures.to(self.dtype, memory_format=torch.channels_last), layers)


def number_format(device: str) -> torch.dtype:
    """The one that networks are quickest in."""
    quick = device != "cpu" or torch.cpu._is_avx512_bf16_supported()
    return torch.bfloat16 if quick else torch.float32


def begin(network: VGG19) -> None:
    """Weights as they are before any training (He et al. 2015), always the same."""
    random = torch.Generator().manual_seed(RANDOM_SEED)
    for layer in network.features:
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=random)
            nn.init.zeros_(layer.bias)
