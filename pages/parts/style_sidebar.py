"""The Style transfer page's sidebar: settings, the way back, settings from a file, the link for a class."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from gan_core.specs import SpecError, StyleSpec, read_spec
from pages.parts import style_desk as desk
from pages.parts import style_settings
from pages.parts.address import linked
from pages.parts.style_desk import KEY, Desk
from pages.parts.words import t

WRONG = f"{KEY}_file_wrong"  # why the file that was chosen cannot be opened


def sidebar(now: Desk) -> dict[str, object]:
    """Draw it, and return what its settings say."""
    with st.sidebar:
        if not style_settings.filled(KEY):  # back from another page
            style_settings.fill(now.spec, KEY)
        flat = style_settings.style_panel(KEY)
        with st.container(gap="xxsmall"):
            if f"{KEY}_before" in st.session_state:
                st.button(t("Undo"), icon=":material/undo:", type="tertiary", key=f"{KEY}_undo", on_click=desk.undo,
                          help=t("Back to the settings before the last change."))  # fmt: skip
            if st.button(t("Open"), icon=":material/folder_open:", type="tertiary", key=f"{KEY}_open",
                         help=t("Settings that were saved as a file.")):  # fmt: skip
                st.session_state.pop(WRONG, None)
                st.dialog(t("Open settings"), on_dismiss="rerun")(_choose_file)()
            _class_link(now)
    return flat


def _choose_file() -> None:
    """In a dialog, which stays until a file can be read."""
    before = st.session_state.get(WRONG)
    st.file_uploader(t("Settings (JSON)"), ["json"], key=f"{KEY}_file", on_change=_opened, max_upload_size=1)
    if before:
        st.error(before, icon=":material/report:")
    elif st.session_state.get(f"{KEY}_file"):
        st.rerun()


def _opened() -> None:
    """A file that cannot be read changes nothing."""
    st.session_state.pop(WRONG, None)
    if (file := st.session_state.get(f"{KEY}_file")) is None:
        return
    try:
        spec = read_spec(file.getvalue())
        if not isinstance(spec, StyleSpec):
            raise SpecError(f"This spec is of kind {spec.kind!r}; the Style transfer page opens those of kind 'style'.")
        desk.load(replace(desk.now(), spec=spec, run=None))
    except SpecError as error:
        st.session_state[WRONG] = t(str(error))
    except RecursionError:
        st.session_state[WRONG] = t("This is not a spec: it is nested too deep.")


def _class_link(now: Desk) -> None:
    """The address of this very experiment with nothing to set: for a class that shall look first."""
    with st.popover(t("Link for class"), icon=":material/link:", type="tertiary", key=f"{KEY}_class",
                    help=t("One experiment and one button: without settings."), on_change="rerun") as box:  # fmt: skip
        if box.open:
            st.caption(t("Whoever opens this link sees this experiment, a Paint button, and no settings."))
            query = desk.query_of(replace(now, focus=True, run=None))
            st.code(linked(st.context.url or "", query), language=None, wrap_lines=True)
