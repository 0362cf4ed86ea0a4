"""What G made of the same noise, from the first step to the last: GIF, MP4 and PNG to take away. Torch-free.

    sheets = [unpack(frame)[0]["samples"].tobytes() for frame in frames]
    gif(sheets, steps, about["size"], about["samples"])

A sheet is what `gan_core.pictures.sheet` makes: pictures row by row as one WebP. The same sheets give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

from gan_core.figures.moving import MOST_PICTURES, SAMPLED, SECONDS, animation, paced, palette_of, video
from gan_core.figures.picture import DARK, LIGHT, Colours, font, mix, rgb

SIDES = (120, 1280)  # of a whole film, in pixels
GIF_BYTES = 6_000_000
MARGIN, GAP, FOOT = 8, 2, 34  # round the pictures, between two of them, and for the step below; in pixels


def gif(sheets: Sequence[bytes], steps: Sequence[int], size: int, count: int, seconds: float = 10,
        dark: bool = False, side: int = 680, label: str = "step") -> bytes:  # fmt: skip
    """An animation that runs for ever; about 6 MB at most, which busy colour pictures reach with fewer of them.

    Args:
        sheets: each a moment, in order.
        steps: the step of each sheet.
        size: of a picture, in pixels.
        count: of pictures on a sheet; places that are left over stay empty.
        seconds: how long it plays about, before the last sheet is held for one more.
        side: the whole may be so many pixels wide; pictures are enlarged, or reduced, by a whole number.
        label: the word before the step; another than English is shown where the font has its letters.

    Raises:
        ValueError: there are no sheets, or a number is out of bounds.
    """
    wall = _Wall(sheets, steps, size, count, seconds, dark, side, label)
    trial = paced(len(sheets), seconds, SAMPLED)
    drawn = [wall.draw(place) for place in trial.places]
    palette = palette_of(drawn, [wall.background, wall.ink])
    each = len(animation(drawn, trial, palette)) / len(drawn)  # bytes; of more sheets less changes from one to the next
    pace = paced(len(sheets), seconds, int(GIF_BYTES / each))
    return animation(map(wall.draw, pace.places), pace, palette)


def mp4(sheets: Sequence[bytes], steps: Sequence[int], size: int, count: int, seconds: float = 10,
        dark: bool = False, side: int = 680, label: str = "step") -> bytes:  # fmt: skip
    """A video that every browser, phone and slide program plays. Args and errors as for `gif`."""
    wall = _Wall(sheets, steps, size, count, seconds, dark, side, label)
    pace = paced(len(sheets), seconds, MOST_PICTURES)
    return video(map(wall.draw, pace.places), pace)


def png(sheet: bytes, step: int, size: int, count: int, dark: bool = False, side: int = 680,
        label: str = "step") -> bytes:  # fmt: skip
    """One sheet as a picture. Args and errors as for `gif`."""
    target = io.BytesIO()
    _Wall([sheet], [step], size, count, SECONDS[0], dark, side, label).draw(0).save(target, "PNG")
    return target.getvalue()


class _Wall:
    """Sheets laid out for looking at: pictures apart from each other, and the step below."""

    def __init__(self, sheets: Sequence[bytes], steps: Sequence[int], size: int, count: int, seconds: float,
                 dark: bool, side: int, label: str):  # fmt: skip
        if not sheets:
            raise ValueError("This run has no samples yet, so there is nothing to take away.")
        for name, value, (least, largest) in (("side", side, SIDES), ("seconds", seconds, SECONDS)):
            if not least <= value <= largest:
                raise ValueError(f"A film's {name} must be from {least} to {largest}, not {value:g}.")
        colours: Colours = DARK if dark else LIGHT
        self.background, self.ink = rgb(colours.background), rgb(colours.ink)
        self.quiet = mix(self.background, self.ink, 0.3)
        self.sheets, self.steps, self.size, self.count = sheets, steps, size, count
        self.label = label if label.isascii() else "step"
        width = Image.open(io.BytesIO(sheets[0])).width
        self.across, self.down = width // size, -(-count // (width // size))
        room = side - 2 * MARGIN - (self.across - 1) * GAP
        self.larger, self.smaller = max(1, room // width), max(1, -(-width // room))  # one of the two is 1
        self.shown = -(-size // self.smaller) * self.larger  # a picture's side
        self.pitch = self.shown + GAP
        self.extent = self.across * self.pitch - GAP + 2 * MARGIN, self.down * self.pitch - GAP + MARGIN + FOOT
        self.canvas = self.extent[0] + self.extent[0] % 2, self.extent[1] + self.extent[1] % 2  # MP4 wants even ones

    def draw(self, place: int) -> Image.Image:
        """One sheet as an RGB picture."""
        whole = Image.open(io.BytesIO(self.sheets[place])).convert("RGB")
        picture = Image.new("RGB", self.canvas, self.background)
        for number in range(self.count):
            row, column = divmod(number, self.across)
            left, top = column * self.size, row * self.size
            one = whole.crop((left, top, left + self.size, top + self.size)).reduce(self.smaller)
            one = one.resize((self.shown, self.shown), Image.Resampling.NEAREST)
            picture.paste(one, (MARGIN + column * self.pitch, MARGIN + row * self.pitch))
        self._foot(picture, self.steps[place])
        return picture

    def _foot(self, picture: Image.Image, step: int) -> None:
        """The step in words, and as a line how far that is."""
        pen = ImageDraw.Draw(picture)
        middle = self.extent[1] - FOOT // 2
        text = f"{self.label} {step:,}"
        pen.text((MARGIN, middle), text, self.ink, font(15), "lm")
        longest = font(15).getlength(f"{self.label} {self.steps[-1]:,}")
        left, right = MARGIN + round(longest) + 14, self.extent[0] - MARGIN - 1
        if len(self.steps) > 1 and left < right:
            reached = left + round((right - left) * step / max(1, self.steps[-1]))
            pen.line((left, middle, right, middle), self.quiet, 2)
            pen.line((left, middle, reached, middle), self.ink, 2)
