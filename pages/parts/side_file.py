"""The foot of a sidebar: the way back, settings from a file, the link for a class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from gan_core.refusals import EngineError
from gan_core.specs import Spec, SpecError, read_spec
from pages.parts.words import t

MOST_MEGABYTES = 1  # a spec is a few kilobytes


def way_back(key: str, undo: Callable[[], None]) -> None:
    """A button that undoes the last change of settings, where there is one."""
    if f"{key}_before" in st.session_state:
        st.button(t("Undo"), icon=":material/undo:", type="tertiary", key=f"{key}_undo", on_click=undo,
                  help=t("Back to the settings before the last change."))  # fmt: skip


def open_file(
    key: str, take: Callable[[Any], None], *, title: str, label: str, help: str, endings: tuple[str, ...] = ("json",),
    most_megabytes: int = MOST_MEGABYTES,
) -> None:  # fmt: skip
    """A button that opens a dialog, which stays until a file can be read.

    Args:
        take: puts an uploaded file on the page; raises SpecError or EngineError where it cannot be used, and has
            changed nothing then.
        title, label, help: in the visitor's language.
    """
    wrong = f"{key}_file_wrong"  # why the file that was chosen cannot be opened

    def choose() -> None:
        before = st.session_state.get(wrong)
        st.file_uploader(label, list(endings), key=f"{key}_file", on_change=opened, max_upload_size=most_megabytes)
        if before:
            st.error(before, icon=":material/report:")
        elif st.session_state.get(f"{key}_file"):
            st.rerun()

    def opened() -> None:
        st.session_state.pop(wrong, None)
        if (file := st.session_state.get(f"{key}_file")) is None:
            return
        try:
            take(file)
        except (SpecError, EngineError) as error:
            st.session_state[wrong] = t(str(error))
        except RecursionError:
            st.session_state[wrong] = t("This is not a spec: it is nested too deep.")

    if st.button(t("Open"), icon=":material/folder_open:", type="tertiary", key=f"{key}_open", help=help):
        st.session_state.pop(wrong, None)
        st.dialog(title, on_dismiss="rerun")(choose)()


def spec_in(data: bytes, kind: type[Spec], page: str) -> Any:
    """The spec in a file. Raises SpecError where it is none, or another page's."""
    spec = read_spec(data)
    if not isinstance(spec, kind):
        own = kind.model_fields["kind"].default
        raise SpecError(f"This spec is of kind {spec.kind!r}; {page} opens those of kind {own!r}.")
    return spec


def link_for_class(key: str, caption: str, link: Callable[[], str]) -> None:
    """The address of this very experiment with nothing to set: for a class that shall look first."""
    with st.popover(t("Link for class"), icon=":material/link:", type="tertiary", key=f"{key}_class",
                    help=t("One experiment and one button: without settings."), on_change="rerun") as box:  # fmt: skip
        if box.open:
            st.caption(caption)
            st.code(link(), language=None, wrap_lines=True)
