"""The bank of knobs: one large picture, and sliders that move the point in latent space from which it is made.

A slider of Streamlit's reruns when it is let go. Here the browser sends while the hand moves, one request at a time:
until the answer has come it keeps only the newest wish, so the picture is as fresh as the way there and back is quick,
and nothing ever queues. To be used in a fragment, which is all that runs again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

import numpy as np
import streamlit as st

from gan_core.frames import pack
from pages.parts.own import Part
from pages.parts.words import translated

# One module in the browser, in this order.
_SCRIPTS = (
    "../player/frames.js", "../player/theme.js", "../player/say.js",
    "courier.js", "past.js", "paint.js", "bank.js", "view.js", "hands.js", "knobs.js",
)  # fmt: skip

# What the bank says. `knobs` sends those that have a translation; the rest stay English.
WORDS = (
    "Class", "Computing", "Keep {title} when shuffling", "Knobs", "Made by G", "Name of {title}",
    "Picture made by G: seed {seed}.", "Picture made by G: {class}, seed {seed}.", "Redo", "Remove {title}",
    "Rename {title}", "Reset", "Reset {title}, {value}", "Seed", "Seed {seed}", "Shuffle",
    "The seed must be a whole number from 0 to {most}.", "Truncation", "Undo", "{value} standard deviations",
)  # fmt: skip


class Move(TypedDict):
    """What the visitor wants to see."""

    move: int
    """A number that grows; `about["answers"]` of the message that shows it."""
    model: str
    """As `about` said it: a move may still be on its way when the page has gone on to another model."""
    knobs: dict[str, float | None]
    """Where each knob is, by id; None for one that lies where it rests."""
    names: dict[str, str]
    """Titles of those that can be renamed, by id."""
    removed: list[str]
    """Ids of `about["knobs"]` that the visitor has taken away. When that is undone, they come back in `knobs`."""
    seed: int
    label: int
    truncation: float | None
    rests: bool
    """Whether the hand is at rest. Until then there are twenty moves a second, too many for an address or a file."""


_PART = Part("knobs", "Knobs", _SCRIPTS, triggers={"tell": "move"})


def knobs(picture: bytes, *, key: str, about: Mapping[str, Any], on_move: Callable[[Move], object]) -> None:
    """Show a picture and its knobs. The browser has the say while a hand moves; what Python sets otherwise is taken
    over as soon as it rests, and can be undone by the visitor.

    Args:
        picture: PNG, WebP or JPEG of any size, pixels enlarged. Empty: the last one stays.
        key: identity; with the same key the bank keeps its place across reruns.
        about: what there is to be moved.
            model: which generator this is; with another one, locks and what can be undone are forgotten.
            answers: number of the move that this picture shows; 0 before the first.
            knobs: `{id, title, value, least, most}` of each, in standard deviations; maybe rest, where it lies
                untouched (0; for a coordinate of the noise, what the seed has there), removable and renamable.
            seed: whole number below 2^31.
            label, classes: number of the class and the names of all; no names where G is told no class.
            truncation: from 0 to 2; None hides it.
            note: maybe a sentence, such as what went wrong.
        on_move: called with what the visitor wants, before the fragment runs again. It keeps the move; the run then
            computes the picture and calls `knobs` with `answers` set to the move's number, also when it failed.
    """

    def moved() -> None:
        on_move(st.session_state[key]["move"])

    packed = pack({"picture": np.frombuffer(picture, np.uint8)}, **about, words=translated(WORDS))
    with st.container(gap=None):
        _PART.show(packed, key=key, on_move_change=moved)
