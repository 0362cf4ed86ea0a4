"""Height and weight of adults: two numbers that are nearly one. Simulated: no table of people ships. Torch-free.

The means, standard deviations and the correlation are those of the 507 adults, 247 men and 260 women, whom Heinz,
Peterson, Johnson and Kerk measured ("Exploring Relationships in Body Dimensions", Journal of Statistics Education
11(2), 2003), rounded. They were physically active: other groups are heavier.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

MEANS = (171.1, 69.1)  # cm, kg
DEVIATIONS = (9.4, 13.3)  # cm, kg
CORRELATION = 0.72


class Axes(NamedTuple):
    """Principal axes, the widest first."""

    directions: np.ndarray  # (d, d), an axis a row, of length 1
    deviations: np.ndarray  # (d,), standard deviation along each
    first_share: float  # of the variance


def simulated(count: int, seed: int = 0) -> np.ndarray:
    """Heights in cm and weights in kg of so many made-up adults, normally distributed: (count, 2)."""
    across = DEVIATIONS[0] * DEVIATIONS[1] * CORRELATION
    covariance = [[DEVIATIONS[0] ** 2, across], [across, DEVIATIONS[1] ** 2]]
    return np.random.default_rng(seed).multivariate_normal(MEANS, covariance, count)


def standardised(points: np.ndarray) -> np.ndarray:
    """Points (N, d) in standard deviations from their mean, so that no unit of measurement has more say."""
    return (points - points.mean(axis=0)) / points.std(axis=0)


def principal_axes(points: np.ndarray) -> Axes:
    """Of points (N, d): the eigenvectors of their covariance.

    Of two standardised measures they are the two diagonals, and the first holds (1 + |r|) / 2 of the variance.
    """
    variances, vectors = np.linalg.eigh(np.cov(points, rowvar=False, bias=True))
    variances, vectors = variances[::-1], vectors[:, ::-1].T
    return Axes(vectors, np.sqrt(variances.clip(0)), float(variances[0] / variances.sum()))
