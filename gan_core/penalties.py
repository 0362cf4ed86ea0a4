"""What is added to a player's loss to keep the game smooth.

Penalties on D's slope all take the same: the score function, points (..., B, d) to logits (..., B), real and fake
points, and random numbers (..., B) between 0 and 1; all return (...), one number a game, before its weight. Add one: a
function, a row in `PENALTIES`, a field in `specs.Regularisation`.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from gan_core.losses import Score


def squared_slope(score: Score, points: Tensor) -> Tensor:
    """Squared length of the score's gradient at each point, (..., B), kept in the graph, and so are the points."""
    points = points if points.requires_grad else points.detach().requires_grad_()
    logits = score(points)
    slope = torch.autograd.grad(logits.sum(), points, create_graph=True)[0]
    return slope.square().flatten(logits.ndim).sum(-1) if slope.ndim > logits.ndim else slope.square()


def between(real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """A random point on the way from each real point to its fake partner."""
    return torch.lerp(real, fake, mix.reshape(*mix.shape, *[1] * (real.ndim - mix.ndim)))


def r1(score: Score, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """Half the squared slope at real points. Mescheder et al. 2018, eq. 9 (the half is inside, as in the paper)."""
    return 0.5 * squared_slope(score, real).mean(-1)


def r2(score: Score, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """Half the squared slope at fake points. Mescheder et al. 2018, eq. 10 (half inside)."""
    return 0.5 * squared_slope(score, fake).mean(-1)


def gradient_penalty(score: Score, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """(slope - 1)² at random points between real and fake pairs. Gulrajani et al. 2017, eq. 3, without a half."""
    return (slope_between(score, real, fake, mix) - 1).square().mean(-1)


def one_sided_gradient_penalty(score: Score, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """max(0, slope - 1)² at random points between real and fake pairs. Petzka et al. 2018, eq. 8, without a half."""
    return (slope_between(score, real, fake, mix) - 1).relu().square().mean(-1)


def slope_between(score: Score, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """Length of the score's gradient at the points between; the root's own slope is kept finite at 0."""
    return (squared_slope(score, between(real, fake, mix)) + 1e-12).sqrt()


PENALTIES: dict[str, Callable[[Score, Tensor, Tensor, Tensor], Tensor]] = {
    "r1": r1,
    "r2": r2,
    "gradient_penalty": gradient_penalty,
    "one_sided_gradient_penalty": one_sided_gradient_penalty,
}


# Terms of G's loss.


def mode_seeking(z: Tensor, fake: Tensor, apart: int = 1) -> Tensor:
    """1 / (mean distance of points over mean distance of latents). Mao et al. 2019 (MSGAN), eq. 2, as a loss.

    Args:
        z: latents (..., B, d).
        fake: what G makes of them (..., B, 2).
        apart: each sample's partner is so many places further on; the number of generators, so that both come from one.
    """
    return 1 / (_mean_distance(fake, apart) / _mean_distance(z, apart) + 1e-5)


def _mean_distance(points: Tensor, apart: int) -> Tensor:
    """Mean absolute difference, over samples and coordinates, to the sample `apart` places further on: (...)."""
    return (points - points.roll(-apart, -2)).abs().mean((-2, -1))


def told_apart(logits: Tensor) -> Tensor:
    """Cross-entropy of a classifier's guess of which generator made each sample; sample i is by generator i mod K.

    Hoang et al. 2018 (MGAN), eq. 3: the classifier and the generators make it small together.

    Args:
        logits: (..., B, K). Returns (...).
    """
    batch, generators = logits.shape[-2:]
    made_by = torch.arange(batch, device=logits.device) % generators
    right = logits.log_softmax(-1).gather(-1, made_by.expand(logits.shape[:-1])[..., None])
    return -right[..., 0].mean(-1)
