"""The map: a plane through three pictures, dragged about."""

from __future__ import annotations

import streamlit as st

from gan_core.refusals import EngineError
from pages.parts import grip
from pages.parts.atlas import atlas
from pages.parts.grip import KEY
from pages.parts.tray import tray
from pages.parts.words import t, text

SIDE = 10  # pictures
EXTENT = 12.0  # standard deviations from the middle to an edge, at first
MAP = f"{KEY}_map"


def latent_map() -> None:
    """Three kept pictures, or pictures of the next seeds, and the plane through them."""
    st.markdown(text("latent_space#map"))
    places = tray(3, 3)
    st.fragment(_map)(places)


def _map(places: list[grip.Place]) -> None:
    kept = st.session_state.get(MAP, {})
    if kept.get("of") != places:
        kept = st.session_state[MAP] = {"of": places, "x": 0.0, "y": 0.0, "extent": EXTENT, "move": 0}
    tile, wrong = None, ""
    try:
        tile = grip.ask(
            "plane:tile", [place.spec.json_text() for place in places], kept["x"], kept["y"], kept["extent"], SIDE,
            [place.own for place in places],
        )  # fmt: skip
    except EngineError as refusal:
        wrong = t(str(refusal))
    about = {name: kept[name] for name in ("x", "y", "extent")}
    atlas(tile, key=f"{KEY}_atlas", about=about | {"answers": kept["move"], "note": wrong}, on_move=_moved)
    if pick := kept.get("pick"):
        st.caption(t("Chosen: {x}, {y}.", x=f"{pick['x']:.1f}", y=f"{pick['y']:.1f}"))


def _moved(move: dict) -> None:
    kept = st.session_state[MAP]
    kept.update(x=move["x"], y=move["y"], extent=move["extent"], move=move["move"], pick=move.get("pick"))
