"""A run in the plane as a picture: what the canvas player shows, drawn with Pillow and without a screen. Torch-free.

Pillow's lines have hard edges. Shapes are therefore drawn as masks of four samples a pixel along each axis, reduced,
and then laid over the picture in their colour.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from gan_core.figures.stamps import Colour, disc, stamp, stamps, still, triangle
from gan_core.frames import Arrays


@dataclass(frozen=True)
class Colours:
    """Colours by meaning, as hexadecimal sRGB. The defaults below are those of the pages."""

    background: str
    ink: str
    real: str
    fake: str
    a: str
    b: str


LIGHT = Colours(background="#FFFFFF", ink="#101118", real="#0B62A8", fake="#B34700", a="#007A5E", b="#AA4499")
DARK = Colours(background="#14141B", ink="#E9E9F0", real="#6CB6FF", fake="#FFA34D", a="#3CCBA0", b="#DE93D0")

UNIT = 8192  # real and fake are integers; one view's extent is this many
SURFACE = 0.4  # how far D's surest opinion goes from the background to the colour of real or fake
FLAT = 1.5  # of 255; where D's opinion changes less across a cell, its contour is only rounding
HALF_ARROW = 0.5  # pull of the loss, per unit of length, that draws an arrow of half the longest length
LONGEST_ARROW = 0.1  # of the picture's side
MODE_RADIUS = 3  # in sigma: what counts as good, where the header has no radii of its own
SAMPLES = 4  # of a mask, in each pixel and along each axis


def mix(a: Colour, b: Colour, part: float) -> Colour:
    """The colour that lies `part` of the way from one to another."""
    return tuple(round(x + part * (y - x)) for x, y in zip(a, b, strict=True))


def rgb(colour: str) -> Colour:
    """A hexadecimal colour as numbers from 0 to 255."""
    return ImageColor.getrgb(colour)


@lru_cache(maxsize=16)
def font(size: float) -> ImageFont.FreeTypeFont:
    """The font inside Pillow, the same on every machine. It has ASCII and little more; `size` is in pixels."""
    return ImageFont.load_default(size)


class Painter:
    """Draws the frames of one seed of one run, each as a square picture. What stands still is prepared once."""

    def __init__(
        self, standing: Arrays, about: Mapping[str, Any], side: int, colours: Colours, mark: float | None = None
    ):
        """
        Args:
            standing: what a film holds for the whole run: real (N, 2), centres (K, 2), radii (K,); each may be missing.
            about: what the film's header says; extent, sigma and mode_threshold are used.
            side: of the picture, in pixels.
            mark: radius of a point in pixels, for one of several small pictures: those have no ticks and no ruler.
        """
        self.side, self.about, self.small = side, about, mark is not None
        self.mark = mark or side / 150
        self.ratio = max(0.6, side / 360)  # width of a thin line, in pixels
        self.background, self.ink = rgb(colours.background), rgb(colours.ink)
        self.real, self.fake = rgb(colours.real), rgb(colours.fake)
        self.shades = _shades(self.background, self.real, self.fake)
        self.pointed = stamps(triangle, self.fake, self.background, self.mark, 0.65 * self.ratio)
        rounds = stamps(disc, self.real, self.background, self.mark, 0.65 * self.ratio)
        self.points = [still(side, _places(standing["real"], side), rounds)] if "real" in standing else []
        self.centres, self.radii = self._rings(standing)
        self.covered: tuple[bool, ...] | None = None  # the modes that the layer below shows as covered
        self.modes: list[Layer] = []
        self.ruler = [] if self.small else self._ruler()

    def draw(self, frame: Arrays) -> Image.Image:
        """An RGB picture, from back to front: D's opinion and its contour at 1/2, modes, real, fake, arrows, ruler.

        Args:
            frame: surface (R, R), mode_counts (K,), fake (N, 2), arrows (M, 2) at the first fakes; each may be missing.
        """
        picture = self._surface(frame["surface"]) if "surface" in frame else self._blank()
        fake = _places(frame["fake"], self.side) if "fake" in frame else np.empty((0, 2))
        counts = frame.get("mode_counts", np.zeros(len(self.centres), dtype=np.int32))
        covered = tuple((counts >= self.about.get("mode_threshold", np.inf)).tolist())
        if covered != self.covered and len(covered) == len(self.centres):
            self.covered, self.modes = covered, self._modes(covered)
        self._lay(picture, self.modes)
        self._lay(picture, self.points)
        stamp(picture, fake, self.pointed)
        if "arrows" in frame:
            self._lay(picture, self._arrows(fake, frame["arrows"]))
        self._lay(picture, self.ruler)
        return picture

    # Back ------------------------------------------------------------------------------------------------------------

    def _blank(self) -> Image.Image:
        return Image.new("RGB", (self.side, self.side), self.background)

    def _surface(self, opinions: np.ndarray) -> Image.Image:
        count = len(opinions)
        field = Image.fromarray(np.ascontiguousarray(opinions[::-1]))  # the picture's first row is the largest y
        inner = (0.5, 0.5, count - 0.5, count - 0.5)  # the outermost samples lie on the border
        picture = field.resize((self.side, self.side), Image.Resampling.BICUBIC, inner)
        picture.putpalette(self.shades)
        picture = picture.convert("RGB")
        segments = contour(opinions.astype(np.float32), 127.5, FLAT) / (count - 1)  # (L, 4) of the side, y upwards
        ends = np.where([True, False, True, False], segments, 1 - segments) * (self.side * SAMPLES)
        alpha = round(0.3 * 255)
        width = round(self.ratio * SAMPLES)

        def lines(pen: ImageDraw.ImageDraw) -> None:
            for segment in ends.tolist():
                pen.line(segment, alpha, width)

        self._lay(picture, [self._layer(self.ink, lines)] if len(ends) else [])
        return picture

    def _rings(self, standing: Arrays) -> tuple[np.ndarray, np.ndarray]:
        """Centres (K, 2) and radii (K,) of the modes, in pixels."""
        centres = standing.get("centres", np.empty((0, 2)))
        unit = 0.5 * self.side / self.about["extent"]  # pixels in one unit of length
        radii = standing.get("radii", np.full(len(centres), MODE_RADIUS * self.about.get("sigma", 0.0)))
        places = centres * [unit, -unit] + 0.5 * self.side
        return places, np.maximum(radii * unit, 1.6 * self.mark)

    def _modes(self, covered: Sequence[bool]) -> list[Layer]:
        """A ring round each mode; a covered one is filled and, unless the picture is small, bears a tick."""
        there = np.array(covered, dtype=bool)
        ratio, badge = self.ratio, 6 * self.ratio
        rings = np.column_stack([self.centres, self.radii])  # (K, 3)
        from_middle = self.centres - 0.5 * self.side
        outward = np.arctan2(from_middle[:, 1], from_middle[:, 0])  # the tick sits on the outer side
        outward = np.where(np.hypot(*from_middle.T) > 0.025 * self.side, outward, -np.pi / 4)
        reach = (self.radii + badge)[:, None]
        badges = self.centres + reach * np.column_stack([np.cos(outward), np.sin(outward)])
        badges = badges[:0] if self.small else badges[there]

        def empty(pen: ImageDraw.ImageDraw) -> None:
            for x, y, radius in rings[~there].tolist():
                dash = np.degrees(3 * ratio / radius)
                for angle in np.arange(0, 360, 2 * dash).tolist():
                    pen.arc(_box(x, y, radius, 0.6 * ratio), angle, angle + dash, round(0.4 * 255), _wide(1.25 * ratio))

        def filled(pen: ImageDraw.ImageDraw) -> None:
            for x, y, radius in rings[there].tolist():
                pen.ellipse(_box(x, y, radius), round(0.12 * 255))
            for x, y, radius in rings[there].tolist():
                pen.ellipse(_box(x, y, radius, 0.6 * ratio), None, round(0.9 * 255), _wide(1.25 * ratio))

        def discs(pen: ImageDraw.ImageDraw) -> None:
            for x, y in badges.tolist():
                pen.ellipse(_box(x, y, badge), 255)

        def ticks(pen: ImageDraw.ImageDraw) -> None:
            for x, y in badges:
                tick = [(x - 0.45 * badge, y + 0.05 * badge), (x - 0.1 * badge, y + 0.4 * badge)]
                tick += [(x + 0.5 * badge, y - 0.35 * badge)]
                pen.line([(SAMPLES * u, SAMPLES * v) for u, v in tick], 255, _wide(1.6 * ratio), joint="curve")

        layers = [(self.ink, empty, (~there).any()), (self.real, filled, there.any()),
                  (self.real, discs, len(badges)), (self.background, ticks, len(badges))]  # fmt: skip
        return [self._layer(colour, shapes) for colour, shapes, needed in layers if needed]

    # Front -----------------------------------------------------------------------------------------------------------

    def _arrows(self, fake: np.ndarray, arrows: np.ndarray) -> list[Layer]:
        """Length L g / (g + g0) with the same g0 in every frame: a gradient that vanishes is seen to vanish."""
        ratio = self.ratio
        pull = np.hypot(*arrows.T)  # (M,)
        with np.errstate(invalid="ignore"):
            length = LONGEST_ARROW * self.side * pull / (pull + HALF_ARROW)
        seen = np.flatnonzero(length > ratio)  # not shorter than a pixel, not NaN
        if not len(seen):
            return []
        along = arrows[seen] / pull[seen, None] * [1, -1]  # (m, 2), the picture's y points downwards
        aside = along[:, ::-1] * [-1, 1]
        length = length[seen]
        head = np.minimum(6 * ratio, 0.5 * length)
        neck, thin, wide = length - head, np.full_like(head, 0.6 * ratio), 0.42 * head
        nothing = np.zeros_like(head)
        forth = np.stack([nothing, neck, neck, length, neck, neck, nothing], axis=1)[..., None]
        out = np.stack([thin, thin, wide, nothing, -wide, -thin, -thin], axis=1)[..., None]
        corners = fake[seen][:, None] + forth * along[:, None] + out * aside[:, None]  # (m, 7, 2)

        def shapes(pen: ImageDraw.ImageDraw) -> None:
            for outline in (SAMPLES * corners).reshape(-1, 14).tolist():
                pen.polygon(outline, round(0.78 * 255))

        return [self._layer(self.ink, shapes)]

    def _ruler(self) -> list[Layer]:
        """A calm ruler instead of axes: how long one round number of units is."""
        ratio, extent = self.ratio, self.about["extent"]
        power = 10 ** np.floor(np.log10(extent / 2))
        units = next(digit * power for digit in (5, 2, 1) if digit * power <= extent / 2)
        x, y, length = 12 * ratio, self.side - 12 * ratio, units / extent * 0.5 * self.side

        def shapes(pen: ImageDraw.ImageDraw) -> None:
            corners = [(x, y - 4 * ratio), (x, y), (x + length, y), (x + length, y - 4 * ratio)]
            pen.line([(SAMPLES * u, SAMPLES * v) for u, v in corners], round(0.6 * 255), _wide(ratio), joint="curve")
            place = (SAMPLES * (x + length / 2), SAMPLES * (y - 5 * ratio))
            pen.text(place, f"{units:g}", round(0.6 * 255), font(SAMPLES * 11 * ratio), "ms")

        return [self._layer(self.ink, shapes)]

    # Layers ----------------------------------------------------------------------------------------------------------

    def _layer(self, colour: Colour, shapes: Callable[[ImageDraw.ImageDraw], None]) -> Layer:
        mask = Image.new("L", (SAMPLES * self.side, SAMPLES * self.side))
        shapes(ImageDraw.Draw(mask))
        return colour, mask.reduce(SAMPLES)

    def _lay(self, picture: Image.Image, layers: Sequence[Layer]) -> None:
        for colour, mask in layers:
            picture.paste(colour, (0, 0), mask)


Layer = tuple[Colour | Image.Image, Image.Image]  # a colour or a picture, and how opaque it lies at each pixel


def contour(values: np.ndarray, level: float, flat: float) -> np.ndarray:
    """Marching squares: where samples (R, R) cross a level, as segments (L, 4) of x, y, x, y in samples.

    Args:
        flat: cells across which the values differ by less are left out.
    """
    corners = np.stack([values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1]])  # (4, R-1, R-1)
    following = np.roll(corners, -1, axis=0)
    crossed = (corners > level) != (following > level)  # by edge: bottom, right, top, left
    crossed &= np.ptp(corners, axis=0) >= flat
    with np.errstate(divide="ignore", invalid="ignore"):
        part = (level - corners) / (following - corners)
    zero, one = np.zeros_like(part[0]), np.ones_like(part[0])
    across = np.stack([part[0], one, 1 - part[2], zero])
    up = np.stack([zero, part[1], one, 1 - part[3]])
    rows, columns = np.indices(zero.shape)
    cell_by_cell = crossed.transpose(1, 2, 0)  # each cell has two crossed edges or four, which pair up in order
    x = (columns + across).transpose(1, 2, 0)[cell_by_cell]
    y = (rows + up).transpose(1, 2, 0)[cell_by_cell]
    return np.column_stack([x, y]).reshape(-1, 4)


def _places(points: np.ndarray, side: int) -> np.ndarray:
    """Points (N, 2) in units of UNIT as pixels."""
    return (points * [1, -1] / UNIT + 1) * (0.5 * side)


def _shades(background: Colour, real: Colour, fake: Colour) -> list[int]:
    """The colour of each of D's 256 opinions, as a palette."""
    certainty = (np.arange(256) - 127.5) / 127.5  # -1 surely fake, 1 surely real
    pairs = [mix(background, fake if sure < 0 else real, SURFACE * abs(sure)) for sure in certainty]
    return [number for colour in pairs for number in colour]


def _wide(pixels: float) -> int:
    return max(1, round(SAMPLES * pixels))


def _box(x: float, y: float, radius: float, grow: float = 0.0) -> tuple[float, float, float, float]:
    """What encloses a circle, in samples of a mask; an outline is drawn inside of it."""
    reach = radius + grow
    return SAMPLES * (x - reach), SAMPLES * (y - reach), SAMPLES * (x + reach), SAMPLES * (y + reach)
