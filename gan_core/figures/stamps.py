"""Points as small pictures: round for real, pointed for fake, each at quarters of a pixel so that they move smoothly.

A rim in the background's colour keeps points apart where they crowd.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Outline = Callable[[int, float, float, float, float], Image.Image]

PHASES = 4  # places within a pixel, along each axis, at which a point can lie
FINE = 16  # samples in each pixel of a stamp, along each axis


def stamps(outline: Outline, colour: Colour, background: Colour, mark: float, rim: float) -> list[Image.Image]:
    """PHASES² RGBA pictures of a point.

    Args:
        outline: `disc` or `triangle`.
        mark: the point's radius in pixels.
        rim: how far the background's colour reaches beyond it, in pixels.
    """
    size = 2 * int(np.ceil(1.3 * mark + rim)) + 3
    pictures = []
    for phase in np.ndindex(PHASES, PHASES):  # down, across
        y, x = (size // 2 + (place + 0.5) / PHASES for place in phase)
        inside, with_rim = (
            np.asarray(outline(size, x, y, mark, grown), dtype=np.float32) / 255 for grown in (0.0, rim)
        )
        around = 0.9 * (1 - inside) * with_rim
        alpha = inside + around
        shade = inside[..., None] * np.array(colour) + around[..., None] * np.array(background)
        shade /= np.maximum(alpha, 1e-6)[..., None]
        pixels = np.concatenate([shade, 255 * alpha[..., None]], axis=2)  # (size, size, RGBA)
        pictures.append(Image.fromarray(np.rint(pixels).astype(np.uint8)))
    return pictures


def disc(size: int, x: float, y: float, mark: float, grown: float) -> Image.Image:
    """A mask of a round point, larger by `grown`."""
    reach = 0.88 * mark + grown
    return _mask(size, lambda pen: pen.circle((FINE * x, FINE * y), FINE * reach, 255))


def triangle(size: int, x: float, y: float, mark: float, grown: float) -> Image.Image:
    """A mask of a pointed point, larger by `grown` on all sides and then with round corners."""
    corners = [(x, y - 1.2 * mark), (x + 1.1 * mark, y + 0.8 * mark), (x - 1.1 * mark, y + 0.8 * mark)]
    corners = [(FINE * u, FINE * v) for u, v in corners]

    def shape(pen: ImageDraw.ImageDraw) -> None:
        pen.polygon(corners, 255)
        if grown:
            pen.line([*corners, corners[0]], 255, round(2 * FINE * grown))
            for corner in corners:
                pen.circle(corner, FINE * grown, 255)

    return _mask(size, shape)


def _mask(size: int, shape: Callable[[ImageDraw.ImageDraw], None]) -> Image.Image:
    mask = Image.new("L", (FINE * size, FINE * size))
    shape(ImageDraw.Draw(mask))
    return mask.reduce(FINE)


def stamp(picture: Image.Image, places: np.ndarray, pictures: Sequence[Image.Image]) -> None:
    """Lay a point at each of the places (N, 2), in pixels, one after the other; those out of sight are passed over."""
    half = pictures[0].width // 2
    visible = places[((places > -half) & (places < np.array(picture.size) + half)).all(axis=1)]
    corner = np.floor(visible).astype(int)  # (N, 2)
    phase = np.minimum(PHASES * (visible - corner), PHASES - 1).astype(int)
    which = (PHASES * phase[:, 1] + phase[:, 0]).tolist()
    for (x, y), at in zip((corner - half).tolist(), which, strict=True):
        picture.paste(pictures[at], (x, y), pictures[at])


def still(side: int, places: np.ndarray, pictures: Sequence[Image.Image]) -> tuple[Image.Image, Image.Image]:
    """Points that never move as one picture and its mask: over black and over white they tell colour and opacity."""
    black, white = (Image.new("RGB", (side, side), (ground, ground, ground)) for ground in (0, 255))
    for picture in (black, white):
        stamp(picture, places, pictures)
    dark, light = (np.asarray(picture, dtype=np.float32) for picture in (black, white))
    alpha = 1 - (light - dark).mean(axis=2) / 255
    colour = np.clip(dark / np.maximum(alpha, 1e-6)[..., None], 0, 255)
    return Image.fromarray(np.rint(colour).astype(np.uint8)), Image.fromarray(np.rint(255 * alpha).astype(np.uint8))
