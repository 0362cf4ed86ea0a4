"""Multilayer perceptrons for points in the plane, each a stack of several."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from gan_core.networks.stacked import BatchNorm, Linear, packed
from gan_core.seeds import Streams
from gan_core.specs import Activation, Discriminator, Generator, Network

ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    "relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "tanh": nn.Tanh, "elu": nn.ELU, "softplus": nn.Softplus,
}  # fmt: skip


class MLP(nn.Module):
    """`depth` hidden layers of `width` units, then a linear one: (N, B, size_in) -> (N, B, size_out).

    With `batch_deviation` the last layer gets one number more: how much the batch varies in what it is given, the
    standard deviation over the batch averaged over the units (Karras et al. 2018, section 3).
    """

    def __init__(self, spec: Network, size_in: int, size_out: int, generators: list[torch.Generator], *,
                 input_scale: float = 1.0, spectral: bool = False, batch_deviation: bool = False):  # fmt: skip
        super().__init__()
        self.input_scale, self.batch_deviation = input_scale, batch_deviation
        sizes = [size_in, *[spec.width] * spec.depth]
        layers: list[nn.Module] = []
        for fan_in, fan_out in pairwise(sizes):
            layers.append(Linear(fan_in, fan_out, spec.initialisation, spec.gain, generators, spectral=spectral))
            if spec.batch_norm:
                layers.append(BatchNorm(len(generators), fan_out))
            layers.append(ACTIVATIONS[spec.activation]())
        self.layers = nn.Sequential(*layers)
        fan_in = sizes[-1] + batch_deviation
        self.last = Linear(fan_in, size_out, spec.initialisation, spec.gain, generators, spectral=spectral)

    def forward(self, x: Tensor, companions: Tensor | None = None) -> Tensor:
        """`companions` (N, C, size_in): take their deviation instead of the batch's own."""
        hidden = self.hidden(x)
        if self.batch_deviation:
            batch = hidden if companions is None else self.hidden(companions)
            deviation = (batch.var(1, correction=0) + 1e-8).sqrt().mean(1)  # (N,); the root has no slope at 0
            hidden = torch.cat([hidden, deviation[:, None, None].expand(-1, hidden.shape[1], 1)], 2)
        return self.last(hidden)

    def hidden(self, x: Tensor) -> Tensor:
        """What the last layer is given, (N, B, width)."""
        return self.layers(x * self.input_scale if self.input_scale != 1.0 else x)


class TakingTurns(nn.Module):
    """Several generators that take turns: sample i is made by generator i mod K (Hoang et al. 2018, MGAN).

    (S, B, d) -> (S, B, 2), where each of S seeds has K generators of its own.
    """

    def __init__(self, members: MLP, generators: int):
        super().__init__()
        self.members, self.count = members, generators

    def forward(self, z: Tensor) -> Tensor:
        seeds, batch, _ = z.shape
        short = -batch % self.count  # a last turn that does not come to all
        z = torch.cat([z, z[:, :short]], 1).unflatten(1, (-1, self.count))  # (S, B / K, K, d)
        points = self.members(z.transpose(1, 2).flatten(0, 1)).unflatten(0, (seeds, self.count))  # (S, K, B / K, 2)
        return points.transpose(1, 2).flatten(1, 2)[:, :batch]


class Judge(nn.Module):
    """D: packs of points (S, B, packing * 2) to logits (S, B), before any sigmoid."""

    def __init__(self, network: MLP, packing: int = 1):
        super().__init__()
        self.network, self.packing = network, packing

    def forward(self, packs: Tensor) -> Tensor:
        return self.network(packs)[..., 0]

    def among(self, points: Tensor, companions: Tensor) -> Tensor:
        """Logits (S, P) of single points (S, P, 2), each judged as one of a batch of companions (S, C, 2).

        Only a D that judges packs, or looks at how its batch varies, takes notice of the companions.
        """
        beside = companions[:, : self.packing - 1].flatten(1)[:, None].expand(-1, points.shape[1], -1)
        packs = torch.cat([points, beside], 2) if self.packing > 1 else points
        return self.network(packs, packed(companions, self.packing))[..., 0]


def toy_generator(spec: Generator, streams: Streams, generators: int = 1) -> nn.Module:
    """G: latents (S, B, latent_size) to points (S, B, 2)."""
    drawn_from = [stream for stream in streams.of["generator"] for _ in range(generators)]
    members = MLP(spec, spec.latent_size, 2, drawn_from)
    return TakingTurns(members, generators) if generators > 1 else members


def toy_discriminator(spec: Discriminator, streams: Streams, packing: int = 1, batch_deviation: bool = False) -> Judge:
    """D: packs of points (S, B, 2 * packing) to logits (S, B)."""
    return Judge(
        MLP(
            spec, 2 * packing, 1, streams.of["discriminator"], input_scale=spec.input_scale,
            spectral=spec.spectral_norm, batch_deviation=batch_deviation,
        ),
        packing,
    )  # fmt: skip


def toy_classifier(spec: Discriminator, streams: Streams, generators: int) -> MLP:
    """Which of K generators made a point: (S, B, 2) to logits (S, B, K). As wide and deep as D."""
    return MLP(spec, 2, generators, streams.of["classifier"], input_scale=spec.input_scale)


def draw_latents(n: int, spec: Generator, streams: Streams, purpose: str = "latents") -> Tensor:
    """Latents (S, n, latent_size): standard normal, or uniform on [-1, 1]."""
    if spec.latent_law == "normal":
        return streams.draw(purpose, lambda stream: torch.randn(n, spec.latent_size, generator=stream))
    return streams.draw(purpose, lambda stream: torch.rand(n, spec.latent_size, generator=stream) * 2 - 1)
