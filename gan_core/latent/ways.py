"""Ways from one latent to another, and the shell that noise lives on.

Latents are standard normal: in d dimensions nearly all of them are about sqrt(d) from the middle. A straight line
between two of them cuts through the inside, where the generator has seen nothing; an arc keeps to the shell.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

Way = Callable[[Tensor, Tensor, Tensor], Tensor]  # from a (d,) to b (d,) at times (n,) from 0 to 1: (n, d)


def lerp(a: Tensor, b: Tensor, times: Tensor) -> Tensor:
    """The straight line."""
    t = times[:, None]
    return (1 - t) * a + t * b


def slerp(a: Tensor, b: Tensor, times: Tensor) -> Tensor:
    """The arc around the middle at an even pace, its radius going evenly from |a| to |b|. Shoemake 1985.

    Between opposite points all arcs are as short: it takes the one towards the axis that they lie farthest from. From
    or to the middle itself, which has no direction, it is the line.
    """
    if not (a.any() and b.any()):
        return lerp(a, b, times)
    a, b, t = a.double(), b.double(), times.double()[:, None]
    start, end = a / a.norm(), b / b.norm()
    angle = 2 * torch.atan2((start - end).norm(), (start + end).norm())  # exact for small and for flat angles too
    aside = end - (end @ start) * start
    if aside.norm() < 1e-9:
        axis = torch.zeros_like(a)
        axis[start.abs().argmin()] = 1
        aside = axis - (axis @ start) * start
    along = torch.cos(t * angle) * start + torch.sin(t * angle) * aside / aside.norm()
    path = ((1 - t) * a.norm() + t * b.norm()) * along
    return torch.where(t == 0, a, torch.where(t == 1, b, path)).float()


WAYS: dict[str, Way] = {"lerp": lerp, "slerp": slerp}


def through(points: Tensor, times: Tensor, way: Way) -> Tensor:
    """From the first of points (K, d) through each to the last, at times (n,) from 0 to 1: (n, d)."""
    place = times.double() * (len(points) - 1)
    part = place.floor().clamp(max=len(points) - 2).long()
    path = torch.empty(len(times), points.shape[1])
    for number in part.unique().tolist():
        here = part == number
        path[here] = way(points[number], points[number + 1], (place[here] - number).float())
    return path


def evenly(steps: Tensor, times: Tensor, count: int) -> Tensor:
    """The times at which a path has come the same length each: (count,), both ends among them.

    Args:
        steps: length from each of the times (n,) to the next, (n - 1,). Between two the path is taken for straight.
    """
    walked = torch.cat([torch.zeros(1), steps.cumsum(0)])
    wanted = torch.linspace(0, 1, count) * walked[-1]
    after = torch.searchsorted(walked, wanted).clamp(1, len(steps))
    share = (wanted - walked[after - 1]) / steps[after - 1].clamp(min=1e-12)
    return torch.lerp(times[after - 1], times[after], share.clamp(0, 1))


class Shell(NamedTuple):
    """How far noise is from the middle."""

    mean: float
    deviation: float


def shell(size: int) -> Shell:
    """Of standard normal noise in so many dimensions: the chi distribution's mean and deviation.

    About sqrt(d) and sqrt(1/2), whatever d.
    """
    mean = math.sqrt(2) * math.exp(math.lgamma((size + 1) / 2) - math.lgamma(size / 2))
    return Shell(mean, math.sqrt(size - mean * mean))
