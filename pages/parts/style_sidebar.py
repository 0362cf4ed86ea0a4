"""The Style transfer page's sidebar: settings, the way back, settings from a file, the link for a class."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from gan_core.specs import StyleSpec
from pages.parts import side_file, style_settings
from pages.parts import style_desk as desk
from pages.parts.address import linked
from pages.parts.style_desk import KEY, Desk
from pages.parts.words import t


def sidebar(now: Desk) -> dict[str, object]:
    """Draw it, and return what its settings say."""
    with st.sidebar:
        if not style_settings.filled(KEY):  # back from another page
            style_settings.fill(now.spec, KEY)
        flat = style_settings.style_panel(KEY)
        with st.container(gap="xxsmall"):
            side_file.way_back(KEY, desk.undo)
            side_file.open_file(
                KEY, _take, title=t("Open settings"), label=t("Settings (JSON)"),
                help=t("Settings that were saved as a file."),
            )  # fmt: skip
            side_file.link_for_class(
                KEY, t("Whoever opens this link sees this experiment, a Paint button, and no settings."),
                lambda: linked(st.context.url or "", desk.query_of(replace(now, focus=True, run=None))),
            )  # fmt: skip
    return flat


def _take(file: Any) -> None:
    spec = side_file.spec_in(file.getvalue(), StyleSpec, "the Style transfer page")
    desk.load(replace(desk.now(), spec=spec, run=None))
