"""Lessons of a page, folded away: a text each, and experiments to try, as links to where they are set up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import streamlit as st

from pages.parts.words import t, text


class Try(NamedTuple):
    """An experiment that a lesson offers."""

    title: str
    icon: str
    query: Mapping[str, str]  # of its address


class Folded(NamedTuple):
    """One lesson."""

    title: str
    icon: str
    tries: Sequence[Try]


def folded(lessons: Mapping[str, Folded], words: str, page: str, tries: bool = True) -> None:
    """Draw them.

    Args:
        lessons: by the section of the page's words that holds the text.
        words: name of the page's words.
        page: file of the page where experiments are set up.
        tries: whether they are offered.
    """
    st.header(t("Lessons"), anchor=False)
    for section, lesson in lessons.items():
        with st.expander(t(lesson.title), icon=lesson.icon):
            st.markdown(text(f"{words}#{section}"))
            if tries and lesson.tries:
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    st.markdown(f"**{t('Try')}**", width="content")
                    for each in lesson.tries:
                        st.page_link(page, label=t(each.title), icon=each.icon, query_params=dict(each.query),
                                     width="content")  # fmt: skip
