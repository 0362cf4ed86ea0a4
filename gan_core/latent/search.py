"""The way back: which latent makes a given picture, by gradient descent from several starts at once.

What is minimised, of each start by itself:

    mean square difference of pixels
    + perceptual * mean square difference of VGG19's relu3_1 features, as a share of the target's own mean square
    + 0.1 (|z| / sqrt(d) - 1)^2, which keeps it near the shell that noise lives on

The starts run side by side and the better half goes on, again and again (successive halving, Jamieson and Talwalkar
2016), until one is left. Inversion by optimisation: Zhu et al. 2016, Creswell and Bharath 2018.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Tensor

from gan_core.latent.held import Held
from gan_core.metrics.features import in_channels, resized
from gan_core.networks import vgg
from gan_core.seeds import stream
from gan_core.specs.latent import FARTHEST

LAYER = "relu3_1"  # outlines and textures, a quarter of the side; deeper ones cost several times as much
SHELL = 0.1
HALVE_EVERY = 30  # steps
BETAS, EPSILON = (0.9, 0.99), 1e-8
MOST_CLASSES = 16  # that are tried at once
TRIED = 32  # latents of which each start is the nearest one: a pass forwards is cheap


@dataclass(frozen=True)
class Search:
    """Where a search stands: S starts, all tensors on the processor."""

    target: Tensor  # (1, C, H, W) from -1 to 1
    z: Tensor  # (S, d)
    labels: Tensor  # (S,), the class that each start is told
    means: Tensor  # (S, d), Adam's of the gradient,
    squares: Tensor  # (S, d), and of its square
    best: Tensor  # (1, d), the best latent so far
    best_label: int
    loss: float  # of the best; infinite before the first step
    step: int = 0
    lost: bool = False  # no start is left whose numbers are finite, and no more than six times as far out as noise


def begin(held: Held, target: Tensor, starts: int, label: int | None, seed: int) -> Search:
    """A search for a picture (1, C, H, W) from random starts, each the nearest of several.

    Of a model that is told classes, where `label` is None, there are as many as it has classes at least, told one each
    in turn, up to `MOST_CLASSES` of them: those that lead nowhere are soon given up.
    """
    if label is None:
        starts = max(starts, min(len(held.labels), MOST_CLASSES))
    labels = torch.arange(starts) % max(1, len(held.labels)) if label is None else torch.full((starts,), label)
    tried = torch.randn(TRIED, starts, held.latent_size, generator=stream(seed, "latents"))
    away = torch.stack([(held.pictures(z, held.told(labels)) - target).square().mean((1, 2, 3)) for z in tried])
    z = tried[away.nan_to_num(nan=torch.inf).argmin(0), torch.arange(starts)]  # (S, d)
    empty = torch.zeros_like(z)
    return Search(target, z, labels, empty, empty.clone(), z[:1].clone(), int(labels[0]), math.inf)


def descend(held: Held, search: Search, steps: int, rate: float, perceptual: float) -> Search:
    """So many steps of Adam on each start; none once all are lost. `perceptual` 0 leaves VGG19 out."""
    wanted = _looks(search.target) if perceptual else None
    for _ in range(steps):
        if search.lost:
            break
        search = _step(held, search, wanted, rate, perceptual)
    return search


def _step(held: Held, search: Search, wanted: Tensor | None, rate: float, perceptual: float) -> Search:
    z = search.z.clone().requires_grad_(True)
    loss = _losses(held, z, search, wanted, perceptual)
    (gradient,) = torch.autograd.grad(loss.sum(), z)
    loss = loss.detach()
    near = z.detach().norm(dim=1) <= FARTHEST * z.shape[1] ** 0.5
    well = near & loss.isfinite() & gradient.isfinite().all(1)
    step, going = search.step + 1, int(well.sum())
    if not going:
        return replace(search, lost=True)
    if step % HALVE_EVERY == 0:
        going = min(going, math.ceil(len(z) / 2))
    going = loss.where(well, torch.inf).argsort()[:going]  # which starts, the best first
    gradient, labels = gradient[going], search.labels[going]
    means = torch.lerp(gradient, search.means[going], BETAS[0])
    squares = torch.lerp(gradient.square(), search.squares[going], BETAS[1])
    size = (squares / (1 - BETAS[1] ** step)).sqrt() + EPSILON
    moved = search.z[going] - rate * means / (1 - BETAS[0] ** step) / size
    found = replace(search, z=moved, labels=labels, means=means, squares=squares, step=step)
    if (least := float(loss[going[0]])) < search.loss:
        found = replace(found, best=search.z[going[:1]], best_label=int(labels[0]), loss=least)
    return found


def _losses(held: Held, z: Tensor, search: Search, wanted: Tensor | None, perceptual: float) -> Tensor:
    """Of each start at z (S, d), (S,)."""
    made = held.draw(z, held.told(search.labels))
    loss = (made - search.target).square().mean((1, 2, 3)) + SHELL * (z.norm(dim=1) / z.shape[1] ** 0.5 - 1).square()
    if wanted is not None:
        loss = loss + perceptual * (_looks(made) - wanted).square().mean((1, 2, 3)) / wanted.square().mean()
    return loss


def _looks(pictures: Tensor) -> Tensor:
    """VGG19's relu3_1 of pictures (N, C, H, W), grey as three equal channels; of less than 32 px enlarged to that."""
    pictures = in_channels(pictures, 3)
    return _vgg()(resized(pictures, 32) if pictures.shape[-1] < 32 else pictures, (LAYER,))[LAYER]


@lru_cache(maxsize=1)
def _vgg() -> vgg.VGG19:
    return vgg.load()
