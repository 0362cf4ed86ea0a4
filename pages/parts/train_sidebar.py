"""The Train page's sidebar: settings, the way back, settings or a checkpoint from a file, the link for a class."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from gan_core.picture_checkpoint import kept
from gan_core.specs import PictureSpec
from pages.parts import desk, picture_settings, side_file
from pages.parts.address import linked
from pages.parts.desk import KEY, Desk
from pages.parts.services import engine
from pages.parts.words import t

MOST_MEGABYTES = 200  # of a checkpoint
CHECK_PATIENCE = 30.0  # seconds


def sidebar(now: Desk) -> dict[str, object]:
    """Draw it, and return what its settings say."""
    with st.sidebar:
        if not picture_settings.filled(KEY):  # back from another page
            picture_settings.fill(now.spec, KEY)
        flat = picture_settings.picture_panel(KEY)
        with st.container(gap="xxsmall"):
            side_file.way_back(KEY, desk.undo)
            side_file.open_file(
                KEY, _take, title=t("Open settings or a checkpoint"),
                label=t("Settings (JSON) or a checkpoint (safetensors)"),
                help=t("Settings or a checkpoint that were saved as a file."), endings=("json", "safetensors"),
                most_megabytes=MOST_MEGABYTES,
            )  # fmt: skip
            side_file.link_for_class(
                KEY, t("Whoever opens this link sees this experiment, a Train button, and no settings."),
                lambda: linked(st.context.url or "", desk.query_of(replace(now, focus=True, run=None))),
            )  # fmt: skip
    return flat


def _take(file: Any) -> None:
    """Settings are put on the page, and a checkpoint goes on as a run."""
    data = file.getvalue()
    if file.name.endswith(".json"):
        desk.load(replace(desk.now(), spec=side_file.spec_in(data, PictureSpec, "the Train page"), run=None))
        return
    spec = kept(data).spec
    engine().call("gan_core.export:check", data, timeout=CHECK_PATIENCE)
    desk.load(replace(desk.now(), spec=spec, run=None))
    desk.train(data)
