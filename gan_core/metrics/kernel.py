"""The kernel distance of two sets of features: KID, where the features are Inception's (Binkowski et al. 2018).

The squared maximum mean discrepancy with a cubic kernel, estimated without bias: 0 on average for equal distributions
whatever the number of samples, so single readings may be below 0.
"""

from __future__ import annotations

import torch
from torch import Tensor

from gan_core.metrics.resampling import Estimate, blocks, from_blocks

SUBSETS = 10


def cubic(x: Tensor, y: Tensor) -> Tensor:
    """(x.y / d + 1)^3 of every pair: (N, d), (M, d) -> (N, M). Binkowski et al. 2018, section 3.1."""
    return (x @ y.T / x.shape[1] + 1) ** 3


def squared_mmd(a: Tensor, b: Tensor) -> float:
    """The unbiased estimate from features a (N, d) and b (M, d), two or more each. Gretton et al. 2012, eq. 3."""
    a, b = a.double(), b.double()
    return (_mean_of_pairs(cubic(a, a)) + _mean_of_pairs(cubic(b, b)) - 2 * cubic(a, b).mean()).item()


def kernel_distance(a: Tensor, b: Tensor, generator: torch.Generator, subsets: int = SUBSETS) -> Estimate:
    """The mean over subsets of a (N, d) and b (M, d), and its standard error.

    Every sample is in one subset, so that the subsets are independent and their scatter is the error itself.
    """
    pairs = zip(blocks(len(a), subsets, generator), blocks(len(b), subsets, generator), strict=True)
    return from_blocks([squared_mmd(a[of_a], b[of_b]) for of_a, of_b in pairs])


def _mean_of_pairs(kernel: Tensor) -> Tensor:
    """The mean over pairs of different samples."""
    count = len(kernel)
    return (kernel.sum() - kernel.trace()) / (count * (count - 1))
