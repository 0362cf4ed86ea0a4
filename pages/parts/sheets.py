"""The sheets: a picture GAN's samples of the same noise, through time. The counterpart of the player.

As there, two components: one brings the source, which Streamlit then sends once, the other the films. What the two
players have in common lies in the player's folder.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from pages.parts import colours

_FOLDER = Path(__file__).parent / "sheets"
# One module in the browser, in this order.
_MODULES = (
    "../player/frames.js", "../player/asking.js", "../player/theme.js", "../player/say.js",
    "reel.js", "decoder.js", "paint.js", "closer.js", "view.js", "hands.js", "sheets.js", "shelf.js",
)  # fmt: skip

# What the sheets say. A film's `about.words` maps those that have a translation; the rest stay English.
WORDS = (
    "At step {step}", "Columns: {classes}.", "Failed", "Live", "Loading pictures", "Made by G", "Pause", "Paused",
    "Picture {number}", "Picture {number}, {class}", "Play",
    "Point at a picture to follow its noise; press to keep it.", "Position", "Real", "Real pictures",
    "Real pictures instead of G's, while held or until pressed again",
    "Sheet of pictures. Space plays and pauses, left and right step, Home and End jump, R shows real pictures, "
    "Shift and arrows choose a picture.",
    "Step {step} of {steps}", "Step {step} of {steps}.", "The same noise through time", "Waiting",
    "Waiting for a worker", "{count} pictures made by G.", "{count} real pictures.",
)  # fmt: skip


def _source() -> str:
    """The module's text: the files that it holds as constants, then its parts."""
    texts = {"HTML": "sheets.html", "CSS": "sheets.css"}
    held = {name: (_FOLDER / file).read_text(encoding="utf-8") for name, file in texts.items()}
    held["CSS"] += colours.css(".sheets")
    constants = [f"const {name} = {json.dumps(value)};" for name, value in held.items()]
    return "\n".join([*constants, *((_FOLDER / file).read_text(encoding="utf-8") for file in _MODULES)])


_SOURCE = st.components.v2.component("gan_sheets_source", js=_source())
_FILM = st.components.v2.component(
    "gan_sheets",
    js="""
const shelf = (globalThis[Symbol.for("gan-classroom.sheets")] ??= {});
shelf.ready ??= new Promise((bring) => { shelf.bring = bring; });
export default async (component) => { await shelf.ready; return shelf.show(component); };
""",
)


def sheets(film: bytes, *, key: str, on_resync: Callable[[], object] = lambda: None) -> None:
    """Show a run's sheets, or what is new of them: those that the browser has may be left out, repeated or overlap.

    Args:
        film: from `sheet_films`. Its `about` may say besides: note, a line to show while there is no sheet; marks,
            `[{step, text}]`, what was changed on the way.
        key: identity; with the same key the sheets keep their place across reruns.
        on_resync: called when the browser lacks sheets and asks for all of them; the rerun that follows sends them.
    """
    with st.container(gap=None, key=f"{key}_frame"):
        _SOURCE(key=f"{key}_source", data=None)
        _FILM(key=key, data=film, on_resync_change=on_resync)
