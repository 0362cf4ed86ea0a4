"""Generators whose directions are known, because they were put there."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from gan_core.latent.held import Held, frozen
from gan_core.networks.pictures import PictureGenerator


class Linear(PictureGenerator):
    """Pictures of 8 by 8 as a linear map (64, d) of the latent."""

    family = "linear"

    def __init__(self, weights: Tensor):
        super().__init__(size=8, channels=1, latent_size=weights.shape[1])
        self.first = nn.Linear(weights.shape[1], 64, bias=False)
        self.first.weight = nn.Parameter(weights)

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        return self.first(z).unflatten(1, (1, 8, 8))


def orthonormal(rows: int, columns: int, seed: int = 0) -> Tensor:
    return torch.linalg.qr(torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed))).Q


def linear(values: list[float]) -> tuple[Held, Tensor]:
    """A linear generator with these singular values, and its directions (d, d), a row for each."""
    directions = orthonormal(len(values), len(values), 1)
    return frozen("planted", Linear(orthonormal(64, len(values)) * torch.tensor(values) @ directions)), directions
