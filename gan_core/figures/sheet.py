"""A film laid out: one square for each seed, a strip of numbers below, and two films side by side. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from gan_core.figures.picture import SAMPLES, Colour, Colours, Painter, font, mix, rgb
from gan_core.frames import unpack

MOVING = (
    "surface",
    "mode_counts",
    "fake",
    "arrows",
)  # arrays with a frame a row; those that a film lacks are not drawn
STANDING = ("real", "centres", "radii")
LABELS = ("Step", "Modes", "Good", "D loss", "G loss")
STRIP, INSET, DISC = 46, 12, 12  # the strip's height and margin, the radius behind a letter; at a side of 360 pixels
FEW = 48  # real points of one of several seeds: enough to see where the data lie
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

        values = (
            f"{self.steps[place]:,}",
            f"{number('modes', 'g')}/{modes}" if modes else None,
            number("good", ".0%"),
            number("discriminator_loss", "z.2f"),
            number("generator_loss", "z.2f"),
        )
        return [(label, value) for label, value in zip(self._words(LABELS), values, strict=True) if value is not None]

    def part(self, place: int) -> str:
        """In slow motion the part of a step that a frame shows, else nothing."""
        if "part" not in self.about["metrics"] or "parts" not in self.about:
            return ""
        number = int(self.arrays["metrics"][place, self.about["metrics"].index("part")])
        part = self.about["parts"][number]
        return self._words([part["title"]], [part["name"].replace("_", " ")])[0]

    def _words(self, english: Sequence[str], plain: Sequence[str] = ()) -> Sequence[str]:
        """In the words of the film where the font has them, else those given."""
        words = [self.about.get("words", {}).get(word, word) for word in english]
        return words if all(word.isascii() for word in words) else plain or english


class Sheet:
    """Draws moments of one film, or of two side by side, as pictures of one size."""

    def __init__(self, reels: Sequence[Reel], side: int, colours: Colours):
        """`side`: of a film's square, in pixels. Where it is even, so is the picture's width; its height always is."""
        letters = "AB" if len(reels) > 1 else " "
        self.columns = [
            _Column(reel, side, colours, letter.strip()) for reel, letter in zip(reels, letters, strict=True)
        ]
        self.background = colours.background
        self.pitch = side + 2 * round(side / 60)
        self.size = self.pitch * (len(reels) - 1) + side, max(column.height for column in self.columns)

    def draw(self, moment: Sequence[int]) -> Image.Image:
        """An RGB picture of one frame of each film."""
        picture = Image.new("RGB", self.size, self.background)
        for number, (column, place) in enumerate(zip(self.columns, moment, strict=True)):
            column.draw(picture, number * self.pitch, place)
        return picture


class _Column:
    """One film: its squares, and the strip below."""

    def __init__(self, reel: Reel, side: int, colours: Colours, letter: str):
        self.reel, self.side, self.letter = reel, side, letter
        self.ratio = side / 360
        self.across = int(np.ceil(np.sqrt(max(1, reel.seeds))))
        down = -(-max(1, reel.seeds) // self.across)
        between = round(4 * self.ratio)
        square = (side - (self.across - 1) * between) // self.across
        self.square, self.pitch = square, square + between
        self.squares = down * self.pitch - between  # height of all of them
        height = self.squares + round(STRIP * self.ratio)
        self.height = height + height % 2
        self.ink, self.background, self.real = rgb(colours.ink), rgb(colours.background), rgb(colours.real)
        self.quiet = mix(self.background, self.ink, 0.72)
        self.letter_ground = rgb(colours.a if letter == "A" else colours.b)
        standing, mark = reel.standing, None
        if reel.seeds:
            standing = {name: array[:FEW] if name == "real" else array for name, array in standing.items()}
            mark = min(square / 60, side / 187)
        self.painters = [Painter(standing, reel.about, square, colours, mark) for _ in range(max(1, reel.seeds))]

    def draw(self, picture: Image.Image, left: int, place: int) -> None:
        for seed, painter in enumerate(self.painters):
            x, y = left + seed % self.across * self.pitch, seed // self.across * self.pitch
            picture.paste(painter.draw(self.reel.frame(place, seed)), (x, y))
            if self.reel.seeds:
                self._seed(picture, x, y, seed, painter.covered)
        part = self.reel.part(place)
        if part:
            self._tag(picture, left, 0, part)
        self._strip(picture, left, self.reel.numbers(place))

    def _seed(self, picture: Image.Image, x: int, y: int, seed: int, covered: Sequence[bool] | None) -> None:
        """The seed's number on the left; on the right how many modes it covers, in real's colour when it is all."""
        self._tag(picture, x, y, str(self.reel.about.get("seed", 0) + seed))
        if covered:
            text, whole = f"{sum(covered)}/{len(covered)}", all(covered)
            self._tag(picture, x + self.square, y, text, right=True, ground=self.real if whole else None)

    def _tag(self, picture: Image.Image, x: int, y: int, text: str, *, right: bool = False,
             ground: Colour | None = None) -> None:  # fmt: skip
        """A word on a plate in a square's corner."""
        plate, letters = tag(text, 10.5 * self.ratio)
        inset = round(3 * self.ratio)
        corner = (x - inset - plate.width if right else x + inset), y + inset
        picture.paste(ground or self.background, corner, plate if ground else plate.point(lambda value: 0.8 * value))
        picture.paste(self.background if ground else self.ink, corner, letters)

    def _strip(self, picture: Image.Image, left: int, cells: Sequence[tuple[str, str]]) -> None:
        """Labels small and quiet, numbers below them; before them the letter of one of two films."""
        unit, size = SAMPLES * self.ratio, (SAMPLES * self.side, SAMPLES * (self.height - self.squares))
        masks = {name: Image.new("L", size) for name in ("labels", "numbers", "disc", "letter")}
        pens = {name: ImageDraw.Draw(mask) for name, mask in masks.items()}
        begin = INSET
        if self.letter:
            centre = unit * (INSET + DISC), unit * STRIP / 2
            pens["disc"].circle(centre, unit * DISC, 255)
            pens["letter"].text(centre, self.letter, 255, font(14 * unit), "mm")
            begin += 2 * DISC + 10
        width = (360 - INSET - begin) / len(cells)
        for place, (label, number) in enumerate(cells):
            x = unit * (begin + place * width)
            pens["labels"].text((x, 18 * unit), label, 255, font(10.5 * unit), "ls")
            pens["numbers"].text((x, 36 * unit), number, 255, font(15 * unit), "ls")
        colours = self.quiet, self.ink, self.letter_ground, self.background
        for colour, mask in zip(colours, masks.values(), strict=True):
            picture.paste(colour, (left, self.squares), mask.reduce(SAMPLES))


@lru_cache(maxsize=256)
def tag(text: str, size: float) -> tuple[Image.Image, Image.Image]:
    """Masks of a plate with round ends and of the text on it, whose letters are `size` pixels high."""
    letters = font(SAMPLES * size)
    width, height = round(letters.getlength(text) / SAMPLES + 0.9 * size), round(1.5 * size)
    masks = [Image.new("L", (SAMPLES * width, SAMPLES * height)) for _ in ("plate", "text")]
    box = (0, 0, SAMPLES * width - 1, SAMPLES * height - 1)
    ImageDraw.Draw(masks[0]).rounded_rectangle(box, SAMPLES * height / 2, 255)
    ImageDraw.Draw(masks[1]).text((SAMPLES * width / 2, SAMPLES * height / 2), text, 255, letters, "mm")
    return masks[0].reduce(SAMPLES), masks[1].reduce(SAMPLES)
