"""The cube of all grey pictures of three pixels: turned by mouse, finger or keyboard, each dot with its picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from pages.parts.own import Part
from pages.parts.words import t

# One module in the browser, in this order.
_SCRIPTS = ("../player/theme.js", "space.js", "paint.js", "view.js", "cube.js")


_PART = Part("cube", "Cube", _SCRIPTS)


@dataclass(frozen=True)
class Cloud:
    """Pictures of one kind."""

    colour: str
    """A field of `colours.Palette`; fakes are triangles, everything else is round."""
    name: str
    """What a visitor calls them, in the visitor's language."""
    triples: np.ndarray
    """uint8 (N, 3): left, middle and right pixel."""
    share: float
    """Of all pictures of this kind, those that lie `within` of the diagonal."""


def cube(clouds: Sequence[Cloud], within: float, examples: int = 4, *, key: str) -> None:
    """Draw the cube, a switch for each cloud, the picture of the dot that is looked at, and some dots to begin with.

    Args:
        within: distance from the diagonal that counts as near, where the cube's edge is 1; drawn as a band.
        examples: how many dots of each cloud can be chosen by keyboard: its first ones.
        key: identity; with the same key the cube stays as it was turned across reruns.
    """
    words = {
        "cube": t("Cube of all grey pictures of three pixels. Arrow keys turn it, Home turns it back."),
        "axes": [t("left pixel"), t("middle pixel"), t("right pixel")],
        "black": t("black"),
        "white": t("white"),
        "show": t("Shown"),
        "near": t("Show or hide; share within {within} of the diagonal", within=within),
        "examples": t("Some to look at"),
        "picture": t("{kind}: {left} %, {middle} %, {right} % white"),
        "away": t("{distance} from the diagonal"),
        "hint": t("Drag to turn; point at a dot to see its picture."),
    }
    told = [
        {"colour": cloud.colour, "name": cloud.name, "share": cloud.share, "values": cloud.triples.ravel().tolist()}
        for cloud in clouds
    ]
    with st.container(gap=None):
        _PART.show({"clouds": told, "within": within, "examples": examples, "words": words}, key=key)
