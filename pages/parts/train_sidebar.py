"""The Train page's sidebar: settings, the way back, settings or a checkpoint from a file, the link for a class."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from gan_core.picture_checkpoint import kept
from gan_core.refusals import EngineError
from gan_core.specs import PictureSpec, SpecError, read_spec
from pages.parts import desk, picture_settings
from pages.parts.address import linked
from pages.parts.desk import KEY, Desk
from pages.parts.services import engine
from pages.parts.words import t

WRONG = f"{KEY}_file_wrong"  # why the file that was chosen cannot be opened
MOST_MEGABYTES = 200  # of a checkpoint
CHECK_PATIENCE = 30.0  # seconds


def sidebar(now: Desk) -> dict[str, object]:
    """Draw it, and return what its settings say."""
    with st.sidebar:
        if not picture_settings.filled(KEY):  # back from another page
            picture_settings.fill(now.spec, KEY)
        flat = picture_settings.picture_panel(KEY)
        with st.container(gap="xxsmall"):
            if f"{KEY}_before" in st.session_state:
                st.button(t("Undo"), icon=":material/undo:", type="tertiary", key=f"{KEY}_undo", on_click=desk.undo,
                          help=t("Back to the settings before the last change."))  # fmt: skip
            if st.button(t("Open"), icon=":material/folder_open:", type="tertiary", key=f"{KEY}_open",
                         help=t("Settings or a checkpoint that were saved as a file.")):  # fmt: skip
                st.session_state.pop(WRONG, None)
                st.dialog(t("Open settings or a checkpoint"), on_dismiss="rerun")(_choose_file)()
            _class_link(now)
    return flat


def _choose_file() -> None:
    """In a dialog, which stays until a file can be read."""
    before = st.session_state.get(WRONG)
    st.file_uploader(
        t("Settings (JSON) or a checkpoint (safetensors)"), ["json", "safetensors"], key=f"{KEY}_file",
        on_change=_opened, max_upload_size=MOST_MEGABYTES,
    )  # fmt: skip
    if before:
        st.error(before, icon=":material/report:")
    elif st.session_state.get(f"{KEY}_file"):
        st.rerun()


def _opened() -> None:
    """Settings are put on the page, and a checkpoint goes on as a run; a file that cannot be read changes nothing."""
    st.session_state.pop(WRONG, None)
    file = st.session_state.get(f"{KEY}_file")
    if file is None:
        return
    data = file.getvalue()
    try:
        if file.name.endswith(".json"):
            spec = read_spec(data)
            if not isinstance(spec, PictureSpec):
                raise SpecError(f"This spec is of kind {spec.kind!r}; the Train page opens those of kind 'pictures'.")
            desk.load(replace(desk.now(), spec=spec, run=None))
        else:
            spec = kept(data).spec
            engine().call("gan_core.export:check", data, timeout=CHECK_PATIENCE)
            desk.load(replace(desk.now(), spec=spec, run=None))
            desk.train(data)
    except (SpecError, EngineError) as error:
        st.session_state[WRONG] = t(str(error))
    except RecursionError:
        st.session_state[WRONG] = t("This is not a spec: it is nested too deep.")


def _class_link(now: Desk) -> None:
    """The address of this very experiment with nothing to set: for a class that shall look first."""
    with st.popover(t("Link for class"), icon=":material/link:", type="tertiary", key=f"{KEY}_class",
                    help=t("One experiment and one button: without settings."), on_change="rerun") as box:  # fmt: skip
        if box.open:
            st.caption(t("Whoever opens this link sees this experiment, a Train button, and no settings."))
            query = desk.query_of(replace(now, focus=True, run=None))
            st.code(linked(st.context.url or "", query), language=None, wrap_lines=True)
