"""The row on top of the Train page: which experiment, on which pictures, and the button that starts it."""

from __future__ import annotations

import streamlit as st

from gan_core.picture_presets import picture_presets
from pages.parts import desk
from pages.parts.desk import KEY, Desk
from pages.parts.feed import choose_pictures
from pages.parts.run_names import spec_name
from pages.parts.words import t


def choose(now: Desk, ready: bool) -> None:
    """Draw the row: which experiment, on which pictures, and the button. `ready`: what is set up can be trained."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"{KEY}_row"):
        if now.focus:
            preset = picture_presets().get(now.preset)
            st.markdown(f"**{t(preset.title) if preset else spec_name(now.spec)}**", width="content")
        else:
            _experiment(now)
            choose_pictures(now)
        st.button(t("Train"), type="primary", icon=":material/play_arrow:", key=f"{KEY}_train", disabled=not ready,
                  on_click=desk.ask_to_train)  # fmt: skip
        if not now.focus:
            st.button(
                t("New seed"), icon=":material/casino:", key=f"{KEY}_reseed", disabled=not ready,
                on_click=desk.ask_to_train, args=(True,),
                help=t("The same experiment once more with other random numbers: what was luck?"),
            )  # fmt: skip


def _experiment(now: Desk) -> None:
    presets = picture_presets()
    current = now.preset
    st.session_state[f"{KEY}_experiment"] = current
    st.selectbox(
        t("Experiment"), [*desk.on_page(presets), *([] if current else [""])], key=f"{KEY}_experiment", width=248,
        icon=presets[current].icon if current else ":material/tune:", label_visibility="collapsed",
        format_func=lambda name: t(presets[name].title) if name else t("Your own"),
        on_change=lambda: desk.change(desk.chosen, st.session_state[f"{KEY}_experiment"]),
    )  # fmt: skip
