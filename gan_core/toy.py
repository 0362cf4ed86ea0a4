"""What a worker does for a toy spec: train two small nets on points in the plane, and show each tick.

Toy nets stay on the CPU even beside a GPU: their steps are shorter than a GPU takes to be asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from gan_core.data.toy import distribution
from gan_core.diagnostics.players import generator_pull, latent_plane, observed, plane
from gan_core.events import Checkpoint, Event, Frame, Header, TrainingFailed
from gan_core.frames import pack
from gan_core.losses import LOSSES
from gan_core.networks.mlp import draw_latents, toy_discriminator, toy_generator
from gan_core.optimizers import Optimizer
from gan_core.penalties import PENALTIES
from gan_core.seeds import stream
from gan_core.specs import ToySpec
from gan_core.training import Game, Rules

POINTS = 400  # real and fake points in the picture: a crowd, yet each still a point
SURFACE = 40  # opinions along each side of D's surface; the player smooths between them
GRID = 17  # latents along each side of G's warped grid
ARROWS = 120  # gradient arrows: more hide the points
JUDGED = 1000  # samples for losses and accuracies
UNIT = 8192  # the picture's whole numbers in one extent: a 16-bit number reaches four extents out


class ToyRun:
    """A toy game with the means to look at it."""

    def __init__(self, spec: ToySpec):
        self.spec = spec
        self.data = distribution(spec.data)
        self.loss = LOSSES[spec.loss]
        streams = {name: stream(spec.seed, name) for name in ("data", "latents", "penalties")}
        generator = toy_generator(spec.generator, stream(spec.seed, "generator"))
        discriminator = toy_discriminator(spec.discriminator, stream(spec.seed, "discriminator"))
        self.game = Game(
            generator,
            discriminator,
            Rules(
                self.loss,
                spec.batch,
                {name: weight for name in PENALTIES if (weight := getattr(spec.regularisation, name))},
                spec.regularisation.weight_clip,
                spec.discriminator_steps,
                spec.generator_steps,
                simultaneous=spec.order == "simultaneous",
                apart=spec.discriminator.batch_norm,
            ),
            (
                Optimizer(generator.parameters(), spec.generator_optimizer),
                Optimizer(discriminator.parameters(), spec.discriminator_optimizer),
            ),
            draw_real=lambda n: self.data.sample(n, streams["data"]),
            draw_latents=lambda n: draw_latents(n, spec.generator, streams["latents"]),
            streams=streams,
        )
        # What is looked at stays the same from tick to tick, so that a change on screen is a change in the players.
        evaluation = stream(spec.seed, "evaluation")
        self.real = self.data.sample(JUDGED, evaluation)
        self.z = draw_latents(spec.evaluation_samples, spec.generator, evaluation)
        self.z_plane = latent_plane(spec.generator.latent_size, spec.generator.latent_law, GRID)
        self.plane = plane(self.data.extent, SURFACE)

    def header(self) -> Header:
        """What holds for the whole run."""
        players = {
            "generator": self.game.generator,
            "discriminator": self.game.discriminator,
        }
        return Header(
            pack(
                {
                    "real": self._quantised(self.real[:POINTS]),
                    "centres": self.data.centres.float().numpy(),
                },
                extent=self.data.extent,
                sigma=self.data.sigma,
                modes=len(self.data.centres),
                evaluation_samples=self.spec.evaluation_samples,
                mode_threshold=self.spec.mode_threshold,
                good_ceiling=self.data.good_ceiling,
                latent_size=self.spec.generator.latent_size,
                loss=self.spec.loss,
                references={
                    "discriminator_loss": self.loss.discriminator_equilibrium,
                    "generator_loss": self.loss.generator_equilibrium,
                },
                parameters={name: sum(p.numel() for p in net.parameters()) for name, net in players.items()},
            )
        )

    def look(self) -> Frame:
        """The state of both players now.

        Raises:
            TrainingFailed: a loss or a sample is no longer a finite number.
        """
        generator, discriminator = self.game.generator, self.game.discriminator
        with observed(generator, discriminator):
            pull = generator_pull(
                generator,
                discriminator,
                self.loss,
                self.z[:JUDGED],
                self.real[: len(self.z)],
            )
            with torch.no_grad():
                fake = torch.cat([pull.fake, generator(self.z[JUDGED:])])  # (evaluation_samples, 2)
                real_logits, fake_logits = (
                    discriminator(self.real),
                    discriminator(pull.fake),
                )
                surface = discriminator(self.plane)
                warped = generator(self.z_plane)
        discriminator_loss = self.loss.discriminator(real_logits[: len(fake_logits)], fake_logits)
        if not torch.isfinite(torch.cat([fake.sum()[None], discriminator_loss[None], pull.loss[None]])).all():
            raise TrainingFailed(
                f"The game blew up before step {self.game.step}: its numbers are no longer finite. "
                "Lower the learning rates, or add a penalty or spectral norm to D; the last good frame is kept."
            )

        def opinion(logits: Tensor) -> Tensor:
            return self.loss.opinion(logits, real_logits, fake_logits)

        counts = self.data.mode_counts(fake)
        metrics = {
            "discriminator_loss": float(discriminator_loss),
            "generator_loss": float(pull.loss),
            "accuracy_real": float((opinion(real_logits) > 0.5).float().mean()),
            "accuracy_fake": float((opinion(fake_logits) < 0.5).float().mean()),
            "modes": float((counts >= self.spec.mode_threshold).sum()) if len(counts) else math.nan,
            "good": float(self.data.good(fake).float().mean()),
            "gradient_norm": float(pull.norm),
        }
        picture = {
            "fake": self._quantised(fake[:POINTS]),
            "surface": (opinion(surface) * 255).round().byte().reshape(SURFACE, SURFACE).numpy(),
            "grid": self._quantised(warped).reshape(GRID, GRID, 2),
            "arrows": pull.arrows[:ARROWS].numpy(),
            "mode_counts": counts.int().numpy(),
        }
        return Frame(self.game.step, metrics, pack(picture))

    def _quantised(self, points: Tensor) -> np.ndarray:
        return (points / self.data.extent * UNIT).round().clamp(-32767, 32767).short().numpy()


def never() -> bool:
    return False


def train(
    spec: ToySpec,
    checkpoint: bytes | None = None,
    *,
    stop: Callable[[], bool] = never,
    checkpoint_due: Callable[[], bool] = never,
) -> Iterator[Event]:
    """Play the game that `spec` describes, from the start or from a checkpoint, saying what happens.

    Yields a `Header`, then a `Frame` every `spec.frame_every` steps and at both ends. `stop` is asked after every
    round, `checkpoint_due` after every frame; a stop and the end leave a `Checkpoint` as the last event.

    Raises:
        TrainingFailed: the numbers blew up; every frame so far is good.
    """
    run = ToyRun(spec)
    game = run.game
    if checkpoint:
        game.load(checkpoint)
    yield run.header()
    if game.step == 0:
        yield run.look()
    while game.step < spec.steps and not stop():
        game.round()
        if game.step % spec.frame_every == 0 or game.step == spec.steps:
            yield run.look()
            if checkpoint_due():
                yield Checkpoint(game.step, game.save())
    yield Checkpoint(game.step, game.save())


def preview(spec_json: str) -> tuple[bytes, Frame]:
    """The header and the untrained players, for a page that is still being set up."""
    run = ToyRun(ToySpec.checked(spec_json))
    return run.header().packed, run.look()
