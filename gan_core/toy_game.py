"""A toy game: two small nets on points in the plane, as a spec describes them, and every number that is read of them.

Needs PyTorch and NumPy alone, for it is also what an exported script consists of (`script.py`).
Toy nets stay on the CPU even beside a GPU: their steps are shorter than a GPU takes to be asked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from gan_core.data.toy import distribution
from gan_core.diagnostics.divergence import jensen_shannon
from gan_core.diagnostics.players import Pull, discriminator_pull, generator_pull, observed, pull_at
from gan_core.losses import LOSSES
from gan_core.networks.mlp import draw_latents, toy_classifier, toy_discriminator, toy_generator
from gan_core.networks.stacked import packed
from gan_core.optimizers import Optimizer
from gan_core.penalties import PENALTIES
from gan_core.seeds import Streams
from gan_core.specs import ToySpec
from gan_core.theory import reverse_kl_of_modes
from gan_core.training import Batch, Game, Rules

JUDGED = 1000  # samples for losses, accuracies and divergences
DIVERGENCES = 30  # estimates of a divergence in a run, shared by its seeds: each costs as much as ten steps


@dataclass(frozen=True)
class Look:
    """Both players of each of S games at one moment. What blew up is not finite."""

    metrics: dict[str, Tensor]  # by name, (S,)
    fake: Tensor  # (S, evaluation_samples, 2)
    pull: Pull
    real_logits: Tensor  # (S, JUDGED / packing)
    mode_counts: Tensor  # (S, K)


class ToyGame:
    """The games of a spec's seeds, played side by side, with the means to look at them."""

    def __init__(self, spec: ToySpec):
        self.spec = spec
        self.data = distribution(spec.data)
        self.loss = LOSSES[spec.loss]
        cures = spec.cures
        self.streams = streams = Streams(range(spec.seed, spec.seed + spec.seeds))
        generator = toy_generator(spec.generator, streams, cures.generators)
        discriminator = toy_discriminator(spec.discriminator, streams, cures.packing, cures.minibatch_std)
        classifier = toy_classifier(spec.discriminator, streams, cures.generators) if cures.generators > 1 else None
        of_discriminator = [*discriminator.parameters(), *(classifier.parameters() if classifier else ())]
        self.game = Game(
            generator,
            discriminator,
            Rules(
                self.loss,
                spec.batch,
                spec.discriminator_steps,
                spec.generator_steps,
                simultaneous=spec.order == "simultaneous",
                apart=spec.discriminator.batch_norm or cures.minibatch_std,
                penalties={name: weight for name in PENALTIES if (weight := getattr(spec.regularisation, name))},
                penalise_every=spec.regularisation.every,
                weight_clip=spec.regularisation.weight_clip,
                packing=cures.packing,
                unrolled_steps=cures.unrolled_steps,
                generators=cures.generators,
                diversity=cures.diversity,
                mode_seeking=cures.mode_seeking,
                instance_noise=cures.instance_noise,
                instance_noise_until=cures.instance_noise_until,
                ema=cures.ema,
                skip_below=cures.skip_below,
                consensus=cures.consensus,
            ),
            (
                Optimizer(generator.parameters(), spec.generator_optimizer),
                Optimizer(of_discriminator, spec.discriminator_optimizer),
            ),
            draw_real=lambda n: Batch(streams.draw("data", lambda stream: self.data.sample(n, stream))),
            draw_latents=lambda n: draw_latents(n, spec.generator, streams),
            streams=streams,
            classifier=classifier,
        )
        # What is looked at stays the same from tick to tick, so that a change on screen is a change in the players.
        self.judged = JUDGED // cures.packing * cures.packing
        self.real = streams.draw("evaluation", lambda stream: self.data.sample(self.judged, stream))  # (S, JUDGED, 2)
        self.z = draw_latents(max(spec.evaluation_samples, self.judged), spec.generator, streams, "evaluation")

    @property
    def frames(self) -> int:
        """How many a whole run has, the one before the first step included."""
        return -(-self.spec.steps // self.spec.frame_every) + 1

    @property
    def has_best(self) -> bool:
        """Whether D* = p / (p + q) is the best that D can say: a probability, of each point by itself."""
        cures = self.spec.cures
        return self.loss.is_probability and cures.packing == 1 and not cures.minibatch_std

    def due(self) -> bool:
        """Whether a frame is due after this round."""
        return self.game.step % self.spec.frame_every == 0 or self.game.step == self.spec.steps

    def look(self) -> Look:
        """Every number that is read of the players now. Changes nothing in them."""
        game, packing = self.game, self.spec.cures.packing
        with observed(game.generator, game.discriminator, game.shown):
            pull = generator_pull(
                game.generator, game.discriminator, self.loss, self.z[:, : self.judged], self.real, packing
            )
            with torch.no_grad():
                drawn = game.shown(self.z)
            fake, shown = drawn[:, : self.spec.evaluation_samples], drawn[:, : self.judged]
            if game.average:  # what is looked at are the average's samples, so the arrows are those at them
                logits, arrows = pull_at(game.discriminator, self.loss, shown, self.real, packing)
                pull = pull._replace(fake=shown, logits=logits, arrows=arrows)
            discriminator_loss, discriminator_norm, real_logits = discriminator_pull(
                game.discriminator, self.loss, self.real, shown, packing
            )
        counts = self.data.mode_counts(fake)  # (S, K)

        def opinion(logits: Tensor) -> Tensor:
            return self.loss.opinion(logits, real_logits, pull.logits)

        metrics = {
            "discriminator_loss": discriminator_loss,
            "generator_loss": pull.loss,
            "accuracy_real": (opinion(real_logits) > 0.5).float().mean(1),
            "accuracy_fake": (opinion(pull.logits) < 0.5).float().mean(1),
            "modes": self._covered(counts),
            "good": self.data.good(fake).float().mean(1),
            "gradient_norm": pull.norm,
            "discriminator_gradient_norm": discriminator_norm,
            "reverse_kl": self._reverse_kl(counts),
        }
        return Look(metrics | self._divergence(shown), fake, pull, real_logits, counts)

    def _covered(self, counts: Tensor) -> Tensor:
        """Modes with enough good samples, (S,); not a number where the data have none."""
        covered = (counts >= self.spec.mode_threshold).sum(1).float()
        return covered if self.data.modes else torch.full_like(covered, math.nan)

    def _reverse_kl(self, counts: Tensor) -> Tensor:
        """Of the good samples' modes, (S,); not a number where no sample is good."""
        weights = self.data.mode_weights.double().numpy()
        return torch.tensor([
            reverse_kl_of_modes(each, weights) if each.sum() else math.nan for each in counts.double().numpy()
        ])  # fmt: skip

    def _divergence(self, fake: Tensor) -> dict[str, Tensor]:
        """Jensen-Shannon divergence with its standard error, and the mean distance of D from the best D*, each (S,).

        Estimated at some of the frames, at the first and the last one always; not a number at the others.
        """
        seeds, game = self.spec.seeds, self.game
        every = math.ceil(self.frames * seeds / DIVERGENCES)
        found = {name: torch.full((seeds,), math.nan) for name in ("jsd", "jsd_error", "optimal_distance")}
        if (game.step // self.spec.frame_every) % every and game.step != self.spec.steps:
            return found
        with observed(game.discriminator), torch.no_grad():
            opinions = [
                self.loss.opinion(game.discriminator.among(points, self.real), *self._reference(fake))
                for points in (self.real, fake)
            ]
        for index in range(seeds):
            if not torch.isfinite(fake[index]).all():
                continue
            estimate = jensen_shannon(self.real[index], fake[index], self.data.log_density)
            found["jsd"][index], found["jsd_error"][index] = estimate.value, estimate.error
            if self.has_best:
                apart = [
                    (opinion[index] - best).abs().mean()
                    for opinion, best in zip(opinions, (estimate.d_star_real, estimate.d_star_fake), strict=True)
                ]
                found["optimal_distance"][index] = sum(apart) / 2
        return found

    def _reference(self, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of real and of fake samples, which some losses measure an opinion against."""
        return tuple(self.game.discriminator(packed(points, self.spec.cures.packing)) for points in (self.real, fake))
