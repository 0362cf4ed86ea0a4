"""The canvas player: a run of a GAN in the plane, drawn in the browser from the film that Python sends.

Every message of a component carries the component's whole source. A live view sends three messages a second, so the
player is two components: one brings the source (its message never changes, so Streamlit sends it once and refers to it
afterwards), the other brings films and holds nothing but a line that hands them over.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from pages.parts import colours

_FOLDER = Path(__file__).parent / "player"
_MODULES = (
    "film.js",
    "pace.js",
    "say.js",
    "draw.js",
    "view.js",
    "player.js",
)  # one module in the browser, in this order

# What the player says. A film's `about.words` maps those that have a translation; the rest stay English.
WORDS = (
    "Arrow length: pull of the loss on a fake, on one scale for the whole run.",
    "D loss", "D recognises {real} of real and {fake} of fake samples.", "Opinion", "Failed", "Fake", "Finished",
    "G loss", "Grid", "Arrows", "Good", "Live", "Modes", "Next frame", "No frame yet.", "Pause", "Paused",
    "Play", "Player. Space plays and pauses, left and right step, Home and End jump, plus and minus change the speed.",
    "Position", "Previous frame", "Real", "Speed", "Step", "Step {step} of {steps}.", "Waiting for the first frame",
    "{good} of samples good.", "{modes} of {all} modes covered, {good} of samples good.",
)  # fmt: skip


def _source() -> str:
    texts = {"HTML": "player.html", "CSS": "player.css"}
    held = {name: (_FOLDER / file).read_text(encoding="utf-8") for name, file in texts.items()}
    held["CSS"] += colours.css(".player")
    constants = [f"const {name} = {json.dumps(text)};" for name, text in held.items()]
    return "\n".join([*constants, *((_FOLDER / file).read_text(encoding="utf-8") for file in _MODULES)])


_SOURCE = st.components.v2.component("gan_player_source", js=_source())
_FILM = st.components.v2.component(
    "gan_player",
    js="""
const shelf = (globalThis[Symbol.for("gan-classroom.player")] ??= {});
shelf.ready ??= new Promise((bring) => { shelf.bring = bring; });
export default async (component) => { await shelf.ready; return shelf.show(component); };
""",
)


def player(film: bytes, *, key: str, height: int | None = None, on_resync: Callable[[], object] = lambda: None) -> None:
    """Show a film, or what is new of one: frames that the browser already has may be left out, repeated or overlap.

    Args:
        film: from `gan_core.frames.film`; `about` says besides what a run's header says: run, first, total, steps,
            status ("preview", "running", "paused", "finished" or "failed"), loop, autoplay, words.
        key: identity; with the same key the player keeps its place across reruns.
        height: largest side of the square canvas in pixels. None: as large as the column and the window allow.
        on_resync: called when the browser lacks frames and asks for all of them; the rerun that follows sends them.
    """
    with st.container(gap=None, width=height or "stretch"):
        _SOURCE(key=f"{key}_source", data=None)
        _FILM(key=key, data=film, on_resync_change=on_resync)
