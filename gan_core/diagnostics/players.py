"""What the two players know at one moment: opinions, accuracies, and the gradient that G is about to follow.

Networks are in evaluation mode here, so that looking moves neither BatchNorm's averages nor a power iteration.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, nn

from gan_core.losses import Loss
from gan_core.networks.stacked import packed


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
    """G's side of the game at one moment, for each of S games."""

    fake: Tensor  # (S, B, 2)
    logits: Tensor  # (S, B / packing)
    loss: Tensor  # (S,)
    norm: Tensor  # (S,), Euclidean length of the gradient of the loss in G's parameters
    arrows: Tensor  # (S, B, 2), minus the gradient of each sample's own loss at the sample


def generator_pull(generator: nn.Module, discriminator: nn.Module, loss: Loss, z: Tensor, real: Tensor,
                   packing: int = 1) -> Pull:  # fmt: skip
    """Gradient of G's loss at its weights and at its samples, from latents (S, B, d) and real points (S, B, 2).

    What a cure adds to G's loss (mode seeking, diversity, consensus) is left out: the arrows show what D tells G.
    """
    fake = generator(z)
    logits = discriminator(packed(fake, packing))
    value = loss.generator(discriminator(packed(real, packing)) if loss.pairs else None, logits)
    at_fake, *at_weights = torch.autograd.grad(value.sum(), [fake, *generator.parameters()])
    return Pull(fake.detach(), logits.detach(), value.detach(), lengths(at_weights, len(z)), -logits.shape[1] * at_fake)


def pull_at(
    discriminator: nn.Module, loss: Loss, fake: Tensor, real: Tensor, packing: int = 1
) -> tuple[Tensor, Tensor]:
    """The same at given fakes (S, B, 2), whoever made them: their logits (S, B / packing) and arrows (S, B, 2)."""
    fake = fake.detach().requires_grad_()
    logits = discriminator(packed(fake, packing))
    value = loss.generator(discriminator(packed(real, packing)) if loss.pairs else None, logits)
    at_fake = torch.autograd.grad(value.sum(), fake)[0]
    return logits.detach(), -logits.shape[1] * at_fake


def discriminator_pull(discriminator: nn.Module, loss: Loss, real: Tensor, fake: Tensor,
                       packing: int = 1) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
    """D's loss without penalties (S,), the length of its gradient in D's weights (S,), the logits of real points."""
    real_logits = discriminator(packed(real, packing))
    value = loss.discriminator(real_logits, discriminator(packed(fake, packing)))
    gradients = torch.autograd.grad(value.sum(), list(discriminator.parameters()), allow_unused=True)
    norm = lengths([gradient for gradient in gradients if gradient is not None], len(value))
    return value.detach(), norm, real_logits.detach()


def sigmoid_arrows(score: Callable[[Tensor], Tensor], points: Tensor) -> Tensor:
    """Gradient of sigmoid(D) at points (S, P, 2): what is often drawn, and not what G follows."""
    points = points.detach().requires_grad_()
    return torch.autograd.grad(score(points).sigmoid().sum(), points)[0]


def lengths(gradients: list[Tensor], games: int) -> Tensor:
    """Euclidean length of all gradients together, for each of S games whose parameters are stacked: (S,)."""
    squares = [gradient.square().reshape(games, -1).sum(1) for gradient in gradients]
    return torch.stack(squares).sum(0).sqrt()


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
