"""The making of a picture, from the first stroke to the last: GIF and MP4 to take away. Torch-free.

    previews = [unpack(frame)[0]["picture"].tobytes() for frame in frames]
    mp4(previews)

The same previews give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from gan_core.figures.moving import MOST_PICTURES, SAMPLED, SECONDS, animation, paced, palette_of, video

SIDES = (64, 1024)  # px of the longer side
GIF_BYTES = 6_000_000
BLACK = (0, 0, 0)  # what is over in the palette


def gif(previews: Sequence[bytes], seconds: float = 6, side: int = 400) -> bytes:
    """An animation that runs for ever; about 6 MB at most.

    Args:
        previews: encoded pictures, in order; smaller ones are enlarged to the last one's size.
        seconds: how long it plays about, before the last is held for one more.
        side: px of the longer side, at most.

    Raises:
        ValueError: there are none, or a number is out of bounds.
    """
    film = _Film(previews, seconds, side)
    trial = paced(len(previews), seconds, SAMPLED)
    drawn = [film.draw(place) for place in trial.places]
    palette = palette_of(drawn, [BLACK])
    each = len(animation(drawn, trial, palette)) / len(drawn)  # bytes
    pace = paced(len(previews), seconds, int(GIF_BYTES / each))
    return animation(map(film.draw, pace.places), pace, palette)


def mp4(previews: Sequence[bytes], seconds: float = 6, side: int = 640) -> bytes:
    """A video that every browser, phone and slide program plays. Args and errors as for `gif`."""
    film = _Film(previews, seconds, side)
    pace = paced(len(previews), seconds, MOST_PICTURES)
    return video(map(film.draw, pace.places), pace)


class _Film:
    """Previews at one size, even for MP4."""

    def __init__(self, previews: Sequence[bytes], seconds: float, side: int):
        if not previews:
            raise ValueError("This run has no previews yet, so there is nothing to take away.")
        for name, value, (least, largest) in (("side", side, SIDES), ("seconds", seconds, SECONDS)):
            if not least <= value <= largest:
                raise ValueError(f"A film's {name} must be from {least} to {largest}, not {value:g}.")
        self.previews = previews
        width, height = Image.open(io.BytesIO(previews[-1])).size
        scale = min(1.0, side / max(width, height))
        self.size = tuple(max(2, round(scale * length) // 2 * 2) for length in (width, height))

    def draw(self, place: int) -> Image.Image:
        """One preview as an RGB picture."""
        picture = Image.open(io.BytesIO(self.previews[place])).convert("RGB")
        return picture.resize(self.size, Image.Resampling.BICUBIC)
