"""Networks of every shape the spec allows: shapes, gradients, normalisation, the same weights from the same seed."""

from __future__ import annotations

from typing import get_args

import pytest
import torch

from gan_core.networks.mlp import draw_latents, toy_discriminator, toy_generator
from gan_core.networks.stacked import BatchNorm, Linear, SpectralNorm, packed
from gan_core.seeds import Streams
from gan_core.specs import Activation, Discriminator, Generator, Initialisation

SHAPES = [
    {"width": width, "depth": depth, "activation": activation, "initialisation": initialisation, "batch_norm": norm}
    for width, depth, norm in [(1, 1, False), (16, 0, False), (16, 3, False), (8, 2, True)]
    for activation in get_args(Activation)
    for initialisation in get_args(Initialisation)
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: "-".join(map(str, s.values())))
def test_shapes_and_a_gradient_on_every_parameter(shape: dict) -> None:
    streams = Streams([0, 1])
    generator = toy_generator(Generator(latent_size=3, **shape), streams)
    discriminator = toy_discriminator(Discriminator(**shape), streams)
    x = generator(draw_latents(32, Generator(latent_size=3), streams))
    logits = discriminator(x)
    assert x.shape == (2, 32, 2) and logits.shape == (2, 32)
    logits.square().mean().backward()
    for parameter in (*generator.parameters(), *discriminator.parameters()):
        assert parameter.grad is not None and torch.isfinite(parameter.grad).all()


def test_initial_weights_follow_the_seed_and_not_the_global_stream() -> None:
    nets = []
    for noise in (1, 2):
        torch.manual_seed(noise)
        nets.append(toy_discriminator(Discriminator(spectral_norm=True), Streams([5])).state_dict())
    assert all(torch.equal(nets[0][name], nets[1][name]) for name in nets[0])
    other = toy_discriminator(Discriminator(spectral_norm=True), Streams([6])).state_dict()
    assert any(not torch.equal(nets[0][name], other[name]) for name in other)


@pytest.mark.parametrize("how", get_args(Initialisation))
def test_a_network_of_a_stack_is_the_network_that_it_would_be_alone(how: str) -> None:
    spec = Discriminator(initialisation=how, spectral_norm=True, width=8)
    stack = toy_discriminator(spec, Streams([3, 4])).state_dict()
    for place, seed in enumerate((3, 4)):
        alone = toy_discriminator(spec, Streams([seed])).state_dict()
        assert all(torch.equal(stack[name][place], alone[name][0]) for name in alone)


def test_default_initialisation_is_pytorchs_own_range() -> None:
    net = toy_generator(Generator(width=400, depth=1, latent_size=100), Streams([0]))
    assert net.layers[0].weight.abs().max() <= 0.1
    assert float(net.layers[0].weight.detach().std()) == pytest.approx(0.1 / 3**0.5, rel=0.02)


def test_a_stacked_layer_is_pytorchs_layer() -> None:
    layer = Linear(5, 7, "default", 1.0, Streams([0, 1]).of["generator"])
    x = torch.randn(2, 11, 5)
    for network in range(2):
        theirs = torch.nn.functional.linear(x[network], layer.weight[network].T, layer.bias[network, 0])
        torch.testing.assert_close(layer(x)[network], theirs)


def test_stacked_batch_norm_is_pytorchs() -> None:
    ours, theirs = BatchNorm(2, 3), [torch.nn.BatchNorm1d(3) for _ in range(2)]
    for _ in range(5):
        x = torch.randn(2, 16, 3) * 3 + 1
        torch.testing.assert_close(ours(x), torch.stack([norm(part) for norm, part in zip(theirs, x, strict=True)]))
    ours.eval()
    for network, norm in enumerate(theirs):
        torch.testing.assert_close(ours(x)[network], norm.eval()(x[network]))


def largest_singular_value(weight: torch.Tensor) -> torch.Tensor:
    return torch.linalg.svdvals(weight)[:, :1, None]


def test_spectral_norm_against_an_svd() -> None:
    layer = Linear(12, 20, "default", 1.0, Streams([0, 1]).of["discriminator"], spectral=True)
    for _ in range(100):
        layer(torch.randn(2, 1, 12))
    exact = layer.weight / largest_singular_value(layer.weight)
    torch.testing.assert_close(layer.spectral(layer.weight), exact, atol=1e-4, rtol=1e-3)
    layer.eval()
    u = layer.spectral.u.clone()
    layer(torch.randn(2, 1, 12))
    assert torch.equal(u, layer.spectral.u)  # looking does not iterate


def test_spectral_norm_gradient_is_that_of_w_over_sigma() -> None:
    weight = torch.randn(2, 5, 4, dtype=torch.float64, requires_grad=True)
    norm = SpectralNorm(weight.detach().float(), Streams([0, 1]).of["discriminator"]).double()
    for _ in range(500):
        norm._iterate(weight.detach())
    norm.eval()
    direction = torch.randn(2, 5, 4, dtype=torch.float64)
    seen = torch.autograd.grad((norm(weight) * direction).sum(), weight)[0]
    exact = torch.autograd.grad((weight / largest_singular_value(weight) * direction).sum(), weight)[0]
    torch.testing.assert_close(seen, exact, atol=1e-6, rtol=1e-6)


def test_latent_laws() -> None:
    normal = draw_latents(50_000, Generator(latent_size=2), Streams([0]))
    assert float(normal.std()) == pytest.approx(1, abs=0.01)
    uniform = draw_latents(50_000, Generator(latent_size=2, latent_law="uniform"), Streams([0]))
    assert uniform.min() >= -1 and uniform.max() <= 1
    assert float(uniform.var()) == pytest.approx(1 / 3, abs=0.01)


def test_sample_i_is_made_by_generator_i_modulo_their_number() -> None:
    spec = Generator(latent_size=3, width=8)
    both = toy_generator(spec, Streams([0, 1]), generators=3)
    z = torch.randn(2, 11, 3)  # the last turn does not come to all
    points = both(z)
    assert points.shape == (2, 11, 2)
    members = list(both.members.parameters())
    for seed in range(2):
        for sample in range(11):
            member = 3 * seed + sample % 3
            x = z[seed, sample]
            for weight, bias in zip(members[:-2:2], members[1:-2:2], strict=True):
                x = torch.relu(x @ weight[member] + bias[member, 0])
            torch.testing.assert_close(points[seed, sample], x @ members[-2][member] + members[-1][member, 0])


def test_packs_hold_neighbours_and_a_pack_of_one_is_the_point() -> None:
    points = torch.arange(24.0).reshape(2, 6, 2)
    assert packed(points, 3).shape == (2, 2, 6)
    assert packed(points, 3)[1, 0].tolist() == [12, 13, 14, 15, 16, 17]
    assert packed(points, 1) is points


def test_minibatch_deviation_tells_a_heap_from_a_crowd_and_single_points_take_their_companions() -> None:
    net = toy_discriminator(Discriminator(width=4, activation="tanh"), Streams([0]), batch_deviation=True)
    x = torch.randn(1, 50, 2)
    hidden = net.network.hidden(x)[0]
    by_hand = sum(float(hidden[:, unit].std(correction=0)) for unit in range(4)) / 4
    weight, bias = net.network.last.weight[0], net.network.last.bias[0, 0]
    expected = torch.cat([hidden, torch.full((50, 1), by_hand)], 1) @ weight + bias
    torch.testing.assert_close(net(x)[0], expected[:, 0], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(net.among(x[:, :5], x), net(x)[:, :5])
    assert not torch.allclose(net.among(x[:, :5], x), net(x[:, :5]))


def test_a_point_among_companions_fills_a_pack_with_them() -> None:
    net = toy_discriminator(Discriminator(width=4), Streams([0]), packing=3)
    points, companions = torch.randn(1, 5, 2), torch.randn(1, 6, 2)
    for index in range(5):
        pack = torch.cat([points[:, index], companions[:, 0], companions[:, 1]], 1)[:, None]
        torch.testing.assert_close(net.among(points, companions)[0, index], net(pack)[0, 0])
