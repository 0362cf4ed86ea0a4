"""The spec of a picture GAN, and which settings make no sense together."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from gan_core.specs.base import Spec, described
from gan_core.specs.players import SKIP_BELOW, LossName, Optimizer, Regularisation
from gan_core.specs.toy import DISCRIMINATOR_STEPS, SEED

Size = Literal[8, 16, 28, 32, 48, 64, 128]  # pixels a side
SIZES: tuple[int, ...] = get_args(Size)
LEAST_FOR_BATCH_NORM = 8  # pictures: mean and variance of fewer are noise
MOST_MEGABYTES = 6000  # of a run
MOST_FRAMES = 500  # of samples: more would be tens of megabytes to scrub through
OWN = "own:"  # and an id: pictures that a visitor gave to this server


class Pictures(Spec):
    """Which pictures the players see."""

    source: str = described(
        "fashion", "Pictures", "A bundled set (fashion, digits, emoji), a data set on the hub by its id, or one's own.",
        min_length=1, max_length=500,
    )  # fmt: skip
    revision: str = described("", "Revision", "Of a data set on the hub: its commit. Empty: the newest.")
    size: Size = described(
        32, "Size", "Pixels along each side. Twice as many take four times as long, and more than twice the training."
    )
    colour: bool = described(False, "Colour", "Red, green and blue, or one channel of grey.")
    mirrored: bool = described(
        False, "Mirrored", "Show each picture as often mirrored as not: right for faces, wrong for letters."
    )
    without_grey: bool = described(
        False, "Without grey ones", "Leave out pictures without colour, so that G does not learn two worlds."
    )
    limit: int = described(
        50_000, "At most", "Pictures to use, evenly over a larger set.", ge=2, le=200_000,
        because="more do not fit into a small machine's memory",
    )  # fmt: skip

    @field_validator("size", mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return int(value) if isinstance(value, str) and value.isdecimal() else value


def _latent(default: int) -> int:
    return described(
        default, "Latent size", "How many random numbers each picture is made from.", ge=1, le=1024,
        because="more only widen the first layer",
    )  # fmt: skip


def _width(default: int, of: str) -> int:
    return described(
        default, f"{of}'s width", f"Channels of {of}'s layer next to the picture; each smaller one has twice as many.",
        ge=4, le=256, because="wider ones do not fit into a small machine's memory",
    )  # fmt: skip


CONDITIONAL = described(
    False, "Conditional", "Both players are told the class, so that a class can be asked for (embedding, projection)."
)


class MlpPair(Spec):
    """The first GAN that everybody writes: fully connected layers on flattened pictures."""

    kind: Literal["mlp"] = "mlp"
    latent_size: int = _latent(64)
    generator_width: int = described(
        128, "G's width", "Units of the first hidden layer; each of the next two has twice as many.", ge=8, le=1024,
        because="wider ones do not fit into a small machine's memory",
    )  # fmt: skip
    discriminator_width: int = described(
        128, "D's width", "Units of the last hidden layer; each of the two before has twice as many.", ge=8, le=1024,
        because="wider ones do not fit into a small machine's memory",
    )  # fmt: skip
    batch_norm: bool = described(True, "BatchNorm in G", "Normalise each layer of G over its batch.")
    spectral_norm: bool = described(False, "Spectral norm in D", "D cannot become steep.")
    conditional: bool = CONDITIONAL


class DcganPair(Spec):
    """Strided convolutions, four by four (Radford et al. 2016)."""

    kind: Literal["dcgan"] = "dcgan"
    latent_size: int = _latent(128)
    generator_width: int = _width(32, "G")
    discriminator_width: int = _width(32, "D")
    batch_norm: bool = described(True, "BatchNorm in G", "Normalise each layer of G over its batch. Without it: chaos.")
    discriminator_norm: Literal["none", "batch", "spectral"] = described(
        "none", "D's normalisation", "None goes with R1; BatchNorm is the paper's; spectral norm caps D's slope."
    )
    conditional: bool = CONDITIONAL


class ResidualPair(Spec):
    """Residual blocks without any normalisation (R3GAN's style, Huang et al. 2024). Wants R1 and R2."""

    kind: Literal["residual"] = "residual"
    latent_size: int = _latent(64)
    generator_width: int = _width(32, "G")
    discriminator_width: int = _width(32, "D")
    blocks: int = described(
        1, "Blocks", "Residual blocks at each resolution.", ge=1, le=4, because="each takes as long again"
    )
    conditional: bool = CONDITIONAL


NetworkPair = Annotated[MlpPair | DcganPair | ResidualPair, Field(discriminator="kind")]


class Augmentation(Spec):
    """What is done to real and fake pictures alike before D sees them (DiffAugment, Zhao et al. 2020). 0 is off."""

    colour: float = described(
        0.0, "Colour", "Strength of random brightness, saturation and contrast.", ge=0, le=1,
        because="at 1 the paper's own range is reached",
    )  # fmt: skip
    shift: float = described(
        0.0, "Shift", "Pictures move by up to this share of their side; the paper's is 0.125.", ge=0, le=0.5,
        because="less than half of the picture would be left",
    )  # fmt: skip
    cutout: float = described(
        0.0, "Cutout", "Side of a square that is blanked, as a share of the picture's; the paper's is 0.5.",
        ge=0, le=0.9, because="nothing would be left to judge",
    )  # fmt: skip


class PictureSpec(Spec):
    """A GAN on pictures."""

    changeable: ClassVar[tuple[str, ...]] = (
        "generator_optimizer.learning_rate", "discriminator_optimizer.learning_rate", "skip_below", "skip_above",
        "steps",
    )  # fmt: skip

    kind: Literal["pictures"] = "pictures"
    data: Pictures = Pictures()
    network: NetworkPair = DcganPair()
    start: str = described(
        "", "Begin with", "Weights to begin with: a checkpoint that ships (cats-64) or a model on the hub by its id. "
        "Empty: first weights from the seed.", max_length=200,
    )  # fmt: skip
    loss: LossName = described("non_saturating", "Loss", "The game that the two play.")
    regularisation: Regularisation = Regularisation(r1=1.0, every=8)
    penalised: int = described(
        0, "Penalise", "So many pictures of the batch; the penalties are what costs most. 0: all.", ge=0, le=1024,
        because="no batch is larger",
    )  # fmt: skip
    augmentation: Augmentation = Augmentation()
    generator_optimizer: Optimizer = Optimizer(learning_rate=2e-4, beta1=0.5, beta2=0.99)
    discriminator_optimizer: Optimizer = Optimizer(learning_rate=2e-4, beta1=0.0, beta2=0.99)
    discriminator_steps: int = DISCRIMINATOR_STEPS
    generator_steps: int = described(
        1, "G steps", "Steps of G in each round.", ge=1, le=20, because="each costs time"
    )  # fmt: skip
    mismatched: float = described(
        0.0, "Wrong classes", "How much D pays for a real picture taken for another class: classes get plainer.",
        ge=0, le=10, because="a larger one leaves D no time for the fakes",
    )  # fmt: skip
    shared_fakes: bool = described(
        True, "Shared fakes", "G answers with the very pictures that D has just seen. Off: it makes new ones; slower."
    )
    skip_below: float = SKIP_BELOW
    skip_above: float = described(
        0.0, "Skip D above", "D does not learn from a batch of which it tells more than this share right.", ge=0, lt=1,
        because="nobody tells more than all of them",
    )  # fmt: skip
    clip_gradient: float = described(
        0.0, "Clip gradients", "Greatest length of each player's gradient; longer ones are shortened. 0: off.",
        ge=0, le=1e6, because="no sound gradient is longer",
    )  # fmt: skip
    instance_noise: float = described(
        0.0, "Instance noise", "Standard deviation of noise on all that D sees; pictures run from -1 to 1.", ge=0, le=2,
        because="more hides the pictures",
    )  # fmt: skip
    instance_noise_until: int = described(
        0, "Noise fades by step", "The noise falls evenly to nothing until this step. 0: it stays.", ge=0, le=2_000_000,
        because="no run is longer",
    )  # fmt: skip
    ema: float = described(
        0.999, "EMA of G", "Show and keep a running average of G's weights with this memory. 0: G itself.",
        ge=0, le=0.9999, because="a longer memory than 10,000 steps never forgets the start",
    )  # fmt: skip
    bfloat16: bool = described(
        True, "bfloat16", "Numbers of 16 bits where they do no harm: about twice as fast. Penalties stay at 32."
    )
    batch: int = described(
        64,
        "Batch",
        "Pictures in each step.",
        ge=4,
        le=1024,
        because="larger ones do not fit into a small machine's memory",
    )
    steps: int = described(
        2000, "Steps", "Rounds to play.", ge=1, le=2_000_000, because="one run would keep a machine busy for weeks"
    )
    frame_every: int = described(
        20, "Frame every", "Steps between two looks at the fixed samples.", ge=1, le=100_000,
        because="nobody would see it move",
    )  # fmt: skip
    samples: int = described(
        64, "Samples", "Pictures of fixed noise that are watched.", ge=4, le=256, because="a frame would be megabytes"
    )
    score_every: int = described(
        25, "Score every", "Frames between two scores of the samples against real pictures. 0: never.", ge=0, le=10_000,
        because="no run has more frames",
    )  # fmt: skip
    score_samples: int = described(
        256, "Scored samples", "How many are scored, against as many real pictures: more say it more surely, and take "
        "longer.", ge=100, le=10_000, because="scoring would take longer than training",
    )  # fmt: skip
    seed: int = SEED

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        network = self.network
        if self.steps > self.frame_every * MOST_FRAMES:
            raise ValueError(
                f"Frame every (frame_every) is {self.frame_every}; with {self.steps} steps it must be at least "
                f"{-(-self.steps // MOST_FRAMES)}, because a run keeps at most {MOST_FRAMES} frames."
            )
        if network.kind == "mlp" and self.data.size > 32:
            raise ValueError(
                f"Size (data.size) is {self.data.size}; with the MLP it must be at most 32, because it has a weight "
                "for each pixel and unit."
            )
        if network.kind == "dcgan" and network.discriminator_norm == "batch" and self.regularisation.penalties:
            raise ValueError(
                "D's normalisation (network.discriminator_norm) is 'batch' together with a gradient penalty; switch "
                "one off, because the penalty needs D's slope at each picture and BatchNorm mixes the batch."
            )
        if self.penalised > self.batch:
            raise ValueError(f"Penalise (penalised) is {self.penalised}; it must be at most the batch of {self.batch}.")
        if self.has_batch_norm and self.batch < LEAST_FOR_BATCH_NORM:
            raise ValueError(
                f"Batch (batch) is {self.batch}; with BatchNorm it must be at least 8, because the mean and variance "
                "of fewer are noise."
            )
        if self.megabytes > MOST_MEGABYTES:
            raise ValueError(
                f"Size, batch, widths and pictures together need about {self.megabytes:,.0f} MB; they may need "
                f"{MOST_MEGABYTES:,}, because others train on this machine too. Make the widths (network), the batch "
                "(batch) or the set (data.limit) smaller."
            )
        if self.mismatched and not network.conditional:
            raise ValueError(
                "Wrong classes (mismatched) is on without classes; switch Conditional (network.conditional) on, or set "
                "it to 0."
            )
        if self.loss == "wasserstein" and self.skip_below:
            raise ValueError(
                "Skip D below (skip_below) is on with the Wasserstein loss; it must be 0 there, because a critic's "
                "loss has no scale."
            )
        if self.data.without_grey and not self.data.colour:
            raise ValueError(
                "Without grey ones (data.without_grey) is on without colour; switch colour on, or keep the grey ones."
            )
        return self

    @property
    def has_batch_norm(self) -> bool:
        """Whether a player normalises over its batch."""
        network = self.network
        in_g = network.kind != "residual" and network.batch_norm
        return in_g or (network.kind == "dcgan" and network.discriminator_norm == "batch")

    @property
    def megabytes(self) -> float:
        """What a run takes at the most, roughly: the set as bytes, weights with what training keeps of each, pictures
        on their way through the layers."""
        data, network = self.data, self.network
        pixels, channels = data.size**2, 3 if data.colour else 1
        if network.kind == "mlp":
            weights = 4 * pixels * channels * (network.generator_width + network.discriminator_width)
            passing = pixels * channels * 8
        else:
            widths = network.generator_width, network.discriminator_width
            smallest = max(1, data.size // 8)  # times the width: channels of the smallest layer
            weights = sum(16 * 2 * (width * smallest) ** 2 / 3 for width in widths)
            passing = pixels * sum(widths) * (8 if network.kind == "residual" else 1)
        return (data.limit * pixels * channels + 24 * weights + 16 * self.batch * passing) / 1e6
