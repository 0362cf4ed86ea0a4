"""Films for the sheets: a picture run's samples of the same noise through time, as far as the browser may lack them."""

from __future__ import annotations

import math

from gan_core.events import Frame
from gan_core.frames import Arrays, pack, unpack
from gan_core.runs import Run
from gan_core.specs import PictureSpec
from pages.parts.reels import reel
from pages.parts.sent import forget as forget
from pages.parts.sent import lacking, of_run, send
from pages.parts.sheets import WORDS
from pages.parts.words import translated


def news(run: Run, header: bytes | None, key: str, **about: object) -> bytes:
    """What the browser may lack of a run.

    Args:
        header: the run's, from the store; None while there is none.
        key: the sheets' key, under which is remembered what they were sent.
        about: see `sheets`.
    """
    before, frames = lacking(run, key)
    send(run, key, frames)
    standing, said = unpack(header) if header else ({}, _outline(run.spec))
    real = {"real": standing["real"]} if standing and before.count == 0 else {}  # it is large, and stays the same
    return _packed(frames, real, said | of_run(run, before.count) | {"waits": run.status == "queued"} | about)


def _outline(spec: PictureSpec) -> dict[str, object]:
    """What a header says, as far as it can be known before the pictures are at hand."""
    return {"size": spec.data.size, "samples": spec.samples, "columns": math.ceil(math.sqrt(spec.samples)),
            "classes": [], "conditional": False}  # fmt: skip


def _packed(frames: list[Frame], real: Arrays, about: dict[str, object]) -> bytes:
    return pack(reel(frames, "samples") | real, **about, words=translated(WORDS))
