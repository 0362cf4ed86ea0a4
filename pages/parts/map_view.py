"""The map: a plane through three pictures, dragged about; a picture on it can be taken in hand."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from gan_core.refusals import EngineError
from pages.parts import grip
from pages.parts.atlas import Move, atlas
from pages.parts.grip import KEY, Place
from pages.parts.tray import places, tray
from pages.parts.words import t, text

SIDE = 11  # pictures; odd, so that one lies in the middle
EXTENT = 12.0  # standard deviations from the middle to an edge, at first
MAP = f"{KEY}_map"


def latent_map() -> None:
    """Three kept pictures, or pictures of the next seeds, and the plane through them."""
    st.markdown(text("latent_space#map"))
    three = places(3, 3)
    st.fragment(_map)(three)
    if grip.about(three[0].spec.model)["conditional"]:
        st.caption(text("latent_space#map_classes"))
    tray(three)


def _map(three: list[Place]) -> None:
    kept = st.session_state.get(MAP, {})
    if kept.get("of") != three:
        kept = st.session_state[MAP] = {"of": three, "x": 0.0, "y": 0.0, "extent": EXTENT, "move": kept.get("move", 0)}
    if pick := kept.pop("pick", None):
        _take(three, pick["x"], pick["y"])
    tile, wrong = None, ""
    specs, owns = _told(three)
    try:
        tile = grip.ask("plane:tile", specs, kept["x"], kept["y"], kept["extent"], SIDE, owns)
    except EngineError as refusal:
        wrong = t(str(refusal))
    atlas(
        tile, key=f"{KEY}_atlas", on_move=_moved,
        about={
            "plane": _name(three), "answers": kept["move"], "side": SIDE, "note": wrong,
            "shell": tile["shell"] if tile else None, **{name: kept[name] for name in ("x", "y", "extent")},
        },
    )  # fmt: skip


def _told(three: list[Place]) -> tuple[list[str], list[bytes | None]]:
    return [place.spec.json_text() for place in three], [place.own for place in three]


def _name(three: list[Place]) -> str:
    """A text that is another one for other pictures."""
    return str(hash(tuple(three)))


def _moved(move: Move) -> None:
    kept = st.session_state[MAP]
    kept["move"] = move["move"]
    if move["plane"] == _name(kept["of"]):
        kept.update(x=move["x"], y=move["y"], extent=move["extent"], pick=move["pick"])


def _take(three: list[Place], x: float, y: float) -> None:
    """Hold what lies there."""
    specs, owns = _told(three)
    try:
        found = grip.ask("plane:spot", specs, x, y, owns)
    except EngineError as refusal:
        grip.failed(refusal)
        return
    now = grip.now()
    spec = now.spec.changed({"knobs": "", "truncation": 1.0, "label": found["label"]})
    grip.put(replace(now, spec=spec, view="hold").with_own(found["own"]))
    st.rerun()
