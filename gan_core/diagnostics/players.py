"""What the two players know at one moment: opinions, accuracies, and the gradient that G is about to follow.

Networks are in evaluation mode here, so that looking moves neither BatchNorm's averages nor a power iteration.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, nn

from gan_core.losses import Loss


@contextmanager
def observed(*networks: nn.Module) -> Iterator[None]:
    """Evaluation mode for the time of a look, then back to training."""
    for network in networks:
        network.eval()
    try:
        yield
    finally:
        for network in networks:
            network.train()


class Pull(NamedTuple):
    """G's side of the game at one moment."""

    fake: Tensor  # (B, 2)
    loss: Tensor  # ()
    norm: Tensor  # (), Euclidean length of the gradient of the loss in G's parameters
    arrows: Tensor  # (B, 2), minus the gradient of each sample's own loss at the sample


def generator_pull(generator: nn.Module, discriminator: nn.Module, loss: Loss, z: Tensor, real: Tensor) -> Pull:
    """Gradient of the loss that G trains on, at its weights and at its samples, from latents (B, d) and real (B, 2)."""
    fake = generator(z)
    value = loss.generator(discriminator(real) if loss.pairs else None, discriminator(fake))
    at_fake, *at_weights = torch.autograd.grad(value, [fake, *generator.parameters()])
    norm = torch.stack([gradient.square().sum() for gradient in at_weights]).sum().sqrt()
    return Pull(fake.detach(), value.detach(), norm, -len(z) * at_fake)


def plane(extent: float, side: int) -> Tensor:
    """Points of a square grid on [-extent, extent]², rows upwards: (side * side, 2)."""
    ticks = torch.linspace(-extent, extent, side)
    y, x = torch.meshgrid(ticks, ticks, indexing="ij")
    return torch.stack([x, y], -1).reshape(-1, 2)


def latent_plane(size: int, law: str, side: int) -> Tensor:
    """A grid of latents (side * side, size): the plane of the first two axes.

    With two numbers its cells are equally likely. With more the other axes are 0, and the plane is one slice of many,
    stretched to the length that latents have there: sqrt(size / 2) times that in two dimensions.
    """
    even = (torch.arange(side) + 0.5) / side
    ticks = math.sqrt(2) * torch.erfinv(2 * even - 1) if law == "normal" else 2 * even - 1
    second, first = torch.meshgrid(ticks, ticks, indexing="ij")
    z = torch.zeros(side * side, size)
    for axis, values in zip(range(size), (first, second), strict=False):
        z[:, axis] = values.reshape(-1)
    return z * math.sqrt(max(size, 2) / 2)
