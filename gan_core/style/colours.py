"""Ways to keep the content's colours (Gatys et al., “Preserving Color in Neural Artistic Style Transfer”, 2016).

Pictures are (1, 3, H, W) in [-1, 1].
"""

from __future__ import annotations

import torch
from torch import Tensor

LUMA = torch.tensor([0.299, 0.587, 0.114])  # of red, green and blue: ITU-R BT.601


def luminance(picture: Tensor) -> Tensor:
    """How bright each place is, as a grey picture: (1, 3, H, W)."""
    return (picture * LUMA.to(picture.device)[:, None, None]).sum(1, keepdim=True).expand(-1, 3, -1, -1)


def matched_luminance(style: Tensor, content: Tensor) -> Tensor:
    """The style in grey, as bright and as rich in contrast as the content."""
    bright, wanted = luminance(style), luminance(content)
    scale = wanted.std() / bright.std().clamp(min=1e-6)
    return ((bright - bright.mean()) * scale + wanted.mean()).clamp(-1, 1)


def coloured(canvas: Tensor, content: Tensor) -> Tensor:
    """The canvas's luminance with the content's colours."""
    return (content + luminance(canvas) - luminance(content)).clamp(-1, 1)


def matched_histograms(style: Tensor, content: Tensor) -> Tensor:
    """The style with the content's colours: mean and covariance first, then each channel's histogram."""
    x, y = style[0].flatten(1).double(), content[0].flatten(1).double()
    moved = _root(_covariance(y)) @ _root(_covariance(x), inverse=True) @ (x - x.mean(1, keepdim=True))
    moved = moved + y.mean(1, keepdim=True)
    matched = torch.stack([_ranked(one, other) for one, other in zip(moved, y, strict=True)])
    return matched.reshape(style.shape).clamp(-1, 1).float()


def _covariance(pixels: Tensor) -> Tensor:
    return torch.cov(pixels) + 1e-6 * torch.eye(3, dtype=pixels.dtype, device=pixels.device)


def _root(matrix: Tensor, inverse: bool = False) -> Tensor:
    """The symmetric square root of a covariance, or its inverse."""
    values, vectors = torch.linalg.eigh(matrix)
    return vectors * values.pow(-0.5 if inverse else 0.5) @ vectors.T


def _ranked(values: Tensor, wanted: Tensor) -> Tensor:
    """`values` (N,), replaced in their order by as many quantiles of `wanted` (M,)."""
    quantiles = wanted.sort().values
    places = torch.linspace(0, len(quantiles) - 1, len(values), dtype=torch.float64, device=values.device)
    low = places.floor().long()
    share = places - low
    spread = quantiles[low] * (1 - share) + quantiles[(low + 1).clamp(max=len(quantiles) - 1)] * share
    matched = torch.empty_like(spread)
    matched[values.argsort()] = spread
    return matched
