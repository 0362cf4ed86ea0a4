"""Closed forms that measurements are held against. Torch-free; natural logarithms throughout."""

from __future__ import annotations

import numpy as np

LN_2 = float(np.log(2))


def optimal_discriminator(p_data: np.ndarray, p_generator: np.ndarray) -> np.ndarray:
    """D*(x) = p_data / (p_data + p_generator). Goodfellow et al. 2014, proposition 1."""
    return p_data / (p_data + p_generator)


def jensen_shannon(p: np.ndarray, q: np.ndarray) -> float:
    """Jensen-Shannon divergence of two discrete distributions, from 0 (equal) to ln 2 (disjoint)."""
    middle = (p + q) / 2
    return (_kullback_leibler(p, middle) + _kullback_leibler(q, middle)) / 2


def best_discriminator_loss(jsd: float) -> float:
    """The least that the minimax D can lose, both terms added: 2 ln 2 - 2 JSD. Goodfellow et al. 2014, theorem 1."""
    return 2 * LN_2 - 2 * jsd


def reverse_kl_of_modes(counts: np.ndarray, weights: np.ndarray | None = None) -> float:
    """KL from the mode histogram of samples (K,) to the modes' true weights (K,), equal ones when None.

    ln(K/m) when m of K equally likely modes are hit equally.
    """
    share = counts / counts.sum()
    return _kullback_leibler(share, np.full(len(counts), 1 / len(counts)) if weights is None else weights)


def reverse_kl_floor(modes: int, samples: int) -> float:
    """What `reverse_kl_of_modes` reads on average for a perfect generator, to first order: (K - 1) / (2 N)."""
    return (modes - 1) / (2 * samples)


def _kullback_leibler(p: np.ndarray, q: np.ndarray) -> float:
    there = p > 0
    return float(np.sum(p[there] * np.log(p[there] / q[there])))
