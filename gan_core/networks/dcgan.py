"""DCGAN (Radford et al. 2016): strided convolutions of four by four, one class for all sizes, told classes or not."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from gan_core.networks.pictures import NEGATIVE_SLOPE, PictureDiscriminator, PictureGenerator, stages


class DcganGenerator(PictureGenerator):
    """Latents to pictures: a linear layer, then transposed convolutions that double the side each."""

    family = "dcgan"

    def __init__(self, size: int, channels: int, latent_size: int = 128, width: int = 32, *, batch_norm: bool = True,
                 classes: int = 0):  # fmt: skip
        """`width`: channels of the last layer before the picture; each smaller layer has twice as many."""
        super().__init__(
            size=size, channels=channels, latent_size=latent_size, classes=classes, width=width, batch_norm=batch_norm
        )
        self.start, doublings = stages(size)
        widths = [width << level for level in reversed(range(doublings))]  # 8w, 4w, 2w, w
        self.first = nn.Linear(self.size_in, self.start * self.start * widths[0])
        layers: list[nn.Module] = [*_normalised(widths[0], batch_norm)]
        for before, after in pairwise(widths):
            layers += [nn.ConvTranspose2d(before, after, 4, 2, 1, bias=not batch_norm), *_normalised(after, batch_norm)]
        self.layers = nn.Sequential(*layers)
        self.last = nn.ConvTranspose2d(width, channels, 4, 2, 1)

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        x = self.first(self.told(z, labels)).unflatten(1, (self.start, self.start, -1))  # (B, s, s, 8w)
        x = x.permute(0, 3, 1, 2)  # (B, 8w, s, s), channels last in memory
        return self.last(self.layers(x)).tanh()  # (B, C, size, size)


def _normalised(channels: int, batch_norm: bool) -> list[nn.Module]:
    return [nn.BatchNorm2d(channels), nn.ReLU()] if batch_norm else [nn.ReLU()]


class DcganDiscriminator(PictureDiscriminator):
    """Pictures to logits: convolutions that halve the side each, then a linear layer, and the class's projection."""

    family = "dcgan"

    def __init__(self, size: int, channels: int, width: int = 32, *,
                 norm: Literal["none", "batch", "spectral"] = "none", classes: int = 0):  # fmt: skip
        """`width`: channels of the first layer; each smaller layer has twice as many."""
        start, doublings = stages(size)
        widths = [width << level for level in range(doublings)]  # w, 2w, 4w, 8w
        super().__init__(
            size=size, channels=channels, features=widths[-1] * start * start, classes=classes, width=width, norm=norm
        )
        capped = spectral_norm if norm == "spectral" else lambda layer: layer
        layers: list[nn.Module] = []
        for level, (before, after) in enumerate(zip([channels, *widths], widths, strict=False)):
            layers.append(capped(nn.Conv2d(before, after, 4, 2, 1)))
            if norm == "batch" and level:  # not next to the picture, as in the paper
                layers.append(nn.BatchNorm2d(after))
            layers.append(nn.LeakyReLU(NEGATIVE_SLOPE))
        self.layers = nn.Sequential(*layers)
        self.last = capped(nn.Linear(widths[-1] * start * start, 1))

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        features = self.layers(x).flatten(1)  # (B, 8w * s * s)
        return self.projected(self.last(features)[:, 0], features, labels)  # (B,)
