"""Pictures that were kept for walks and maps, and how they are chosen among."""

from __future__ import annotations

import streamlit as st

from gan_core.refusals import EngineError
from gan_core.specs import SEEDS, LatentSpec
from pages.parts import grip
from pages.parts.grip import KEY, Place
from pages.parts.words import t

WIDTH = 84  # px of a picture in the tray


def tray(least: int, most: int | None = None) -> list[Place]:
    """The kept pictures to use; where they are fewer than `least`, pictures of the next seeds come along."""
    now = grip.now()
    places = list(now.kept)[-most:] if most else list(now.kept)
    missing = max(0, least - len(places))
    others = [of_seed(now.spec, now.spec.seed + number) for number in range(missing)]
    if others:
        words = t("The picture in hand, and pictures of further seeds. Keep pictures that you like, and they are used.")
        st.caption(words if not now.kept else t("Your kept pictures, and some of further seeds."))
        others[0] = now.place if now.place not in places else others[0]
    every = [*places, *others]
    with st.container(horizontal=True, gap="small"):
        for index, place in enumerate(every):
            _show(place, index, kept=place in now.kept)
    return every


def of_seed(spec: LatentSpec, seed: int) -> Place:
    """The model's plain picture of another seed."""
    return Place(spec.changed({"seed": seed % SEEDS, "knobs": ""}))


def _show(place: Place, index: int, kept: bool) -> None:
    with st.container(gap="xxsmall", width=WIDTH):
        try:
            st.image(grip.picture_of(place), width=WIDTH, alt=t("Picture {number}", number=index + 1))
        except EngineError as refusal:
            grip.failed(refusal)
            return
        if kept:
            st.button(t("Remove"), type="tertiary", key=f"{KEY}_drop_{index}", on_click=grip.dropped,
                      args=(grip.now().kept.index(place),))  # fmt: skip
        else:
            st.button(t("Keep"), type="tertiary", key=f"{KEY}_keep_{index}", on_click=grip.keep, args=(place,))
