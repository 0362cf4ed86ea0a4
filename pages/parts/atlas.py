"""The map of a latent space: the plane through three pictures as a grid that is dragged under the hand.

The grid moves at once, with the pictures that are there; the browser asks for those that it lacks, one request at a
time, as the knobs do. All pictures of one extent lie on one lattice, so that those of two answers fall together and
nothing jumps; an answer has some more than are in sight. To be used in a fragment, which is all that runs again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

import numpy as np
import streamlit as st

from gan_core.frames import pack
from pages.parts.own import Part
from pages.parts.words import t

# One module in the browser, in this order.
_SCRIPTS = (
    "../player/frames.js", "../player/theme.js", "../player/say.js", "../knobs/courier.js",
    "places.js", "regions.js", "tiles.js", "paint.js", "marks.js", "view.js", "hands.js", "atlas.js",
)  # fmt: skip


class Place(TypedDict):
    """A point of the plane, in standard deviations from the middle of the three; y points up."""

    x: float
    y: float


class Move(Place):
    """Which tile the visitor wants to see; its middle is `x` and `y`."""

    move: int
    """A number that grows; `about["answers"]` of the message that shows it."""
    plane: str
    """As `about` said it: a move may still be on its way when the page has gone on to other pictures."""
    extent: float
    """From the tile's middle to its edge."""
    pick: Place | None
    """The picture that the visitor took, if it was that."""


_PART = Part("atlas", "Atlas", _SCRIPTS, triggers={"tell": "move"})


def atlas(
    tile: Mapping[str, Any] | None, *, key: str, about: Mapping[str, Any], on_move: Callable[[Move], object]
) -> None:
    """Show a tile of the map. The browser has the say while a hand moves; a middle or extent that Python sets otherwise
    is taken over as soon as it rests.

    Args:
        tile: what `gan_core.latent.plane.tile` answered. None: those that the browser has stay.
        key: identity; with the same key the map keeps its place across reruns.
        about: what there is to be seen.
            plane: any text that says which model and which three pictures; with another one, all tiles are forgotten.
            answers: number of the move that this tile shows; 0 before the first.
            x, y, extent, side: of the tile, as `tile` takes them. One picture more than is in sight lies beyond each
                edge; where side is odd, one lies in the middle.
            shell: maybe mean and deviation of how far noise is from the middle (`gan_core.latent.ways.shell`): where
                that cuts the plane a ring is drawn.
            note: maybe a sentence, such as what went wrong.
        on_move: called with what the visitor wants, before the fragment runs again. It keeps the move; the run then
            computes the tile and calls `atlas` with `answers` set to the move's number, also when it failed.
    """

    def moved() -> None:
        on_move(st.session_state[key]["move"])

    said = {**about, "words": _words()} | ({"labels": tile["labels"]} if tile and "labels" in tile else {})
    with st.container(gap=None):
        # Streamlit fades what is being computed; the map says so itself, and a hand may be on it
        st.html(f"<style>.st-key-{key} {{ opacity: 1 !important }}</style>")
        _PART.show(pack(_arrays(tile) if tile else {}, **said), key=key, on_move_change=moved)


def _arrays(tile: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """What the browser draws, in kinds of numbers that it has."""
    arrays = {"sheet": np.frombuffer(tile["sheet"], np.uint8), "corners": tile["corners"], "norms": tile["norms"]}
    return arrays | ({"classes": tile["classes"].astype(np.int32), "sure": tile["sure"]} if "classes" in tile else {})


def _words() -> dict[str, str]:
    return {
        "maker": t("Made by G"),
        "slow": t("Computing"),
        "map": t("Map: middle at {x}, {y}; extent {extent}"),
        "place": t("Picture at {x}, {y}"),
        "sure": t("{class}, {sure} sure"),
        "larger": t("Zoom in"),
        "smaller": t("Zoom out"),
        "home": t("Back to the middle"),
        "regions": t("Class regions"),
        "hint": t("Drag the map, or use the arrow keys; + and − zoom. Press a picture, or Enter, to take it in hand."),
        "corners": t("The three pictures"),
        "ring": t("As far out as noise lies. G has learnt only near this ring; far from it, pictures get strange."),
        "tints": t("What a classifier takes each picture for; the stronger the colour, the surer it is."),
    }
