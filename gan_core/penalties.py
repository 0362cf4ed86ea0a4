"""What is added to D's loss to keep its slope in bounds.

All take the same: the score function (points to logits), real and fake points (B, ...), and a random stream; all return
one number, before its weight. Add one: a function, a row in `PENALTIES`, a field in `specs.Regularisation`.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Score = Callable[[Tensor], Tensor]


def slope(score: Score, points: Tensor) -> Tensor:
    """Gradient of the score at each point, kept in the graph: the shape of `points`."""
    points = points.detach().requires_grad_()
    return torch.autograd.grad(score(points).sum(), points, create_graph=True)[0]


def r1(score: Score, real: Tensor, fake: Tensor, generator: torch.Generator) -> Tensor:
    """Half the squared slope at real points. Mescheder et al. 2018, eq. 9 (the half is inside, as in the paper)."""
    return 0.5 * slope(score, real).square().flatten(1).sum(1).mean()


def r2(score: Score, real: Tensor, fake: Tensor, generator: torch.Generator) -> Tensor:
    """Half the squared slope at fake points. Mescheder et al. 2018, eq. 10 (half inside)."""
    return 0.5 * slope(score, fake).square().flatten(1).sum(1).mean()


def gradient_penalty(score: Score, real: Tensor, fake: Tensor, generator: torch.Generator) -> Tensor:
    """(slope - 1)² at random points between real and fake pairs. Gulrajani et al. 2017, eq. 3, without a half."""
    mix = torch.rand(len(real), *[1] * (real.ndim - 1), generator=generator, device=real.device)
    between = torch.lerp(real, fake, mix)
    return (slope(score, between).flatten(1).norm(dim=1) - 1).square().mean()


PENALTIES: dict[str, Callable[[Score, Tensor, Tensor, torch.Generator], Tensor]] = {
    "r1": r1,
    "r2": r2,
    "gradient_penalty": gradient_penalty,
}
