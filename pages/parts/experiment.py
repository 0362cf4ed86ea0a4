"""The row on top of the Toy lab: which experiment, with which cure, in which way, and the button that starts it."""

from __future__ import annotations

import streamlit as st

from gan_core.presets import presets
from gan_core.protocols import protocols
from pages.parts import lab
from pages.parts.lab import KEY
from pages.parts.lesson import lesson_bar
from pages.parts.set_up import MODES, SetUp
from pages.parts.words import t

WAYS = {"one": "One run", "versus": "A against B", "seeds": "Many seeds"}


def choose(set_up: SetUp, ready: bool) -> None:
    """Draw the row, under a lesson's bar. `ready`: what is set up can be trained."""
    if set_up.lesson:
        lesson_bar(set_up)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"{KEY}_row"):
        if set_up.focus and not set_up.lesson:
            st.markdown(f"**{experiment_title(set_up)}**", width="content")
        elif not set_up.focus:
            if not set_up.lesson:  # whose steps say which experiment
                _experiment(set_up)
            _cure(set_up)
            _way(set_up)
        st.button(t("Train"), type="primary", icon=":material/play_arrow:", key=f"{KEY}_train", disabled=not ready,
                  on_click=lab.ask_to_train)  # fmt: skip
        if not set_up.focus:
            st.button(
                t("New seed"), icon=":material/casino:", key=f"{KEY}_reseed", disabled=not ready,
                on_click=lab.ask_to_train, args=(True,),
                help=t("The same experiment once more with other random numbers: what was luck?"),
            )  # fmt: skip


def experiment_title(set_up: SetUp) -> str:
    """What the experiment is called: the preset and its cure, the protocol, or that it is the visitor's own."""
    if name := set_up.preset:
        cure = presets()[name].cures.get(set_up.cure or "")
        return t(presets()[name].title) + (f" · {t(cure.title)}" if cure else "")
    return t(protocols()[set_up.protocol].title) if set_up.protocol else t("Your own")


def _experiment(set_up: SetUp) -> None:
    """One list: presets, then the experiments of papers, then what the visitor has made of either."""
    current = set_up.preset or set_up.protocol
    titles = {name: t(each.title) for name, each in (presets() | protocols()).items()}
    icon = presets()[current].icon if current in presets() else ":material/article:" if current else ":material/tune:"
    st.session_state[f"{KEY}_experiment"] = current
    st.selectbox(
        t("Experiment"), [*titles, *([] if current else [""])], key=f"{KEY}_experiment", icon=icon, width=208,
        format_func=lambda name: titles.get(name) or t("Your own"), label_visibility="collapsed",
        on_change=lambda: lab.change(SetUp.chosen, st.session_state[f"{KEY}_experiment"]),
    )  # fmt: skip


def _cure(set_up: SetUp) -> None:
    """The preset's cures; where two are compared, B's."""
    preset = presets().get(set_up.preset)
    if not preset or not preset.cures:
        return
    current = set_up.cure
    titles = {"": t("No cure")} | {name: t(cure.title) for name, cure in preset.cures.items()}
    st.session_state[f"{KEY}_cure"] = current
    st.selectbox(
        t("Cure of B") if set_up.b else t("Cure"), [*titles, *([] if current in titles else [None])],
        key=f"{KEY}_cure", icon=":material/healing:", width=196, label_visibility="collapsed",
        format_func=lambda name: titles.get(name) or t("Your own"),
        on_change=lambda: lab.change(SetUp.cured, st.session_state[f"{KEY}_cure"]),
    )  # fmt: skip


def _way(set_up: SetUp) -> None:
    st.session_state[f"{KEY}_way"] = set_up.mode
    st.segmented_control(
        t("How to run it"), MODES, key=f"{KEY}_way", required=True, label_visibility="collapsed",
        format_func=lambda way: t(WAYS[way]),
        on_change=lambda: lab.change(SetUp.turned, st.session_state[f"{KEY}_way"]),
    )  # fmt: skip
