"""The sheets: a picture GAN's samples of the same noise, through time. The counterpart of the player.

What it has in common with the player lies in the player's folder, what with the easel in `reels`.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.parts.own import Part

# One module in the browser, in this order.
_SCRIPTS = (
    "../player/frames.js", "../player/asking.js", "../player/theme.js", "../player/say.js",
    "../reels/pictures.js", "../reels/decoder.js", "../reels/painter.js", "../reels/bar.js", "../reels/hands.js",
    "../reels/playing.js",
    "reel.js", "paint.js", "closer.js", "view.js", "hands.js", "sheets.js",
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


_PART = Part("sheets", "Sheets", _SCRIPTS, styles=("../reels/bar.css",), triggers={"ask": "resync"})


def sheets(film: bytes, *, key: str, on_resync: Callable[[], object] = lambda: None) -> None:
    """Show a run's sheets, or what is new of them: those that the browser has may be left out, repeated or overlap.

    Args:
        film: from `sheet_films`. Its `about` may say besides: note, a line to show while there is no sheet; marks,
            `[{step, text}]`, what was changed on the way.
        key: identity; with the same key the sheets keep their place across reruns.
        on_resync: called when the browser lacks sheets and asks for all of them; the rerun that follows sends them.
    """
    with st.container(gap=None, key=f"{key}_frame"):
        _PART.show(film, key=key, on_resync_change=on_resync)
