"""Lessons on the page: the bar that leads through one, what a step explains afterwards, and the list of all."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from gan_core.lessons import lessons
from pages.parts import lab
from pages.parts.lab import KEY
from pages.parts.set_up import SetUp, step_of
from pages.parts.words import t

PAGE = "pages/toy_lab.py"


def lesson_bar(set_up: SetUp) -> None:
    """Where in the lesson one is, and the ways on, each a link."""
    lesson, _ = step_of(set_up.lesson, set_up.step)
    place = t("step {step} of {steps}", step=set_up.step, steps=len(lesson.steps))
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content", key=f"{KEY}_lesson"):
        st.markdown(f"{lesson.icon} **{t(lesson.title)}**, {place}", width="content")
        _step(set_up, -1, t("Previous"), ":material/arrow_back:", set_up.step > 1)
        _step(set_up, 1, t("Next"), ":material/arrow_forward:", set_up.step < len(lesson.steps))
        if not set_up.focus:
            st.button(
                t("Leave"), key=f"{KEY}_leave", type="tertiary", icon=":material/close:", on_click=leave,
                help=t("Leave the lesson; the experiment stays."),
            )  # fmt: skip


def _step(set_up: SetUp, by: int, label: str, icon: str, there: bool) -> None:
    query = {"lesson": set_up.lesson, "step": str(set_up.step + by)} | ({"focus": "true"} if set_up.focus else {})
    st.page_link(PAGE, label=label, icon=icon, query_params=query, disabled=not there, width="content")


def leave() -> None:
    lab.put(replace(lab.now(), lesson="", step=1))


def lesson_words(set_up: SetUp, ended: bool) -> None:
    """What happened and what to try: folded until the run has ended, lest it answers before it was guessed."""
    _, step = step_of(set_up.lesson, set_up.step)
    with st.expander(t("What happened?"), expanded=ended, icon=":material/lightbulb:"):
        st.markdown(t(step.explain))
        st.markdown(f"**{t('Try')}:** {t(step.try_)}")


def lesson_list() -> None:
    """Every lesson, each a link to its first step."""
    for name, lesson in lessons().items():
        with st.container(gap=None, key=f"lesson_{name}"):
            st.page_link(
                PAGE, label=t(lesson.title), icon=lesson.icon, query_params={"lesson": name, "step": "1"}
            )  # fmt: skip
            st.caption(
                t(lesson.about) + " " + t("{steps} steps.", steps=len(lesson.steps))
            )  # fmt: skip
