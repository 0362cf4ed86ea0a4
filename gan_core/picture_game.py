"""A picture GAN as a spec describes it: the loop of `training.py` on pictures, with the means to look at it.

The whole set lies on the device as bytes; drawing from it, mirroring and augmentation happen there.

Needs PyTorch, NumPy and Pillow alone; an exported script (`script/pictures.py`) does without Pillow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from gan_core.augmentation import DiffAugment
from gan_core.captured import Captured
from gan_core.data.pictures import PictureSet
from gan_core.data.tensors import as_bytes, scaled
from gan_core.devices import best_device
from gan_core.losses import LOSSES
from gan_core.networks.families import players
from gan_core.networks.pictures import One, PictureGenerator
from gan_core.optimizers import Optimizer
from gan_core.penalties import PENALTIES
from gan_core.seeds import OF_PICTURES, Streams, stream
from gan_core.specs import PictureSpec, SpecError
from gan_core.specs.pictures import LEAST_FOR_BATCH_NORM
from gan_core.training import Batch, Game, Rules

if TYPE_CHECKING:  # accelerate takes a second to load, and only a team needs it
    from gan_core.team import Team


SETTLING = 512  # pictures that BatchNorm's statistics are taken over
SUMMED = ("discriminator_loss", "generator_loss", "accuracy_real", "accuracy_fake", "gradient_norm")


class Deck:
    """A set of pictures on a device, to draw from."""

    def __init__(self, pictures: PictureSet, device: str, *, mirrored: bool = False):
        self.pictures = torch.from_numpy(pictures.pictures).to(device)  # (N, H, W, C), bytes
        self.labels = torch.from_numpy(pictures.labels).to(device)  # (N,)
        self.mirrored = mirrored

    def draw(self, count: int, stream: torch.Generator) -> Batch:
        """So many pictures, any of them at any time, as (count, C, H, W) from -1 to 1, with their classes."""
        which = torch.randint(len(self.pictures), (count,), generator=stream, device=stream.device)
        x = scaled(self.pictures[which])
        if self.mirrored:
            turned = torch.rand(count, generator=stream, device=stream.device) < 0.5
            x = torch.where(turned[:, None, None, None], x.flip(3), x)
        return Batch(x, self.labels[which])


class PictureGame:
    """The game of a spec on a set of pictures."""

    def __init__(self, spec: PictureSpec, pictures: PictureSet, device: str | None = None, team: Team | None = None,
                 captured: bool = False):  # fmt: skip
        """`team`: the processes that play this game together, each on a device of its own. `captured`: play rounds on
        a GPU from a recording.

        Raises:
            SpecError: the batch cannot be shared out evenly, or a round would not be the same each time.
        """
        self.spec, self.set = spec, pictures
        self.team = team
        self.device = device or (team.device if team else best_device())
        if team and (spec.batch % team.size or spec.penalised % team.size):
            raise SpecError(
                f"Batch (batch) is {spec.batch}, of which {spec.penalised or spec.batch} are penalised; with "
                f"{team.size} processes both must be multiples of their number, because each gets the same share."
            )
        self.classes = len(pictures.classes) if spec.network.conditional else 0
        self.streams = streams = Streams([spec.seed], OF_PICTURES, self.device)
        together = team.size if team else 1
        if spec.has_batch_norm and spec.batch // together < LEAST_FOR_BATCH_NORM and self.device == "cpu":
            raise SpecError(
                f"Batch (batch) is {spec.batch}; with BatchNorm each of {together} processes needs at least "
                f"{LEAST_FOR_BATCH_NORM} of it, because processors do not share its mean and variance."
            )
        if captured and (team or spec.instance_noise_until):
            raise SpecError("A round that is recorded cannot be shared by several processes, nor can its noise fade.")
        if team:
            streams.of |= team.streams_of_its_own(spec.seed, self.device)
        generator, discriminator = players(
            spec.network, spec.data.size, pictures.pictures.shape[3], self.classes,
            first_weights_streams(spec.seed),
        )  # fmt: skip
        generator, discriminator = (self._placed(network) for network in (generator, discriminator))
        average = team.average if team else None
        self.deck = Deck(pictures, self.device, mirrored=spec.data.mirrored)
        self.game = Game(
            generator,
            discriminator,
            Rules(
                LOSSES[spec.loss],
                spec.batch // together,
                spec.discriminator_steps,
                spec.generator_steps,
                shared_fakes=spec.shared_fakes,
                apart=getattr(spec.network, "discriminator_norm", "") == "batch",
                penalties={name: weight for name in PENALTIES if (weight := getattr(spec.regularisation, name))},
                penalise_every=spec.regularisation.every,
                penalised=spec.penalised // together,
                weight_clip=spec.regularisation.weight_clip,
                instance_noise=spec.instance_noise,
                instance_noise_until=spec.instance_noise_until,
                ema=spec.ema,
                skip_below=spec.skip_below,
                skip_above=spec.skip_above,
                classes=self.classes,
                mismatched=spec.mismatched,
                augment=DiffAugment(spec.augmentation) if any(spec.augmentation.flat().values()) else None,
                bfloat16=spec.bfloat16,
            ),
            (
                Optimizer(generator.parameters(), spec.generator_optimizer, clip=spec.clip_gradient, shared=average),
                Optimizer(
                    discriminator.parameters(), spec.discriminator_optimizer, clip=spec.clip_gradient, shared=average
                ),
            ),
            draw_real=self.draw_real,
            draw_latents=lambda n: self.own_share(self.draw_latents(n * together, "latents"))[None],
            streams=streams,
            average_over_team=average,
        )
        # The same noise from tick to tick, so that a change on screen is a change in G.
        self.z = self.draw_latents(spec.samples, "evaluation")  # (samples, d)
        self.sample_labels = torch.arange(spec.samples, device=self.device) % self.classes if self.classes else None
        self.z_settling = self.draw_latents(SETTLING, "evaluation")
        self.sums = torch.zeros(len(SUMMED), device=self.device)  # of each number, since the last tick
        self.rounds = 0  # since then
        every = [stream for of_one in streams.of.values() for stream in of_one]
        self.captured = Captured(self._play, every) if captured else None

    def _placed(self, network: nn.Module) -> One:
        network = network.to(self.device, memory_format=torch.channels_last)
        return One(self.team.placed(network) if self.team else network)

    def own_share(self, batch: Tensor) -> Tensor:
        """This process's part of a whole batch (B, ...)."""
        return self.team.share(batch) if self.team else batch

    def draw_real(self, count: int) -> Batch:
        whole = self.deck.draw(count * (self.team.size if self.team else 1), self.streams.of["data"][0])
        return Batch(self.own_share(whole.points)[None], self.own_share(whole.labels)[None] if self.classes else None)

    def draw_latents(self, count: int, purpose: str) -> Tensor:
        """Standard normal, (count, d)."""
        stream = self.streams.of[purpose][0]
        return torch.randn(count, self.spec.network.latent_size, generator=stream, device=stream.device)

    @property
    def generator(self) -> PictureGenerator:
        """The generator that is looked at and kept: the running average where there is one."""
        return self.game.shown.network

    def round(self) -> None:
        """One round; its numbers pile up on the device until somebody looks."""
        if self.captured:
            self.captured(self.game.penalty_is_due)
        else:
            self._play()
        self.game.follow()
        self.rounds += 1

    def _play(self) -> None:
        """Both players' turns, and their numbers added up. Waits for nothing."""
        game = self.game
        discriminator_loss, generator_loss = game.turns()
        real, fake = game.judgement
        opinion = game.rules.loss.opinion
        norm = torch.nn.utils.get_total_norm([p.grad for p in game.generator.parameters()])
        self.sums += torch.cat([
            discriminator_loss, generator_loss,
            (opinion(real, real, fake) > 0.5).float().mean(-1), (opinion(fake, real, fake) < 0.5).float().mean(-1),
            norm[None],
        ])  # fmt: skip

    def numbers(self) -> dict[str, float]:
        """Means since the last call; not numbers if no round was played. Waits for the device."""
        means = (self.sums / self.rounds).tolist()  # 0 / 0 is not a number
        self.sums.zero_()
        self.rounds = 0
        return dict(zip(SUMMED, means, strict=True))

    def settle(self) -> None:
        """Give the running average BatchNorm's statistics of its own: they are not those of G."""
        if self.game.average:
            asked = torch.arange(SETTLING, device=self.device) % self.classes if self.classes else None
            settle(self.generator, self.z_settling, asked, self.spec.bfloat16)

    def samples(self) -> np.ndarray:
        """What G makes of the fixed noise now, uint8 (samples, H, W, C)."""
        self.settle()
        return as_bytes(generated(self.generator, self.z, self.sample_labels, self.spec.bfloat16))


def first_weights_streams(seed: int) -> tuple[torch.Generator, torch.Generator]:
    """G's and D's, always on the processor: the first weights are the same whatever the device."""
    return stream(seed, "generator"), stream(seed, "discriminator")


@torch.no_grad()
def settle(
    generator: PictureGenerator, z: Tensor, labels: Tensor | None, bfloat16: bool = False, batch: int = 64
) -> None:
    """Take BatchNorm's statistics anew, as the mean over batches of latents (N, d) with classes (N,).

    Of an average of weights neither its own past statistics nor the last generator's are right.
    """
    layers = [module for module in generator.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]
    if not layers:
        return
    training, momenta = generator.training, [layer.momentum for layer in layers]
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None  # the mean over all that comes
    generator.train()
    for _ in _in_batches(generator, z, labels, bfloat16, batch):
        pass
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum
    generator.train(training)


@torch.no_grad()
def generated(
    generator: PictureGenerator, z: Tensor, labels: Tensor | None = None, bfloat16: bool = False, batch: int = 250
) -> Tensor:
    """Pictures (N, C, H, W) of latents (N, d) and classes (N,), in evaluation mode; the generator is left as it was."""
    training = generator.training
    generator.eval()
    try:
        return torch.cat(list(_in_batches(generator, z, labels, bfloat16, batch)))
    finally:
        generator.train(training)


def _in_batches(
    generator: PictureGenerator, z: Tensor, labels: Tensor | None, bfloat16: bool, batch: int
) -> Iterator[Tensor]:
    """What the generator, as it stands, makes of so many latents at a time."""
    for at in range(0, len(z), batch):
        with torch.autocast(z.device.type, torch.bfloat16, enabled=bfloat16):
            pictures = generator(z[at : at + batch], None if labels is None else labels[at : at + batch])
        yield pictures.float()
