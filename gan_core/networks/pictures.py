"""What every generator and discriminator of pictures has in common: sizes, classes, first weights, saving and loading.

A saved network is a folder with `config.json`, the arguments that made it, and `model.safetensors`, as on the hub.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from gan_core.networks.weights import CONFIG, SINGLE, read_config, write_config, write_shard

NEGATIVE_SLOPE = 0.2  # of D's leaky ReLU. Radford et al. 2016
SPECTRAL_WARM_UP = 20  # steps of the power iteration before the first pass
EMBEDDING = 64  # numbers that tell G its class
# Of their first values. As loud as the latent's own (1.0), G takes the class for all there is and makes one picture of
# each: after 1,000 steps on digits the deviation within a class was 0.03 (the data's is 0.24), and with this 0.22.
EMBEDDING_STD = 0.2


class PictureNetwork(nn.Module):
    """Base of both players; remembers the arguments that made it in `config`, a JSON object."""

    family: str  # "dcgan"
    player: str  # "generator" or "discriminator"

    def __init__(self, **config: Any):
        super().__init__()
        self.config = config

    @property
    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())


class PictureGenerator(PictureNetwork):
    """Latents (B, latent_size), and classes (B,) if conditional, to pictures (B, C, size, size) from -1 to 1."""

    player = "generator"

    def __init__(self, *, size: int, channels: int, latent_size: int, classes: int = 0, **config: Any):
        super().__init__(size=size, channels=channels, latent_size=latent_size, classes=classes, **config)
        self.size, self.channels, self.latent_size, self.classes = size, channels, latent_size, classes
        self.embedding = nn.Embedding(classes, EMBEDDING) if classes else None

    @property
    def size_in(self) -> int:
        """Numbers that the first layer gets: the latent's, and the class's where there is one."""
        return self.latent_size + (EMBEDDING if self.classes else 0)

    def told(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """Latents with what the class adds, (B, size_in). Mirza and Osindero 2014, with an embedding."""
        return torch.cat([z, self.embedding(labels)], 1) if self.embedding else z


class PictureDiscriminator(PictureNetwork):
    """Pictures (B, C, size, size), and classes (B,) if conditional, to logits (B,)."""

    player = "discriminator"

    def __init__(self, *, size: int, channels: int, features: int, classes: int = 0, **config: Any):
        """`features`: numbers that the class is projected on."""
        super().__init__(size=size, channels=channels, classes=classes, **config)
        self.size, self.channels, self.classes = size, channels, classes
        self.embedding = nn.Embedding(classes, features) if classes else None

    def projected(self, logits: Tensor, features: Tensor, labels: Tensor | None) -> Tensor:
        """Logits (B,) plus how well the class's embedding agrees with the features (B, F). Miyato and Koyama 2018."""
        return logits + (self.embedding(labels) * features).sum(1) if self.embedding else logits


def stages(size: int) -> tuple[int, int]:
    """The side of the smallest layer, from 4 to 7 pixels, and how often it is doubled to reach `size`.

    Raises:
        ValueError: no such layer doubles to this size.
    """
    doublings = (size // 4).bit_length() - 1
    if size < 8 or size % (1 << doublings):
        raise ValueError(f"size is {size}; it must be 4, 5, 6 or 7 times a power of two, and at least 8.")
    return size >> doublings, doublings


@torch.no_grad()
def first_weights(network: nn.Module, stream: torch.Generator, std: float | None = None) -> None:
    """Draw every weight from an explicit stream: normal with this deviation, or scaled to its layer (He et al. 2015).

    Biases start at 0, BatchNorm at 1 and 0, embeddings small in G and at 0 in D, where a class has nothing to say yet.
    """
    for module in network.modules():
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            weight = _own(module)
            nn.init.normal_(weight, std=std or _scaled_to_layer(module), generator=stream)
            if module.bias is not None:
                module.bias.zero_()
            if weight is not module.weight:  # spectral norm: each look at the weight takes one step of its iteration
                for _ in range(SPECTRAL_WARM_UP):
                    _ = module.weight
        elif isinstance(module, nn.Embedding):
            if getattr(network, "player", "") == "generator":
                nn.init.normal_(module.weight, std=EMBEDDING_STD, generator=stream)
            else:
                module.weight.zero_()


def _scaled_to_layer(module: nn.Linear | nn.Conv2d | nn.ConvTranspose2d) -> float:
    """The deviation that keeps what passes as large as it was, by the inputs of each output. He et al. 2015, eq. 14."""
    if isinstance(module, nn.Linear):
        summed = module.in_features
    else:
        summed = module.in_channels // module.groups * math.prod(module.kernel_size)
        if isinstance(module, nn.ConvTranspose2d):  # its kernel's positions share out the outputs among them
            summed //= math.prod(module.stride)
    return math.sqrt(2 / (1 + NEGATIVE_SLOPE**2) / summed)


def _own(module: nn.Module) -> Tensor:
    """A layer's weight itself, also where spectral norm stands before it."""
    return module.parametrizations.weight.original if hasattr(module, "parametrizations") else module.weight


class One(nn.Module):
    """A network as the player of one game: its points have a leading axis of games, (1, B, ...)."""

    def __init__(self, network: PictureNetwork):
        super().__init__()
        self.network = network

    def forward(self, points: Tensor, labels: Tensor | None = None) -> Tensor:
        return self.network(points[0], None if labels is None else labels[0])[None]


# Saving and loading --------------------------------------------------------------------------------------------------


def weights_file(player: str) -> str:
    """The file that holds a player's weights: G's is the model."""
    return SINGLE if player == "generator" else f"{player}.safetensors"


def save_network(network: PictureNetwork, folder: Path) -> None:
    """Write a player's weights, and what makes it again: G's at the top of the config, another's under its name."""
    path = folder / CONFIG
    before = read_config(folder) if path.exists() else {}
    config = {name: part for name, part in before.items() if isinstance(part, dict) or network.player != "generator"}
    own = {"family": network.family} | network.config
    write_config(folder, config | (own if network.player == "generator" else {network.player: own}))
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    write_shard(folder / weights_file(network.player), tensors)
