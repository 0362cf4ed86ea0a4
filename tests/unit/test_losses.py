"""Every loss and penalty: finite, pointing the right way, equal to what is written by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from gan_core.losses import LOSSES
from gan_core.penalties import PENALTIES, gradient_penalty, r1, r2
from gan_core.specs import Regularisation


@pytest.mark.parametrize("name", LOSSES)
def test_finite_with_finite_gradients_even_for_extreme_logits(name: str) -> None:
    real = torch.tensor([-80.0, -1.0, 0.0, 1.0, 80.0], requires_grad=True)
    fake = torch.tensor([80.0, 1.0, 0.0, -1.0, -80.0], requires_grad=True)
    loss = LOSSES[name]
    for value in (loss.discriminator(real, fake), loss.generator(real, fake)):
        assert torch.isfinite(value)
        for gradient in torch.autograd.grad(value, [real, fake], allow_unused=True):
            assert gradient is None or torch.isfinite(gradient).all()


@pytest.mark.parametrize("name", LOSSES)
def test_d_wants_real_up_and_fake_down_and_g_wants_fake_up(name: str) -> None:
    real, fake = torch.zeros(4, requires_grad=True), torch.zeros(4, requires_grad=True)
    down_real, down_fake = torch.autograd.grad(LOSSES[name].discriminator(real + 0.3, fake + 0.3), [real, fake])
    (up_fake,) = torch.autograd.grad(LOSSES[name].generator(real + 0.3, fake + 0.3), [fake])
    assert (down_real < 0).all() and (down_fake > 0).all() and (up_fake < 0).all()


@pytest.mark.parametrize("name", LOSSES)
def test_equilibria_are_the_values_at_a_tie(name: str) -> None:
    loss = LOSSES[name]
    tie = torch.full((8, 1), 0.5 if name == "least_squares" else 0.0)
    assert float(loss.discriminator(tie, tie)) == pytest.approx(loss.discriminator_equilibrium)
    assert float(loss.generator(tie, tie)) == pytest.approx(loss.generator_equilibrium)
    assert float(loss.opinion(tie, tie, tie).mean()) == pytest.approx(0.5)


@pytest.mark.parametrize("name", LOSSES)
def test_opinion_lies_between_0_and_1_and_rises_with_the_score(name: str) -> None:
    logits = torch.linspace(-3, 3, 50)
    opinion = LOSSES[name].opinion(logits, logits + 0.5, logits - 0.5)
    assert opinion.min() >= 0 and opinion.max() <= 1 and (opinion.diff() >= 0).all()


def test_losses_against_their_formulas() -> None:
    real, fake = torch.randn(64), torch.randn(64)
    p_real, p_fake = real.sigmoid(), fake.sigmoid()
    minimax = -(p_real.log().mean() + (1 - p_fake).log().mean())
    torch.testing.assert_close(LOSSES["minimax"].discriminator(real, fake), minimax)
    torch.testing.assert_close(LOSSES["minimax"].generator(None, fake), (1 - p_fake).log().mean())
    torch.testing.assert_close(LOSSES["non_saturating"].generator(None, fake), -p_fake.log().mean())
    torch.testing.assert_close(LOSSES["relativistic"].discriminator(real, fake), -(real - fake).sigmoid().log().mean())


def test_where_d_is_sure_minimax_is_flat_and_non_saturating_is_steep() -> None:
    fake = torch.tensor([-20.0], requires_grad=True)
    flat = torch.autograd.grad(LOSSES["minimax"].generator(None, fake), fake)[0]
    steep = torch.autograd.grad(LOSSES["non_saturating"].generator(None, fake), fake)[0]
    assert abs(float(flat)) < 1e-8 and float(steep) == pytest.approx(-1)


def tiny_discriminator() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)).double()


def slope_by_hand(net: nn.Sequential, x: torch.Tensor) -> torch.Tensor:
    """d/dx of b2 + w2 tanh(W1 x + b1), one point after another."""
    first, last = net[0], net[2]
    rows = []
    for point in x:
        hidden = torch.tanh(first.weight @ point + first.bias)
        rows.append(((1 - hidden**2) * last.weight[0]) @ first.weight)
    return torch.stack(rows).detach()


def test_penalties_against_hand_written_references() -> None:
    net = tiny_discriminator()
    real, fake = torch.randn(5, 2).double(), torch.randn(5, 2).double()
    stream = torch.Generator().manual_seed(3)
    squared = [float((slope_by_hand(net, x) ** 2).sum(1).mean()) for x in (real, fake)]
    assert float(r1(net, real, fake, stream).detach()) == pytest.approx(squared[0] / 2)
    assert float(r2(net, real, fake, stream).detach()) == pytest.approx(squared[1] / 2)
    mix = torch.rand(5, 1, generator=torch.Generator().manual_seed(3)).double()
    lengths = slope_by_hand(net, real + mix * (fake - real)).norm(dim=1)

    class Same(torch.nn.Module):  # gradient_penalty draws its mix in single precision, like the points it is used on
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return net(x.double())

    seen = gradient_penalty(Same(), real.float(), fake.float(), torch.Generator().manual_seed(3))
    assert float(seen.detach()) == pytest.approx(float(((lengths - 1) ** 2).mean()), rel=1e-5)


@pytest.mark.parametrize("name", PENALTIES)
def test_a_penalty_trains_d_and_nothing_else(name: str) -> None:
    net = tiny_discriminator().float()
    real = torch.randn(16, 2)
    generator = nn.Linear(2, 2)
    value = PENALTIES[name](net, real, generator(torch.randn(16, 2)), torch.Generator().manual_seed(0))
    assert torch.isfinite(value) and value >= 0
    value.backward()
    assert net[0].weight.grad.abs().sum() > 0 and net[2].weight.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in generator.parameters())


def test_a_flat_discriminator_has_a_finite_gradient_penalty() -> None:
    net = nn.Linear(2, 1)
    nn.init.zeros_(net.weight)
    value = gradient_penalty(net, torch.randn(4, 2), torch.randn(4, 2), torch.Generator())
    value.backward()
    assert float(value.detach()) == pytest.approx(1) and torch.isfinite(net.weight.grad).all()


def test_every_penalty_has_a_weight_in_the_spec() -> None:
    assert set(PENALTIES) == set(Regularisation.model_fields) - {"weight_clip"}
    assert math.isclose(sum(getattr(Regularisation(), name) for name in PENALTIES), 0)
