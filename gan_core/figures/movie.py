"""Films to take away: GIF, MP4 and PNG of what the player shows. Torch-free, and bounded in pictures and in pixels.

    gif([film])                  # one run, or several seeds of it as small multiples
    mp4([film_a, film_b])        # A against B, side by side on one clock
    png(film, -1)                # the last frame

A film is what `gan_core.frames.film` packs. The same film gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np

from gan_core.figures.moving import LONGEST, MOST_PICTURES, SECONDS, Pace, animation, paced, palette_of, video
from gan_core.figures.picture import DARK, LIGHT, Colours, rgb
from gan_core.figures.sheet import Reel, Sheet

SIDES = (120, 720)  # of a film's square, in pixels
SLOW = 150  # hundredths of a second that a picture of slow motion stands at the longest
GIF_PIXELS = 18_000_000  # of all pictures: at a quarter of a byte for each, 4.5 MB


def gif(films: Sequence[bytes], side: int = 360, seconds: float = 10, dark: bool = False) -> bytes:
    """An animation that runs for ever, wherever pictures are shown; about 5 MB at most.

    Args:
        films: one, or two that are shown side by side.
        side: of a film's square, in pixels; the larger it is, the fewer pictures a second.
        seconds: how long it plays about, before the last picture is held for one more.

    Raises:
        ValueError: a film is empty, there are none or too many, or a number is out of bounds.
    """
    reels = _reels(films, side, seconds)
    sheet = Sheet(reels, side, _colours(dark))
    moments, pace = _timing(reels, seconds, GIF_PIXELS // (sheet.size[0] * sheet.size[1]))
    exact = [rgb(colour) for colour in vars(_colours(dark)).values()]  # those that carry a meaning
    palette = palette_of([sheet.draw(moments[place]) for place in pace.sampled], exact)
    return animation((sheet.draw(moments[place]) for place in pace.places), pace, palette)


def mp4(films: Sequence[bytes], side: int = 480, seconds: float = 10, dark: bool = False) -> bytes:
    """A video that every browser, phone and slide program plays: H.264 in 4:2:0.

    Args and errors as for `gif`. An odd `side` loses a pixel, because 4:2:0 halves them.
    """
    reels = _reels(films, side, seconds)
    sheet = Sheet(reels, side - side % 2, _colours(dark))
    moments, pace = _timing(reels, seconds, MOST_PICTURES)
    return video((sheet.draw(moments[place]) for place in pace.places), pace)


def png(film: bytes, index: int = -1, side: int = 720, dark: bool = False, beside: bytes | None = None) -> bytes:
    """One frame as a picture.

    Args:
        index: of the frame in the film, from the end where negative; with two films, of the moment on their clock.
        beside: a second film, shown on the right.

    Raises:
        ValueError: as for `gif`, and where there is no such frame.
    """
    reels = _reels([film] if beside is None else [film, beside], side, 1)
    moments = clock([reel.steps for reel in reels])
    if not -len(moments) <= index < len(moments):
        raise ValueError(f"There is no frame {index}: this film has {len(moments)}.")
    target = io.BytesIO()
    Sheet(reels, side, _colours(dark)).draw(moments[index]).save(target, "PNG")
    return target.getvalue()


def _reels(films: Sequence[bytes], side: int, seconds: float) -> list[Reel]:
    if not 1 <= len(films) <= 2:
        raise ValueError(f"A movie shows one film or two side by side, not {len(films)}.")
    for name, value, (least, largest) in (("side", side, SIDES), ("seconds", seconds, SECONDS)):
        if not least <= value <= largest:
            raise ValueError(f"A movie's {name} must be from {least} to {largest}, not {value:g}.")
    return [Reel(film) for film in films]


def _colours(dark: bool) -> Colours:
    return DARK if dark else LIGHT


# Time ----------------------------------------------------------------------------------------------------------------


def _timing(reels: Sequence[Reel], seconds: float, most: int) -> tuple[list[tuple[int, ...]], Pace]:
    """The moments of the films' clock, and which of them are drawn for how long."""
    moments = clock([reel.steps for reel in reels])
    slow = any(reel.about.get("slow") for reel in reels)
    return moments, paced(len(moments), seconds, most, SLOW if slow else LONGEST)


def clock(steps: Sequence[np.ndarray]) -> list[tuple[int, ...]]:
    """For each moment the place of the frame that each film shows, going by steps: the last one that has come.

    Where a film repeats a step, as in slow motion, frames go by their places. A film that is over holds its last frame.
    """
    if all((np.diff(own) > 0).all() for own in steps):
        moments = np.unique(np.concatenate(steps))
        places = [np.maximum(np.searchsorted(own, moments, side="right") - 1, 0) for own in steps]
    else:
        moments = np.arange(max(map(len, steps)))
        places = [np.minimum(moments, len(own) - 1) for own in steps]
    return list(zip(*(own.tolist() for own in places), strict=True))
