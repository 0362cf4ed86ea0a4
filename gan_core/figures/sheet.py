"""A film laid out: one square for each seed, a strip of numbers below, and two films side by side. Torch-free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from gan_core.figures.picture import Colours, Painter, font, mix, rgb
from gan_core.frames import unpack

MOVING = ("surface", "mode_counts", "fake", "arrows")  # arrays with a frame a row; those that a film lacks are not drawn
STANDING = ("real", "centres", "radii")
LABELS = ("Step", "Modes", "Good", "D loss", "G loss")
STRIP = 46  # height of the strip at a side of 360 pixels
NOTHING = "-"  # shown for a number that does not exist


class Reel:
    """A film, unpacked."""

    def __init__(self, film: bytes):
        """
        Raises:
            ValueError: the film has no frames.
        """
        self.arrays, self.about = unpack(film)
        self.steps = self.arrays.get("step", np.empty(0, dtype=np.int32))  # (T,)
        if not len(self.steps):
            raise ValueError("This film has no frames yet, so there is nothing to take away.")
        fake = self.arrays.get("fake")
        self.seeds = fake.shape[1] if fake is not None and fake.ndim == 4 else 0  # 0: no axis of seeds

    @property
    def standing(self) -> dict[str, np.ndarray]:
        return {name: self.arrays[name] for name in STANDING if name in self.arrays}

    def frame(self, place: int, seed: int) -> dict[str, np.ndarray]:
        """What moves, of one seed."""
        frame = {name: self.arrays[name][place] for name in MOVING if name in self.arrays}
        return {name: array[seed] for name, array in frame.items()} if self.seeds else frame

    def numbers(self, place: int) -> list[tuple[str, str]]:
        """Label and number of each cell of the strip; no modes where the data have none."""
        metrics = dict(zip(self.about["metrics"], self.arrays["metrics"][place].tolist(), strict=True))
        modes = len(self.arrays.get("centres", ()))

        def number(name: str, form: str) -> str:
            value = metrics.get(name, np.nan)
            return format(value, form) if np.isfinite(value) else NOTHING

        values = [
            f"{self.steps[place]:,}",
            f"{number('modes', 'g')}/{modes}",
            number("good", ".0%"),
            number("discriminator_loss", "z.2f"),
            number("generator_loss", "z.2f"),
        ]
        return [cell for cell in zip(self._labels(), values, strict=True) if modes or cell[1] is not values[1]]

    def _labels(self) -> Sequence[str]:
        """In the words of the film, where the font has them."""
        words = [self.about.get("words", {}).get(label, label) for label in LABELS]
        return words if all(word.isascii() for word in words) else LABELS


class Sheet:
    """Draws moments of one film, or of two side by side, as pictures of one size with even sides."""

    def __init__(self, reels: Sequence[Reel], side: int, colours: Colours):
        side -= side % 2  # a video's sides are even
        self.columns = [_Column(reel, side, colours) for reel in reels]
        if len(reels) > 1:
            for column, role in zip(self.columns, "AB", strict=True):
                column.role = role
        self.colours = colours
        self.gap = 2 * round(side / 60)
        height = max(column.height for column in self.columns)
        self.size = len(reels) * (side + self.gap) - self.gap, height

    def draw(self, moment: Sequence[int]) -> Image.Image:
        """An RGB picture of one frame of each film."""
        picture = Image.new("RGB", self.size, self.colours.background)
        left = 0
        for column, place in zip(self.columns, moment, strict=True):
            column.draw(picture, left, place)
            left += column.side + self.gap
        return picture


class _Column:
    """One film: its squares, and the strip below."""

    def __init__(self, reel: Reel, side: int, colours: Colours):
        self.reel, self.side, self.colours, self.role = reel, side, colours, ""
        self.ratio = side / 360
        self.across = int(np.ceil(np.sqrt(max(1, reel.seeds))))
        self.down = -(-max(1, reel.seeds) // self.across)
        between = round(4 * self.ratio)
        panel = (side - (self.across - 1) * between) // self.across
        self.pitch = panel + between
        self.squares = self.down * self.pitch - between  # height of all squares
        height = self.squares + round(STRIP * self.ratio)
        self.height = height + height % 2
        corner = (self.down - 1) * self.across  # the square at the bottom left
        self.painters = [
            Painter(reel.standing, reel.about, panel, colours, ruler=seed == corner) for seed in range(max(1, reel.seeds))
        ]
        self.ink, self.background = rgb(colours.ink), rgb(colours.background)
        self.quiet = mix(self.background, self.ink, 0.72)

    def draw(self, picture: Image.Image, left: int, place: int) -> None:
        for seed, painter in enumerate(self.painters):
            down, across = divmod(seed, self.across)
            corner = left + across * self.pitch, down * self.pitch
            frame = self.reel.frame(place, seed)
            picture.paste(painter.draw(frame), corner)
            if self.reel.seeds and painter.covered:
                self._tag(picture, corner, f"{sum(painter.covered)}/{len(painter.covered)}")
        self._strip(picture, left, self.reel.numbers(place))
        if self.role:
            self._badge(picture, left)

    def _tag(self, picture: Image.Image, corner: tuple[int, int], text: str) -> None:
        """How many modes this seed covers, in the square's corner."""
        size, inset = 10.5 * self.ratio, round(3 * self.ratio)
        x, y = corner[0] + inset, corner[1] + inset
        width, height = round(font(size).getlength(text) + 6 * self.ratio), round(15 * self.ratio)
        plate = Image.new("L", (width, height), round(0.85 * 255))
        picture.paste(self.background, (x, y), plate)
        ImageDraw.Draw(picture).text((x + width / 2, y + height / 2), text, self.ink, font(size), "mm")

    def _badge(self, picture: Image.Image, left: int) -> None:
        """The letter of the set-up, in its colour."""
        ratio = self.ratio
        x, y, reach = left + 10 * ratio, 10 * ratio, 22 * ratio
        colour = rgb(self.colours.a if self.role == "A" else self.colours.b)
        pen = ImageDraw.Draw(picture)
        pen.rounded_rectangle((x, y, x + reach, y + reach), 5 * ratio, colour)
        pen.text((x + reach / 2, y + reach / 2), self.role, self.background, font(14 * ratio), "mm")

    def _strip(self, picture: Image.Image, left: int, cells: Sequence[tuple[str, str]]) -> None:
        """Labels small and quiet, numbers below them."""
        pen, ratio, top = ImageDraw.Draw(picture), self.ratio, self.squares
        inset = 12 * ratio
        width = (self.side - 2 * inset) / len(cells)
        for place, (label, number) in enumerate(cells):
            x = left + inset + place * width
            pen.text((x, top + 18 * ratio), label, self.quiet, font(10.5 * ratio), "ls")
            pen.text((x, top + 36 * ratio), number, self.ink, font(15 * ratio), "ls")
