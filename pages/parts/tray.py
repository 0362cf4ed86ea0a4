"""Pictures that were kept for walks and maps, and what stands in where there are too few."""

from __future__ import annotations

import streamlit as st

from gan_core.refusals import EngineError
from gan_core.specs import SEEDS, LatentSpec
from pages.parts import grip
from pages.parts.grip import KEY, Place
from pages.parts.words import t

WIDTH = 84  # px of a picture in the tray


def places(least: int, most: int | None = None) -> list[Place]:
    """The kept pictures, the newest `most`; where they are fewer than `least`, the one in hand and further seeds."""
    now = grip.now()
    kept = list(now.kept[-most:] if most else now.kept)
    classes = len(grip.about(now.spec.model)["labels"])
    others = [now.place, *(of_seed(now.spec, number, classes) for number in range(1, least + 1))]
    others = [place for place in others if place not in kept]
    return [*kept, *others[: max(0, least - len(kept))]]


def of_seed(spec: LatentSpec, further: int, classes: int = 0) -> Place:
    """The model's plain picture of a further seed, and of a further class where it is told one."""
    label = (spec.label + further * max(1, classes // 3)) % classes if classes else 0
    return Place(spec.changed({"seed": (spec.seed + further) % SEEDS, "knobs": "", "label": label}))


def tray(shown: list[Place]) -> None:
    """Draw them; each can be kept or removed."""
    kept = grip.now().kept
    if not kept:
        st.caption(t("The picture in hand, and others. Keep pictures that you like, and they are used."))
    with st.container(horizontal=True, gap="small"):
        for index, place in enumerate(shown):
            with st.container(gap="xxsmall", width=WIDTH):
                _show(place, index, place in kept)


def _show(place: Place, index: int, kept: bool) -> None:
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
