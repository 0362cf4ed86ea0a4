"""The spec of a toy game, and which settings make no sense together."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from gan_core.specs.base import Spec, described
from gan_core.specs.data import Distribution, Ring
from gan_core.specs.players import Cures, Discriminator, Generator, LossName, Optimizer, Regularisation

SEEDS = 2**31  # how many there are
MOST_AT_ONCE = 16_384  # points in one step of all seeds together
MAX_FRAMES = 1_000  # a run of more frames than this would be megabytes to scrub through, and no smoother to look at

# Settings that every kind of game has.
DISCRIMINATOR_STEPS: int = described(
    1, "D steps", "Steps of D in each round. Many make D strong.", ge=1, le=20,
    because="each step costs time, and a stronger D than this teaches nothing new",
)  # fmt: skip
SEED: int = described(
    0, "Seed", "Data, first weights, latents and evaluation follow from it: same seed, same run.",
    ge=0, le=SEEDS - 1, because="it is a 31-bit number",
)  # fmt: skip


class ToySpec(Spec):
    """A GAN on points in the plane."""

    kind: Literal["toy"] = "toy"
    data: Distribution = Ring()
    generator: Generator = Generator()
    discriminator: Discriminator = Discriminator()
    loss: LossName = described("non_saturating", "Loss", "The game that the two play. Choose one and compare.")
    regularisation: Regularisation = Regularisation()
    cures: Cures = Cures()
    generator_optimizer: Optimizer = Optimizer()
    discriminator_optimizer: Optimizer = Optimizer()
    order: Literal["alternating", "simultaneous"] = described(
        "alternating",
        "Order",
        "D moves first and G answers it, or both move at once from the same position.",
    )
    discriminator_steps: int = DISCRIMINATOR_STEPS
    generator_steps: int = described(
        1, "G steps", "Steps of G in each round. Many let G run to whatever point D likes best.", ge=1, le=20,
        because="each step costs time",
    )  # fmt: skip
    batch: int = described(
        256, "Batch", "Points in each step. Small batches are noisy, large ones slow.", ge=2, le=4096,
        because="larger batches take seconds a step on a processor core",
    )  # fmt: skip
    steps: int = described(
        3000,
        "Steps",
        "Rounds to play.",
        ge=1,
        le=200_000,
        because="one run would keep a core busy for hours",
    )
    frame_every: int = described(
        15,
        "Frame every",
        "Steps between two frames of the player.",
        ge=1,
        le=10_000,
        because="nobody would see it move",
    )
    evaluation_samples: int = described(
        2500, "Evaluation samples", "Points drawn from G for each measurement. More are steadier and slower.",
        ge=100, le=10_000, because="more slow the training down",
    )  # fmt: skip
    mode_threshold: int = described(
        25, "Mode threshold", "Good samples that a mode needs to count as covered. Papers use 1 sample, or 1 %.",
        ge=1, le=10_000, because="a mode cannot hold more samples than are drawn",
    )  # fmt: skip
    seed: int = SEED
    seeds: int = described(
        1, "Seeds at once", "So many runs side by side, from this seed on: one run proves nothing.", ge=1, le=16,
        because="more pictures than 16 cannot be told apart",
    )  # fmt: skip

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.steps > self.frame_every * MAX_FRAMES:
            least = -(-self.steps // MAX_FRAMES)
            raise ValueError(
                f"Frame every (frame_every) is {self.frame_every}; with {self.steps} steps it must be at least "
                f"{least}, because a run keeps at most {MAX_FRAMES:,} frames."
            )
        if self.order == "simultaneous" and self.discriminator_steps * self.generator_steps > 1:
            raise ValueError(
                "Order (order) is 'simultaneous'; with more than one step of D or G it must be 'alternating', because "
                "players who move at once take one step each."
            )
        if self.mode_threshold > self.evaluation_samples:
            raise ValueError(
                f"Mode threshold (mode_threshold) is {self.mode_threshold}; it must be at most the "
                f"{self.evaluation_samples} evaluation samples, because a mode cannot hold more than are drawn."
            )
        for player, network, shares in (
            ("generator", self.generator, self.cures.generators),
            ("discriminator", self.discriminator, self.cures.packing),
        ):
            if network.batch_norm and self.batch < 8 * shares:
                raise ValueError(
                    f"Batch (batch) is {self.batch}; with BatchNorm in the {player} it must be at least {8 * shares}, "
                    "because the mean and variance of fewer than 8 are noise."
                )
        if self.seed + self.seeds > SEEDS:
            raise ValueError(
                f"Seed (seed) is {self.seed}; with {self.seeds} seeds it must be at most {SEEDS - self.seeds}."
            )
        if self.seeds * self.batch > MOST_AT_ONCE:
            raise ValueError(
                f"Seeds at once (seeds) is {self.seeds}; with a batch of {self.batch} it must be at most "
                f"{MOST_AT_ONCE // self.batch}, because a step of more than {MOST_AT_ONCE:,} points is no longer live."
            )
        self._cures_make_sense()
        return self

    def _cures_make_sense(self) -> None:
        """Refuse what cannot work together, in words."""
        cures, discriminator = self.cures, self.discriminator
        mixes = "BatchNorm (discriminator.batch_norm)" if discriminator.batch_norm else ""
        mixes = "Minibatch deviation (cures.minibatch_std)" if cures.minibatch_std else mixes
        if mixes and self.regularisation.penalties:
            raise ValueError(
                f"{mixes} is on together with a gradient penalty; switch one off, because the penalty needs D's slope "
                "at each point and a D that mixes the points of a batch has none."
            )
        if self.batch % cures.packing:
            raise ValueError(
                f"Packing (cures.packing) is {cures.packing}; it must divide the batch of {self.batch}, because every "
                "pack is full."
            )
        if self.batch % cures.generators:
            raise ValueError(
                f"Generators (cures.generators) is {cures.generators}; it must divide the batch of {self.batch}, "
                "because each makes the same share."
            )
        if cures.mode_seeking and self.batch == cures.generators:
            raise ValueError(
                f"Mode seeking (cures.mode_seeking) is on with a batch of {self.batch}; it must be larger than the "
                "number of generators, because two points of one generator are compared."
            )
        if cures.packing > 1 and cures.generators > 1:
            raise ValueError(
                "Packing (cures.packing) is on together with several generators; choose one, because the classifier "
                "tells generators apart by single points, and a pack mixes them."
            )
        if self.loss == "wasserstein" and cures.skip_below:
            raise ValueError(
                "Skip D below (cures.skip_below) is on with the Wasserstein loss; it must be 0 there, because a "
                "critic's loss has no scale."
            )
        if cures.unrolled_steps and discriminator.batch_norm:
            raise ValueError(
                "Unrolled steps (cures.unrolled_steps) is on together with BatchNorm in D; switch one off, because "
                "BatchNorm's averages would remember steps that are taken back."
            )
        if cures.consensus and self.order != "simultaneous":
            raise ValueError(
                "Consensus (cures.consensus) is on; it needs the order 'simultaneous', because it shortens the two "
                "gradients of one position."
            )
        if cures.consensus and cures.unrolled_steps:
            raise ValueError(
                "Consensus (cures.consensus) is on together with unrolled steps; choose one, because consensus moves "
                "from one position and unrolling from a later one."
            )
        if cures.consensus and cures.skip_below:
            raise ValueError(
                "Consensus (cures.consensus) is on together with “skip D below”; choose one, because consensus moves "
                "both players by one field."
            )
