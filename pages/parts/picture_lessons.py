"""What the Train page explains: both networks as they are set up, drawn, and four lessons with something to try."""

from __future__ import annotations

import json

import streamlit as st

from gan_core.figures.networks import networks
from gan_core.figures.picture import DARK, LIGHT
from gan_core.picture_presets import picture_presets
from gan_core.refusals import EngineError
from gan_core.specs import PictureSpec, read_spec
from pages.parts.desk import KEY, Desk
from pages.parts.folded import Folded, Try, folded
from pages.parts.services import engine
from pages.parts.words import t

PAGE = "pages/train.py"
CLASSES = 10  # that are drawn where nobody knows how many there are; only an embedding's size depends on them
LESSONS = {  # section of the page's words: title, icon, and the presets to try
    "players": ("What the two players do", ":material/groups:", ("clothes", "digits")),
    "batches": ("Batches, freezing, labels", ":material/stacks:", ("digits", "no-normalisation")),
    "losses": ("Why the losses do not fall", ":material/show_chart:", ("clothes", "strong-d")),
    "fails": ("What to try when it fails", ":material/build:", ("too-fast", "strong-d", "no-normalisation")),
}


def players_drawn(spec: PictureSpec, classes: int) -> None:
    """Both networks with their real shapes. `classes` of the pictures; 0 where nobody knows yet."""
    st.header(t("The two networks"), anchor=False)
    try:
        rows = json.loads(_rows(PictureSpec(data=spec.data, network=spec.network).json_text(), classes or CLASSES))
    except EngineError as refusal:
        st.caption(t(str(refusal)))
        return
    colours = DARK if st.context.theme.type == "dark" else LIGHT
    players = [rows[player]["layers"] for player in ("generator", "discriminator")]
    for name, narrow in (("wide", False), ("narrow", True)):  # the style shows the one that fits
        with st.container(key=f"{KEY}_networks_{name}"):
            st.image(networks(*players, colours, narrow), width="stretch", alt=t("G and D, layer by layer."))


@st.cache_data(show_spinner=False, max_entries=64)
def _rows(spec_json: str, classes: int) -> str:
    return json.dumps(engine().call("gan_core.layers:layers", read_spec(spec_json), classes))


def lessons_of_pictures(now: Desk) -> None:
    """Four lessons, folded away."""
    presets = picture_presets()
    lessons = {
        section: Folded(title, icon, [Try(presets[name].title, presets[name].icon, {"preset": name}) for name in names])
        for section, (title, icon, names) in LESSONS.items()
    }
    folded(lessons, "train", PAGE, tries=not now.focus)
