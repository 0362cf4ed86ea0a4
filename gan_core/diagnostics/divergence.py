"""How far G's distribution is from the data's known density, and what the best possible D would say of the samples.

The data's density p is known exactly, G's density q only through samples. At a point, q is read off a Gaussian fitted
to the samples around it, each weighted by a Gaussian as wide as the distance to the k-th nearest of them (local
likelihood: Loader 1996; Gao, Oh and Viswanath 2016, eq. 9). The plain k-nearest-neighbour density counts the samples in
a disc, and where q is thinner than the disc, on a thread between two modes or in a mode hit too narrowly, it reads far
too little divergence: 0.40 instead of 0.69 on a circle without noise. A fitted Gaussian is as thin as the samples are.

Natural logarithms throughout: the Jensen-Shannon divergence runs from 0 (equal) to ln 2 = 0.693 (disjoint).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.linalg import vecdot
from torch.nn.functional import logsigmoid

LN_2 = math.log(2)
NEIGHBOURS = 6  # k: fewer is noisier, more cannot follow a bent thread
WIDER = 12  # k of a second look, which tells how much the first one's width still matters
ROWS = 64  # points at a time: their tables then fit into a processor's cache
STRAYS = 0.005  # share of q that follows the plain neighbour density, so that no fit can rule a sample out
FLATTEST = 1e-5  # least variance across a thread, in squared widths: well above what float32 sums lose
FAINTEST = -40.0  # least logarithm of a weight: counts for nothing, and keeps clear of the slow subnormal numbers
NOISIEST = 1.0  # greatest bias and variance of ln q to correct for: second-order corrections mean nothing beyond


class JensenShannon(NamedTuple):
    """A measured divergence, and the best D at the samples that it was measured with."""

    value: Tensor  # (), in nats; not clamped, so it scatters evenly around a true 0: show max(0, min(value, ln 2))
    error: Tensor  # (), one standard error: value ± 2 error holds the truth in about 95 of 100 draws
    d_star_real: Tensor  # (N,), p / (p + q) at the real samples
    d_star_fake: Tensor  # (M,), the same at the fakes


def jensen_shannon(real: Tensor, fake: Tensor, log_density: Callable[[Tensor], Tensor]) -> JensenShannon:
    """JSD of p, whose `log_density` is known, and q, from samples of p (N, 2) and of q (M, 2), more than 12 of each.

    ln 2 + E_p[ln D*] / 2 + E_q[ln(1 - D*)] / 2 (Goodfellow et al. 2014, theorem 1), with D* = p / (p + q) from the
    estimate of q and both means over the samples. The noise of ln q lowers either term by half its variance times
    D* (1 - D*), which is added back.

    The squared error adds up what the means scatter by (the influence functions are ln(D*) / 2 and ln(1 - D*) / 2), how
    far the look with wider weights is from the first, and what one more sample on the wrong side would change.

    A q on a curve or at a point has no density, and the truth is ln 2: read exactly for duplicates, within 0.01 for
    straight threads and from below for bent ones, where the second look widens the error. What is finer than the
    samples' spacing is not seen: threads crossing within a cloud read too low by more than the error says.
    """
    points = torch.cat([real, fake])  # (N + M, 2)
    log_p = log_density(points).double()
    first, second = (_terms(log_p, fit, len(real)) for fit in _fits(points, fake, (NEIGHBOURS, WIDER), own=len(real)))
    value = first.of_real.mean() + first.of_fake.mean()
    scatter = first.of_real.var() / len(real) + first.of_fake.var() / len(fake)
    resolution = value - second.of_real.mean() - second.of_fake.mean()
    best = first.best
    # A real point where a fake usually is, a fake where a real one is; D* no surer than one sample in N or M shows.
    strange_real = (LN_2 + best[len(real) :].clamp_min(1 / len(real)).log().mean()) / 2
    strange_fake = (LN_2 + (1 - best[: len(real)]).clamp_min(1 / len(fake)).log().mean()) / 2
    unseen_real = (first.of_real.mean() - strange_real) / len(real)
    unseen_fake = (first.of_fake.mean() - strange_fake) / len(fake)
    error = (scatter + resolution.square() + unseen_real.square() + unseen_fake.square()).sqrt()
    return JensenShannon(value.float(), error.float(), best[: len(real)].float(), best[len(real) :].float())


class _Terms(NamedTuple):
    best: Tensor  # (N + M,), D*
    of_real: Tensor  # (N,), their mean is the real samples' part of the divergence
    of_fake: Tensor  # (M,), and the fakes' part


def _terms(log_p: Tensor, fit: _Fit, reals: int) -> _Terms:
    log_odds = log_p - fit.log_density  # (N + M,), of being real
    best = torch.sigmoid(log_odds)
    lost = fit.variance * best * (1 - best) / 2
    of_real = (LN_2 + logsigmoid(log_odds) + lost)[:reals] / 2
    of_fake = (LN_2 + logsigmoid(-log_odds) + lost)[reals:] / 2
    return _Terms(best, of_real, of_fake)


# The estimate of q ------------------------------------------------------------------------------------------------


class _Fit(NamedTuple):
    log_density: Tensor  # (n,), ln q
    variance: Tensor  # (n,), of that estimate


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
        squared[max(own - start, 0) :].diagonal(max(start - own, 0)).fill_(math.inf)
        for index, width in enumerate(_widths(squared, neighbours)):
            sums[index, :, start : start + ROWS] = _weighted_sums(dx, dy, squared, width)
    others = torch.full((len(points),), float(len(samples)), dtype=torch.float64)
    others[own:] -= 1
    return [_fit(each, others, k) for each, k in zip(sums, neighbours, strict=True)]


def _widths(squared: Tensor, neighbours: tuple[int, ...]) -> list[Tensor]:
    """Squared distance of the k-th nearest, for each k: (n, 1). NumPy partitions a row much faster than `topk` does."""
    most = max(neighbours)
    nearest = np.sort(np.partition(squared.numpy(), most - 1, axis=1)[:, :most], axis=1)
    return [torch.from_numpy(nearest[:, k - 1 : k].copy()).clamp_min_(1e-30) for k in neighbours]


def _weighted_sums(dx: Tensor, dy: Tensor, squared: Tensor, width: Tensor) -> Tensor:
    """The squared width, the sums of the weights and of their squares, the weighted means and covariances: (8, n)."""
    weight = (squared * (-0.5 / width)).clamp_min_(FAINTEST).exp_()
    total = weight.sum(1)
    x, y = vecdot(weight, dx) / total, vecdot(weight, dy) / total
    dx, dy = dx - x[:, None], dy - y[:, None]  # before squaring, or float32 would lose a thread's thickness
    wx, wy = weight * dx, weight * dy
    xx, xy, yy = vecdot(wx, dx) / total, vecdot(wx, dy) / total, vecdot(wy, dy) / total
    return torch.stack([width[:, 0], total, vecdot(weight, weight), x, y, xx, xy, yy])


def _fit(sums: Tensor, others: Tensor, k: int) -> _Fit:
    """The fitted Gaussian, read at the point itself, and a small share of the plain neighbour density.

    Noise of the fit, with n samples of even weight and the point `off` squared standard deviations from their mean:
    ln q reads (1.2 - 2 off) / n too high, and has the variance (2.8 + off² / 2) / n. The growth with `off` is the delta
    method's for the mean and covariance of n samples; 1.2 and 2.8 were measured on an even density, for k from 6 to 12.
    The plain density is k samples in a disc, its logarithm freed of bias by the digamma function.
    """
    width, total, squares, x, y, xx, xy, yy = sums
    xx, yy = xx + FLATTEST * width, yy + FLATTEST * width
    determinant = xx * yy - xy * xy
    off = (yy * x * x - 2 * xy * x * y + xx * y * y) / determinant
    even = total.square() / squares  # n
    fitted = total.log() - others.log() - math.log(2 * math.pi) - determinant.log() / 2 - off / 2
    fitted -= ((1.2 - 2 * off) / even).clamp(-NOISIEST, NOISIEST)
    variance = ((2.8 + off.square() / 2) / even).clamp_max(NOISIEST)

    neighbours = torch.tensor(float(k), dtype=torch.float64)
    plain = torch.digamma(neighbours) - (others * math.pi * width).log()
    fitted, plain = fitted + math.log1p(-STRAYS), plain + math.log(STRAYS)
    share = torch.sigmoid(plain - fitted)
    return _Fit(torch.logaddexp(fitted, plain), (1 - share) * variance + share * torch.polygamma(1, neighbours))
