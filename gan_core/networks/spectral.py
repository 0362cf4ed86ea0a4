"""Spectral normalisation: a weight matrix divided by its largest singular value (Miyato et al. 2018, algorithm 1)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrize


class SpectralNorm(nn.Module):
    """Parametrisation W -> W / sigma(W), by one power iteration at each forward pass in training, from a kept vector.

    Torch's own starts that vector from the global random stream, which a call on the same worker may be using.
    """

    def __init__(self, weight: Tensor, generator: torch.Generator, warm_up: int = 20):
        super().__init__()
        self.register_buffer("u", F.normalize(torch.randn(weight.shape[0], generator=generator), dim=0))
        for _ in range(warm_up):
            self._iterate(weight)

    @torch.no_grad()
    def _iterate(self, weight: Tensor) -> None:
        right = F.normalize(weight.T @ self.u, dim=0)
        self.u.copy_(F.normalize(weight @ right, dim=0))

    def forward(self, weight: Tensor) -> Tensor:  # (out, in) -> (out, in)
        if self.training:
            self._iterate(weight)
        u = self.u.clone()  # a second forward moves the buffer before the first one's backward has read it
        with torch.no_grad():
            v = F.normalize(weight.T @ u, dim=0)
        return weight / (u @ weight @ v)


def spectral_norm(linear: nn.Linear, generator: torch.Generator) -> nn.Linear:
    """Normalise the weight of a layer in place, and return the layer."""
    parametrize.register_parametrization(linear, "weight", SpectralNorm(linear.weight.detach(), generator))
    return linear
