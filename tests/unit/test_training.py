"""The loop: who trains when, against a step written by hand; checkpoints; optimisers against PyTorch's own classes."""

from __future__ import annotations

import pytest
import torch

from gan_core.optimizers import Optimizer
from gan_core.specs import Optimizer as OptimizerSpec
from gan_core.specs import ToySpec
from gan_core.toy import ToyRun

SMALL = {"seed": 1, "generator.width": 8, "discriminator.width": 8, "batch": 16}


def game(**flat: object):
    return ToyRun(ToySpec.from_flat(SMALL | {name.replace("__", "."): value for name, value in flat.items()})).game


def weights(network: torch.nn.Module) -> list[torch.Tensor]:
    return [parameter.detach().clone() for parameter in network.parameters()]


def same(a: list[torch.Tensor], b: list[torch.Tensor]) -> bool:
    return all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("adam", lambda p: torch.optim.Adam(p, 0.01, betas=(0.6, 0.9))),
        ("rmsprop", lambda p: torch.optim.RMSprop(p, 0.01, alpha=0.9)),
        ("sgd", lambda p: torch.optim.SGD(p, 0.01, momentum=0.6)),
    ],
)
def test_optimisers_equal_pytorchs_classes(name: str, theirs) -> None:
    torch.manual_seed(0)
    ours = [torch.nn.Parameter(torch.randn(4, 3))]
    reference = [torch.nn.Parameter(ours[0].detach().clone())]
    spec = OptimizerSpec(name=name, learning_rate=0.01, beta1=0.6, beta2=0.9)
    step, other = Optimizer(ours, spec), theirs(reference)
    for _ in range(20):
        gradient = torch.randn(4, 3)
        ours[0].grad, reference[0].grad = gradient.clone(), gradient.clone()
        step.step(), other.step()
    torch.testing.assert_close(ours[0], reference[0])


def test_one_round_equals_the_same_round_written_by_hand() -> None:
    """Alternating, non-saturating, plain SGD: every number of the round from first principles."""
    flat = {
        f"{player}_optimizer.{name}": value
        for player in ("generator", "discriminator")
        for name, value in {"name": "sgd", "learning_rate": 0.1, "beta1": 0.0}.items()
    }
    ours, other = game(**flat), game(**flat)
    ours.round()

    G, D = other.generator, other.discriminator
    real, fake = other.draw_real(16).points, G(other.draw_latents(16)).detach()
    loss = -D(real).sigmoid().log().mean() - (1 - D(fake).sigmoid()).log().mean()
    for parameter, gradient in zip(D.parameters(), torch.autograd.grad(loss, list(D.parameters())), strict=True):
        parameter.data -= 0.1 * gradient
    loss = -D(G(other.draw_latents(16))).sigmoid().log().mean()
    for parameter, gradient in zip(G.parameters(), torch.autograd.grad(loss, list(G.parameters())), strict=True):
        parameter.data -= 0.1 * gradient

    for a, b in ((ours.generator, G), (ours.discriminator, D)):
        for x, y in zip(a.parameters(), b.parameters(), strict=True):
            torch.testing.assert_close(x, y, atol=1e-6, rtol=1e-5)


def test_each_turn_trains_its_player_and_leaves_the_other() -> None:
    play = game(loss="relativistic", regularisation__r1=1.0, discriminator__spectral_norm=True)
    before = weights(play.generator)
    loss = play.discriminator_backward()
    assert all(p.grad is not None for p in play.discriminator.parameters())
    assert all(p.grad is None for p in play.generator.parameters())
    play.discriminator_update(loss)
    assert same(before, weights(play.generator))
    play.discriminator_optimizer.zero_grad()
    before = weights(play.discriminator)
    play.generator_backward()
    assert all(p.grad is not None for p in play.generator.parameters())
    assert all(p.grad is None for p in play.discriminator.parameters())
    moved = weights(play.generator)
    play.generator_optimizer.step()
    assert same(before, weights(play.discriminator)) and not same(moved, weights(play.generator))


def test_simultaneous_moves_answer_the_old_position() -> None:
    """G's step is the same whether D's learning rate is large or small: G has not seen D's move."""
    quick = game(order="simultaneous", discriminator_optimizer__learning_rate=0.5)
    slow = game(order="simultaneous", discriminator_optimizer__learning_rate=1e-4)
    turns = game(discriminator_optimizer__learning_rate=0.5)
    for play in (quick, slow, turns):
        play.round()
    assert same(weights(quick.generator), weights(slow.generator))
    assert not same(weights(quick.generator), weights(turns.generator))


def test_steps_of_each_player() -> None:
    play = game(discriminator_steps=3, generator_steps=2)
    play.round()
    assert play.discriminator_optimizer.steps[0] == 3 and play.generator_optimizer.steps[0] == 2 and play.step == 1


def test_weight_clipping_cuts_every_weight_of_d() -> None:
    play = game(loss="wasserstein", regularisation__weight_clip=0.01)
    play.round()
    assert max(float(p.abs().max()) for p in play.discriminator.parameters()) <= 0.01 + 1e-9
    assert max(float(p.abs().max()) for p in play.generator.parameters()) > 0.01


def test_batch_norm_in_d_judges_real_and_fake_apart() -> None:
    play = game(discriminator__batch_norm=True)
    real, fake = torch.randn(1, 16, 2), torch.randn(1, 16, 2) + 5
    logits, _ = play.judged(play.discriminator, real, fake)
    play.discriminator.train()
    torch.testing.assert_close(logits, play.discriminator(real))


@pytest.mark.parametrize("name", ["adam", "rmsprop", "sgd"])
def test_resuming_equals_not_having_stopped(name: str) -> None:
    flat = {
        "generator_optimizer__name": name, "discriminator_optimizer__name": name,
        "regularisation__gradient_penalty": 1.0,
        "generator__batch_norm": True, "discriminator__spectral_norm": True, "generator_optimizer__learning_rate": 1e-3,
    }  # fmt: skip
    whole, first, second = game(**flat), game(**flat), game(**flat)
    for _ in range(20):
        whole.round()
    for _ in range(12):
        first.round()
    second.load_state({name: tensor.clone() for name, tensor in first.state().items()}, first.step)
    assert second.step == 12
    for _ in range(8):
        second.round()
    one, other = whole.state(), second.state()
    assert one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)
