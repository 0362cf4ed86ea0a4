"""The drawing board: where the data of the Toy lab are drawn, beside what the untrained players make of them."""

from __future__ import annotations

import streamlit as st

from gan_core.drawing import LEAST
from pages.parts.lab import KEY
from pages.parts.set_up import SetUp
from pages.parts.sketch import sketch
from pages.parts.words import t

POINTS = f"{KEY}.data.drawn.points"  # where A's settings keep the drawing
DRAWING = f"{KEY}_drawing"


def drawing(set_up: SetUp) -> bool:
    """Whether the drawing board is open: with data that are drawn, from the press on Draw to the next training."""
    return bool(st.session_state.get(DRAWING)) and set_up.a.data.kind == "drawn"


def offer(set_up: SetUp) -> None:
    """The way to the drawing board beside the player, where a phone shows it, too; the settings have another."""
    if set_up.a.data.kind == "drawn" and not set_up.focus:
        st.button(t("Draw"), icon=":material/draw:", key=f"{KEY}_draw_here", on_click=open_board)


def open_board() -> None:
    """What is drawn goes through A's settings."""
    st.session_state.update({DRAWING: True, f"{KEY}_side": "a"})


def close() -> None:
    st.session_state.pop(DRAWING, None)


def board(set_up: SetUp) -> None:
    """Draw, and what is drawn becomes the data, once it is enough."""

    def keep(points: str) -> None:
        st.session_state[POINTS] = points

    sketch(st.session_state[POINTS], key=f"{KEY}_sketch", sigma=set_up.a.data.sigma, on_change=keep)


def done() -> None:
    """The way back to the player."""
    st.button(t("Done"), icon=":material/check:", key=f"{KEY}_drawn", on_click=close,
              disabled=len(st.session_state[POINTS]) // 2 < LEAST)  # fmt: skip
