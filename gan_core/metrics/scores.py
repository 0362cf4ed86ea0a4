"""All scores of a set of fakes against as many real pictures, as one flat list."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from gan_core.metrics.classes import agreement, class_counts, total_variation_floor, total_variation_with_error
from gan_core.metrics.features import Seen
from gan_core.metrics.frechet import frechet_floor, frechet_with_error
from gan_core.metrics.inception import inception_score_with_error
from gan_core.metrics.kernel import kernel_distance
from gan_core.metrics.manifold import precision_recall_with_error
from gan_core.metrics.resampling import Estimate


@dataclass(frozen=True)
class Score:
    """One number about the fakes. It compares with others of the same name and n alone."""

    name: str  # names the features too: "FID (fashion-classifier features)"
    value: float
    error: float  # one standard error
    n: int  # how many fakes, and as many real pictures
    features: str
    floor: float | None = None  # what a perfect generator reads on average with n samples, where that is known


def scores(
    real: Seen, fake: Seen, features: str, generator: torch.Generator, asked: Tensor | None = None
) -> list[Score]:
    """FID, KID, precision and recall; with logits also the Inception score and how far the classes' shares are off;
    with the classes asked for (N,) also how often they came.

    Errors by leaving samples out (see `resampling`), in an order drawn from the generator.

    Args:
        real: what the features' network says of N real pictures, 40 or more; 1,000 is few.
        fake: the same of N fakes.
        features: the network's name.

    Raises ValueError for other numbers of real pictures than of fakes, for fewer than 40, and for features that are not
    finite.
    """
    n = len(fake.features)
    if len(real.features) != n:
        raise ValueError(f"Scores compare equally many pictures, not {len(real.features)} real ones and {n} fakes.")
    for whose, seen in (("real", real), ("fake", fake)):
        if not torch.isfinite(seen.features).all():
            raise ValueError(f"The {whose} pictures' features are not finite: there is nothing to score.")

    def score(what: str, estimate: Estimate, floor: float | None = None) -> Score:
        return Score(f"{what} ({features} features)", *estimate, n, features, floor)

    precision, recall = precision_recall_with_error(real.features, fake.features, generator)
    found = [
        score("FID", frechet_with_error(real.features, fake.features, generator), frechet_floor(real.features)),
        score("KID", kernel_distance(real.features, fake.features, generator), 0.0),
        score("precision", precision),
        score("recall", recall),
    ]
    if fake.logits is not None:
        found.append(score("Inception score", inception_score_with_error(fake.logits, generator)))
    if real.logits is not None and fake.logits is not None:
        floor = total_variation_floor(class_counts(real.logits), n, n)
        found.append(score("classes off", total_variation_with_error(real.logits, fake.logits, generator), floor))
    if asked is not None and fake.logits is not None:
        found.append(score("class agreement", agreement(asked, fake.logits).overall))
    return found
