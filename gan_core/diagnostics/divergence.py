"""How far G's distribution is from the data's known density, and what the best possible D would say of it.

The data's density p is known exactly, G's density q only through samples. At a point, q is read off a Gaussian fitted to
the samples around it, each weighted by a Gaussian as wide as the distance to the k-th nearest of them (local likelihood:
Loader 1996; Gao, Oh and Viswanath 2016, eq. 9). The plain k-nearest-neighbour density counts the samples in a disc, and
where q is thinner than the disc, on a thread between two modes or in a mode hit too narrowly, it reads far too little
divergence: 0.46 instead of 0.69 on a circle without noise. A fitted Gaussian is as thin as the samples are.

Natural logarithms throughout: the Jensen-Shannon divergence runs from 0 (equal) to ln 2 = 0.693 (disjoint).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.linalg import vecdot
from torch.nn.functional import logsigmoid

from gan_core.data.toy import Curve, Mixture
from gan_core.diagnostics.players import plane

LN_2 = math.log(2)
NEIGHBOURS = 6  # k: fewer is noisier, more cannot follow a bent thread
WIDER = 12  # k of the second look, which tells how much the first one's width still matters
ROWS = 200  # points at a time: their table of distances then fits into a processor's cache
FLATTEST = 1e-5  # least variance of a fit across a thread, in squared widths: what is left of a float32 after squaring
NOISIEST = 1.0  # greatest variance of ln q to correct for: beyond it the correction, a second-order one, means nothing
UNDECIDED = 1e-6  # share of p's peak below which a density is as good as none: 5.3 sigma from a mode

Known = TypeVar("Known", Mixture, Curve)


ALPHA=.01
B0,B1,V0,V1=1.2,2.,2.8,.5

class JensenShannon(NamedTuple):
    """A measured divergence and the best D at the samples that it was measured with."""

    value: Tensor  # (), in nats; not clamped, so that it scatters evenly around a true 0 and may read below it
    error: Tensor  # (), one standard error: value ± 2 error holds the truth in about 95 of 100 draws
    d_star_real: Tensor  # (N,), p / (p + q) at the real samples
    d_star_fake: Tensor  # (M,), the same at the fakes


def jensen_shannon(real: Tensor, fake: Tensor, log_density: Callable[[Tensor], Tensor]) -> JensenShannon:
    """JSD of p, whose `log_density` is known, and q, from samples of p (N, 2) and of q (M, 2), at least 3 of each.

    ln 2 + E_p[ln D*] / 2 + E_q[ln(1 - D*)] / 2 (Goodfellow et al. 2014, theorem 1), with D* = p / (p + q) from the
    estimate of q and both means over the samples. The noise of ln q lowers either mean by half its variance times
    D*(1 - D*), which is added back.

    The error joins what the means scatter by (their variances over N and M: the influence functions are
    ln(D*) / 2 and ln(1 - D*) / 2), how far a second look with wider weights is from the first, and what N + M samples
    cannot show at all. A q on a curve or a point has no density, and the true value is ln 2: reached for duplicates
    and straight threads, approached from below for bent ones, where the second look widens the error.
    """
    points = torch.cat([real, fake])  # (N + M, 2)
    log_p = log_density(points).double()
    first, second = (_means(log_p, fit, len(real)) for fit in _fits(points, fake, (NEIGHBOURS, WIDER), len(real)))
    value = first.of_real.mean() + first.of_fake.mean()
    scatter = first.of_real.var() / len(real) + first.of_fake.var() / len(fake)
    resolution = value - second.of_real.mean() - second.of_fake.mean()
    o_r = first.of_real.mean() - ((LN_2 + first.best[len(real):].clamp_min(1/len(fake)).log().mean())/2)
    o_f = first.of_fake.mean() - ((LN_2 + (1-first.best[:len(real)]).clamp_min(1/len(real)).log().mean())/2)
    unseen = o_r.square() / len(real)**2 + o_f.square() / len(fake)**2
    error = (scatter + resolution.square() + unseen).sqrt()
    best = first.best.float()
    return JensenShannon(value.float(), error.float(), best[: len(real)], best[len(real) :])


def optimal_discriminator_at(points: Tensor, fake: Tensor, log_density: Callable[[Tensor], Tensor]) -> Tensor:
    """D* = p / (p + q) at points (n, 2), q from samples (M, 2) that the points are not among: (n,)."""
    (fit,) = _fits(points, fake, (NEIGHBOURS,), len(points))
    return torch.sigmoid(log_density(points).double() - fit.log_density).float()


class _Terms(NamedTuple):
    best: Tensor  # (N + M,), D*
    of_real: Tensor  # (N,), whose mean is the real samples' part of the divergence
    of_fake: Tensor  # (M,), the fakes' part


def _means(log_p: Tensor, fit: _Fit, reals: int) -> _Terms:
    log_odds = log_p - fit.log_density  # (N + M,)
    best = torch.sigmoid(log_odds)
    lost = fit.variance * best * (1 - best) / 2
    of_real = (LN_2 + logsigmoid(log_odds) + lost)[:reals] / 2
    of_fake = (LN_2 + logsigmoid(-log_odds) + lost)[reals:] / 2
    return _Terms(best, of_real, of_fake)


class _Fit(NamedTuple):
    log_density: Tensor  # (n,), ln q
    variance: Tensor  # (n,), of that estimate
    al: Tensor = None


def _fits(points: Tensor, samples: Tensor, neighbours: tuple[int, ...], own: int) -> list[_Fit]:
    """Estimates of ln q at points (n, 2) from samples (M, 2), one for each number of neighbours.

    From index `own` on the points are the samples themselves, in order, and each is judged by the others.
    """
    x, y = samples.T.contiguous()  # (M,) each
    sums = torch.empty(len(neighbours), 8, len(points), dtype=torch.float64)
    for start in range(0, len(points), ROWS):
        rows = points[start : start + ROWS]
        dx, dy = x - rows[:, :1], y - rows[:, 1:]  # (ROWS, M)
        squared = (dx * dx).addcmul_(dy, dy)
        first = max(own - start, 0)
        squared[first:].diagonal(max(start - own, 0)).fill_(math.inf)
        for index, width in enumerate(_widths(squared, neighbours)):
            sums[index, :, start : start + ROWS] = _weighted_sums(dx, dy, squared, width)
    left = torch.full((len(points),), float(len(samples)), dtype=torch.float64)
    left[own:] -= 1
    return [_fit(each, left, k, own) for k, each in zip(neighbours, sums, strict=True)]


def _widths(squared: Tensor, neighbours: tuple[int, ...]) -> list[Tensor]:
    """Squared distance of the k-th nearest, for each k: (n, 1). NumPy finds it six times faster than `topk`."""
    most = max(neighbours)
    nearest = np.sort(np.partition(squared.numpy(), most - 1, axis=1)[:, :most], axis=1)
    return [torch.from_numpy(nearest[:, k - 1 : k].copy()).clamp_min_(1e-30) for k in neighbours]


def _weighted_sums(dx: Tensor, dy: Tensor, squared: Tensor, width: Tensor) -> Tensor:
    """Of the weights w: their sum and their squares' sum, the weighted means of x and y, and the covariances: (8, n)."""
    weight = (squared * (-0.5 / width)).exp_()
    total = weight.sum(1)
    x, y = vecdot(weight, dx) / total, vecdot(weight, dy) / total
    dx, dy = dx - x[:, None], dy - y[:, None]  # before squaring: float32 would lose a thread's thickness
    wx, wy = weight * dx, weight * dy
    xx, xy, yy = (vecdot(a, b) / total for a, b in ((wx, dx), (wx, dy), (wy, dy)))
    return torch.stack([width[:, 0], total, vecdot(weight, weight), x, y, xx, xy, yy])


def _fit(sums: Tensor, left: Tensor, k: int, own: int) -> _Fit:
    width, total, squares, x, y, xx, xy, yy = sums
    xx, yy = xx + FLATTEST * width, yy + FLATTEST * width
    determinant = xx * yy - xy * xy
    off = (yy * x * x - 2 * xy * x * y + xx * y * y) / determinant
    even = total.square() / squares
    log_density = total.log() - left.log() - math.log(2 * math.pi) - determinant.log() / 2 - off / 2
    bias = ((B0 - B1 * off) / even).clamp(-NOISIEST, NOISIEST)
    L = log_density - bias
    vL = ((V0 + V1*off.square()) / even).clamp_max(NOISIEST)
    kk = torch.tensor(float(k), dtype=torch.float64)
    K = torch.digamma(kk) - (left * math.pi * width).log()
    a = torch.tensor(ALPHA, dtype=torch.float64).logit()
    share = torch.sigmoid(K - L + a)
    al = torch.sigmoid(a)
    return _Fit(torch.logaddexp(L + torch.log1p(-al), K + al.log()), (1 - share) * vL + share * torch.polygamma(1, kk), al)
