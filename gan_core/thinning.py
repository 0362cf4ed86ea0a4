"""Begin a slim network from the wide one, layer by layer, by least squares: no step of training yet.

Of each layer's channels those are kept from which the others can best be told (forward selection). The slim
convolution is then fitted to what the kept channels answer, seen through the slim layers below, and the head to what
all channels answer. He, Zhang and Sun, “Channel Pruning for Accelerating Very Deep Neural Networks”, 2017, in one pass.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from gan_core.networks.vgg import LAYERS, VGG19, SlimVGG

RIDGE = 1e-4  # of the mean of the diagonal
ROUNDS = 4  # of fitting: where the target is below 0, any answer below 0 is as good
CHUNK = 4  # pictures at a time


@torch.no_grad()
def thin(slim: SlimVGG, wide: VGG19, pictures: Tensor) -> None:
    """Give `slim` its first weights, from pictures (N, 3, H, W) in [-1, 1]."""
    below = [((each + 1) / 2 - slim.mean) / slim.deviation for each in pictures.split(CHUNK)]
    told = list(below)
    for name in LAYERS:
        at = slim.positions[name]
        if isinstance(pool := slim.features[max(at - 2, 0)], torch.nn.MaxPool2d):
            below, told = [pool(each) for each in below], [pool(each) for each in told]
        wanted = [wide.features[at - 1](each) for each in told]  # before the ReLU
        told = [each.relu() for each in wanted]
        kept = forward_selection(sum(_products(each, each) for each in told), slim.channels[name])
        convolution = slim.features[at - 1]
        _fit(convolution, below, [each[:, kept] for each in wanted])
        below = [convolution(each).relu() for each in below]
        own = sum(_products(each, each) for each in below)
        across = sum(_products(x, y) for x, y in zip(below, told, strict=True))
        _set_head(slim, name, own, across)


@torch.no_grad()
def fit_heads(slim: SlimVGG, wide: VGG19, pictures: Tensor, layers: Sequence[str]) -> None:
    """Give the heads of some layers the weights that are best for the network as it is."""
    own, across = dict.fromkeys(layers, 0), dict.fromkeys(layers, 0)
    for few in pictures.split(CHUNK):
        answers, told = slim(few, layers), wide(few, layers)
        for name in layers:
            own[name] = own[name] + _products(answers[name], answers[name])
            across[name] = across[name] + _products(answers[name], told[name])
    for name in layers:
        _set_head(slim, name, own[name], across[name])


def _set_head(slim: SlimVGG, name: str, own: Tensor, across: Tensor) -> None:
    slim.heads[name].weight.copy_(_solve(own, across).T[:, :, None, None])


def forward_selection(products: Tensor, count: int) -> list[int]:
    """The channels, one after another, that tell most of what is still unknown of all of them.

    Args:
        products: sums of products of all channels, (C, C).
    """
    rest = products.double().clone()
    chosen: list[int] = []
    for _ in range(count):
        told = rest.square().sum(0) / rest.diagonal().clamp(min=1e-9 * products.diagonal().mean())
        told[chosen] = -1
        best = int(told.argmax())
        chosen.append(best)
        column = rest[:, best].clone()
        rest -= column[:, None] * column / column[best].clamp(min=1e-12)
    return chosen


def _fit(convolution: torch.nn.Conv2d, below: list[Tensor], wanted: list[Tensor]) -> None:
    """Least squares for a 3x3 convolution; where it should answer below 0, being below 0 is enough."""
    gram = sum(_products(patches, patches) for patches in map(_patches, below))
    answers = [each.clone() for each in wanted]
    for _ in range(ROUNDS):
        across = sum(_products(_patches(x), y) for x, y in zip(below, answers, strict=True))
        solved = _solve(gram, across).T.float()  # (C, 9 B + 1)
        convolution.weight.copy_(solved[:, :-1].reshape(convolution.weight.shape))
        convolution.bias.copy_(solved[:, -1])
        answers = [torch.where(y > 0, y, convolution(x).clamp(max=0)) for x, y in zip(below, wanted, strict=True)]


def _patches(pictures: Tensor) -> Tensor:
    """(N, C, h, w) -> (N, 9 C + 1, h, w): what a 3x3 convolution sees at each place, and a one for its bias."""
    n, _, h, w = pictures.shape
    unfolded = F.unfold(pictures, 3, padding=1).reshape(n, -1, h, w)
    return torch.cat([unfolded, unfolded.new_ones(n, 1, h, w)], 1)


def _products(x: Tensor, y: Tensor) -> Tensor:
    """Sums over all pictures and places of the products of two answers' channels: (X, Y)."""
    x, y = x.transpose(0, 1).flatten(1), y.transpose(0, 1).flatten(1)
    return (x @ y.T).double()


def _solve(gram: Tensor, across: Tensor) -> Tensor:
    ridge = RIDGE * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype, device=gram.device)
    return torch.linalg.solve(gram + ridge, across).float()
