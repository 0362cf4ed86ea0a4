"""The drawing board: where the data of the Toy lab are drawn, beside what the untrained players make of them."""

from __future__ import annotations

import streamlit as st

from gan_core.drawing import LEAST
from pages.parts.lab import KEY
from pages.parts.set_up import SetUp
from pages.parts.sketch import sketch
from pages.parts.words import t

POINTS = f"{KEY}.data.drawn.points"  # where the settings keep the drawing
SIGMA = f"{KEY}.data.drawn.sigma"
DRAWING = f"{KEY}_drawing"


def drawing(set_up: SetUp) -> bool:
    """Whether the drawing board is open: with data that are drawn, from the press on Draw to the next training."""
    return bool(st.session_state.get(DRAWING)) and st.session_state.get(f"{KEY}.data.kind") == "drawn"


def close() -> None:
    st.session_state.pop(DRAWING, None)


def board() -> None:
    """Draw, and what is drawn becomes the data, once it is enough."""

    def keep(points: str) -> None:
        st.session_state[POINTS] = points

    sketch(st.session_state[POINTS], key=f"{KEY}_sketch", sigma=st.session_state[SIGMA], on_change=keep)


def done() -> None:
    """The way back to the player."""
    st.button(t("Done"), icon=":material/check:", key=f"{KEY}_drawn", on_click=close,
              disabled=len(st.session_state[POINTS]) // 2 < LEAST)  # fmt: skip
