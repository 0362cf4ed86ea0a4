"""Improved precision and recall: are the fakes like real pictures, and are all real pictures like fakes?

Kynkaanniemi et al. 2019. A set's manifold is the union of a ball around each of its samples that reaches to the k-th
nearest of the others. One far outlier makes a large ball, and more samples make small ones: compare at one n only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from gan_core.metrics.resampling import Estimate, half_sampling

NEIGHBOURS = 3  # k, the paper's
ROWS = 1000  # samples at a time: against 5,000 others their distances take 40 MB, not 200


class PrecisionRecall(NamedTuple):
    precision: float  # share of the fakes that lie in the real manifold
    recall: float  # share of the real samples that lie in the fakes' manifold


def precision_recall(real: Tensor, fake: Tensor, neighbours: int = NEIGHBOURS) -> PrecisionRecall:
    """Of features real (N, d) and fake (M, d), more than k of each. Kynkaanniemi et al. 2019, eq. 2 and 3."""
    centre = real.double().mean(0)  # near the origin, distances from products lose the fewest digits
    real, fake = real.double() - centre, fake.double() - centre
    real_radii, fake_radii = _radii(real, neighbours), _radii(fake, neighbours)
    precise, recalled = [], torch.zeros(len(real), dtype=torch.bool)
    for rows, distances in _distances(fake, real):
        precise.append((distances <= real_radii).any(1))
        recalled |= (distances <= fake_radii[rows, None]).any(0)
    return PrecisionRecall(torch.cat(precise).double().mean().item(), recalled.double().mean().item())


def precision_recall_with_error(real: Tensor, fake: Tensor, generator: torch.Generator) -> tuple[Estimate, Estimate]:
    """Precision and recall of real (N, d) and fake (N, d), each with its standard error by half-sampling."""
    errors = half_sampling(
        lambda of_real, of_fake: precision_recall(real[of_real], fake[of_fake]), len(real), generator
    )
    precision, recall = map(Estimate, precision_recall(real, fake), errors)
    return precision, recall


def _radii(samples: Tensor, neighbours: int) -> Tensor:
    """Each sample's distance to the k-th nearest of the others, (M,)."""
    radii = []
    for rows, distances in _distances(samples, samples):
        distances.diagonal(rows.start).fill_(torch.inf)  # nobody is their own neighbour
        radii.append(distances.topk(neighbours, largest=False).values[:, -1])
    return torch.cat(radii)


def _distances(a: Tensor, b: Tensor) -> Iterator[tuple[slice, Tensor]]:
    """Distances from some rows of a (N, d) at a time to all of b (M, d), and which rows they are."""
    for start in range(0, len(a), ROWS):
        rows = slice(start, start + ROWS)
        yield rows, torch.cdist(a[rows], b)
