"""Textures from formulas, coloured at random: what a network should also know that learns from pictures."""

from __future__ import annotations

import torch
from torch import Tensor


def textures(count: int, size: int, random: torch.Generator) -> Tensor:
    """(count, 3, size, size) in [-1, 1]: clouds of every roughness, waves that bend, and both cut into few colours."""
    device = random.device
    draw = lambda *shape: torch.rand(shape, generator=random, device=device)  # noqa: E731
    frequency = torch.fft.fftfreq(size, device=device)
    radius = (frequency[:, None] ** 2 + frequency[None, : size // 2 + 1].abs() ** 2).sqrt().clamp(min=1 / size)
    roughness = 2.5 * draw(count, 1, 1, 1)
    spectrum = torch.fft.rfft2(torch.randn(count, 3, size, size, generator=random, device=device))
    clouds = torch.fft.irfft2(spectrum * radius**-roughness, s=(size, size))
    clouds = clouds / clouds.std((1, 2, 3), keepdim=True)

    across = torch.linspace(0, 1, size, device=device)
    angle, pitch = 2 * torch.pi * draw(count, 3, 1, 1), 2 ** (1 + 5 * draw(count, 3, 1, 1))  # cycles a picture
    phase = pitch * (across * angle.cos() + across[:, None] * angle.sin()) + 0.3 * draw(count, 1, 1, 1) * clouds
    waves = torch.where(draw(count, 1, 1, 1) < 0.4, torch.sin(2 * torch.pi * phase), clouds)
    steps = 1 + 3 * draw(count, 1, 1, 1)
    shapes = torch.where(draw(count, 1, 1, 1) < 0.4, (waves * steps).round() / steps, waves)
    colours = torch.randn(count, 3, 3, generator=random, device=device)
    mixed = torch.einsum("nck,nkhw->nchw", colours, shapes) / 2 + torch.randn(
        count, 3, 1, 1, generator=random, device=device
    ) / 2  # fmt: skip
    return torch.tanh(mixed)
