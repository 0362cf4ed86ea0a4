"""Made-up paintings for the tests of the easel: plain colours, so that a pixel tells which preview is shown."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
from PIL import Image

from gan_core.data.gallery import image_of
from gan_core.events import Frame
from gan_core.frames import pack

FRAMES, EVERY = 20, 4
STEPS = (FRAMES - 1) * EVERY
WIDTH, HEIGHT = 320, 240
STAGES = [
    {"side": 160, "network": "slim", "guided": False, "first": 0, "end": 28},
    {"side": 320, "network": "slim", "guided": True, "first": 28, "end": 48},
    {"side": 320, "network": "vgg19", "guided": False, "first": 48, "end": STEPS},
]
CONTENT = (40, 90, 200)  # sRGB of the whole content
CREDIT = "Stefan van der Walt, Chelsea the cat"
STYLES = ["Vincent van Gogh, The Starry Night, 1889", "Katsushika Hokusai, Under the Wave off Kanagawa, about 1831"]


def webp(picture: np.ndarray) -> bytes:
    """A picture uint8 (H, W, 3) as a WebP file, without loss: its colours can be told on a canvas."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "WEBP", lossless=True)
    return file.getvalue()


def plain(colour: tuple[int, int, int], width: int, height: int) -> bytes:
    return webp(np.full((height, width, 3), colour, np.uint8))


def shade(index: int) -> int:
    """Of red, on the whole of a preview: which one it is can be read off a canvas."""
    return 50 + 10 * index


@cache
def made() -> tuple[bytes, list[Frame]]:
    """Header and previews of a run."""
    colours = {"content": CONTENT, "style0": (230, 200, 40), "style1": (30, 120, 90)}
    pictures = {name: np.frombuffer(plain(colour, WIDTH, HEIGHT), np.uint8) for name, colour in colours.items()}
    header = pack(
        pictures, width=WIDTH, height=HEIGHT, content=CREDIT, styles=STYLES, stages=STAGES, device="cpu"
    )  # fmt: skip
    frames = []
    for index in range(FRAMES):
        step = index * EVERY
        side = next(stage["side"] for stage in STAGES if step <= stage["end"])
        picture = plain((shade(index), 20, 20), side, side * HEIGHT // WIDTH)
        frames.append(Frame(step, {"side": side}, pack({"picture": np.frombuffer(picture, np.uint8)})))
    return header, frames


@cache
def painted() -> tuple[bytes, list[Frame]]:
    """Likewise, of a photograph that turns into a painting: to look at."""
    works = {"content": "chelsea", "style0": "starry_night", "style1": "great_wave"}
    images = {name: image_of(work) for name, work in works.items()}
    content = images["content"].resize((WIDTH, HEIGHT))
    style = images["style0"].resize((WIDTH, HEIGHT))
    small = {name: image.copy() for name, image in images.items()}
    for image in small.values():
        image.thumbnail((320, 320))
    files = {name: np.frombuffer(webp(np.asarray(image)), np.uint8) for name, image in small.items()}
    files["content"] = np.frombuffer(webp(np.asarray(content)), np.uint8)
    header = pack(files, width=WIDTH, height=HEIGHT, content=CREDIT, styles=STYLES, stages=STAGES, device="cpu")
    frames = []
    for index in range(FRAMES):
        step = index * EVERY
        side = next(stage["side"] for stage in STAGES if step <= stage["end"])
        mixed = Image.blend(content, style, 0.7 * (index / (FRAMES - 1)) ** 0.5).resize((side, side * HEIGHT // WIDTH))
        picture = webp(np.asarray(mixed))
        frames.append(Frame(step, {"side": side}, pack({"picture": np.frombuffer(picture, np.uint8)})))
    return header, frames
