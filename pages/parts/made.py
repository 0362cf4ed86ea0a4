"""What takes a while to make: a button that has it made on a worker, and then a button that hands it over."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from gan_core.refusals import EngineError
from gan_core.runs import Run
from pages.parts.model_view import amount
from pages.parts.words import plain_text, t


def made(
    key: str, run: Run, kind: str, label: str, *, file: str, mime: str, icon: str, make: Callable[[], bytes],
    while_made: str,
) -> None:  # fmt: skip
    """A button that has something made, then one that hands it over, until the run goes on or another is shown.

    Args:
        key: of the page.
        kind: what is made, in keys.
        make: raises EngineError where it cannot be made, now or at all.
        while_made: words beside the spinner.
    """
    kept = _kept(key, run)
    place = st.empty()
    if kind not in kept and place.button(label, icon=icon, key=f"{key}_make_{kind}"):
        try:
            with st.spinner(while_made):
                kept[kind] = make()
        except EngineError as failure:
            st.error(plain_text(t(str(failure))), icon=":material/error:")
    if kind in kept:
        place.download_button(
            f"{label} · {amount(len(kept[kind]))}", lambda: kept[kind], file, mime, on_click="ignore",
            key=f"{key}_{kind}", type="primary", icon=":material/download:",
        )  # fmt: skip


def _kept(key: str, run: Run) -> dict[str, bytes]:
    """What was made of this run as it stands."""
    kept = st.session_state.get(f"{key}_made", {})
    if kept.get("of") != (run.id, run.step):
        kept = st.session_state[f"{key}_made"] = {"of": (run.id, run.step)}
    return kept
