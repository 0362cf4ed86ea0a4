"""Slow motion: one round of a game taken apart, a frame for each part of it.

The game goes on from a run's checkpoint, or from its start, by the very methods that `Game.round` calls; the run itself
is not touched.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from gan_core.diagnostics.players import generator_pull, lengths, observed
from gan_core.events import Frame
from gan_core.frames import pack
from gan_core.parts import PARTS
from gan_core.specs import SpecError, read_spec
from gan_core.toy import ARROWS, POINTS, ToyRun

NUMBER = {part.name: number for number, part in enumerate(PARTS)}


def slow_motion(spec_json: str, checkpoint: bytes | None, rounds: int = 1) -> tuple[bytes, list[Frame]]:
    """The header, and the frames of the next rounds part by part; each frame's metrics say which "part" it shows.

    Raises:
        SpecError: the spec has several seeds, whose parts do not fit into one picture.
    """
    spec = read_spec(spec_json)
    if spec.seeds > 1:
        raise SpecError(f"Seeds at once (seeds) is {spec.seeds}; slow motion shows one run, so it must be 1.")
    run = ToyRun(spec)
    if checkpoint:
        run.load(checkpoint)
    watched = Watched(run)
    return run.header().packed, [frame for _ in range(rounds) for frame in watched.round()]


class Watched:
    """A run whose rounds are played part by part, each shown with the batch that it is about."""

    def __init__(self, run: ToyRun):
        self.run = run
        self.metrics: dict[str, float] = {}
        self.z = self.run.z[:, : run.spec.batch]
        self.draw_latents = run.game.draw_latents
        run.game.draw_latents = self._remembering

    def _remembering(self, n: int) -> Tensor:
        self.z = self.draw_latents(n)
        return self.z

    def round(self) -> Iterator[Frame]:
        """One round, in the order that the rules give it."""
        game, rules = self.run.game, self.run.game.rules
        if rules.simultaneous:
            discriminator_loss, generator_loss = (
                game.consensus_backward()
                if rules.consensus
                else (game.discriminator_backward(), game.generator_backward())
            )
            yield from self._discriminator_learns(discriminator_loss)
            yield from self._generator_learns(generator_loss, first="generator_judged")
            game.discriminator_update(discriminator_loss)
            yield self._show("discriminator_update")
            game.generator_update()
            yield self._show("generator_update")
        else:
            for _ in range(rules.discriminator_steps):
                loss = game.discriminator_backward()
                yield from self._discriminator_learns(loss)
                game.discriminator_update(loss)
                yield self._show("discriminator_update")
            for _ in range(rules.generator_steps):
                loss = game.generator_backward()
                yield from self._generator_learns(loss, first="generate")
                game.generator_update()
                yield self._show("generator_update")
        game.follow()

    def _discriminator_learns(self, loss: Tensor) -> Iterator[Frame]:
        yield self._show("draw")
        yield self._show("judge")
        self.metrics["discriminator_loss"] = float(loss.detach())
        yield self._show("discriminator_loss")
        self.metrics["discriminator_gradient_norm"] = _length(self.run.game.discriminator)
        yield self._show("discriminator_gradient")

    def _generator_learns(self, loss: Tensor, first: str) -> Iterator[Frame]:
        if first == "generate":
            yield self._show("generate")
        yield self._show("generator_judged")
        self.metrics["generator_loss"] = float(loss.detach())
        yield self._show("generator_loss")
        self.metrics["gradient_norm"] = _length(self.run.game.generator)
        yield self._show("generator_gradient")

    def _show(self, part: str) -> Frame:
        """Both players now, with the points of the batch at hand; arrows in the one part that is about them."""
        run, game = self.run, self.run.game
        look = run.look()
        picture = run.picture(look)
        count = min(run.judged, self.z.shape[1])
        few = self.z[:, : count // run.spec.cures.packing * run.spec.cures.packing]
        with observed(game.generator, game.discriminator):
            pull = generator_pull(
                game.generator, game.discriminator, run.loss, few, run.real[:, : few.shape[1]], run.spec.cures.packing
            )
        picture["fake"] = run.quantised(_as_many(pull.fake[0], POINTS))
        arrows = _as_many(pull.arrows[0], ARROWS)
        picture["arrows"] = (arrows if part == "generator_gradient" else torch.zeros_like(arrows)).numpy()
        picture["sigmoid_arrows"] = picture["arrows"]
        metrics = {name: float(values[0]) for name, values in look.metrics.items()} | self.metrics
        return Frame(game.step, metrics | {"part": float(NUMBER[part])}, pack(picture))


def _length(network: torch.nn.Module) -> float:
    """Length of the gradient that the last backward pass left."""
    return float(lengths([p.grad for p in network.parameters() if p.grad is not None], 1))


def _as_many(rows: Tensor, count: int) -> Tensor:
    """So many rows, from the first on and again from the first: a small batch fills a large picture's places."""
    return rows[torch.arange(count) % len(rows)]
