"""Each cure against a reference written by hand, on nets small enough for it; seeds side by side against each alone."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import pytest
import torch
from torch import Tensor, nn

from gan_core.losses import LOSSES
from gan_core.optimizers import Optimizer, stepped
from gan_core.penalties import mode_seeking, told_apart
from gan_core.specs import Optimizer as OptimizerSpec
from gan_core.specs import ToySpec
from gan_core.toy_game import ToyGame
from gan_core.training import Batch, Game

SMALL = {
    "seed": 1, "generator.width": 4, "discriminator.width": 4, "batch": 8, "evaluation_samples": 100,
    "mode_threshold": 1, "generator.activation": "tanh", "discriminator.activation": "tanh",
}  # fmt: skip
SGD = {
    f"{player}_optimizer.{name}": value
    for player in ("generator", "discriminator")
    for name, value in {"name": "sgd", "learning_rate": 0.1, "beta1": 0.5}.items()
}


def spec(**flat: object) -> ToySpec:
    return ToySpec.from_flat(SMALL | {name.replace("__", "."): value for name, value in flat.items()})


def game(**flat: object) -> Game:
    return ToyGame(spec(**flat)).game


def in_double(play: Game) -> Game:
    """The same game with numbers fine enough for finite differences; what it draws is converted too."""
    for network in (play.generator, play.discriminator):
        network.double()
    for optimizer in (play.generator_optimizer, play.discriminator_optimizer):
        optimizer.first, optimizer.second = ([t.double() for t in held] for held in (optimizer.first, optimizer.second))
    real, latents = play.draw_real, play.draw_latents
    play.draw_real, play.draw_latents = (lambda n: Batch(real(n).points.double())), (lambda n: latents(n).double())
    return play


def weights(network: nn.Module) -> list[Tensor]:
    return [parameter.detach().clone() for parameter in network.parameters()]


def same(a: list[Tensor], b: list[Tensor]) -> bool:
    return all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


def by_differences(value: Callable[[], float], parameters: list[nn.Parameter], step: float = 1e-5) -> list[Tensor]:
    """Gradient of `value` in every single number of the parameters."""
    gradients = []
    for parameter in parameters:
        gradient = torch.zeros_like(parameter)
        for place in range(parameter.numel()):
            sides = []
            for sign in (1, -1):
                with torch.no_grad():
                    parameter.view(-1)[place] += sign * step
                sides.append(value())
                with torch.no_grad():
                    parameter.view(-1)[place] -= sign * step
            gradient.view(-1)[place] = (sides[0] - sides[1]) / (2 * step)
        gradients.append(gradient)
    return gradients


# Unrolling -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["adam", "rmsprop", "sgd"])
def test_a_step_that_a_gradient_flows_through_leads_where_the_step_in_place_does(name: str) -> None:
    torch.manual_seed(0)
    parameters = [nn.Parameter(torch.randn(3, 2)), nn.Parameter(torch.randn(5))]
    optimizer = Optimizer(parameters, OptimizerSpec(name=name, learning_rate=0.05, beta1=0.5, beta2=0.9))
    for _ in range(4):
        gradients = [torch.randn_like(p) for p in parameters]
        ahead = stepped(optimizer.spec, optimizer.standing(), gradients)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        optimizer.step()
        for expected, seen in zip(ahead, optimizer.standing(), strict=True):
            for a, b in zip(expected, seen, strict=True):
                torch.testing.assert_close(a, b)


@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_unrolling_against_an_explicit_double_loop(name: str) -> None:
    """G's gradient is that of its loss after k steps of D written out by hand, by differences in each weight of G."""
    rule = SGD | {"discriminator_optimizer.name": name, "discriminator_optimizer.learning_rate": 0.05}
    play = game(cures__unrolled_steps=2, **rule)
    for _ in range(3):  # Adam has a state by then
        play.round()
    play = in_double(play)
    z, real = play.draw_latents(8), play.draw_real(8).points
    play.draw_latents, play.draw_real = (lambda n: z), (lambda n: Batch(real))
    before, optimizer = copy.deepcopy(play.discriminator), play.discriminator_optimizer

    def after_two_steps_of_d() -> float:
        D = copy.deepcopy(before)
        fake = play.generator(z).detach()
        first, second = [t.clone() for t in optimizer.first], [t.clone() for t in optimizer.second]
        for step in range(1, 3):
            loss = -D(real).sigmoid().log().mean() - (1 - D(fake).sigmoid()).log().mean()
            gradients = torch.autograd.grad(loss, list(D.parameters()))
            for place, (parameter, g) in enumerate(zip(D.parameters(), gradients, strict=True)):
                if name == "sgd":
                    first[place] = 0.5 * first[place] + g
                    parameter.data -= 0.05 * first[place]
                else:
                    count = float(optimizer.steps[place]) + step
                    first[place] = 0.5 * first[place] + 0.5 * g
                    second[place] = 0.9 * second[place] + 0.1 * g**2
                    root = (second[place] / (1 - 0.9**count)).sqrt() + 1e-8
                    parameter.data -= 0.05 * first[place] / (1 - 0.5**count) / root
        return float(-D(fake).sigmoid().log().mean().detach())

    expected = by_differences(after_two_steps_of_d, list(play.generator.parameters()))
    play.generator_backward()
    for parameter, gradient in zip(play.generator.parameters(), expected, strict=True):
        torch.testing.assert_close(parameter.grad, gradient, atol=1e-7, rtol=1e-5)
    assert same(weights(before), weights(play.discriminator))


@pytest.mark.parametrize("penalty", ["r2", "gradient_penalty"])
@pytest.mark.parametrize("cure", ["unrolled", "consensus"])
def test_a_penalty_at_the_fakes_is_part_of_what_g_looks_through(cure: str, penalty: str) -> None:
    """Where G's gradient goes through D's loss, it goes through the penalty too."""
    how = {"cures.unrolled_steps": 2} if cure == "unrolled" else {"cures.consensus": 2.0, "order": "simultaneous"}
    play = in_double(game(**SGD, **how, **{f"regularisation.{penalty}": 0.5}))
    z, real, mix = play.draw_latents(8), play.draw_real(8).points, torch.rand(1, 8).double()
    play.draw_latents, play.draw_real = (lambda n: z), (lambda n: Batch(real))
    play.streams.draw = lambda purpose, one: mix
    G, D = list(play.generator.parameters()), list(play.discriminator.parameters())

    def seen_by_g() -> float:
        fake = play.generator(z)
        if cure == "unrolled":
            return float(play.generator_loss(z, fake, real).detach())
        of_d = play.discriminator_loss(play.discriminator, real, fake)
        of_g = play.generator_loss(z, fake, None)
        field = [*torch.autograd.grad(of_d.sum(), D, retain_graph=True), *torch.autograd.grad(of_g.sum(), G)]
        return float(of_g.detach() + 2.0 * 0.5 * sum(gradient.square().sum() for gradient in field))

    expected = by_differences(seen_by_g, G)
    play.generator_backward() if cure == "unrolled" else play.consensus_backward()
    for parameter, gradient in zip(G, expected, strict=True):
        torch.testing.assert_close(parameter.grad, gradient, atol=1e-6, rtol=1e-4)


def test_no_unrolled_step_is_the_plain_game() -> None:
    plain, none = game(), game(cures__unrolled_steps=0)
    for play in (plain, none):
        for _ in range(5):
            play.round()
    assert same(weights(plain.generator), weights(none.generator))


# What D sees ---------------------------------------------------------------------------------------------------------


def test_packing_judges_packs_and_a_pack_of_one_is_the_plain_game() -> None:
    play = game(cures__packing=4, **SGD)
    other = game(cures__packing=4, **SGD)
    play.round()
    D, G = other.discriminator, other.generator
    assert next(D.parameters()).shape == (1, 8, 4)  # four points of two numbers each
    real, fake = other.draw_real(8).points, G(other.draw_latents(8)).detach()
    logits = [D(torch.cat([x[0, :4].reshape(-1), x[0, 4:].reshape(-1)]).reshape(1, 2, 8)) for x in (real, fake)]
    loss = -logits[0].sigmoid().log().mean() - (1 - logits[1].sigmoid()).log().mean()
    for parameter, gradient in zip(D.parameters(), torch.autograd.grad(loss, list(D.parameters())), strict=True):
        parameter.data -= 0.1 * gradient
    for a, b in zip(weights(play.discriminator), weights(D), strict=True):
        torch.testing.assert_close(a, b, atol=1e-6, rtol=1e-5)
    assert same(weights(game(cures__packing=1).discriminator), weights(game().discriminator))


def test_penalties_are_taken_where_d_judges_in_packs() -> None:
    play = game(cures__packing=2, regularisation__r1=3.0)
    real, fake = play.seen(play.draw_real(8).points), play.seen(play.generator(play.draw_latents(8)).detach())
    points = real.clone().requires_grad_()
    slopes = torch.autograd.grad(play.discriminator(points).sum(), points)[0]  # (1, 4, 4)
    plain = LOSSES["non_saturating"].discriminator(play.discriminator(real), play.discriminator(fake))
    expected = plain + 3 * 0.5 * slopes.square().sum() / 4
    torch.testing.assert_close(play.discriminator_loss(play.discriminator, real, fake), expected)


def test_instance_noise_has_its_size_and_fades() -> None:
    play = game(cures__instance_noise=0.5, cures__instance_noise_until=10)
    still = torch.zeros(1, 20_000, 2)
    for step, sigma in ((0, 0.5), (5, 0.25), (10, 0.0), (15, 0.0)):
        play.step = step
        assert float(play.seen(still).std()) == pytest.approx(sigma, rel=0.02)
    stays = game(cures__instance_noise=0.5)
    stays.step = 1000
    assert float(stays.seen(still).std()) == pytest.approx(0.5, rel=0.02)


# What G pays ---------------------------------------------------------------------------------------------------------


def test_extra_terms_of_gs_loss_are_added_with_their_weights() -> None:
    play = game(cures__mode_seeking=0.3, cures__generators=2, cures__diversity=0.7)
    z = play.draw_latents(8)
    fake = play.generator(z)
    plain = LOSSES["non_saturating"].generator(None, play.discriminator(fake))
    expected = plain + 0.3 * mode_seeking(z, fake, 2) + 0.7 * told_apart(play.classifier(fake))
    torch.testing.assert_close(play.generator_loss(z, fake, None), expected)


def test_the_classifier_learns_beside_d_and_not_from_gs_turn() -> None:
    play = game(cures__generators=2)
    before = weights(play.classifier)
    play.generator_backward()
    play.generator_update()
    assert same(before, weights(play.classifier))
    play.discriminator_update(play.discriminator_backward())
    assert not same(before, weights(play.classifier))


# Who moves when ------------------------------------------------------------------------------------------------------


def test_lazy_penalties_come_rarely_and_strong() -> None:
    play = game(regularisation__r1=2.0, regularisation__every=3)
    real, fake = play.draw_real(8).points, play.generator(play.draw_latents(8)).detach()
    plain = float(LOSSES["non_saturating"].discriminator(*play.judged(play.discriminator, real, fake)).detach())
    extra = []
    for step in range(6):
        play.step = step
        extra.append(float(play.discriminator_loss(play.discriminator, real, fake).detach()) - plain)
    always = game(regularisation__r1=2.0)
    once = float(always.discriminator_loss(always.discriminator, real, fake).detach()) - plain
    assert extra == pytest.approx([3 * once, 0, 0, 3 * once, 0, 0], abs=1e-6)
    assert once > 0


def test_d_waits_while_its_loss_is_low() -> None:
    waits, plays, plain = game(cures__skip_below=10.0), game(cures__skip_below=1e-9), game()
    start = weights(waits.discriminator)
    for play in (waits, plays, plain):
        for _ in range(5):
            play.round()
    assert same(start, weights(waits.discriminator))
    assert all(float(state.abs().max()) == 0 for state in waits.discriminator_optimizer.first)
    assert same(weights(plays.discriminator), weights(plain.discriminator))


def test_in_a_stack_only_those_seeds_wait_whose_loss_is_low() -> None:
    play = game(cures__skip_below=1.0, seeds=3)
    before = weights(play.discriminator)
    play.discriminator_optimizer.zero_grad()
    play.discriminator_backward()
    play.discriminator_update(torch.tensor([0.9, 1.0, 1.1]))
    for was, now in zip(before, weights(play.discriminator), strict=True):
        assert [bool((a != b).any()) for a, b in zip(was, now, strict=True)] == [False, True, True]


def test_the_running_average_by_hand() -> None:
    play = game(cures__ema=0.9, generator__batch_norm=True)
    mean = weights(play.generator)
    for step in range(40):
        play.round()
        memory = min(0.9, (1 + step) / (10 + step))
        mean = [memory * m + (1 - memory) * now for m, now in zip(mean, weights(play.generator), strict=True)]
    assert memory > 0.8
    for expected, seen in zip(mean, weights(play.shown), strict=True):
        torch.testing.assert_close(seen, expected, atol=1e-6, rtol=1e-5)
    for average, now in zip(play.shown.buffers(), play.generator.buffers(), strict=True):
        assert torch.equal(average, now)
    plain = game(generator__batch_norm=True)
    for _ in range(40):
        plain.round()
    assert same(weights(plain.generator), weights(play.generator))  # watching changes nothing


def test_consensus_shortens_both_gradients_by_differences() -> None:
    """Each parameter's gradient: its player's own, plus gamma times that of half the squared length of both."""
    play = in_double(game(cures__consensus=2.0, order="simultaneous"))
    z, real = play.draw_latents(8), play.draw_real(8).points
    play.draw_latents, play.draw_real = (lambda n: z), (lambda n: Batch(real))
    G, D = play.generator, play.discriminator

    def losses() -> tuple[Tensor, Tensor]:
        fake = D(G(z))
        return -D(real).sigmoid().log().mean() - (1 - fake.sigmoid()).log().mean(), -fake.sigmoid().log().mean()

    def half_squared_length() -> float:
        of_d, of_g = losses()
        field = [
            *torch.autograd.grad(of_d, list(D.parameters()), retain_graph=True),
            *torch.autograd.grad(of_g, list(G.parameters())),
        ]
        return float(0.5 * sum(gradient.square().sum() for gradient in field))

    shorter = by_differences(half_squared_length, [*D.parameters(), *G.parameters()])
    own = [
        *torch.autograd.grad(losses()[0], list(D.parameters())),
        *torch.autograd.grad(losses()[1], list(G.parameters())),
    ]
    play.consensus_backward()
    for parameter, gradient, extra in zip([*D.parameters(), *G.parameters()], own, shorter, strict=True):
        torch.testing.assert_close(parameter.grad, gradient + 2 * extra, atol=1e-7, rtol=1e-5)


@pytest.mark.parametrize("loss", LOSSES)
def test_consensus_plays_every_loss(loss: str) -> None:
    play = game(cures__consensus=1.0, order="simultaneous", loss=loss)
    for _ in range(3):
        play.round()
    assert all(torch.isfinite(parameter).all() for parameter in play.generator.parameters())


# Seeds side by side --------------------------------------------------------------------------------------------------

SETUPS: list[dict[str, object]] = [
    {},
    {"loss": "relativistic", "regularisation.r1": 0.1, "regularisation.r2": 0.1},
    {"loss": "wasserstein", "regularisation.gradient_penalty": 10.0, "discriminator_steps": 2},
    {"generator.batch_norm": True, "cures.ema": 0.99, "cures.skip_below": 1.2},
    {"discriminator.spectral_norm": True, "loss": "hinge", "cures.instance_noise": 0.2},
    {"cures.packing": 2, "cures.mode_seeking": 0.1},
    {"cures.generators": 4, "cures.minibatch_std": True},
    {"cures.unrolled_steps": 2},
    {"cures.consensus": 1.0, "order": "simultaneous"},
]


@pytest.fixture
def fine_numbers() -> Iterator[None]:
    """Double precision: the chaos of a game then does not make a difference in the last digit visible in 200 rounds."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def sixteen_equal(flat: dict[str, object]) -> None:
    """Over 200 rounds, to 1e-5: weights of both players, and every number that is read of them."""
    together = ToyGame(ToySpec.from_flat(flat | {"seeds": 16}))
    for _ in range(200):
        together.game.round()
    look = together.look()
    members = together.spec.cures.generators
    for place in (0, 7, 15):
        alone = ToyGame(ToySpec.from_flat(flat | {"seed": 1 + place}))
        for _ in range(200):
            alone.game.round()
        players = (
            (alone.game.generator, together.game.generator, members),
            (alone.game.discriminator, together.game.discriminator, 1),
        )
        for mine, theirs, count in players:
            for one, stack in zip(mine.parameters(), theirs.parameters(), strict=True):
                torch.testing.assert_close(stack[place * count : (place + 1) * count], one, atol=1e-5, rtol=0)
        numbers = alone.look().metrics
        for name in numbers:
            if name not in ("jsd", "jsd_error", "optimal_distance"):  # estimated at fewer frames of many seeds
                assert float(look.metrics[name][place]) == pytest.approx(float(numbers[name][0]), abs=1e-4, nan_ok=True)


@pytest.mark.parametrize("setup", SETUPS, ids=str)
def test_sixteen_seeds_at_once_equal_sixteen_runs(setup: dict[str, object], fine_numbers: None) -> None:
    sixteen_equal(SMALL | {"generator.width": 8, "discriminator.width": 8, "batch": 16} | setup)


@pytest.mark.parametrize("setup", [{}, {"cures.packing": 2}, {"regularisation.r1": 0.1}], ids=str)
def test_so_they_do_in_the_precision_that_the_app_trains_in(setup: dict[str, object]) -> None:
    sixteen_equal({"seed": 1, "generator.width": 32, "discriminator.width": 32, "batch": 64} | setup)
