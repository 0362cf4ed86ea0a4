"""What style transfer minimises: pure functions of what a network answers, each relative, so that one weight means the
same for every network, layer and size.

Gatys, Ecker and Bethge, “Image Style Transfer Using Convolutional Neural Networks”, 2016, where sums take the place of
our shares. All are 0 where a picture is its own target, and 1 where it answers nothing at all.

`metric` is HᵀH where the answers are to be judged behind a 1x1 convolution H (a `SlimVGG` head): what a Gram matrix
becomes behind it, H G Hᵀ, is known before it.
"""

from __future__ import annotations

import torch
from torch import Tensor


def gram_matrix(features: Tensor) -> Tensor:
    """(N, C, h, w) -> (N, C, C): the mean over all places of the product of two channels. Where a thing was is gone."""
    flat = features.flatten(2)  # (N, C, h w)
    return flat @ flat.transpose(1, 2) / flat.shape[2]


def style_error(gram: Tensor, target: Tensor, metric: Tensor | None = None) -> Tensor:
    """|G - T|² / |T|² of a Gram matrix (C, C), or of each of several (N, C, C)."""
    return gram_square(gram - target, metric=metric) / gram_square(target, metric=metric)


def content_error(features: Tensor, target: Tensor, metric: Tensor | None = None) -> Tensor:
    """|F - T|² / |T|² for each of N answers (N, C, h, w)."""
    return feature_square(features - target, metric=metric) / feature_square(target, metric=metric)


def total_variation(pictures: Tensor) -> Tensor:
    """The mean square of the steps between neighbours, down and across: (N, 3, H, W) -> (N,)."""
    down, across = pictures.diff(dim=2), pictures.diff(dim=3)
    return down.square().mean((1, 2, 3)) + across.square().mean((1, 2, 3))


def gram_square(gram: Tensor, metric: Tensor | None = None) -> Tensor:
    """|H G Hᵀ|² = tr(M G M G), M = HᵀH, of one (C, C) or several."""
    if metric is None:
        return gram.square().sum((-2, -1))
    product = metric @ gram
    return (product * product.transpose(-2, -1)).sum((-2, -1))


def feature_square(features: Tensor, metric: Tensor | None = None) -> Tensor:
    """|H F|² = Σ fᵀ M f over all places: (N, C, h, w) -> (N,)."""
    behind = features if metric is None else torch.einsum("cd,ndhw->nchw", metric, features)
    return (features * behind).sum((1, 2, 3))
