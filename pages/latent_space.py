"""Latent space: hold a generator in the hand, find its directions, walk through it, and see why it is thin."""

from dataclasses import replace

import streamlit as st

from gan_core.refusals import EngineError
from pages.parts import address, grip
from pages.parts.directions_view import directions
from pages.parts.find_view import find
from pages.parts.frame import frame
from pages.parts.grip import KEY, VIEWS
from pages.parts.hold_view import hold
from pages.parts.latent_style import STYLE
from pages.parts.local_view import local
from pages.parts.manifold import manifold
from pages.parts.map_view import latent_map
from pages.parts.run_names import spec_name
from pages.parts.services import engine, store
from pages.parts.walk_view import walk
from pages.parts.words import plain_text, t

frame()

st.html(STYLE)

# Choices of one view that shall outlive a look at another: Streamlit forgets widgets that are not drawn.
LASTING = {f"{KEY}_{name}": first for name, first in (("way", "slerp"), ("kind", "pc"), ("starts", 4), ("looks", True))}
DRAWN = {"hold": hold, "directions": directions, "local": local, "walk": walk, "find": find, "map": latent_map}

# Arrive.

grip.arrive()
if complaint := st.session_state.pop(f"{KEY}_complaint", None):
    st.warning(plain_text(complaint), icon=":material/report:")

# Choose: which generator, and what to do with it.


def named(model: str) -> str:
    name, _, at = model.partition("@")
    if not (id := grip.run_of(model)):
        return f"{name} {at[:7]}".strip()
    run = store().get(id)
    if run is None:
        return t("A run that is gone")
    return t("{name}, step {step} ({id})", name=spec_name(run.spec), step=at, id=id[:4])


for key, first in LASTING.items():
    st.session_state[key] = st.session_state.get(key, first)
titles = {"hold": t("Hold"), "directions": t("Directions"), "local": t("Local"), "walk": t("Walk"), "find": t("Find"),
          "map": t("Map"), "why": t("Why")}  # fmt: skip
now = grip.now()
models = grip.models()
models += [now.spec.model] if now.spec.model not in models else []
st.session_state[f"{KEY}_model"], st.session_state[f"{KEY}_view"] = now.spec.model, now.view
with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"{KEY}_row"):
    st.selectbox(
        t("Model"), models, key=f"{KEY}_model", icon=":material/deployed_code:", width=240, format_func=named,
        label_visibility="collapsed", on_change=lambda: grip.chosen(st.session_state[f"{KEY}_model"]),
    )  # fmt: skip
    st.segmented_control(
        t("What to do"), VIEWS, key=f"{KEY}_view", required=True, format_func=titles.get, label_visibility="collapsed",
        on_change=lambda: grip.put(replace(grip.now(), view=st.session_state[f"{KEY}_view"])),
    )  # fmt: skip
address.write(KEY, grip.query_of(now))

# Look.

if now.view == "why":
    manifold()
elif engine().state.status != "ready":
    st.caption(":material/hourglass_top: " + t(engine().state.sentence))
else:
    try:
        grip.about(now.spec.model)
        grip.restored()
        DRAWN[now.view]()
    except EngineError as refusal:
        grip.failed(refusal)
