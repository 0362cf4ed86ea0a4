"""Every loss and penalty: finite, pointing the right way, equal to what is written by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from gan_core.losses import LOSSES
from gan_core.penalties import PENALTIES, Score, gradient_penalty, mode_seeking, one_sided_gradient_penalty, told_apart
from gan_core.specs import PENALISED, Regularisation


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
    tie = torch.full((8,), 0.5 if name == "least_squares" else 0.0)
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


@pytest.mark.parametrize("name", LOSSES)
def test_games_side_by_side_pay_what_each_would_alone(name: str) -> None:
    real, fake = torch.randn(3, 16), torch.randn(3, 16)
    loss = LOSSES[name]
    for function in (loss.discriminator, loss.generator):
        torch.testing.assert_close(function(real, fake), torch.stack(list(map(function, real, fake))))
    torch.testing.assert_close(
        loss.opinion(real, real, fake), torch.stack([loss.opinion(r, r, f) for r, f in zip(real, fake, strict=True)])
    )


def tiny_score() -> tuple[nn.Sequential, Score]:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)).double()
    return net, lambda x: net(x)[..., 0]


def slope_by_hand(net: nn.Sequential, x: torch.Tensor) -> torch.Tensor:
    """d/dx of b2 + w2 tanh(W1 x + b1), one point after another."""
    first, last = net[0], net[2]
    rows = []
    for point in x:
        hidden = torch.tanh(first.weight @ point + first.bias)
        rows.append(((1 - hidden**2) * last.weight[0]) @ first.weight)
    return torch.stack(rows).detach()


def test_penalties_against_hand_written_references() -> None:
    net, score = tiny_score()
    real, fake, mix = torch.randn(5, 2).double(), torch.randn(5, 2).double(), torch.rand(5).double()
    lengths = slope_by_hand(net, real + mix[:, None] * (fake - real)).norm(dim=1)
    expected = {
        "r1": (slope_by_hand(net, real) ** 2).sum(1).mean() / 2,
        "r2": (slope_by_hand(net, fake) ** 2).sum(1).mean() / 2,
        "gradient_penalty": ((lengths - 1) ** 2).mean(),
        "one_sided_gradient_penalty": torch.tensor([max(0.0, float(length) - 1) ** 2 for length in lengths]).mean(),
    }
    assert expected.keys() == PENALTIES.keys()
    for name, value in expected.items():
        seen = float(PENALTIES[name](score, real, fake, mix).detach())
        assert seen == pytest.approx(float(value), abs=1e-9), name


def test_the_one_sided_penalty_lets_flat_slopes_be_and_punishes_steep_ones() -> None:
    for steepness, penalty in ((0.5, 0.0), (1.0, 0.0), (3.0, 4.0)):
        value = one_sided_gradient_penalty(
            lambda x, a=steepness: a * x[..., 0], torch.randn(4, 2), torch.randn(4, 2), torch.rand(4)
        )
        assert float(value) == pytest.approx(penalty, abs=1e-5)


@pytest.mark.parametrize("name", PENALTIES)
def test_a_penalty_trains_d_and_nothing_else(name: str) -> None:
    net, score = tiny_score()
    net[2].weight.data *= 20  # steep enough for the one-sided penalty
    real, generator = torch.randn(16, 2).double(), nn.Linear(2, 2).double()
    with torch.no_grad():  # as in D's turn
        fake = generator(torch.randn(16, 2).double())
    value = PENALTIES[name](score, real, fake, torch.rand(16).double())
    assert torch.isfinite(value) and value >= 0
    value.backward()
    assert net[0].weight.grad.abs().sum() > 0 and net[2].weight.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in generator.parameters())


def test_a_flat_discriminator_has_a_finite_gradient_penalty() -> None:
    net = nn.Linear(2, 1)
    nn.init.zeros_(net.weight)
    value = gradient_penalty(lambda x: net(x)[..., 0], torch.randn(4, 2), torch.randn(4, 2), torch.rand(4))
    value.backward()
    assert float(value.detach()) == pytest.approx(1, abs=1e-5) and torch.isfinite(net.weight.grad).all()


def test_every_penalty_has_a_weight_in_the_spec() -> None:
    assert set(PENALTIES) == set(PENALISED) == set(Regularisation.model_fields) - {"weight_clip", "every"}
    assert math.isclose(sum(getattr(Regularisation(), name) for name in PENALTIES), 0)


def test_mode_seeking_by_hand_and_blind_to_scale_of_neither() -> None:
    z, fake = torch.randn(2, 6, 3), torch.randn(2, 6, 2)
    for game in range(2):
        points = sum(float((fake[game, i] - fake[game, (i + 2) % 6]).abs().mean()) for i in range(6)) / 6
        latents = sum(float((z[game, i] - z[game, (i + 2) % 6]).abs().mean()) for i in range(6)) / 6
        assert float(mode_seeking(z, fake, 2)[game]) == pytest.approx(1 / (points / latents + 1e-5), rel=1e-5)
    assert float(mode_seeking(z, 2 * fake)[0]) == pytest.approx(float(mode_seeking(z, fake)[0]) / 2, rel=1e-3)


def test_generators_that_are_told_apart_pay_nothing_and_guessing_costs_the_log_of_their_number() -> None:
    right = 50 * torch.eye(3).repeat(4, 1)[None]  # sample i is by generator i mod 3
    assert float(told_apart(right)) == pytest.approx(0, abs=1e-6)
    assert float(told_apart(torch.zeros(1, 12, 3))) == pytest.approx(math.log(3))
    assert float(told_apart(right.roll(1, 1))) == pytest.approx(50, abs=1e-3)
