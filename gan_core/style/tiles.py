"""A large canvas, looked at in tiles: each with a margin as wide as the network sees, so that no seam is left.

What a tile answers inside its core is what the whole would answer there. Cores lie on a grid that every pooling of the
network divides.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from torch import Tensor

from gan_core.style_plan import IN_TILES

GRID = 16  # px: one place of relu5_1
MARGIN = 80  # px that relu5_1 sees to each side of its place, rounded up to the grid
CORE = 512  # px a side


class Tile(NamedTuple):
    """One tile of a canvas; ends are exclusive."""

    core: tuple[int, int, int, int]  # top, bottom, left, right
    window: tuple[int, int, int, int]  # likewise, with the margin

    def of(self, canvas: Tensor) -> Tensor:
        """The window of a canvas (N, C, H, W)."""
        top, bottom, left, right = self.window
        return canvas[:, :, top:bottom, left:right]

    def inside(self, answer: Tensor, whole: tuple[int, int], stride: int) -> Tensor:
        """The core of what a layer answered for the window. `whole`: the layer's size for the whole canvas."""
        top, bottom, left, right = self.places(whole, stride)
        down, across = self.window[0] // stride, self.window[2] // stride
        return answer[:, :, top - down : bottom - down, left - across : right - across]

    def places(self, whole: tuple[int, int], stride: int) -> tuple[int, int, int, int]:
        """Where the core lies in a layer's answer for the whole canvas."""
        top, bottom, left, right = self.core
        last_down, last_across = bottom == self.window[1], right == self.window[3]
        return (
            top // stride, whole[0] if last_down else bottom // stride,
            left // stride, whole[1] if last_across else right // stride,
        )  # fmt: skip


def tiles_of(height: int, width: int, core: int = CORE, whole: int = IN_TILES) -> list[Tile]:
    """Tiles that cover a canvas once; one if it is small."""
    if max(height, width) <= whole:
        return [Tile((0, height, 0, width), (0, height, 0, width))]
    return [
        Tile(
            (top, bottom, left, right),
            (max(0, top - MARGIN), _end(bottom, height), max(0, left - MARGIN), _end(right, width)),
        )
        for top, bottom in _cuts(height, core)
        for left, right in _cuts(width, core)
    ]


def _cuts(length: int, core: int) -> list[tuple[int, int]]:
    """Stretches of about equal length, at most about `core`, on the grid."""
    count = -(-length // core)
    edges = [round(length * index / count / GRID) * GRID for index in range(count)]
    return list(pairwise([*edges, length]))


def _end(edge: int, length: int) -> int:
    """Where the window ends; within the margin of the canvas's end it ends there."""
    return length if edge + MARGIN >= length else edge + MARGIN
