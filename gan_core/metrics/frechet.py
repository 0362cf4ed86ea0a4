"""The Frechet distance of two sets of features: FID, where the features are Inception's (Heusel et al. 2017).

**Only sets of one size compare.** The distance is biased: two samples of one distribution are not at 0, because their
means and covariances differ by chance. `frechet_floor` says how far apart they read; it falls as 1 / n, and with
features of one variance s it is some (d^2 / 2 + 3 d) s / n: 8.5 s for 128 features and n = 1,000. So fix n, print it,
and look at the kernel distance too, which has no bias.
"""

from __future__ import annotations

import torch
from torch import Tensor

from gan_core.metrics.resampling import Estimate, jackknife


def frechet_distance(a: Tensor, b: Tensor) -> float:
    """Of the Gaussians with the means and unbiased covariances of features a (N, d) and b (M, d).

    Raises ValueError for fewer than two samples of either.
    """
    if min(len(a), len(b)) < 2:
        raise ValueError("A Frechet distance needs two or more samples of each.")
    return frechet_of_gaussians(*_mean_and_covariance(a), *_mean_and_covariance(b))


def frechet_of_gaussians(mean_a: Tensor, covariance_a: Tensor, mean_b: Tensor, covariance_b: Tensor) -> float:
    """|m_a - m_b|^2 + tr(A + B - 2 (A B)^(1/2)), the squared 2-Wasserstein distance. Dowson and Landau 1982, eq. 16.

    Means (d,), covariances (d, d). A B has the eigenvalues of R^T B R for any R with R R^T = A, a symmetric matrix, so
    that singular covariances need no offset.
    """
    mean_a, covariance_a, mean_b, covariance_b = (x.double() for x in (mean_a, covariance_a, mean_b, covariance_b))
    variances, axes = torch.linalg.eigh(covariance_a)
    root = axes * variances.clamp_min(0).sqrt()  # R
    shared = torch.linalg.eigvalsh(root.T @ covariance_b @ root).clamp_min(0).sqrt().sum()
    apart = (mean_a - mean_b).square().sum() + covariance_a.trace() + covariance_b.trace() - 2 * shared
    return max(apart.item(), 0.0)  # rounding alone takes it below 0


def frechet_with_error(a: Tensor, b: Tensor, generator: torch.Generator) -> Estimate:
    """The distance of a (N, d) and b (N, d) with its standard error by the jackknife.

    The error is the scatter about what n samples read on average, bias included: it says whether two models scored with
    one n differ, not how far the reading is from that of endless samples. A bootstrap would read too high a distance,
    since its duplicates shrink the covariances' rank. Of equal distributions the error is up to twice too wide.
    """
    return jackknife(lambda kept: frechet_distance(a[kept], b[kept]), len(a), generator)


def frechet_floor(samples: Tensor) -> float:
    """What fresh samples (N, d) of one distribution read against these (N, d) on average, to first order in 1 / N.

    With the variances l_i along the covariance's axes, the means are 2 sum l_i / N apart, and Gaussian covariances
    (sum over i, j of l_i l_j / (l_i + l_j) + sum l_i / 2) / N: the second-order term of the distance. Right to a tenth
    or so for real features; up to a fifth too low where N is hardly more than d.
    """
    _, covariance = _mean_and_covariance(samples)
    variances = torch.linalg.eigvalsh(covariance).clamp_min(1e-30)
    pairs = variances[:, None] * variances / (variances[:, None] + variances)
    return ((2.5 * variances.sum() + pairs.sum()) / len(samples)).item()


def _mean_and_covariance(features: Tensor) -> tuple[Tensor, Tensor]:
    features = features.double()
    return features.mean(0), torch.cov(features.T).reshape(features.shape[1], features.shape[1])
