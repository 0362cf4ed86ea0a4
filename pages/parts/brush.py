"""A brush to paint a mask over a picture, with mouse, finger or keyboard. Who has the say over it: see `hand_over`."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
import streamlit as st
from PIL import Image

from gan_core.frames import pack
from pages.parts.hand_over import Memory, settle
from pages.parts.own import Part
from pages.parts.words import translated

SIDE = 256  # px of a mask's longer side: finer than a brush

# One module in the browser, in this order.
_SCRIPTS = ("../player/frames.js", "../player/theme.js", "../player/say.js", "../own/teller.js", "../own/board.js",
            "mask.js", "paint.js", "tell.js", "hands.js", "brush.js")  # fmt: skip

# What the brush says.
WORDS = (
    "Brush size", "Clear", "Erase", "Invert", "Nothing is painted", "Paint", "Paint here",
    "Picture to paint a mask on. Arrow keys move the brush, with Shift in larger steps; Space paints, Delete erases, "
    "Ctrl+Z undoes.",
    "Tool", "Undo", "x {x}, y {y}", "{share} painted",
)  # fmt: skip

_PART = Part("brush", "Brush", _SCRIPTS, styles=("../own/tools.css",), states={"tell": "painted"}, SIDE=SIDE)


def brush(
    picture: bytes, mask: bytes | None, *, key: str, on_change: Callable[[bytes | None], object] | None = None
) -> bytes | None:
    """Let the visitor paint a mask, and return it: a grey PNG, white where it is painted; None where nothing is.

    Args:
        picture: a WebP file. With another one the mask is the page's again.
        mask: to begin with, a picture file of the same shape. When the page hands in another one later, it takes the
            place of what is painted, and the visitor can undo that.
        key: identity; with the same key the mask stays across reruns. `st.session_state[key]` is the component's own,
            and `f"{key}_memory"` what is kept here.
        on_change: called with the new mask before the page runs again, once the visitor has stopped for a moment. A
            page that keeps the mask itself stores it there, and hands it in again.
    """
    given = _text(mask)
    digest = hashlib.sha256(picture).hexdigest()

    def told() -> Mapping[str, object] | None:
        told = st.session_state.get(key, {}).get("painted")
        return told and {"drawing": _grey(told["mask"]), "turn": told["turn"]}

    def changed() -> None:
        if on_change and told()["turn"] == st.session_state[f"{key}_memory"][1].turn:
            on_change(_file(told()["drawing"]))

    before, memory = st.session_state.get(f"{key}_memory", (digest, None))
    memory = settle(given, told(), memory) if before == digest else Memory(memory.turn + 1, given, given)
    st.session_state[f"{key}_memory"] = digest, memory
    with st.container(gap=None):
        _PART.show(_message(picture, memory), key=key, on_painted_change=changed)
    return _file(memory.drawing)


def _message(picture: bytes, memory: Memory) -> bytes:
    width, height = Image.open(io.BytesIO(picture)).size
    files = {"picture": picture, "mask": _file(memory.drawing) or b""}
    arrays = {name: np.frombuffer(file, np.uint8) for name, file in files.items()}
    return pack(arrays, turn=memory.turn, width=width, height=height, words=translated(WORDS))


def _text(mask: bytes | None) -> str:
    return base64.b64encode(mask or b"").decode()


def _file(mask: str) -> bytes | None:
    return base64.b64decode(mask) or None


@lru_cache(maxsize=64)
def _grey(told: str) -> str:
    """A PNG of the browser's, which has colours and always the same in all of them, with one."""
    if not told:
        return ""
    file = io.BytesIO()
    Image.open(io.BytesIO(base64.b64decode(told)), formats=["PNG"]).convert("L").save(file, "PNG")
    return _text(file.getvalue())
