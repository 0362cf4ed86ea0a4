"""Films for the easel: previews of a canvas, as far as the browser may lack them, and what it is painted from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from gan_core.events import Frame
from gan_core.frames import Arrays, pack, unpack
from gan_core.runs import Run
from gan_core.specs import StyleSpec
from pages.parts.easel import WORDS
from pages.parts.reels import reel
from pages.parts.sent import forget as forget
from pages.parts.sent import lacking, of_run, send
from pages.parts.words import translated


def news(run: Run, header: bytes | None, key: str, **about: object) -> bytes:
    """What the browser may lack of a run.

    Args:
        header: the run's, from the store. While there is none, one that `standing` made of the chosen pictures keeps
            them on the easel; with None it is empty.
        key: the easel's key, under which is remembered what it was sent.
        about: joins what the header says, or takes its place. Of interest to the easel are: width, height, px of the
            canvas; content, a credit; given, what the content is called instead; styles, credits; stages, `[{side,
            network, guided, first, end}]`; marks, `[{step, text}]`, what was changed on the way; note, a line to show.
    """
    before, frames = lacking(run, key)
    send(run, key, frames)
    pictures, said = unpack(header) if header else ({}, _outline(run.spec))
    sources = pictures if before.count == 0 else {}  # they stay the same
    return packed(frames, sources, said | of_run(run, before.count) | {"waits": run.status == "queued"} | about)


def preview(content: bytes, styles: Sequence[bytes], mask: bytes | None = None, /, **about: object) -> bytes:
    """The pictures that were chosen, before anything is painted.

    Args:
        content, styles, mask: WebP files.
        about: as for `news`; width and height, at least.
    """
    pictures, said = unpack(standing(content, styles, mask, **about))
    chosen = hashlib.sha256(b"".join((content, *styles, mask or b""))).hexdigest()
    return packed([], pictures, {"run": f"preview {chosen}", "first": 0, "steps": 0, "status": "preview"} | said)


def standing(content: bytes, styles: Sequence[bytes], mask: bytes | None = None, /, **about: object) -> bytes:
    """A run's header, as far as it can be known before there is one. Takes what `preview` takes."""
    files = {"content": content} | {f"style{number}": style for number, style in enumerate(styles)}
    if mask:
        files["mask"] = mask
    return pack({name: np.frombuffer(file, np.uint8) for name, file in files.items()}, **about)


def _outline(spec: StyleSpec) -> dict[str, object]:
    """What a header says, as far as the spec knows it: not the canvas's shape, which is the content's."""
    return {"width": spec.size, "height": spec.size, "stages": [stage._asdict() for stage in spec.stages]}


def packed(frames: Sequence[Frame], sources: Arrays, about: dict[str, object]) -> bytes:
    """Previews and what they are painted from as a message for the easel, in the visitor's language."""
    sides = {"side": np.array([frame.metrics["side"] for frame in frames], dtype=np.int32)}  # (T,) px
    return pack(reel(frames, "picture") | sides | sources, **{"words": translated(WORDS)} | about)
