"""The adversarial loop: one for every loss, every penalty, every cure, every network, one game or many side by side.

    game = Game(G, D, rules, ...)
    for _ in range(steps):
        game.round()

S games of one shape are played as one: points are (S, B, 2), pictures (S, B, C, H, W), logits (S, B), losses (S,).
Nothing in a round waits for the device: losses come back as tensors, and whoever wants a number reads it once a tick.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call

from gan_core.losses import Loss, Score
from gan_core.networks.stacked import packed
from gan_core.optimizers import Optimizer, stepped
from gan_core.penalties import PENALTIES, mode_seeking, told_apart
from gan_core.seeds import Streams


class Batch(NamedTuple):
    """Real points (S, B, ...), and their classes (S, B) where both players are told them."""

    points: Tensor
    labels: Tensor | None = None


@dataclass(frozen=True)
class Rules:
    """How the game is played: the loss, who moves when and how often, what keeps D smooth, what cures are tried."""

    loss: Loss
    batch: int
    discriminator_steps: int = 1
    generator_steps: int = 1
    simultaneous: bool = False
    shared_fakes: bool = False  # G answers with the very fakes that D has just seen. Radford et al. 2016
    apart: bool = False  # judge real and fake in two passes: a D that looks at its whole batch must not mix them
    penalties: dict[str, float] = field(default_factory=dict)  # weight by name in PENALTIES, the zero ones left out
    penalise_every: int = 1  # rounds; rarer penalties are so many times as strong
    weight_clip: float = 0.0
    packing: int = 1  # points that D judges at once. Lin et al. 2018 (PacGAN)
    unrolled_steps: int = 0  # of D that G looks ahead. Metz et al. 2017
    generators: int = 1
    diversity: float = 0.0  # weight of the classifier that tells the generators apart. Hoang et al. 2018
    mode_seeking: float = 0.0  # weight. Mao et al. 2019
    instance_noise: float = 0.0  # standard deviation at the start. Sonderby et al. 2017
    instance_noise_until: int = 0  # the step at which it has faded; 0: it stays
    ema: float = 0.0  # memory of the running average of G's weights. Yazici et al. 2019
    skip_below: float = 0.0  # D does not learn from a batch on which its loss is lower
    skip_above: float = 0.0  # D does not learn from a batch of which it tells a larger share right
    classes: int = 0  # of points, which both players are told; 0: they are not
    mismatched: float = 0.0  # weight of D's loss on real points with a wrong class. Reed et al. 2016
    augment: Callable[[Tensor, Streams], Tensor] | None = None  # of all that D sees. Zhao et al. 2020 (DiffAugment)
    penalised: int = 0  # points of a batch that penalties are taken at; 0: all
    bfloat16: bool = False  # where it does no harm: not in penalties, losses and steps
    consensus: float = 0.0  # weight of half the squared length of both gradients. Mescheder et al. 2017


class Game:
    """Two players, their optimisers, and where their points come from."""

    def __init__(self, generator: nn.Module, discriminator: nn.Module, rules: Rules,
                 optimizers: tuple[Optimizer, Optimizer],
                 draw_real: Callable[[int], Batch], draw_latents: Callable[[int], Tensor],
                 streams: Streams, classifier: nn.Module | None = None,
                 average_over_team: Callable[[list[Tensor]], None] | None = None):  # fmt: skip
        """`optimizers` are G's and D's; D's also moves the classifier, if there is one, after D's own parameters.

        `average_over_team` makes tensors the mean over several processes, in place, where these play one game.
        """
        self.generator, self.discriminator, self.rules = generator, discriminator, rules
        self.generator_optimizer, self.discriminator_optimizer = optimizers
        self.draw_real, self.draw_latents, self.streams = draw_real, draw_latents, streams
        self.classifier = classifier
        self.average_over_team = average_over_team
        self.average = copy.deepcopy(generator).requires_grad_(False) if rules.ema else None
        self.in_hand: tuple[Tensor, Batch, Tensor] | None = None  # latents, real batch and fakes that G may answer with
        self.judgement: tuple[Tensor, Tensor] | None = None  # D's logits of its last real and fake batch, (S, B) each
        self.step = 0

    @property
    def shown(self) -> nn.Module:
        """The generator that is looked at: the running average where there is one."""
        return self.average or self.generator

    def round(self) -> tuple[Tensor, Tensor]:
        """One round by the rules. Returns D's loss (with penalties) and G's (with its extra terms), each (S,)."""
        losses = self.turns()
        self.follow()
        return losses

    def turns(self) -> tuple[Tensor, Tensor]:
        """Both players' turns; the losses as `round` returns them."""
        rules = self.rules
        if rules.consensus:
            discriminator_loss, generator_loss = self.consensus_backward()
            self.discriminator_update(discriminator_loss)
            self.generator_update()
        elif rules.simultaneous:
            discriminator_loss = self.discriminator_backward()
            generator_loss = self.generator_backward()
            self.discriminator_update(discriminator_loss)
            self.generator_update()
        else:
            for _ in range(rules.discriminator_steps):
                discriminator_loss = self.discriminator_backward()
                self.discriminator_update(discriminator_loss)
            for _ in range(rules.generator_steps):
                generator_loss = self.generator_backward()
                self.generator_update()
        return discriminator_loss.detach(), generator_loss.detach()

    @property
    def penalty_is_due(self) -> bool:
        """Whether D pays penalties in this round."""
        return bool(self.rules.penalties) and self.step % self.rules.penalise_every == 0

    # D's turn --------------------------------------------------------------------------------------------------------

    def discriminator_backward(self) -> Tensor:
        """D's turn: tell real from fake, and pay for being steep. A classifier learns beside it, at no cost to D."""
        batch = self.draw_real(self.rules.batch)  # (S, B, ...)
        real, labels = batch
        z = self.draw_latents(self.rules.batch)
        with torch.set_grad_enabled(self.rules.shared_fakes):
            fake = self.made(z, labels)  # (S, B, ...)
        if self.rules.shared_fakes:
            self.in_hand = z, batch, fake
            fake = fake.detach()
        real = self.seen(real)
        loss = self.discriminator_loss(given(self.discriminator, labels), real, self.seen(fake))
        if self.rules.mismatched:
            loss = loss + self.rules.mismatched * self.mismatched_loss(real, labels)
        self.discriminator_optimizer.zero_grad()
        (loss + told_apart(self.classifier(fake)) if self.classifier else loss).sum().backward()
        return loss

    def discriminator_loss(self, score: Score, real: Tensor, fake: Tensor) -> Tensor:
        """What D pays on points as it sees them, penalties included: (S,)."""
        rules = self.rules
        real_logits, fake_logits = self.judged(score, real, fake)
        self.judgement = real_logits.detach(), fake_logits.detach()
        loss = rules.loss.discriminator(real_logits, fake_logits)
        if self.penalty_is_due:
            if rules.penalised:
                real, fake = real[:, : rules.penalised], fake[:, : rules.penalised]
            mix = self.drawn("penalties", torch.rand, real.shape[1])
            for name, weight in rules.penalties.items():
                loss = loss + rules.penalise_every * weight * PENALTIES[name](score, real, fake, mix)
        return loss

    def mismatched_loss(self, real: Tensor, labels: Tensor) -> Tensor:
        """What D pays for taking real points for ones of another class: these are fakes as well. Reed et al. 2016.

        The real points' own logits stand beside them as they were, for losses that compare the two.
        """
        further = 1 + (self.drawn("penalties", torch.rand, labels.shape[1]) * (self.rules.classes - 1)).long()
        wrong = (labels + further) % self.rules.classes
        return self.rules.loss.discriminator(self.judgement[0], self.scored(given(self.discriminator, wrong), real))

    def discriminator_update(self, loss: Tensor) -> None:
        """Take D's step, unless the rules say to wait for G, and cut its weights if they say so."""
        rules = self.rules
        if rules.skip_below or rules.skip_above:
            self.discriminator_optimizer.step_where(~self.too_good(loss.detach().clone()))
        else:
            self.discriminator_optimizer.step()
        if self.rules.weight_clip:
            with torch.no_grad():
                for parameter in self.discriminator.parameters():
                    parameter.clamp_(-self.rules.weight_clip, self.rules.weight_clip)

    def too_good(self, loss: Tensor) -> Tensor:
        """Whether D is to wait for G, after a batch with this loss: (S,). The same in every process of a team."""
        rules = self.rules
        right = self.accuracy() if rules.skip_above else torch.zeros_like(loss)
        if self.average_over_team:
            self.average_over_team([loss, right])
        waits = right > rules.skip_above if rules.skip_above else torch.zeros_like(loss, dtype=torch.bool)
        return waits | (loss < rules.skip_below) if rules.skip_below else waits

    def accuracy(self) -> Tensor:
        """The share of its last batches, real and fake, that D told right: (S,)."""
        real, fake = self.judgement
        right = self.rules.loss.opinion(real, real, fake) > 0.5, self.rules.loss.opinion(fake, real, fake) < 0.5
        return torch.cat(right, -1).float().mean(-1)

    # G's turn --------------------------------------------------------------------------------------------------------

    def generator_backward(self) -> Tensor:
        """G's turn: D stands still and says which way its opinion rises."""
        rules = self.rules
        if self.in_hand:
            z, (real, labels), fake = self.in_hand
            self.in_hand = None
        else:
            z = self.draw_latents(rules.batch)
            real, labels = (
                self.draw_real(rules.batch)
                if rules.loss.pairs or rules.unrolled_steps or rules.classes
                else Batch(None)
            )
            fake = self.made(z, labels)  # (S, B, ...)
        loss = self.generator_loss(
            z, fake, self.seen(real) if rules.loss.pairs or rules.unrolled_steps else None, labels
        )
        self.generator_optimizer.zero_grad()
        # no gradient is spent on D's weights
        loss.sum().backward(inputs=self.generator_optimizer.parameters)
        return loss

    def generator_loss(self, z: Tensor, fake: Tensor, real: Tensor | None, labels: Tensor | None = None) -> Tensor:
        """What G pays for its points (S, B, ...), extra terms included: (S,). `real` is as D sees it, where needed."""
        rules, seen = self.rules, self.seen(fake)
        score = given(self.unrolled(real, seen, labels) if rules.unrolled_steps else self.discriminator, labels)
        if rules.loss.pairs:
            loss = rules.loss.generator(*self.judged(score, real, seen))
        else:
            loss = rules.loss.generator(None, self.scored(score, seen))
        if rules.mode_seeking:
            loss = loss + rules.mode_seeking * mode_seeking(z, fake, rules.generators)
        if self.classifier:
            loss = loss + rules.diversity * told_apart(self.classifier(fake))
        return loss

    def unrolled(self, real: Tensor, fake: Tensor, labels: Tensor | None = None) -> Callable[..., Tensor]:
        """D as it would be after a few more steps on these points; a gradient flows through the steps to the fakes.

        Metz et al. 2017, eq. 7 and 8. D itself does not move.
        """
        names = [name for name, _ in self.discriminator.named_parameters()]
        at = self.discriminator_optimizer.standing()
        at = type(at)(*(tensors[: len(names)] for tensors in at))  # the classifier's come after D's

        def standing_at(parameters: list[Tensor]) -> Callable[..., Tensor]:
            return lambda *points: functional_call(
                self.discriminator, dict(zip(names, parameters, strict=True)), points
            )

        for _ in range(self.rules.unrolled_steps):
            loss = self.discriminator_loss(given(standing_at(at.parameters), labels), real, fake)
            gradients = torch.autograd.grad(loss.sum(), at.parameters, create_graph=True)
            at = stepped(self.discriminator_optimizer.spec, at, gradients)
            if clip := self.rules.weight_clip:
                at = at._replace(parameters=[parameter.clamp(-clip, clip) for parameter in at.parameters])
        return standing_at(at.parameters)

    def generator_update(self) -> None:
        """Take G's step."""
        self.generator_optimizer.step()

    def follow(self) -> None:
        """End the round: the running average follows G, and the step is counted."""
        if self.average:
            memory = min(self.rules.ema, (1 + self.step) / (10 + self.step))  # short at first: the start is forgotten
            with torch.no_grad():
                torch._foreach_lerp_(list(self.average.parameters()), list(self.generator.parameters()), 1 - memory)
                for mean, now in zip(self.average.buffers(), self.generator.buffers(), strict=True):
                    mean.copy_(now)
        self.step += 1

    # Both at once ----------------------------------------------------------------------------------------------------

    def consensus_backward(self) -> tuple[Tensor, Tensor]:
        """Each player's gradient, and on top that of half the squared length of both. Mescheder et al. 2017, eq. 9."""
        rules = self.rules
        real, labels = self.draw_real(rules.batch)
        real, z = self.seen(real), self.draw_latents(rules.batch)
        fake = self.made(z, labels)
        discriminator_loss = self.discriminator_loss(given(self.discriminator, labels), real, self.seen(fake))
        if self.classifier:
            discriminator_loss = discriminator_loss + told_apart(self.classifier(fake))
        generator_loss = self.generator_loss(z, fake, real, labels)
        both = ((discriminator_loss, self.discriminator_optimizer), (generator_loss, self.generator_optimizer))
        field = [
            (parameter, gradient)
            for loss, optimizer in both
            for parameter, gradient in zip(
                optimizer.parameters,
                torch.autograd.grad(loss.sum(), optimizer.parameters, create_graph=True),
                strict=True,
            )
        ]
        length = 0.5 * sum(gradient.square().sum() for _, gradient in field)
        # where a gradient is the same everywhere (a critic's last bias) there is nothing to shorten
        shortening = torch.autograd.grad(length, [parameter for parameter, _ in field], materialize_grads=True)
        for (parameter, gradient), shorter in zip(field, shortening, strict=True):
            parameter.grad = gradient.detach() + rules.consensus * shorter
        return discriminator_loss, generator_loss

    # What D gets to see ----------------------------------------------------------------------------------------------

    def seen(self, points: Tensor) -> Tensor:
        """Points (S, B, ...) as D gets them: augmented, under noise, in packs (S, B / m, m * d), as the rules say."""
        rules = self.rules
        if rules.augment:
            points = rules.augment(points, self.streams)
        if rules.instance_noise:
            left = 1 - self.step / rules.instance_noise_until if rules.instance_noise_until else 1.0
            if left > 0:
                points = points + rules.instance_noise * left * self.drawn("noise", torch.randn, *points.shape[1:])
        return packed(points, rules.packing)

    def judged(self, score: Score, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of both, in one pass where D sees each point by itself."""
        if self.rules.apart:
            return self.scored(score, real), self.scored(score, fake)
        real_logits, fake_logits = self.scored(score, torch.cat([real, fake], 1)).chunk(2, 1)
        return real_logits, fake_logits

    def scored(self, score: Score, points: Tensor) -> Tensor:
        """Logits (S, B), computed with as many bits as the rules allow."""
        with self.precision():
            logits = score(points)
        return logits.float() if self.rules.bfloat16 else logits

    def made(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """What G makes of latents, (S, B, ...)."""
        with self.precision():
            points = given(self.generator, labels)(z)
        return points.float() if self.rules.bfloat16 else points

    def precision(self) -> AbstractContextManager:
        if not self.rules.bfloat16:
            return nullcontext()
        return torch.autocast(self.generator_optimizer.parameters[0].device.type, torch.bfloat16)

    def drawn(self, purpose: str, how: Callable[..., Tensor], *shape: int) -> Tensor:
        """Random numbers (S, *shape) of each game's own stream, made by `torch.rand` or `torch.randn`."""
        return self.streams.draw(purpose, lambda stream: how(shape, generator=stream, device=stream.device))

    # A checkpoint holds all that is needed to go on: resuming equals not having stopped, to the bit on the CPU.

    def state(self) -> dict[str, Tensor]:
        """Weights, optimisers and random streams, tensors by name; `load_state` takes it back."""
        tensors = {}
        for name, network in self._networks().items():
            tensors |= {f"{name}.{part}": tensor for part, tensor in network.state_dict().items()}
        for name, kept in self._kept().items():
            tensors |= {f"{name}.{part}": tensor for part, tensor in kept.state().items()}
        return tensors

    def load_state(self, tensors: dict[str, Tensor], step: int) -> None:
        """Take up the game where `state` left it."""
        for name, network in self._networks().items():
            network.load_state_dict(_under(f"{name}.", tensors), strict=True)
        for name, kept in self._kept().items():
            kept.load_state(_under(f"{name}.", tensors))
        self.step = step

    def _networks(self) -> dict[str, nn.Module]:
        all_of_them = {
            "generator": self.generator,
            "discriminator": self.discriminator,
            "classifier": self.classifier,
            "average": self.average,
        }
        return {name: network for name, network in all_of_them.items() if network}

    def _kept(self) -> dict[str, Optimizer | Streams]:
        return {
            "generator_optimizer": self.generator_optimizer,
            "discriminator_optimizer": self.discriminator_optimizer,
            "streams": self.streams,
        }


def given(network: Callable[..., Tensor], labels: Tensor | None) -> Score:
    """A player that is told the classes (S, B): of its first points, and over again where it gets two batches at once.

    Conditional players see a fake picture for each real one, of the same class.
    """
    if labels is None:
        return network

    def told(points: Tensor) -> Tensor:
        count = points.shape[1]
        return network(points, labels.repeat(1, -(-count // labels.shape[1]))[:, :count])

    return told


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
