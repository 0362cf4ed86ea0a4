"""The easel: a canvas that is painted step by step, beside the pictures that it is painted from.

Its films come from `easel_films`. What it has in common with the sheets lies in `reels`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from gan_core.frames import about_of
from pages.parts.own import Part

# One module in the browser, in this order.
_SCRIPTS = (
    "../player/frames.js", "../player/asking.js", "../player/theme.js", "../player/say.js",
    "../reels/pictures.js", "../reels/decoder.js", "../reels/painter.js", "../reels/bar.js", "../reels/hands.js",
    "../reels/playing.js",
    "paintings.js", "paint.js", "sources.js", "view.js", "hands.js", "easel.js",
)  # fmt: skip

# What the easel says. A film's `about.words` maps those that have a translation; the rest stay English.
WORDS = (
    "After", "An empty canvas", "Before", "Before and after",
    "Canvas. Space plays and pauses, left and right step, Home and End jump, C shows the content.", "Content",
    "Failed", "Live", "Loading pictures", "Mask", "Pause", "Paused", "Play", "Position", "Step {step} of {steps}",
    "Step {step} of {steps}.", "Style", "The canvas, {painter}.",
    "The content instead of the canvas, while held or until pressed again", "The content: {credit}",
    "The style instead of the canvas, while held or until pressed again", "The style: {credit}", "VGG19",
    "Waiting", "Waiting for a worker", "slim network", "slim network, checked by VGG19",
    "{percent} % content, {rest} % canvas", "{percent} % style, {rest} % canvas", "{side} px",
)  # fmt: skip


_PART = Part(
    "easel", "Easel", _SCRIPTS, styles=("../reels/bar.css",), triggers={"ask": "resync"}, states={"settle": "seen"}
)


def easel(
    film: bytes,
    *,
    key: str,
    on_resync: Callable[[], object] = lambda: None,
    on_step: Callable[[int | None], object] = lambda step: None,
) -> int | None:
    """Show how a canvas is painted, or what is new of it: previews that the browser has may be left out or repeated.

    Args:
        film: from `easel_films`.
        key: identity; with the same key the easel keeps its place across reruns. `st.session_state[key]` is the
            component's own.
        on_resync: called when the browser lacks previews and asks for all of them; the rerun that follows sends them.
        on_step: called, before the rerun, once the visitor has come to rest: with the step of an earlier preview, or
            with None back at the newest of the run. Never while something plays.

    Returns:
        What `on_step` was called with last, as far as it is about this film's run.
    """
    run = about_of(film)["run"]

    def seen() -> int | None:
        told: Mapping[str, object] = st.session_state.get(key, {}).get("seen") or {}
        return told["step"] if told.get("run") == run else None

    with st.container(gap=None, key=f"{key}_frame"):
        _PART.show(film, key=key, on_resync_change=on_resync, on_seen_change=lambda: on_step(seen()))
    return seen()
