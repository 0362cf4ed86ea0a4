"""Films to take away: GIF, MP4 and PNG of what the player shows. Torch-free, and bounded in pictures and in pixels.

    gif([film])                  # one run, or several seeds of it as small multiples
    mp4([film_a, film_b])        # A against B, side by side on one clock
    png(film, -1)                # the last frame

A film is what `gan_core.frames.film` packs. The same film gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from fractions import Fraction

import av
import numpy as np
from PIL import Image

from gan_core.figures.picture import DARK, LIGHT, Colours, rgb
from gan_core.figures.sheet import Reel, Sheet

MOST_PICTURES = 240
SIDES = (120, 720)  # of a film's square, in pixels
SECONDS = (1, 60)  # of a whole movie, without the hold
SHORTEST, LONGEST, SLOW = 5, 25, 150  # hundredths of a second that a picture stands; SLOW is for slow motion
HOLD = 100  # hundredths of a second that the last picture stands longer

GIF_PIXELS = 18_000_000  # of all pictures: at a quarter of a byte for each, 4.5 MB
SAMPLED = 16  # pictures that a GIF's palette is made from
UNCHANGED = 255  # index in the palette: this pixel stays as it was
NEAR = 4  # of 255; a pixel whose colour changes by less stays as it was, which no eye sees and a tenth of the bytes

# Without macroblock trees, since their code for the newest processors does not give the same bytes each time.
X264 = {"crf": "18", "preset": "veryfast", "tune": "animation", "x264-params": "mbtree=0"}


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
    moments, stand = _timing(reels, seconds, GIF_PIXELS // (sheet.size[0] * sheet.size[1]))
    palette = _palette([sheet.draw(moment) for moment in moments[:: -(-len(moments) // SAMPLED)]], _colours(dark))
    pictures = list(_changes(sheet, moments, palette))
    durations = [10 * stand] * (len(pictures) - 1) + [10 * (stand + HOLD)]  # milliseconds
    target = io.BytesIO()
    pictures[0].save(
        target, "GIF", save_all=True, append_images=pictures[1:], duration=durations, loop=0, disposal=1,
        transparency=UNCHANGED, optimize=False,
    )  # fmt: skip
    return target.getvalue()


def mp4(films: Sequence[bytes], side: int = 480, seconds: float = 10, dark: bool = False) -> bytes:
    """A video that every browser, phone and slide program plays: H.264 in 4:2:0.

    Args and errors as for `gif`. An odd `side` loses a pixel, because 4:2:0 halves them.
    """
    reels = _reels(films, side, seconds)
    sheet = Sheet(reels, side - side % 2, _colours(dark))
    moments, stand = _timing(reels, seconds, MOST_PICTURES)
    times = -(-stand // 10)  # some players dislike fewer than ten pictures a second
    rate = Fraction(100 * times, stand)
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate, options=X264)
        stream.width, stream.height = sheet.size
        stream.pix_fmt = "yuv420p"
        stream.thread_count = 1  # the number of threads shows in the bytes
        stream.color_range, stream.colorspace, stream.color_primaries, stream.color_trc = 1, 1, 1, 1  # BT.709
        stands = [times] * (len(moments) - 1) + [times + round(rate * HOLD / 100)]
        ticks = 0
        for moment, stand in zip(moments, stands, strict=True):
            picture = av.VideoFrame.from_image(sheet.draw(moment))
            picture = picture.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
            picture.time_base = 1 / rate
            for _ in range(stand):
                picture.pts = ticks
                container.mux(stream.encode(picture))
                ticks += 1
        container.mux(stream.encode())
    return target.getvalue()


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


def _timing(reels: Sequence[Reel], seconds: float, most: int) -> tuple[list[tuple[int, ...]], int]:
    """The moments to draw, thinned out evenly, and how many hundredths of a second each of them stands."""
    moments = clock([reel.steps for reel in reels])
    most = max(2, min(MOST_PICTURES, most, round(100 * seconds / SHORTEST)))
    kept = np.rint(np.linspace(0, len(moments) - 1, min(len(moments), most))).astype(int)
    stand = max(SHORTEST, round(100 * seconds / len(kept)))
    if len(kept) == len(moments):  # a short film is not drawn out
        stand = min(stand, SLOW if any(reel.about.get("slow") for reel in reels) else LONGEST)
    return [moments[place] for place in kept], stand


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


# Colours of a GIF ----------------------------------------------------------------------------------------------------


def _palette(pictures: Sequence[Image.Image], colours: Colours) -> Image.Image:
    """One palette for a whole film: the colours that carry a meaning, and what else is needed most."""
    width, height = pictures[0].size
    montage = Image.new("RGB", (width, height * len(pictures)))
    for place, picture in enumerate(pictures):
        montage.paste(picture, (0, place * height))
    exact = [number for colour in vars(colours).values() for number in rgb(colour)]  # the background is the first
    needed = montage.quantize(UNCHANGED - len(exact) // 3, Image.Quantize.MEDIANCUT).getpalette()
    filler = exact[:3] * 256  # what is over, UNCHANGED with it, repeats the first colour and so is never chosen
    palette = Image.new("P", (1, 1))
    palette.putpalette((exact + needed + filler)[: 3 * 256])
    return palette


def _changes(sheet: Sheet, moments: Sequence[Sequence[int]], palette: Image.Image) -> Iterator[Image.Image]:
    """Each picture in the palette's colours, without the pixels that stay as they were or nearly so."""
    colours = np.array(palette.getpalette(), dtype=np.int16).reshape(256, 3)
    seen = None  # index of the colour at each pixel
    for place, moment in enumerate(moments):
        picture = sheet.draw(moment)
        pixels = np.asarray(picture)
        indices = np.asarray(picture.quantize(palette=palette, dither=Image.Dither.NONE))
        indices = np.where((pixels == colours[0]).all(axis=2), 0, indices)  # Pillow tells six bits apart: white is grey
        if seen is not None:
            least = NEAR if place < len(moments) - 1 else 0  # the last is looked at for longer
            near = (np.abs(pixels - colours[seen]) <= least).all(axis=2)
            indices = np.where(near | (indices == seen), UNCHANGED, indices)
        changes = Image.fromarray(indices.astype(np.uint8))
        changes.putpalette(palette.getpalette())
        yield changes
        seen = indices if seen is None else np.where(indices == UNCHANGED, seen, indices)
