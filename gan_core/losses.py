"""What the two players play for: for each game a loss for D and one for G.

Every function takes logits, what D says of real and of fake points before any sigmoid, each (..., B), and returns the
mean over the batch, (...), to be made smaller: one number for a game, S for S games side by side. D(x) below is
sigmoid(logit). A generator's loss reads the real logits only where its game pairs the two; elsewhere they are None.
Read two side by side and see exactly what differs.

Add a game: two functions, one row in `LOSSES`, one name in `specs.LossName`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import relu, softplus

Score = Callable[[Tensor], Tensor]  # points (..., B, d) to logits (..., B)


def minimax_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """-E log D(x) - E log(1 - D(G(z))). Goodfellow et al. 2014, eq. 1, without a factor of one half."""
    return softplus(-real).mean(-1) + softplus(fake).mean(-1)


def minimax_generator(real: Tensor | None, fake: Tensor) -> Tensor:
    """E log(1 - D(G(z))): saturates, its slope vanishes where D is sure. Goodfellow et al. 2014, eq. 1."""
    return -softplus(fake).mean(-1)


def non_saturating_generator(real: Tensor | None, fake: Tensor) -> Tensor:
    """-E log D(G(z)): the same fixed point, steepest where D is sure. Goodfellow et al. 2014, section 3."""
    return softplus(-fake).mean(-1)


def least_squares_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Half the squared distance from 1 on real and from 0 on fake. Mao et al. 2017, eq. 9 (a=0, b=1)."""
    return 0.5 * (real - 1).square().mean(-1) + 0.5 * fake.square().mean(-1)


def least_squares_generator(real: Tensor | None, fake: Tensor) -> Tensor:
    """Half the squared distance of fakes from 1. Mao et al. 2017, eq. 9 (c=1)."""
    return 0.5 * (fake - 1).square().mean(-1)


def hinge_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Real above 1 and fake below -1 cost nothing. Lim and Ye 2017, Tran et al. 2017."""
    return relu(1 - real).mean(-1) + relu(1 + fake).mean(-1)


def wasserstein_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Minus the gap between mean scores: an estimate of -W1 if D's slope is at most 1. Arjovsky et al. 2017, eq. 2."""
    return fake.mean(-1) - real.mean(-1)


def score_generator(real: Tensor | None, fake: Tensor) -> Tensor:
    """Raise the mean score of fakes: the generator of both the hinge and the Wasserstein game."""
    return -fake.mean(-1)


def relativistic_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Each real point should score above its fake partner. Jolicoeur-Martineau 2018, eq. 4; R3GAN 2024."""
    return softplus(fake - real).mean(-1)


def relativistic_generator(real: Tensor, fake: Tensor) -> Tensor:
    """Each fake point should score above its real partner. Jolicoeur-Martineau 2018, eq. 5; R3GAN 2024."""
    return softplus(real - fake).mean(-1)


# D's opinion of points (..., P), from 0 (fake) to 1 (real), as each game means its logits. `real` and `fake` (..., B)
# are scores of reference samples: where only differences count, D is undecided in the middle between their means.


def probability(logits: Tensor, real: Tensor, fake: Tensor) -> Tensor:
    """sigmoid: the logit is a log-odds."""
    return logits.sigmoid()


def target(logits: Tensor, real: Tensor, fake: Tensor) -> Tensor:
    """The score itself: least squares aims at 0 and 1."""
    return logits.clamp(0, 1)


def margin(logits: Tensor, real: Tensor, fake: Tensor) -> Tensor:
    """The hinge's margin, from -1 to 1, moved to [0, 1]."""
    return (logits.clamp(-1, 1) + 1) / 2


def relative(logits: Tensor, real: Tensor, fake: Tensor) -> Tensor:
    """sigmoid of the distance from the middle."""
    return (logits - middle(real, fake)).sigmoid()


def standardised(logits: Tensor, real: Tensor, fake: Tensor) -> Tensor:
    """The same in standard deviations: a critic's scores have no scale of their own."""
    spread = torch.cat([real, fake], -1).std(-1, keepdim=True).clamp_min(1e-12)
    return ((logits - middle(real, fake)) / spread).sigmoid()


def middle(real: Tensor, fake: Tensor) -> Tensor:
    """Half-way between the mean scores of the two, (..., 1)."""
    return (real.mean(-1, keepdim=True) + fake.mean(-1, keepdim=True)) / 2


@dataclass(frozen=True)
class Loss:
    """One game. The equilibria are the two losses' values once nothing tells fake from real."""

    discriminator: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor | None, Tensor], Tensor]
    opinion: Callable[[Tensor, Tensor, Tensor], Tensor]
    discriminator_equilibrium: float
    generator_equilibrium: float
    pairs: bool = False  # whether G's loss compares each fake point with a real one

    @property
    def is_probability(self) -> bool:
        """Whether D's opinion estimates the probability that a point is real, so that D* is its best answer."""
        return self.opinion is probability


_TWO_LN_2, _LN_2 = 2 * math.log(2), math.log(2)

LOSSES: dict[str, Loss] = {
    "minimax": Loss(minimax_discriminator, minimax_generator, probability, _TWO_LN_2, -_LN_2),
    "non_saturating": Loss(minimax_discriminator, non_saturating_generator, probability, _TWO_LN_2, _LN_2),
    "least_squares": Loss(least_squares_discriminator, least_squares_generator, target, 0.25, 0.125),
    "hinge": Loss(hinge_discriminator, score_generator, margin, 2.0, 0.0),
    "wasserstein": Loss(wasserstein_discriminator, score_generator, standardised, 0.0, 0.0),
    "relativistic": Loss(
        relativistic_discriminator,
        relativistic_generator,
        relative,
        _LN_2,
        _LN_2,
        pairs=True,
    ),
}
