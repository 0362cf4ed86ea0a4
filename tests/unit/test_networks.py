"""Networks of every shape the spec allows: shapes, gradients, normalisation, the same weights from the same seed."""

from __future__ import annotations

from typing import get_args

import pytest
import torch

from gan_core.networks.mlp import draw_latents, toy_discriminator, toy_generator
from gan_core.networks.spectral import SpectralNorm, spectral_norm
from gan_core.seeds import stream
from gan_core.specs import Activation, Discriminator, Generator, Initialisation

SHAPES = [
    {"width": width, "depth": depth, "activation": activation, "initialisation": initialisation, "batch_norm": norm}
    for width, depth, norm in [(1, 1, False), (16, 0, False), (16, 3, False), (8, 2, True)]
    for activation in get_args(Activation)
    for initialisation in get_args(Initialisation)
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: "-".join(map(str, s.values())))
def test_shapes_and_a_gradient_on_every_parameter(shape: dict) -> None:
    generator = toy_generator(Generator(latent_size=3, **shape), stream(0, "generator"))
    discriminator = toy_discriminator(Discriminator(**shape), stream(0, "discriminator"))
    x = generator(draw_latents(32, Generator(latent_size=3), stream(0, "latents")))
    logits = discriminator(x)
    assert x.shape == (32, 2) and logits.shape == (32, 1)
    logits.square().mean().backward()
    for parameter in (*generator.parameters(), *discriminator.parameters()):
        assert parameter.grad is not None and torch.isfinite(parameter.grad).all()


def test_initial_weights_follow_the_seed_and_not_the_global_stream() -> None:
    nets = []
    for noise in (1, 2):
        torch.manual_seed(noise)
        nets.append(toy_discriminator(Discriminator(spectral_norm=True), stream(5, "discriminator")).state_dict())
    assert all(torch.equal(nets[0][name], nets[1][name]) for name in nets[0])
    other = toy_discriminator(Discriminator(spectral_norm=True), stream(6, "discriminator")).state_dict()
    assert any(not torch.equal(nets[0][name], other[name]) for name in other)


def test_default_initialisation_is_pytorchs_own_range() -> None:
    net = toy_generator(Generator(width=400, depth=1, latent_size=100), stream(0, "generator"))
    assert net.layers[0].weight.abs().max() <= 0.1
    assert float(net.layers[0].weight.std()) == pytest.approx(0.1 / 3**0.5, rel=0.02)


def test_spectral_norm_against_an_svd() -> None:
    torch.manual_seed(0)
    layer = torch.nn.Linear(12, 20)
    before = layer.weight.detach().clone()
    spectral_norm(layer, stream(0, "discriminator"))
    for _ in range(50):
        layer(torch.randn(1, 12))
    largest = torch.linalg.svdvals(before)[0]
    torch.testing.assert_close(layer.weight, before / largest, atol=1e-5, rtol=1e-4)
    layer.eval()
    u = layer.parametrizations.weight[0].u.clone()
    layer(torch.randn(1, 12))
    assert torch.equal(u, layer.parametrizations.weight[0].u)  # looking does not iterate


def test_spectral_norm_gradient_is_that_of_w_over_sigma() -> None:
    weight = torch.randn(5, 4, dtype=torch.float64, requires_grad=True)
    norm = SpectralNorm(weight.detach().float(), stream(0, "discriminator")).double()
    for _ in range(200):
        norm._iterate(weight.detach())
    norm.eval()
    direction = torch.randn(5, 4, dtype=torch.float64)
    seen = torch.autograd.grad((norm(weight) * direction).sum(), weight)[0]
    exact = torch.autograd.grad((weight / torch.linalg.svdvals(weight)[0] * direction).sum(), weight)[0]
    torch.testing.assert_close(seen, exact, atol=1e-6, rtol=1e-6)


def test_latent_laws() -> None:
    normal = draw_latents(50_000, Generator(latent_size=2), stream(0, "latents"))
    assert float(normal.std()) == pytest.approx(1, abs=0.01)
    uniform = draw_latents(50_000, Generator(latent_size=2, latent_law="uniform"), stream(0, "latents"))
    assert uniform.min() >= -1 and uniform.max() <= 1
    assert float(uniform.var()) == pytest.approx(1 / 3, abs=0.01)
