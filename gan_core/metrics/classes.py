"""Which classes the fakes are of, as a classifier sees them: are all there, and does the generator do as it is asked?

Real and fake pictures are both counted by the classifier, never by the data's labels, so that its mistakes fall on
both.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from gan_core.metrics.resampling import Estimate, jackknife, share


def class_counts(logits: Tensor) -> Tensor:
    """How many of logits (N, K) are highest at each class: (K,), int64."""
    return logits.argmax(1).bincount(minlength=logits.shape[1])


def total_variation(counts_a: Tensor, counts_b: Tensor) -> float:
    """Half the sum of |p - q| over the classes, counts (K,) each: from 0 (equal shares) to 1 (no class in common).

    It is the share of the pictures that would have to be of another class.
    """
    return ((counts_a / counts_a.sum() - counts_b / counts_b.sum()).abs().sum() / 2).item()


def total_variation_floor(counts: Tensor, n_a: int, n_b: int) -> float:
    """What two samples of one distribution read on average, n_a and n_b of them, with shares as the counts (K,) have.

    Each difference of shares is about normal, with the variance p (1 - p) (1 / n_a + 1 / n_b).
    """
    p = counts / counts.sum()
    deviations = (p * (1 - p) * (1 / n_a + 1 / n_b)).sqrt()
    return (deviations.sum() * math.sqrt(2 / math.pi) / 2).item()


def total_variation_with_error(real: Tensor, fake: Tensor, generator: torch.Generator) -> Estimate:
    """The total variation of the classes of logits real (N, K) and fake (N, K), its standard error by the jackknife."""
    return jackknife(
        lambda kept: total_variation(class_counts(real[kept]), class_counts(fake[kept])), len(real), generator
    )


class Agreement(NamedTuple):
    """How often the classifier sees what the generator was asked for; its own mistakes count against the generator."""

    overall: Estimate
    per_class: tuple[Estimate | None, ...]  # None for a class that was never asked for
    asked: tuple[int, ...]  # how often each was


def agreement(asked: Tensor, logits: Tensor) -> Agreement:
    """Of the classes asked for (N,), int64, and the logits (N, K) of what came."""
    hits = logits.argmax(1) == asked
    counts = asked.bincount(minlength=logits.shape[1])
    per_class = tuple(share(hits[asked == index]) if count else None for index, count in enumerate(counts.tolist()))
    return Agreement(share(hits), per_class, tuple(counts.tolist()))
