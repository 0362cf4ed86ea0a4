"""Local coordinates: in which directions, and how far, a picture moves when its latent takes a small step.

These are the singular vectors and values of the generator's Jacobian, pictures by latents (12,288 by 128 for 64 px in
colour). It is never held whole: forward-mode products give J v for some v at a time and reverse-mode ones J^T of those.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import jvp, vjp

SHARE = 0.9  # of the change, that the degrees of freedom hold
TOGETHER = 16  # products at a time


class Spectrum(NamedTuple):
    """Singular values, largest first, and their directions in the latent."""

    values: Tensor  # (d,): how far the picture moves, Euclidean, for a step of 1
    directions: Tensor  # (d, d), a row of length 1 for each


def spectrum(draw: Callable[[Tensor], Tensor], z: Tensor) -> Spectrum:
    """Of the Jacobian at z (1, d) of a generator, latents (n, d) to pictures (n, ...) each by itself.

    J^T J (d, d) is filled row by row, and its eigenvectors are the directions. The values are the lengths of J v, not
    roots of eigenvalues, of which those below 3e-4 of the largest would be rounding.
    """

    def products(v: Tensor) -> Tensor:  # (n, d) to J v, (n, ...)
        return jvp(draw, (z.repeat(len(v), 1),), (v,))[1]

    rows = []
    with torch.no_grad():
        for v in torch.eye(z.shape[1]).split(TOGETHER):
            _, back = vjp(draw, z.repeat(len(v), 1))
            rows.append(back(products(v))[0])
        gram = torch.cat(rows).double()
        directions = torch.linalg.eigh((gram + gram.T) / 2).eigenvectors.T.flip(0).float().contiguous()
        values = torch.cat([products(v).flatten(1).norm(dim=1) for v in directions.split(TOGETHER)])
        order = values.argsort(descending=True)  # small ones may have changed places
    return Spectrum(values[order], directions[order])


def degrees_of_freedom(values: Tensor, share: float = SHARE) -> int:
    """How many of singular values (d,), the largest first, hold so much of the sum of squares.

    That sum is the mean square change of a picture when its latent takes a random small step.
    """
    energy = values.double().square()
    return int((energy.cumsum(0) < share * energy.sum() * (1 - 1e-9)).sum()) + 1


def noise_values(pixels: int, size: int, generator: torch.Generator) -> Tensor:
    """The singular values of a generator that is noise: a random linear map from a latent (size,) to pixels; (size,).

    Each entry is normal of variance 1 / pixels. As Marchenko and Pastur 1967 show they lie between
    1 - sqrt(size / pixels) and 1 + sqrt(size / pixels): no direction matters more than another. Drawn from the
    triangular factor of such a map, which is no larger than the latent (Bartlett 1933). `pixels` is `size` or more.
    """
    factor = torch.randn(size, size, generator=generator).triu(1)
    freedoms = torch.arange(pixels, pixels - size, -1, dtype=torch.float32)
    squares = torch._standard_gamma(freedoms / 2, generator=generator) * 2  # chi-squared
    factor.diagonal().copy_(squares.sqrt())
    return torch.linalg.svdvals(factor) / pixels**0.5
