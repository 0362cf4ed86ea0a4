"""How a canvas moves: L-BFGS with a short memory, or Adam. Neither reads a number from the device.

A canvas that grows takes what was learnt of it along: `resized`. Coarse structure of a picture is steep and its
specks are flat only because there are so many of them; steps are therefore measured in a norm in which a wave counts
less the finer it is, which saves L-BFGS a third of its steps.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

MEMORY = 10  # pairs of a step and the change of slope that it made; kept as bfloat16, so that a checkpoint stays small
SMOOTH = 0.5  # power of the squared frequency by which a wave's step is smaller
FLAT = 0.02  # cycles a pixel, below which all waves count alike
FIRST = 0.02  # of the first step, root mean square, for pixels in [-1, 1]
FARTHEST = 0.1  # of any step, likewise


def smoothed(slope: Tensor) -> Tensor:
    """(1, 3, H, W), its waves scaled by (f² + FLAT²)^-SMOOTH, of mean 1."""
    height, width = slope.shape[2:]
    down = torch.fft.fftfreq(height, device=slope.device)[:, None]
    across = torch.fft.rfftfreq(width, device=slope.device)
    scale = (down.square() + across.square() + FLAT**2).pow(-SMOOTH)
    return torch.fft.irfft2(torch.fft.rfft2(slope) * (scale / scale.mean()), s=(height, width))


class Lbfgs:
    """Nocedal 1980, with full steps no longer than `FARTHEST` and no line search: one look a step."""

    def __init__(self) -> None:
        self.steps: list[Tensor] = []
        self.turns: list[Tensor] = []  # change of slope along each
        self.at: Tensor | None = None
        self.slope: Tensor | None = None
        self.reach = 1.0  # of FARTHEST and FIRST; halved when a step went wrong

    def step(self, canvas: Tensor, slope: Tensor) -> Tensor:
        """Where the canvas goes from here, given the slope of its loss."""
        if self.at is not None:
            self.steps = [*self.steps[1 - MEMORY :], (canvas - self.at).bfloat16()]
            self.turns = [*self.turns[1 - MEMORY :], (slope - self.slope).bfloat16()]
        self.at, self.slope = canvas, slope
        pull = slope.clone()
        pairs = [_Pair(step.float(), turn.float()) for step, turn in zip(self.steps, self.turns, strict=True)]
        shares = []
        for pair in reversed(pairs):
            shares.append(pair.flatness * (pair.step * pull).sum())
            pull -= shares[-1] * pair.turn
        pull = smoothed(pull)
        scale = self.reach * FIRST / _size(pull)
        for pair in pairs[-1:]:
            rise = (pair.turn * smoothed(pair.turn)).sum()
            scale = torch.where(pair.flatness > 0, 1 / (pair.flatness * rise), scale)
        pull *= scale
        for pair, share in zip(pairs, reversed(shares), strict=True):
            pull += pair.step * (share - pair.flatness * (pair.turn * pull).sum())
        return canvas - pull * (self.reach * FARTHEST / _size(pull)).clamp(max=1)

    def look_away(self) -> None:
        """What is minimised has changed: the next slope is not compared with the last."""
        self.at = self.slope = None

    def forget(self) -> None:
        """Begin anew."""
        self.steps, self.turns = [], []
        self.look_away()

    def resized(self, height: int, width: int) -> None:
        """Take what was learnt to a canvas of another size. A pixel's share of the slope falls as pixels grow more."""
        if self.steps:
            share = self.steps[0].shape[2] * self.steps[0].shape[3] / (height * width)
            self.steps = [grown(step.float(), height, width).bfloat16() for step in self.steps]
            self.turns = [(share * grown(turn.float(), height, width)).bfloat16() for turn in self.turns]
        self.look_away()

    def state(self) -> dict[str, Tensor]:
        """Tensors by name; `load` takes them back."""
        found = {f"step.{index}": each for index, each in enumerate(self.steps)}
        found |= {f"turn.{index}": each for index, each in enumerate(self.turns)}
        found |= {"at": self.at, "slope": self.slope} if self.at is not None else {}
        return found | {"reach": torch.tensor(self.reach, dtype=torch.float64)}

    def load(self, state: dict[str, Tensor]) -> None:
        count = sum(name.startswith("step.") for name in state)
        self.steps = [state[f"step.{index}"] for index in range(count)]
        self.turns = [state[f"turn.{index}"] for index in range(count)]
        self.at, self.slope = state.get("at"), state.get("slope")
        self.reach = float(state["reach"])


class Adam:
    """Kingma and Ba 2015, with betas (0.9, 0.99)."""

    betas = (0.9, 0.99)

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.first: Tensor | None = None
        self.second: Tensor | None = None
        self.count = 0
        self.reach = 1.0

    def step(self, canvas: Tensor, slope: Tensor) -> Tensor:
        """Where the canvas goes from here, given the slope of its loss."""
        if self.first is None:
            self.first, self.second = torch.zeros_like(slope), torch.zeros_like(slope)
        self.count += 1
        first, second = self.betas
        self.first = first * self.first + (1 - first) * slope
        self.second = second * self.second + (1 - second) * slope.square()
        mean, square = self.first / (1 - first**self.count), self.second / (1 - second**self.count)
        return canvas - self.reach * self.rate * mean / (square.sqrt() + 1e-12)

    def look_away(self) -> None:
        """What is minimised has changed a little; the means follow."""

    def forget(self) -> None:
        """Begin anew."""
        self.first = self.second = None
        self.count = 0

    def resized(self, height: int, width: int) -> None:
        """Take the means to a canvas of another size."""
        if self.first is not None:
            share = self.first.shape[2] * self.first.shape[3] / (height * width)
            self.first = share * grown(self.first, height, width)
            self.second = share**2 * F.interpolate(self.second, (height, width), mode="bilinear")  # never below 0

    def state(self) -> dict[str, Tensor]:
        """Tensors by name; `load` takes them back."""
        found = {"first": self.first, "second": self.second} if self.first is not None else {}
        return found | {"count": torch.tensor(self.count), "reach": torch.tensor(self.reach, dtype=torch.float64)}

    def load(self, state: dict[str, Tensor]) -> None:
        self.first, self.second = state.get("first"), state.get("second")
        self.count, self.reach = int(state["count"]), float(state["reach"])


class _Pair:
    """A step, the turn of the slope along it, and 1 / (step · turn): 0 where the slope did not rise as in a bowl."""

    def __init__(self, step: Tensor, turn: Tensor):
        self.step, self.turn = step, turn
        rise = (step * turn).sum()
        self.flatness = torch.where(rise > 1e-10 * turn.square().sum(), 1 / rise, 0.0)


def grown(pictures: Tensor, height: int, width: int) -> Tensor:
    """(N, C, h, w) at another size, smoothly: (N, C, height, width)."""
    if pictures.shape[2:] == (height, width):
        return pictures
    return F.interpolate(pictures, size=(height, width), mode="bicubic", antialias=True, align_corners=False)


def _size(pull: Tensor) -> Tensor:
    """Root mean square."""
    return pull.square().mean().sqrt().clamp(min=1e-30)
