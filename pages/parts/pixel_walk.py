"""Two walks from one cat, in steps that change the picture equally: through all pictures, and through latent space."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.parts import errand
from pages.parts.services import engine
from pages.parts.words import t, text

KEY = "manifold_walk"
WALK = "gan_core.latent.noise:walks"


@st.fragment
def pixel_walk() -> None:
    """A button, and both walks as filmstrips."""
    ready = engine().state.status == "ready"
    st.markdown(text("latent_space#manifold_walk"))
    walked = errand.outcome(KEY)
    st.button(t("New walk") if walked else t("Walk"), icon=":material/footprint:", key=f"{KEY}_go", on_click=_walk,
              disabled=not ready or errand.under_way(KEY), type="secondary" if walked else "primary")  # fmt: skip
    errand.wait(KEY, lambda done, of: t("Step {done} of {of}", done=done, of=of or 30))
    if wrong := errand.failure(KEY):
        st.error(t(wrong), icon=":material/report:")
    if walked:
        _strip(t("Through all pictures"), walked["pixels"], t("Seven pictures, from a cat to snow."))
        _strip(t("Through latent space"), walked["latent"], t("Seven pictures, from one cat to another."))


def _strip(name: str, walk: dict[str, Any], alt: str) -> None:
    st.image(walk["strip"], f"**{name}**: {_verdict(walk)}", width="stretch", alt=f"{name}. {alt}")


def _verdict(walk: dict[str, Any]) -> str:
    """Whether every picture on the way means something, or up to which step."""
    away = f"{walk['away'][-1]:.0f}"
    if all(walk["meaningful"]):
        return t("after 30 steps {away} grey levels from where it began, and meaningful all the way.", away=away)
    lost = walk["meaningful"].index(False)
    return t("after 30 steps {away} grey levels from where it began; step {lost} is the first that means nothing.",
             away=away, lost=lost)  # fmt: skip


def _walk() -> None:
    """The next walk; all visitors take the same ones in the same order."""
    seed = st.session_state[f"{KEY}_seed"] = st.session_state.get(f"{KEY}_seed", 0) + 1
    errand.begin(KEY, seed, lambda: engine().errand(WALK, seed))
