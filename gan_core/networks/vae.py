"""A variational autoencoder whose decoder is a GAN's generator: the same network, taught by comparing pixels.

Kingma and Welling 2014. Saved like a generator: `model.safetensors` is the decoder and loads as one,
`encoder.safetensors` is what finds a picture's latent.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from gan_core.networks.pictures import EMBEDDING, NEGATIVE_SLOPE, PictureNetwork, stages

PIXEL_DEVIATION = 0.35  # of a range of 2


class Encoder(PictureNetwork):
    """Pictures (B, C, size, size), and classes (B,) if conditional, to the mean and the log-variance of their latents,
    (B, latent_size) each.

    The discriminator's convolutions, with BatchNorm. It is told the class so that the latent need not say it again.
    """

    family = "dcgan"
    player = "encoder"

    def __init__(self, size: int, channels: int, latent_size: int = 128, width: int = 32, *, classes: int = 0):
        super().__init__(size=size, channels=channels, latent_size=latent_size, width=width, classes=classes)
        self.embedding = nn.Embedding(classes, EMBEDDING) if classes else None
        start, doublings = stages(size)
        widths = [width << level for level in range(doublings)]
        layers: list[nn.Module] = []
        for before, after in pairwise([channels, *widths]):
            layers += [nn.Conv2d(before, after, 4, 2, 1), nn.BatchNorm2d(after), nn.LeakyReLU(NEGATIVE_SLOPE)]
        self.layers = nn.Sequential(*layers)
        self.last = nn.Linear(widths[-1] * start * start + (EMBEDDING if classes else 0), 2 * latent_size)

    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        features = self.layers(x).flatten(1)
        if self.embedding:
            features = torch.cat([features, self.embedding(labels).to(features.dtype)], 1)
        mean, log_variance = self.last(features).chunk(2, 1)
        return mean, log_variance.clamp(-12, 4)  # a wild first step must not overflow


def drawn(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    """A latent of each picture, (B, d), through which a gradient flows. Kingma and Welling 2014, section 2.4."""
    return mean + (log_variance / 2).exp() * noise


def kl_to_normal(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL divergence of each latent's Gaussian from the standard normal, in nats, (B,). The same, appendix B."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1)


def reconstruction(pictures: Tensor, decoded: Tensor) -> Tensor:
    """Minus the log-likelihood of pictures from -1 to 1 under Gaussian pixels, without constants, (B,).

    Their deviation weighs the two terms against each other: a small one (or the best one, which is smaller still) has
    the latents say so much that those of the prior mean nothing.
    """
    return 0.5 * ((pictures - decoded) / PIXEL_DEVIATION).square().flatten(1).sum(1)
