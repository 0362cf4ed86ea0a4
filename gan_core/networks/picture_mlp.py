"""The first GAN that everybody writes: fully connected layers on flattened pictures of at most 32 pixels a side."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from gan_core.networks.pictures import NEGATIVE_SLOPE, PictureDiscriminator, PictureGenerator


class MlpGenerator(PictureGenerator):
    """Latents to pictures through three hidden layers, each twice as wide as the one before."""

    family = "mlp"

    def __init__(self, size: int, channels: int, latent_size: int = 64, width: int = 128, *, batch_norm: bool = True,
                 classes: int = 0):  # fmt: skip
        super().__init__(
            size=size, channels=channels, latent_size=latent_size, classes=classes, width=width, batch_norm=batch_norm
        )
        layers: list[nn.Module] = []
        for before, after in pairwise([self.size_in, width, 2 * width, 4 * width]):
            layers.append(nn.Linear(before, after))
            if batch_norm:
                layers.append(nn.BatchNorm1d(after))
            layers.append(nn.LeakyReLU(NEGATIVE_SLOPE))
        self.layers = nn.Sequential(*layers)
        self.last = nn.Linear(4 * width, channels * size * size)

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        flat = self.last(self.layers(self.told(z, labels))).tanh()  # (B, C * size * size)
        return flat.unflatten(1, (self.channels, self.size, self.size))


class MlpDiscriminator(PictureDiscriminator):
    """Pictures to logits through three hidden layers, each half as wide as the one before."""

    family = "mlp"

    def __init__(self, size: int, channels: int, width: int = 128, *, norm: str = "none", classes: int = 0):
        super().__init__(size=size, channels=channels, features=width, classes=classes, width=width, norm=norm)
        capped = spectral_norm if norm == "spectral" else lambda layer: layer
        layers: list[nn.Module] = []
        for before, after in pairwise([channels * size * size, 4 * width, 2 * width, width]):
            layers += [capped(nn.Linear(before, after)), nn.LeakyReLU(NEGATIVE_SLOPE)]
        self.layers = nn.Sequential(*layers)
        self.last = capped(nn.Linear(width, 1))

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        features = self.layers(x.flatten(1))  # (B, width)
        return self.projected(self.last(features)[:, 0], features, labels)
