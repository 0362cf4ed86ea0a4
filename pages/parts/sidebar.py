"""The Toy lab's sidebar: the settings of A or B, the way back, a spec from a file, the link for a class."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from gan_core.specs import ToySpec
from pages.parts import lab, settings, side_file
from pages.parts.address import linked, query_of
from pages.parts.lab import KEY, PREFIX, WITHOUT
from pages.parts.set_up import SetUp, alike
from pages.parts.versus import choose_side
from pages.parts.words import t


def sidebar(set_up: SetUp) -> tuple[str, dict[str, object]]:
    """Draw it, and return whose settings it shows and what they say."""
    with st.sidebar:
        side = choose_side() if set_up.b else "a"
        spec = set_up.b if side == "b" else set_up.a
        if not settings.filled(PREFIX[side]):  # back from another page, or from the other side
            lab.fill(side)
        flat = settings.toy_panel(PREFIX[side], spec.data.kind, WITHOUT[side])
        with st.container(gap="xxsmall"):
            side_file.way_back(KEY, lab.undo)
            side_file.open_file(
                KEY, _take, title=t("Open settings"), label=t("Settings (JSON)"),
                help=t("Settings that were saved as a file."),
            )  # fmt: skip
            side_file.link_for_class(
                KEY, t("Whoever opens this link sees this experiment, a Train button, and no settings."),
                lambda: class_link(st.context.url or "", set_up),
            )  # fmt: skip
    return side, flat


def _take(file: Any) -> None:
    """What is in the file becomes A."""
    spec = side_file.spec_in(file.getvalue(), ToySpec, "the Toy lab")
    spec = alike(spec, spec.seed, 1) if lab.now().b else spec
    lab.load(replace(lab.now().with_a(spec), run=None, run_b=None, lesson="", step=1))


def class_link(url: str, set_up: SetUp) -> str:
    """The page's own address with the set-up in it and everything else hidden."""
    return linked(url, query_of(replace(set_up, focus=True, run=None, run_b=None)))
