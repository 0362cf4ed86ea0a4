"""The canvas player: a run of a GAN in the plane, drawn in the browser from the film that Python sends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from pages.parts.own import Part

_FOLDER = Path(__file__).parent / "player"
# One module in the browser, in this order.
_SCRIPTS = (
    "frames.js", "asking.js", "theme.js", "film.js", "pace.js", "pair.js", "say.js", "surface.js", "draw.js",
    "multiples.js", "strip.js",
    "overview_layout.js", "overview_spark.js", "overview_boxes.js", "overview_note.js", "overview.js",
    "view.js", "save.js", "stage.js", "hands.js", "player.js",
)  # fmt: skip

_OVERVIEW_WORDS = json.loads((_FOLDER / "overview_words.json").read_text(encoding="utf-8"))

# What the player says. A film's `about.words` maps those that have a translation; the rest stay English.
WORDS = (
    "All modes", "Arrow length: pull of the loss on a fake, on one scale for the whole run.", "Arrows",
    "Arrows of what",
    "Arrows: gradient of sigmoid(D). They mislead: they shrink and grow where the pull of the loss does not.",
    "Back to all seeds", "Background: D*, the best answer to these fakes that any discriminator could give.",
    "Best possible D*", "D", "D loss", "D recognises {real} of real and {fake} of fake samples.", "D's opinion", "D*",
    "End slow motion", "Failed", "Fake", "Finished", "G loss", "Good", "Gradient of sigmoid(D)",
    "Gradient of the loss", "Grid", "Live", "Modes", "Modes over time",
    "Modes over time: a row for each mode, darker where more samples land, hatched where too few do to count.",
    "Modes over time: a row for each seed, darker where it covers more modes, hatched where none.", "Next frame",
    "No frame yet.", "Numbers are medians over {seeds} seeds. Press a picture to enlarge it.", "Opinion", "Overview",
    "Pause", "Paused", "Picture as PNG", "Plane", "Play",
    "Player. Space plays and pauses, left and right step, Home and End jump, plus and minus change the speed.",
    "Position", "Previous frame", "Real", "Seed {seed}", "Seeds", "Speed", "Step", "Step {step} of {steps}.", "View",
    "Waiting", "Waiting for the first frame", "Whose opinion", "loss",
    "{full} of {seeds} seeds cover all {all} modes; their median covers {modes}, {good} of samples good.",
    "{good} of samples good.", "{modes} of {all} modes covered, {good} of samples good.",
    "{modes} of {all} modes covered.", "σ(D)",
    *_OVERVIEW_WORDS.values(),
)  # fmt: skip


_PART = Part(
    "player", "Player", _SCRIPTS, triggers={"ask": "resync", "end": "slow_end"}, OVERVIEW_WORDS=_OVERVIEW_WORDS
)


def player(
    film: bytes,
    *,
    key: str,
    height: int | None = None,
    on_resync: Callable[[], object] = lambda: None,
    on_slow_end: Callable[[], object] = lambda: None,
) -> None:
    """Show a film, or what is new of one: frames that the browser already has may be left out, repeated or overlap.

    What a film lacks has no controls: arrays of old recordings, D* where D's opinion is no probability.

    Args:
        film: from `gan_core.frames.film`; `about` says besides what a run's header says: run, first, total, steps,
            status ("preview", "running", "paused", "finished" or "failed"), loop, autoplay, words; verdicts, English
            sentences that the metric "verdict" points into, with `{name}` for numbers of the frame; group and role
            ("A" or "B"), which put two players on one clock; slow and parts, `{title, line, moves}` for each value of
            the metric "part", when the frames are the parts of a step.
        key: identity; with the same key the player keeps its place across reruns.
        height: largest width of the player in pixels. None: as large as the column and the window allow.
        on_resync: called when the browser lacks frames and asks for all of them; the rerun that follows sends them.
        on_slow_end: called when the visitor closes slow motion.
    """
    with st.container(gap=None, width=height or "stretch"):
        _PART.show(film, key=key, on_resync_change=on_resync, on_slow_end_change=on_slow_end)
