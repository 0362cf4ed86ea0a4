"""What D sees of a picture, changed at random, real and fake alike, so that it cannot learn a small set by heart.

Zhao et al. 2020 (DiffAugment). Every change is differentiable: G's gradient flows back through it. Pictures are
(1, B, C, H, W) from -1 to 1, and so is what comes back.
"""

from __future__ import annotations

import torch
from torch import Tensor

from gan_core.seeds import Streams
from gan_core.specs import Augmentation


class DiffAugment:
    """Colour, shift and cutout, each as strong as the spec says."""

    def __init__(self, spec: Augmentation):
        self.spec = spec

    def __call__(self, pictures: Tensor, streams: Streams) -> Tensor:
        x = pictures[0]  # (B, C, H, W)
        count = len(x)
        random = streams.draw(
            "augmentation", lambda stream: torch.rand(count, 7, generator=stream, device=stream.device)
        )[0].unbind(1)  # seven numbers a picture, (B,) each
        if self.spec.colour:
            x = coloured(x, *random[:3], self.spec.colour)
        if self.spec.shift:
            x = shifted(x, *random[3:5], self.spec.shift)
        if self.spec.cutout:
            x = cut_out(x, *random[5:7], self.spec.cutout)
        return x[None]


def coloured(x: Tensor, brightness: Tensor, saturation: Tensor, contrast: Tensor, strength: float) -> Tensor:
    """Brighter by up to half of 1, colours from grey to twice as strong, contrast from half to one and a half."""
    brightness, saturation, contrast = (each[:, None, None, None] for each in (brightness, saturation, contrast))
    x = x + strength * (brightness - 0.5)
    if x.shape[1] > 1:
        grey = x.mean(1, keepdim=True)
        x = grey + (x - grey) * (1 + strength * (2 * saturation - 1))
    mean = x.mean((1, 2, 3), keepdim=True)
    return mean + (x - mean) * (1 + strength * (contrast - 0.5))


def shifted(x: Tensor, down: Tensor, right: Tensor, share: float) -> Tensor:
    """Moved by whole pixels, at most this share of the side; what comes in is black's and white's middle, 0."""
    side = x.shape[-1]
    most = round(share * side)
    rows, columns = ((each * (2 * most + 1)).long().clamp_max(2 * most) for each in (down, right))  # 0 ... 2 most
    padded = torch.nn.functional.pad(x, [most] * 4).permute(0, 2, 3, 1)  # (B, H + 2 most, W + 2 most, C)
    along = torch.arange(side, device=x.device)
    which = torch.arange(len(x), device=x.device)[:, None, None]
    moved = padded[which, (rows[:, None] + along)[:, :, None], (columns[:, None] + along)[:, None, :]]
    return moved.permute(0, 3, 1, 2)


def cut_out(x: Tensor, down: Tensor, right: Tensor, share: float) -> Tensor:
    """A square of this share of the side is blanked, anywhere, over the edge too."""
    side = x.shape[-1]
    along = torch.arange(side, device=x.device) + 0.5
    rows = (along - down[:, None] * side).abs() < share * side / 2  # (B, H)
    columns = (along - right[:, None] * side).abs() < share * side / 2  # (B, W)
    return x * ~(rows[:, :, None] & columns[:, None, :])[:, None]
