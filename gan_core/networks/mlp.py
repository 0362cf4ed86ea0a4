"""Multilayer perceptrons for points in the plane."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn

from gan_core.networks.spectral import spectral_norm
from gan_core.specs import Activation, Discriminator, Generator, Initialisation, Network

ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    "relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "tanh": nn.Tanh, "elu": nn.ELU, "softplus": nn.Softplus,
}  # fmt: skip


def initialise(linear: nn.Linear, how: Initialisation, gain: float, generator: torch.Generator) -> None:
    """Draw a layer's first weights and biases from an explicit stream."""
    bound = 1 / math.sqrt(linear.in_features)
    if how == "default":  # what torch.nn.Linear does by itself, from a stream of ours
        nn.init.uniform_(linear.weight, -bound, bound, generator=generator)
        nn.init.uniform_(linear.bias, -bound, bound, generator=generator)
        return
    draw = {"orthogonal": nn.init.orthogonal_, "xavier": nn.init.xavier_uniform_}
    if how == "normal":  # 0.02 is DCGAN's
        nn.init.normal_(linear.weight, std=0.02 * gain, generator=generator)
    else:
        draw[how](linear.weight, gain=gain, generator=generator)
    nn.init.zeros_(linear.bias)


class MLP(nn.Module):
    """`depth` hidden layers of `width` units, then a linear one: (B, size_in) -> (B, size_out)."""

    def __init__(self, spec: Network, size_in: int, size_out: int, generator: torch.Generator, *,
                 input_scale: float = 1.0, spectral: bool = False):  # fmt: skip
        super().__init__()
        self.input_scale = input_scale
        sizes = [size_in, *[spec.width] * spec.depth, size_out]
        layers: list[nn.Module] = []
        for index, (fan_in, fan_out) in enumerate(pairwise(sizes)):
            linear = nn.utils.skip_init(nn.Linear, fan_in, fan_out)
            initialise(linear, spec.initialisation, spec.gain, generator)
            layers.append(spectral_norm(linear, generator) if spectral else linear)
            if index < spec.depth:
                if spec.batch_norm:
                    layers.append(nn.BatchNorm1d(fan_out))
                layers.append(ACTIVATIONS[spec.activation]())
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x * self.input_scale if self.input_scale != 1.0 else x)


def toy_generator(spec: Generator, generator: torch.Generator) -> MLP:
    """G: latents (B, latent_size) to points (B, 2)."""
    return MLP(spec, spec.latent_size, 2, generator)


def toy_discriminator(spec: Discriminator, generator: torch.Generator) -> MLP:
    """D: points (B, 2) to logits (B, 1), before any sigmoid."""
    return MLP(spec, 2, 1, generator, input_scale=spec.input_scale, spectral=spec.spectral_norm)


def draw_latents(n: int, spec: Generator, generator: torch.Generator) -> Tensor:
    """Latents (n, latent_size): standard normal, or uniform on [-1, 1]."""
    if spec.latent_law == "normal":
        return torch.randn(n, spec.latent_size, generator=generator)
    return torch.rand(n, spec.latent_size, generator=generator) * 2 - 1
