"""Pictures in a row as files that play: GIF and MP4. The same pictures give the same bytes.

pace = paced(len(frames), seconds=10)
drawn = (draw(frames[place]) for place in pace.places)  # one at a time: a film in memory is hundreds of megabytes
video(drawn, pace)
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

import av
import numpy as np
from PIL import Image

from gan_core.figures.stamps import Colour

MOST_PICTURES = 240
SECONDS = (1, 60)  # of a whole film, without the hold
SHORTEST, LONGEST = 5, 25  # hundredths of a second that a picture stands
HOLD = 100  # hundredths of a second that the last picture stands longer

SAMPLED = 16  # pictures that a GIF's palette is made from
UNCHANGED = 255  # index in the palette: this pixel stays as it was
NEAR = 4  # of 255; a pixel whose colour changes by less stays as it was, which no eye sees and a tenth of the bytes

# Without macroblock trees, since their code for the newest processors does not give the same bytes each time.
X264 = {"crf": "18", "preset": "veryfast", "tune": "animation", "x264-params": "mbtree=0"}


class Pace(NamedTuple):
    """Which of the frames are shown, and for how long."""

    places: list[int]
    stand: int  # hundredths of a second that each of them stands; the last stands for HOLD more

    @property
    def sampled(self) -> list[int]:
        """Some of the places, evenly, to make a palette from."""
        return self.places[:: -(-len(self.places) // SAMPLED)]


def paced(count: int, seconds: float, most: int = MOST_PICTURES, longest: int = LONGEST) -> Pace:
    """Of so many frames at most so many, thinned out evenly, to play for about so long.

    `longest`: hundredths of a second. A short film is not drawn out: its pictures stand no longer.
    """
    most = max(2, min(MOST_PICTURES, most, round(100 * seconds / SHORTEST)))
    places = np.rint(np.linspace(0, count - 1, min(count, most))).astype(int).tolist()
    stand = max(SHORTEST, round(100 * seconds / len(places)))
    return Pace(places, min(stand, longest) if len(places) == count else stand)


def video(pictures: Iterable[Image.Image], pace: Pace) -> bytes:
    """RGB pictures of one even size as an MP4 that every browser, phone and slide program plays: H.264 in 4:2:0."""
    times = -(-pace.stand // 10)  # some players dislike fewer than ten pictures a second
    rate = Fraction(100 * times, pace.stand)
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate, options=X264)
        stream.pix_fmt = "yuv420p"
        stream.thread_count = 1  # the number of threads shows in the bytes
        stream.color_range, stream.colorspace, stream.color_primaries, stream.color_trc = 1, 1, 1, 1  # BT.709
        stands = [times] * (len(pace.places) - 1) + [times + round(rate * HOLD / 100)]
        ticks = 0
        for image, stand in zip(pictures, stands, strict=True):
            if not ticks:
                stream.width, stream.height = image.size
            picture = av.VideoFrame.from_image(image)
            picture = picture.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
            picture.time_base = 1 / rate
            for _ in range(stand):
                picture.pts = ticks
                container.mux(stream.encode(picture))
                ticks += 1
        container.mux(stream.encode())
    return target.getvalue()


def animation(pictures: Iterable[Image.Image], pace: Pace, palette: Image.Image) -> bytes:
    """RGB pictures of one size as a GIF that runs for ever, in the colours of `palette_of`."""
    changed = list(_changes(pictures, len(pace.places), palette))
    durations = [10 * pace.stand] * (len(changed) - 1) + [10 * (pace.stand + HOLD)]  # milliseconds
    target = io.BytesIO()
    changed[0].save(
        target, "GIF", save_all=True, append_images=changed[1:], duration=durations, loop=0, disposal=1,
        transparency=UNCHANGED, optimize=False,
    )  # fmt: skip
    return target.getvalue()


def palette_of(pictures: Sequence[Image.Image], exact: Sequence[Colour]) -> Image.Image:
    """One palette for a whole film: some exact colours, the background first, and what else is needed most."""
    width, height = pictures[0].size
    montage = Image.new("RGB", (width, height * len(pictures)))
    for place, picture in enumerate(pictures):
        montage.paste(picture, (0, place * height))
    needed = montage.quantize(UNCHANGED - len(exact), Image.Quantize.MEDIANCUT).getpalette()
    first = [number for colour in exact for number in colour]
    filler = first[:3] * 256  # what is over, UNCHANGED with it, repeats the first colour and so is never chosen
    palette = Image.new("P", (1, 1))
    palette.putpalette((first + needed + filler)[: 3 * 256])
    return palette


def _changes(pictures: Iterable[Image.Image], count: int, palette: Image.Image) -> Iterator[Image.Image]:
    """Each picture in the palette's colours, without the pixels that stay as they were or nearly so."""
    colours = np.array(palette.getpalette(), dtype=np.int16).reshape(256, 3)
    seen = None  # index of the colour at each pixel
    for place, picture in enumerate(pictures):
        pixels = np.asarray(picture)
        indices = np.asarray(picture.quantize(palette=palette, dither=Image.Dither.NONE))
        indices = np.where((pixels == colours[0]).all(axis=2), 0, indices)  # Pillow tells six bits apart: white is grey
        if seen is not None:
            least = NEAR if place < count - 1 else 0  # the last is looked at for longer
            near = (np.abs(pixels - colours[seen]) <= least).all(axis=2)
            indices = np.where(near | (indices == seen), UNCHANGED, indices)
        changes = Image.fromarray(indices.astype(np.uint8))
        changes.putpalette(palette.getpalette())
        yield changes
        seen = indices if seen is None else np.where(indices == UNCHANGED, seen, indices)
