"""An ant on the manifold: which ways lead where from the point in hand, and how many numbers pictures need."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from gan_core.figures.curves import Series
from gan_core.figures.lines import line_rows, lines
from gan_core.refusals import EngineError
from pages.parts import errand, grip
from pages.parts.grip import KEY
from pages.parts.run_curves import palette
from pages.parts.services import engine
from pages.parts.words import plain_text, t, text

DIMENSIONS = f"{KEY}_dimensions"
KNOBS = 6  # local directions that are taken at once


def local() -> None:
    """The spectrum at the point, its directions as knobs, and the dimension of all pictures together."""
    st.markdown(text("latent_space#local"))
    now = grip.now()
    try:
        with st.spinner(t("Looking round from here")):
            found = grip.ask("ant:local", now.spec.json_text(), now.own)
    except EngineError as refusal:
        grip.failed(refusal)
        return
    picture, chart = st.columns([3, 8], gap="medium")
    with picture:
        st.image(grip.picture_of(now.place), width="stretch", alt=t("The picture in hand"))
        st.button(t("Take these ways as knobs"), type="primary", icon=":material/tune:", key=f"{KEY}_ways",
                  on_click=_taken, args=(found["own"],))  # fmt: skip
    with chart:
        _spectrum(found)
    st.header(t("How many numbers do all the pictures need?"), anchor=False)
    _dimensions(now.spec.model)


def _spectrum(found: dict[str, Any]) -> None:
    colour = palette()
    here, noise = t("from this picture"), t("of pure noise")
    count = np.arange(1, len(found["values"]) + 1)
    figure = lines([Series("value", here, colour.fake), Series("value", noise, colour.neutral, True)],
                   t("direction"), t("grey levels a step"))  # fmt: skip
    rows = line_rows({here: (count, found["values"]), noise: (count, found["noise"])})
    st.vega_lite_chart(rows, figure, key=f"{KEY}_spectrum", alt=t("How far a step changes the picture, by direction."))
    st.markdown(
        t("**{here} of {all}** directions hold 90 % of all change from here. Of pure noise it would be **{noise}**.",
          here=found["freedom"], all=len(found["values"]), noise=found["noise_freedom"])
    )  # fmt: skip


def _taken(own: bytes) -> None:
    try:
        grip.taken_local(own, KNOBS)
    except EngineError as refusal:
        st.toast(t(str(refusal)), icon=":material/report:")


def _dimensions(model: str) -> None:
    """An errand, since it takes some seconds."""
    st.caption(text("latent_space#dimension"))
    if wrong := errand.failure(DIMENSIONS):
        st.error(plain_text(t(wrong)), icon=":material/report:")
    current = st.session_state.get(DIMENSIONS, {}).get("of") == model
    if not current or not (errand.under_way(DIMENSIONS) or errand.outcome(DIMENSIONS)):
        st.button(t("Estimate"), icon=":material/straighten:", key=f"{KEY}_estimate", on_click=_begin, args=(model,))
        return
    errand.wait(DIMENSIONS, lambda done, of: t("Set {done} of {of}", done=done + 1, of=of))
    if found := errand.outcome(DIMENSIONS):
        names = {"samples": t("pictures that G makes"), "data": t("real pictures"), "noise": t("pure noise")}
        rows = [(names[name], f"{value:.1f} ± {error:.1f}") for name, (value, error) in found.items()]
        whose, dimension = zip(*rows, strict=True)
        st.table({t("2,000 of"): whose, t("intrinsic dimension"): dimension}, border="horizontal")
        if "data" not in found:
            st.caption(text("latent_space#no_data"))


def _begin(model: str) -> None:
    errand.forget(DIMENSIONS)
    weights = grip.checkpoint(model)
    errand.begin(DIMENSIONS, model, lambda: engine().errand("gan_core.latent.ant:dimensions", model, weights))
