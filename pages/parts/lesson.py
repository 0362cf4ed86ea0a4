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
    lesson, step = step_of(set_up.lesson, set_up.step)
    place = t("step {step} of {steps}", step=set_up.step, steps=len(lesson.steps))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{KEY}_lesson"):
        st.markdown(f"{lesson.icon} **{t(lesson.title)}**, {place}: {t(step.title)}", width="content")
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
            _link(set_up, -1, t("Previous"), ":material/arrow_back:", "left")
            _link(set_up, 1, t("Next"), ":material/arrow_forward:", "right")
            if not set_up.focus:
                st.button(
                    t("Leave"), key=f"{KEY}_leave", type="tertiary", icon=":material/close:", on_click=leave,
                    help=t("Leave the lesson; the experiment stays."),
                )  # fmt: skip


def _link(set_up: SetUp, by: int, label: str, icon: str, side: str) -> None:
    """To another step, if there is one."""
    step = set_up.step + by
    if 1 <= step <= len(lessons()[set_up.lesson].steps):
        query = {"lesson": set_up.lesson, "step": str(step)} | ({"focus": "true"} if set_up.focus else {})
        st.page_link(PAGE, label=label, icon=icon, icon_position=side, query_params=query, width="content")


def leave() -> None:
    lab.put(replace(lab.now(), lesson="", step=1))


def answer(explain: str, try_: str, ended: bool) -> None:
    """What happened and what to try: folded until the run has ended, lest it answers before it was guessed."""
    with st.expander(t("What happened?"), expanded=ended, icon=":material/lightbulb:"):
        st.markdown(t(explain))
        if try_:
            st.markdown(f"**{t('Try')}:** {t(try_)}")


def lesson_list() -> None:
    """Every lesson, each a link to its first step."""
    with st.grid("auto", min_column_width=300, gap="small"):
        for name, lesson in lessons().items():
            with st.container(gap=None):
                st.page_link(PAGE, label=f"**{t(lesson.title)}**", icon=lesson.icon,
                             query_params={"lesson": name, "step": "1"})  # fmt: skip
                st.caption(f"{t(lesson.about)} {t('{steps} steps.', steps=len(lesson.steps))}")
