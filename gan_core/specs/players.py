"""Specs of the two players: their networks, what keeps them apart and together, and how they learn."""

from __future__ import annotations

from typing import Literal

from gan_core.specs.base import Spec, described

# Networks --------------------------------------------------------------------------------------------------------

Activation = Literal["relu", "leaky_relu", "tanh", "elu", "softplus"]
Initialisation = Literal["default", "orthogonal", "xavier", "normal"]


class Network(Spec):
    """What the two players' multilayer perceptrons have in common."""

    width: int = described(
        128, "Width", "Units in each hidden layer. Wider nets fit more, and each step takes longer.", ge=1, le=512,
        because="a wider net does not learn within a lesson on one processor core",
    )  # fmt: skip
    depth: int = described(
        2, "Depth", "Hidden layers. 0 makes a linear map, which cannot bend space.", ge=0, le=6,
        because="deeper plain nets do not train without shortcuts",
    )  # fmt: skip
    activation: Activation = described(
        "relu",
        "Activation",
        "The bend after each hidden layer. Smooth ones give a smooth surface.",
    )
    initialisation: Initialisation = described(
        "default",
        "Initialisation",
        "How the first weights are drawn. “default” is PyTorch's own for linear layers.",
    )
    gain: float = described(
        1.0, "Gain", "Scale of the first weights (not used by “default”). Small: everything starts in one spot.",
        gt=0, le=10, because="larger first weights saturate or explode",
    )  # fmt: skip
    batch_norm: bool = described(
        False,
        "BatchNorm",
        "Normalise each hidden layer over the batch. Speeds up G; makes D judge batches, not points.",
    )


class Generator(Network):
    """Latent to point."""

    latent_size: int = described(
        2, "Latent size", "Numbers in each latent vector z. With 2 the warped grid shows the whole latent plane.",
        ge=1, le=512, because="more numbers than 512 only cost time in two dimensions",
    )  # fmt: skip
    latent_law: Literal["normal", "uniform"] = described(
        "normal",
        "Latent law",
        "Each number of z: standard normal, or uniform between -1 and 1.",
    )


class Discriminator(Network):
    """Point to logit."""

    input_scale: float = described(
        1.0, "Input scale", "Points are multiplied by this before D sees them. Small values make D short-sighted.",
        gt=0, le=100, because="larger inputs saturate the first layer",
    )  # fmt: skip
    spectral_norm: bool = described(
        False,
        "Spectral norm",
        "Divide each weight matrix by its largest singular value: D cannot become steep.",
    )


# The game --------------------------------------------------------------------------------------------------------

LossName = Literal["minimax", "non_saturating", "least_squares", "hinge", "wasserstein", "relativistic"]


PENALISED = ("r1", "r2", "gradient_penalty", "one_sided_gradient_penalty")  # those that need D's slope at a point


class Regularisation(Spec):
    """What is added to D's loss, or done to D's weights, to keep it smooth. 0 switches a part off."""

    r1: float = described(
        0.0, "R1", "γ/2 times the squared gradient of D at real points. Calms D where the data are.", ge=0, le=1000,
        because="a stronger penalty leaves D nothing to say",
    )  # fmt: skip
    r2: float = described(
        0.0, "R2", "γ/2 times the squared gradient of D at fake points. Together with R1: R3GAN.", ge=0, le=1000,
        because="a stronger penalty leaves D nothing to say",
    )  # fmt: skip
    gradient_penalty: float = described(
        0.0, "Gradient penalty", "λ times (slope - 1)² between real and fake points (WGAN-GP; the paper uses 10).",
        ge=0, le=1000, because="a stronger penalty leaves D nothing to say",
    )  # fmt: skip
    one_sided_gradient_penalty: float = described(
        0.0, "One-sided penalty", "λ times the squared excess of the slope over 1 between real and fake; flat is free.",
        ge=0, le=1000, because="a stronger penalty leaves D nothing to say",
    )  # fmt: skip
    every: int = described(
        1, "Penalise every", "Lazy regularisation: the penalties only every so many rounds, so many times as strong.",
        ge=1, le=64, because="D forgets a rarer penalty in between",
    )  # fmt: skip
    weight_clip: float = described(
        0.0, "Weight clipping", "After each step of D every weight is cut to [-c, c] (the first WGAN; 0.01 there).",
        ge=0, le=10, because="wider limits never bite",
    )  # fmt: skip

    @property
    def penalties(self) -> list[str]:
        """Names of the penalties that are switched on, each of which needs D's slope at single points."""
        return [name for name in PENALISED if getattr(self, name)]


SKIP_BELOW: float = described(
    0.0, "Skip D below", "D does not learn from a batch on which its loss, penalties included, is under this.",
    ge=0, le=10, because="no loss starts higher, so D would never learn",
)  # fmt: skip


class Cures(Spec):
    """What the literature has tried against collapse and unrest, each switched off by its default."""

    packing: int = described(
        1, "Packing", "D judges so many points at once, all real or all fake (PacGAN): a heap of equal ones looks odd.",
        ge=1, le=8, because="larger packs are seldom seen twice",
    )  # fmt: skip
    minibatch_std: bool = described(
        False, "Minibatch deviation", "D is told how much its batch varies (Progressive GAN), so sameness gives G away."
    )
    unrolled_steps: int = described(
        0, "Unrolled steps", "G looks so many steps of D ahead (unrolled GAN) and is not lured onto one mode. Slow.",
        ge=0, le=20, because="each step costs as much as one of D, twice",
    )  # fmt: skip
    generators: int = described(
        1, "Generators", "Several generators share the samples evenly against one D.", ge=1, le=8,
        because="more than eight share too few samples",
    )  # fmt: skip
    diversity: float = described(
        0.5, "Diversity", "With several generators: how much each is paid for being told apart by a classifier (MGAN).",
        ge=0, le=10, because="a larger one drives the generators off the data",
    )  # fmt: skip
    mode_seeking: float = described(
        0.0, "Mode seeking", "How much G is paid for latents that differ making points that differ (MSGAN).",
        ge=0, le=100, because="a larger one drives the samples off the data",
    )  # fmt: skip
    instance_noise: float = described(
        0.0, "Instance noise", "Standard deviation of noise on all that D sees: narrow modes overlap with the fakes.",
        ge=0, le=5, because="more hides the data",
    )  # fmt: skip
    instance_noise_until: int = described(
        0, "Noise fades by step", "The noise falls evenly to nothing until this step. 0: it stays.", ge=0, le=200_000,
        because="no run is longer",
    )  # fmt: skip
    ema: float = described(
        0.0, "EMA of G", "Show and measure a running average of G's weights with this memory. 0: G itself.",
        ge=0, le=0.9999, because="a longer memory than 10,000 steps never forgets the start",
    )  # fmt: skip
    skip_below: float = SKIP_BELOW
    consensus: float = described(
        0.0, "Consensus", "Both players also shorten both gradients (consensus optimisation): circling turns inwards.",
        ge=0, le=100, because="a larger one stops both where they stand",
    )  # fmt: skip


class Optimizer(Spec):
    """How one player turns gradients into steps."""

    name: Literal["adam", "rmsprop", "sgd"] = described(
        "adam",
        "Optimiser",
        "Adam and RMSProp scale each weight's step; SGD follows the gradient as it is.",
    )
    learning_rate: float = described(
        1e-3, "Learning rate", "Size of each step. Too large oscillates or explodes, too small goes nowhere.",
        gt=0, le=1, because="larger steps leave the floating-point range at once",
    )  # fmt: skip
    beta1: float = described(
        0.5, "Beta 1", "Memory of Adam's momentum, or SGD's momentum. GANs like it low; high values oscillate.",
        ge=0, lt=1, because="1 would never forget",
    )  # fmt: skip
    beta2: float = described(
        0.9,
        "Beta 2",
        "Memory of the squared gradient (RMSProp's alpha).",
        ge=0,
        lt=1,
        because="1 would never forget",
    )
