"""How many numbers a set of pictures really varies in: its intrinsic dimension, from the nearest neighbours.

Around a point of a d-dimensional sheet the neighbours within r grow like r^d, however many dimensions the sheet lies
in. So the ratios of a point's distances to its first few neighbours tell d.
"""

from __future__ import annotations

import torch
from torch import Tensor

from gan_core.metrics.resampling import Estimate, half_sampling

NEIGHBOURS = (
    5  # more scatter less, and see more of the sheet's curvature and of its edge, which read as fewer dimensions
)


def intrinsic_dimension(samples: Tensor, generator: torch.Generator, neighbours: int = NEIGHBOURS) -> Estimate:
    """Of a few thousand samples (N, ...): Levina and Bickel's (2004), with its standard error.

    The inverse estimates of all points are averaged, as MacKay and Ghahramani 2005 correct it, and the small bias of
    that is taken out. With two neighbours it is TwoNN (Facco et al. 2017). The error is that of half-sampling, since
    points share neighbours. It says nothing of what curvature and too few samples hide: of a high dimension the
    estimate reads too little, for neighbours are far away then; 16 on a 20-dimensional sphere of 1,500 points.

    Raises:
        ValueError: fewer than 40 samples differ, or no more than `neighbours` do.
    """
    samples = samples.flatten(1)
    differing = sorted({row.tobytes(): index for index, row in enumerate(samples.numpy())}.values())
    if len(differing) <= max(neighbours, 39):  # of copies of a point the ratio of distances is none
        raise ValueError(f"{len(differing)} samples differ; the dimension needs {max(neighbours + 1, 40)} that do.")
    samples = samples[differing].double()
    samples = samples - samples.mean(0)  # near the origin, distances from products lose the fewest digits
    distances = torch.cdist(samples, samples)  # (N, N)
    (error,) = half_sampling(
        lambda half, _: [_likeliest(distances[half][:, half], neighbours)], len(samples), generator
    )
    return Estimate(_likeliest(distances, neighbours), error)


def _likeliest(distances: Tensor, neighbours: int) -> float:
    """From the distances between all samples (N, N)."""
    nearest = distances.topk(neighbours + 1, largest=False).values[:, 1:]  # (N, k): the first is the sample itself
    logs = (nearest[:, -1:] / nearest[:, :-1]).log()  # (N, k - 1): of each sample, exponentials of rate d
    return ((logs.numel() - 1) / logs.sum()).item()
