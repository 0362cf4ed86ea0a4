"""Residual blocks without any normalisation, in the style of R3GAN (Huang et al. 2024).

Each block widens, looks around with a grouped convolution, narrows, and adds: nothing is normalised, so first weights
are small enough that a block starts as the identity (Zhang et al. 2019, Fixup). Wants a relativistic loss, R1 and R2.
"""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from gan_core.networks.pictures import NEGATIVE_SLOPE, PictureDiscriminator, PictureGenerator, stages

GROUP = 16  # channels that one group of a convolution sees
EXPANSION = 2  # inside a block
MOST_TIMES = 8  # the smallest layer has at most so many times the channels of the largest


class Block(nn.Module):
    """(B, C, H, W) to the same: one by one, three by three in groups, one by one, added to what came in."""

    def __init__(self, channels: int):
        super().__init__()
        inner = channels * EXPANSION
        self.widen = nn.Conv2d(channels, inner, 1)
        self.look = nn.Conv2d(inner, inner, 3, padding=1, groups=math.gcd(inner, max(1, inner // GROUP)), bias=False)
        self.narrow = nn.Conv2d(inner, channels, 1, bias=False)
        self.activation = nn.LeakyReLU(NEGATIVE_SLOPE)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.narrow(self.activation(self.look(self.activation(self.widen(x)))))


def start_as_identity(network: nn.Module) -> None:
    """Blocks add nothing at first (Zhang et al. 2019, section 3.2), and what stands between them keeps sizes.

    First weights are drawn as for layers before an activation, which the changes of width and G's last are not.
    """
    for module in network.modules():
        if isinstance(module, Block):
            nn.init.zeros_(module.narrow.weight)
    if isinstance(network, ResidualGenerator | ResidualDiscriminator):
        linear = [*network.changes, network.last]
        for layer in linear:
            layer.weight.data.div_(math.sqrt(2 / (1 + NEGATIVE_SLOPE**2)))


def _widths(width: int, doublings: int) -> list[int]:
    """Channels from the largest resolution to the smallest."""
    return [width * min(1 << level, MOST_TIMES) for level in range(doublings + 1)]


class ResidualGenerator(PictureGenerator):
    """Latents to pictures: a learnt basis, then blocks, twice the side, blocks, and so on."""

    family = "residual"

    def __init__(self, size: int, channels: int, latent_size: int = 64, width: int = 32, *, blocks: int = 1,
                 classes: int = 0):  # fmt: skip
        super().__init__(
            size=size, channels=channels, latent_size=latent_size, classes=classes, width=width, blocks=blocks
        )
        self.start, doublings = stages(size)
        widths = _widths(width, doublings)[::-1]
        self.first = nn.Linear(self.size_in, widths[0] * self.start * self.start)
        self.stages = nn.ModuleList(nn.Sequential(*(Block(each) for _ in range(blocks))) for each in widths)
        self.changes = nn.ModuleList(nn.Conv2d(before, after, 1, bias=False) for before, after in pairwise(widths))
        self.last = nn.Conv2d(widths[-1], channels, 1)

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        x = self.first(self.told(z, labels)).unflatten(1, (self.start, self.start, -1)).permute(0, 3, 1, 2)
        x = self.stages[0](x)
        for change, stage in zip(self.changes, self.stages[1:], strict=True):
            x = stage(interpolate(change(x), scale_factor=2, mode="bilinear"))
        return self.last(x).tanh()  # (B, C, size, size)


class ResidualDiscriminator(PictureDiscriminator):
    """Pictures to logits: the generator turned round."""

    family = "residual"

    def __init__(self, size: int, channels: int, width: int = 32, *, blocks: int = 1, classes: int = 0):
        start, doublings = stages(size)
        widths = _widths(width, doublings)
        super().__init__(size=size, channels=channels, features=widths[-1], classes=classes, width=width, blocks=blocks)
        self.first = nn.Conv2d(channels, widths[0], 1)
        self.stages = nn.ModuleList(nn.Sequential(*(Block(each) for _ in range(blocks))) for each in widths)
        self.changes = nn.ModuleList(nn.Conv2d(before, after, 1, bias=False) for before, after in pairwise(widths))
        self.gather = nn.Conv2d(widths[-1], widths[-1], start, groups=widths[-1], bias=False)
        self.last = nn.Linear(widths[-1], 1)

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        x = self.stages[0](self.first(x))
        for change, stage in zip(self.changes, self.stages[1:], strict=True):
            x = stage(change(torch.nn.functional.avg_pool2d(x, 2)))
        features = self.gather(x).flatten(1)  # (B, 8w)
        return self.projected(self.last(features)[:, 0], features, labels)
