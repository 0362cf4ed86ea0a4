"""Sums of products of two channels over all places, as Gram matrices need them, at half the price.

The matrix is symmetric, so its backward pass is one product and not two; and bfloat16 is multiplied as it is. Each of a
few stretches of places is summed and rounded on its own, so that the rounding of the sum counts less.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

STRETCHES = 8


class _Products(torch.autograd.Function):
    """Places by channels (P, C) -> (C, C) float32."""

    @staticmethod
    def forward(ctx: Any, places: Tensor) -> Tensor:
        ctx.save_for_backward(places)
        if places.dtype == torch.float32:
            return places.T @ places
        whole = len(places) // STRETCHES * STRETCHES
        stretches = places[:whole].view(STRETCHES, -1, places.shape[1])
        found = (stretches.transpose(1, 2) @ stretches).float().sum(0)
        return found + (places[whole:].T @ places[whole:]).float() if whole < len(places) else found

    @staticmethod
    def backward(ctx: Any, pull: Tensor) -> Tensor:
        (places,) = ctx.saved_tensors
        return places @ (pull + pull.T).to(places.dtype)


def products(answer: Tensor, place_shares: Tensor | None = None) -> Tensor:
    """Of a layer's answer (1, C, h, w): (C, C) float32. `place_shares` (h, w): how much each place counts."""
    places = answer.permute(0, 2, 3, 1).reshape(-1, answer.shape[1])
    if place_shares is not None:
        places = places * place_shares.reshape(-1, 1).sqrt().to(places.dtype)
    return _Products.apply(places)
