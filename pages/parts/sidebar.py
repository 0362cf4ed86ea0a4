"""The Toy lab's sidebar: the settings of A or B, the way back, a spec from a file, the link for a class."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from gan_core.specs import SpecError, ToySpec, read_spec
from pages.parts import lab, settings
from pages.parts.address import linked, query_of
from pages.parts.lab import KEY, PREFIX, WITHOUT
from pages.parts.set_up import SetUp, alike
from pages.parts.versus import choose_side
from pages.parts.words import t

WRONG = f"{KEY}_file_wrong"  # why the file that was chosen cannot be opened
MOST_MEGABYTES = 1  # a spec is a few kilobytes


def sidebar(set_up: SetUp) -> tuple[str, dict[str, object]]:
    """Draw it, and return whose settings it shows and what they say."""
    with st.sidebar:
        side = choose_side() if set_up.b else "a"
        spec = set_up.b if side == "b" else set_up.a
        if not settings.filled(PREFIX[side]):  # back from another page, or from the other side
            lab.fill(side)
        flat = settings.toy_panel(PREFIX[side], spec.data.kind, WITHOUT[side])
        with st.container(gap="xxsmall"):
            if f"{KEY}_before" in st.session_state:
                st.button(t("Undo"), icon=":material/undo:", type="tertiary", key=f"{KEY}_undo", on_click=lab.undo,
                          help=t("Back to the settings before the last change."))  # fmt: skip
            _open()
            _class_link(set_up)
    return side, flat


def _open() -> None:
    if st.button(t("Open"), icon=":material/folder_open:", type="tertiary", key=f"{KEY}_open",
                 help=t("Settings that were saved as a file.")):  # fmt: skip
        st.session_state.pop(WRONG, None)
        st.dialog(t("Open settings"), on_dismiss="rerun")(_choose_file)()


def _choose_file() -> None:
    """In a dialog, which stays until a file can be read."""
    before = st.session_state.get(WRONG)
    st.file_uploader(
        t("Settings (JSON)"), type="json", key=f"{KEY}_file", on_change=_opened, max_upload_size=MOST_MEGABYTES
    )
    if before:
        st.error(before, icon=":material/report:")
    elif st.session_state.get(f"{KEY}_file"):
        st.rerun()


def _opened() -> None:
    """What is in the file becomes A; a file that cannot be read changes nothing."""
    st.session_state.pop(WRONG, None)
    file = st.session_state.get(f"{KEY}_file")
    if file is None:
        return
    try:
        spec = read_spec(file.getvalue())
        if not isinstance(spec, ToySpec):
            raise SpecError(f"This spec is of kind {spec.kind!r}; the Toy lab opens those of kind 'toy'.")
        spec = alike(spec, spec.seed, 1) if lab.now().b else spec
        opened = replace(lab.now().with_a(spec), run=None, run_b=None, lesson="", step=1)
    except SpecError as error:
        st.session_state[WRONG] = t(str(error))
    except RecursionError:
        st.session_state[WRONG] = t("This is not a spec: it is nested too deep.")
    else:
        lab.load(opened)


def _class_link(set_up: SetUp) -> None:
    """The address of this very experiment with nothing to set: for a class that shall look first."""
    with st.popover(t("Link for class"), icon=":material/link:", type="tertiary", key=f"{KEY}_class",
                    help=t("One experiment and one button: without settings."), on_change="rerun") as box:  # fmt: skip
        if box.open:
            st.caption(t("Whoever opens this link sees this experiment, a Train button, and no settings."))
            st.code(class_link(st.context.url or "", set_up), language=None, wrap_lines=True)


def class_link(url: str, set_up: SetUp) -> str:
    """The page's own address with the set-up in it and everything else hidden."""
    return linked(url, query_of(replace(set_up, focus=True, run=None, run_b=None)))
