"""Longer work that a page waits for: begun once, shown with its progress, cancelled, and its outcome kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st

from gan_core.errands import Errand
from gan_core.refusals import EngineError
from pages.parts.words import t

EVERY = 0.3  # seconds between two looks at how far it is


def begin(key: str, of: Hashable, start: Callable[[], Errand]) -> None:
    """Begin it for `of`, unless that is under way or done; what was begun before for something else is given up."""
    kept = st.session_state.get(key)
    if kept and kept["of"] == of:
        return
    forget(key)
    try:
        st.session_state[key] = {"of": of, "errand": start()}
    except EngineError as refusal:  # no worker is warm yet; the page is drawn again when one is, and begins it then
        st.session_state[key] = {"of": None, "failure": str(refusal)}


def forget(key: str) -> None:
    """Give it up, and what came of it."""
    kept = st.session_state.pop(key, None)
    if kept and "errand" in kept:
        kept["errand"].cancel()


def outcome(key: str) -> Any:
    """What came of it; None while it is under way, was never begun, or has failed."""
    return st.session_state.get(key, {}).get("answer")


def failure(key: str) -> str:
    """The sentence that says why it failed; empty while it has not."""
    return st.session_state.get(key, {}).get("failure", "")


def subject(key: str) -> Hashable:
    """What it was begun for; None where none was."""
    return st.session_state.get(key, {}).get("of")


def under_way(key: str) -> bool:
    return "errand" in st.session_state.get(key, {})


def megabytes(done: int, of: int) -> str:
    """How far bytes are that are read or sent."""
    return t("{done} of {of} MB", done=f"{done / 1e6:,.1f}", of=f"{of / 1e6:,.1f}")


def asked(done: int, of: int) -> str:
    """The same where the hub has to say first how many there are."""
    return megabytes(done, of) if of else t("Asking the hub")


def wait(key: str, words: Callable[[int, int], str], quiet: bool = False) -> None:
    """Show how far it is, until it is done; then the page is drawn anew. `quiet`: words alone, without a bar."""
    if under_way(key):
        st.fragment(_wait, run_every=EVERY)(key, words, quiet)


def _wait(key: str, words: Callable[[int, int], str], quiet: bool) -> None:
    kept = st.session_state.get(key, {})
    errand: Errand | None = kept.get("errand")
    if errand is None:
        return
    if errand.done:
        del kept["errand"]
        try:
            kept["answer"] = errand.result()
        except EngineError as refusal:
            kept["failure"] = str(refusal)
        st.rerun()
    done, of = errand.progress
    if quiet:
        st.caption(words(done, of))
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.progress(min(done / of, 1.0) if of else 0.0, words(done, of))
        if st.button(t("Cancel"), key=f"{key}_cancel", type="tertiary"):
            errand.cancel()
            st.rerun(scope="fragment")
