"""The adversarial loop: one for every loss, every penalty, every cure, every network, one game or many side by side.

    game = Game(G, D, rules, ...)
    for _ in range(steps):
        game.round()

S games of one shape are played as one: points are (S, B, 2), logits (S, B), losses (S,). Nothing in a round waits for
the device: losses come back as tensors, and whoever wants a number reads it once a tick.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor, nn
from torch.func import functional_call

from gan_core.losses import Loss, Score
from gan_core.networks.stacked import packed
from gan_core.optimizers import Optimizer, stepped
from gan_core.penalties import PENALTIES, mode_seeking, told_apart
from gan_core.seeds import Streams


@dataclass(frozen=True)
class Rules:
    """How the game is played: the loss, who moves when and how often, what keeps D smooth, what cures are tried."""

    loss: Loss
    batch: int
    discriminator_steps: int = 1
    generator_steps: int = 1
    simultaneous: bool = False
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
    consensus: float = 0.0  # weight of half the squared length of both gradients. Mescheder et al. 2017


class Game:
    """Two players, their optimisers, and where their points come from."""

    def __init__(self, generator: nn.Module, discriminator: nn.Module, rules: Rules,
                 optimizers: tuple[Optimizer, Optimizer],
                 draw_real: Callable[[int], Tensor], draw_latents: Callable[[int], Tensor],
                 streams: Streams, classifier: nn.Module | None = None):  # fmt: skip
        """`optimizers` are G's and D's; D's also moves the classifier, if there is one, after D's own parameters."""
        self.generator, self.discriminator, self.rules = generator, discriminator, rules
        self.generator_optimizer, self.discriminator_optimizer = optimizers
        self.draw_real, self.draw_latents, self.streams = draw_real, draw_latents, streams
        self.classifier = classifier
        self.average = copy.deepcopy(generator).requires_grad_(False) if rules.ema else None
        self.step = 0

    @property
    def shown(self) -> nn.Module:
        """The generator that is looked at: the running average where there is one."""
        return self.average or self.generator

    def round(self) -> tuple[Tensor, Tensor]:
        """One round by the rules. Returns D's loss (with penalties) and G's (with its extra terms), each (S,)."""
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
        self.step += 1
        return discriminator_loss.detach(), generator_loss.detach()

    # D's turn --------------------------------------------------------------------------------------------------------

    def discriminator_backward(self) -> Tensor:
        """D's turn: tell real from fake, and pay for being steep. A classifier learns beside it, at no cost to D."""
        real = self.draw_real(self.rules.batch)  # (S, B, ...)
        with torch.no_grad():
            fake = self.generator(self.draw_latents(self.rules.batch))  # (S, B, ...)
        loss = self.discriminator_loss(self.discriminator, self.seen(real), self.seen(fake))
        self.discriminator_optimizer.zero_grad()
        (loss + told_apart(self.classifier(fake)) if self.classifier else loss).sum().backward()
        return loss

    def discriminator_loss(self, score: Score, real: Tensor, fake: Tensor) -> Tensor:
        """What D pays on points as it sees them, penalties included: (S,)."""
        rules = self.rules
        loss = rules.loss.discriminator(*self.judged(score, real, fake))
        if rules.penalties and self.step % rules.penalise_every == 0:
            mix = self.streams.draw("penalties", lambda stream: torch.rand(real.shape[1], generator=stream))
            for name, weight in rules.penalties.items():
                loss = loss + rules.penalise_every * weight * PENALTIES[name](score, real, fake, mix)
        return loss

    def discriminator_update(self, loss: Tensor) -> None:
        """Take D's step, unless the rules say to wait for G, and cut its weights if they say so."""
        if self.rules.skip_below:
            self.discriminator_optimizer.step_where(loss.detach() >= self.rules.skip_below)
        else:
            self.discriminator_optimizer.step()
        if self.rules.weight_clip:
            with torch.no_grad():
                for parameter in self.discriminator.parameters():
                    parameter.clamp_(-self.rules.weight_clip, self.rules.weight_clip)

    # G's turn --------------------------------------------------------------------------------------------------------

    def generator_backward(self) -> Tensor:
        """G's turn: D stands still and says which way its opinion rises."""
        rules = self.rules
        z = self.draw_latents(rules.batch)
        fake = self.generator(z)  # (S, B, ...)
        real = self.seen(self.draw_real(rules.batch)) if rules.loss.pairs or rules.unrolled_steps else None
        loss = self.generator_loss(z, fake, real)
        self.generator_optimizer.zero_grad()
        # no gradient is spent on D's weights
        loss.sum().backward(inputs=self.generator_optimizer.parameters)
        return loss

    def generator_loss(self, z: Tensor, fake: Tensor, real: Tensor | None) -> Tensor:
        """What G pays for its points (S, B, ...), extra terms included: (S,). `real` is as D sees it, where needed."""
        rules, seen = self.rules, self.seen(fake)
        score = self.unrolled(real, seen) if rules.unrolled_steps else self.discriminator
        if rules.loss.pairs:
            loss = rules.loss.generator(*self.judged(score, real, seen))
        else:
            loss = rules.loss.generator(None, score(seen))
        if rules.mode_seeking:
            loss = loss + rules.mode_seeking * mode_seeking(z, fake, rules.generators)
        if self.classifier:
            loss = loss + rules.diversity * told_apart(self.classifier(fake))
        return loss

    def unrolled(self, real: Tensor, fake: Tensor) -> Score:
        """D as it would be after a few more steps on these points; a gradient flows through the steps to the fakes.

        Metz et al. 2017, eq. 7 and 8. D itself does not move.
        """
        names = [name for name, _ in self.discriminator.named_parameters()]
        at = self.discriminator_optimizer.standing()
        at = type(at)(*(tensors[: len(names)] for tensors in at))  # the classifier's come after D's
        for _ in range(self.rules.unrolled_steps):
            score = partial(functional_call, self.discriminator, dict(zip(names, at.parameters, strict=True)))
            loss = self.discriminator_loss(score, real, fake)
            gradients = torch.autograd.grad(loss.sum(), at.parameters, create_graph=True)
            at = stepped(self.discriminator_optimizer.spec, at, gradients)
            if clip := self.rules.weight_clip:
                at = at._replace(parameters=[parameter.clamp(-clip, clip) for parameter in at.parameters])
        return partial(functional_call, self.discriminator, dict(zip(names, at.parameters, strict=True)))

    def generator_update(self) -> None:
        """Take G's step, and let the running average follow."""
        self.generator_optimizer.step()
        if self.average:
            memory = min(self.rules.ema, (1 + self.step) / (10 + self.step))  # short at first: the start is forgotten
            with torch.no_grad():
                for mean, now in zip(self.average.parameters(), self.generator.parameters(), strict=True):
                    mean.lerp_(now, 1 - memory)
                for mean, now in zip(self.average.buffers(), self.generator.buffers(), strict=True):
                    mean.copy_(now)

    # Both at once ----------------------------------------------------------------------------------------------------

    def consensus_backward(self) -> tuple[Tensor, Tensor]:
        """Each player's gradient, and on top that of half the squared length of both. Mescheder et al. 2017, eq. 9."""
        rules = self.rules
        real, z = self.seen(self.draw_real(rules.batch)), self.draw_latents(rules.batch)
        fake = self.generator(z)
        discriminator_loss = self.discriminator_loss(self.discriminator, real, self.seen(fake))
        if self.classifier:
            discriminator_loss = discriminator_loss + told_apart(self.classifier(fake))
        generator_loss = self.generator_loss(z, fake, real)
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
        """Points (S, B, d) as D gets them: under noise where the rules say so, in packs (S, B / m, m * d)."""
        rules = self.rules
        if rules.instance_noise:
            left = 1 - self.step / rules.instance_noise_until if rules.instance_noise_until else 1.0
            if left > 0:
                noise = self.streams.draw("noise", lambda stream: torch.randn(points.shape[1:], generator=stream))
                points = points + rules.instance_noise * left * noise
        return packed(points, rules.packing)

    def judged(self, score: Score, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of both, in one pass where D sees each point by itself."""
        if self.rules.apart:
            return score(real), score(fake)
        real_logits, fake_logits = score(torch.cat([real, fake], 1)).chunk(2, 1)
        return real_logits, fake_logits

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


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
