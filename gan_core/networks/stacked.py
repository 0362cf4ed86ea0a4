"""Layers for several networks of one shape at once: parameters and points have a leading axis of networks.

Sixteen seeds of a small GAN cost little more than one: what a small network's step takes is mostly the asking, and a
stack asks once for all. Each network of a stack sees its own points and gets its own gradient.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_core.specs import Initialisation


class Linear(nn.Module):
    """(N, B, size_in) -> (N, B, size_out), each of the N networks by its own matrix (N, size_in, size_out)."""

    def __init__(self, size_in: int, size_out: int, how: Initialisation, gain: float, generators: list[torch.Generator],
                 *, spectral: bool = False):  # fmt: skip
        """The first weights are drawn from a stream for each network; a network's own do not depend on the others."""
        super().__init__()
        drawn = [first_weights(size_in, size_out, how, gain, generator) for generator in generators]
        self.weight = nn.Parameter(torch.stack([weight for weight, _ in drawn]))
        self.bias = nn.Parameter(torch.stack([bias for _, bias in drawn])[:, None])  # (N, 1, size_out)
        self.spectral = SpectralNorm(self.weight.detach(), generators) if spectral else None

    def forward(self, x: Tensor) -> Tensor:
        weight = self.spectral(self.weight) if self.spectral else self.weight
        if weight.shape[2] == 1:  # a product with one column is rounded otherwise when there is but one network
            return (x * weight.mT).sum(2, keepdim=True) + self.bias
        return torch.baddbmm(self.bias, x, weight)


def first_weights(size_in: int, size_out: int, how: Initialisation, gain: float,
                  generator: torch.Generator) -> tuple[Tensor, Tensor]:  # fmt: skip
    """One network's weight (size_in, size_out) and bias (size_out,), drawn from an explicit stream."""
    weight, bias = torch.empty(size_out, size_in), torch.zeros(size_out)  # torch draws matrices this way round
    if how == "default":  # what torch.nn.Linear does by itself, from a stream of ours
        bound = 1 / math.sqrt(size_in)
        nn.init.uniform_(weight, -bound, bound, generator=generator)
        nn.init.uniform_(bias, -bound, bound, generator=generator)
    elif how == "orthogonal":
        nn.init.orthogonal_(weight, gain=gain, generator=generator)
    elif how == "xavier":
        nn.init.xavier_uniform_(weight, gain=gain, generator=generator)
    else:  # normal; 0.02 is DCGAN's
        nn.init.normal_(weight, std=0.02 * gain, generator=generator)
    return weight.T.contiguous(), bias


class BatchNorm(nn.Module):
    """Batch normalisation of (N, B, C), each network over its own batch (Ioffe and Szegedy 2015); momentum 0.1."""

    def __init__(self, networks: int, size: int, eps: float = 1e-5, momentum: float = 0.1):
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(networks, 1, size))
        self.bias = nn.Parameter(torch.zeros(networks, 1, size))
        self.register_buffer("running_mean", torch.zeros(networks, 1, size))
        self.register_buffer("running_var", torch.ones(networks, 1, size))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            variance, mean = torch.var_mean(x, 1, correction=0, keepdim=True)  # (N, 1, C)
            with torch.no_grad():
                count = x.shape[1]
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(variance * (count / max(count - 1, 1)), self.momentum)  # unbiased, as torch's is
        else:
            variance, mean = self.running_var, self.running_mean
        return (x - mean) * torch.rsqrt(variance + self.eps) * self.weight + self.bias


class SpectralNorm(nn.Module):
    """W -> W / sigma(W) for a stack of matrices, sigma by power iteration (Miyato et al. 2018, algorithm 1).

    One iteration at each forward pass in training, from a vector that is kept. The weight (N, in, out) may be either
    way round: a matrix and its transpose have the same singular values. Products with a vector are sums, which round
    alike however many networks there are.
    """

    def __init__(self, weight: Tensor, generators: list[torch.Generator], warm_up: int = 20):
        super().__init__()
        u = torch.stack([torch.randn(weight.shape[1], 1, generator=generator) for generator in generators])
        self.register_buffer("u", F.normalize(u, dim=1))  # (N, in, 1)
        for _ in range(warm_up):
            self._iterate(weight)

    @torch.no_grad()
    def _iterate(self, weight: Tensor) -> None:
        self.u.copy_(F.normalize((weight * self._right(weight, self.u)).sum(2, keepdim=True), dim=1))

    @staticmethod
    def _right(weight: Tensor, u: Tensor) -> Tensor:
        """The right singular vector that belongs to u: (N, 1, out)."""
        return F.normalize((weight * u).sum(1, keepdim=True), dim=2)

    def forward(self, weight: Tensor) -> Tensor:
        if self.training:
            self._iterate(weight)
        u = self.u.clone()  # a second forward moves the buffer before the first one's backward has read it
        with torch.no_grad():
            v = self._right(weight, u)
        return weight / (weight * u * v).sum((1, 2), keepdim=True)


def packed(points: Tensor, packing: int) -> Tensor:
    """Packs of points for a D that judges several at once: (S, B, d) -> (S, B / m, m * d). Lin et al. 2018 (PacGAN)."""
    return points.unflatten(1, (-1, packing)).flatten(2) if packing > 1 else points
