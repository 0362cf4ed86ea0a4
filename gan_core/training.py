"""The adversarial loop: one for every loss, every penalty, every network.

    game = Game(G, D, rules, ...)
    for _ in range(steps):
        game.round()

Nothing in a round waits for the device: losses come back as tensors, and whoever wants a number reads it once a tick.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from safetensors.torch import load, save
from torch import Tensor, nn

from gan_core.frames import metadata
from gan_core.losses import Loss
from gan_core.optimizers import Optimizer
from gan_core.penalties import PENALTIES


@dataclass(frozen=True)
class Rules:
    """How the game is played: the loss, what keeps D smooth, who moves when and how often."""

    loss: Loss
    batch: int
    penalties: dict[str, float] = field(default_factory=dict)  # weight by name in PENALTIES, the zero ones left out
    weight_clip: float = 0.0
    discriminator_steps: int = 1
    generator_steps: int = 1
    simultaneous: bool = False
    apart: bool = False  # judge real and fake in two passes: BatchNorm in D must not mix them


class Game:
    """Two players, their optimisers, and where their points come from."""

    def __init__(self, generator: nn.Module, discriminator: nn.Module, rules: Rules,
                 optimizers: tuple[Optimizer, Optimizer],
                 draw_real: Callable[[int], Tensor], draw_latents: Callable[[int], Tensor],
                 streams: dict[str, torch.Generator]):  # fmt: skip
        """`optimizers` are G's and D's; `streams` are all the random streams that the game draws from, to be saved."""
        self.generator, self.discriminator, self.rules = generator, discriminator, rules
        self.generator_optimizer, self.discriminator_optimizer = optimizers
        self.draw_real, self.draw_latents, self.streams = (
            draw_real,
            draw_latents,
            streams,
        )
        self.step = 0

    def round(self) -> tuple[Tensor, Tensor]:
        """One round by the rules. Returns D's loss (with penalties) and G's, on the device."""
        rules = self.rules
        if rules.simultaneous:
            discriminator_loss = self.discriminator_backward()
            generator_loss = self.generator_backward()
            self.discriminator_update()
            self.generator_optimizer.step()
        else:
            for _ in range(rules.discriminator_steps):
                discriminator_loss = self.discriminator_backward()
                self.discriminator_update()
            for _ in range(rules.generator_steps):
                generator_loss = self.generator_backward()
                self.generator_optimizer.step()
        self.step += 1
        return discriminator_loss.detach(), generator_loss.detach()

    def discriminator_backward(self) -> Tensor:
        """D's turn: tell real from fake, and pay for being steep."""
        real = self.draw_real(self.rules.batch)  # (B, ...)
        with torch.no_grad():
            fake = self.generator(self.draw_latents(self.rules.batch))  # (B, ...)
        loss = self.rules.loss.discriminator(*self.judge(real, fake))
        for name, weight in self.rules.penalties.items():
            loss = loss + weight * PENALTIES[name](self.discriminator, real, fake, self.streams["penalties"])
        self.discriminator_optimizer.zero_grad()
        loss.backward()
        return loss

    def discriminator_update(self) -> None:
        """Take D's step, and cut its weights if the rules say so."""
        self.discriminator_optimizer.step()
        if self.rules.weight_clip:
            with torch.no_grad():
                for parameter in self.discriminator.parameters():
                    parameter.clamp_(-self.rules.weight_clip, self.rules.weight_clip)

    def generator_backward(self) -> Tensor:
        """G's turn: D stands still and says which way its opinion rises."""
        fake = self.generator(self.draw_latents(self.rules.batch))  # (B, ...)
        if self.rules.loss.pairs:
            logits = self.judge(self.draw_real(self.rules.batch), fake)
        else:
            logits = None, self.discriminator(fake)
        loss = self.rules.loss.generator(*logits)
        self.generator_optimizer.zero_grad()
        loss.backward(inputs=self.generator_optimizer.parameters)  # no gradient is spent on D's weights
        return loss

    def judge(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of both, in one pass where D sees each point by itself."""
        if self.rules.apart:
            return self.discriminator(real), self.discriminator(fake)
        real_logits, fake_logits = self.discriminator(torch.cat([real, fake])).chunk(2)
        return real_logits, fake_logits

    # A checkpoint holds all that is needed to go on: resuming equals not having stopped, to the bit on the CPU.

    def save(self) -> bytes:
        """Weights, optimisers, random streams and step as safetensors bytes."""
        tensors = {}
        for player, network, optimizer in self._players():
            tensors |= {f"{player}.{name}": tensor for name, tensor in network.state_dict().items()}
            tensors |= {f"{player}_optimizer.{name}": tensor for name, tensor in optimizer.state().items()}
        tensors |= {f"streams.{name}": stream.get_state() for name, stream in self.streams.items()}
        return save(
            {name: t.detach().contiguous() for name, t in tensors.items()},
            {"step": str(self.step)},
        )

    def load(self, checkpoint: bytes) -> None:
        """Take up the game where `save` left it."""
        tensors = load(checkpoint)
        for player, network, optimizer in self._players():
            network.load_state_dict(_under(f"{player}.", tensors), strict=True)
            optimizer.load_state(_under(f"{player}_optimizer.", tensors))
        for name, stream in self.streams.items():
            stream.set_state(tensors[f"streams.{name}"])
        self.step = int(metadata(checkpoint)["step"])

    def _players(self) -> list[tuple[str, nn.Module, Optimizer]]:
        return [
            ("generator", self.generator, self.generator_optimizer),
            ("discriminator", self.discriminator, self.discriminator_optimizer),
        ]


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
