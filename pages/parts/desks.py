"""What the set-ups of pages have in common: one in the session, the one before, complaints, runs shown and started."""

from __future__ import annotations

from typing import Any

import streamlit as st

from gan_core.refusals import EngineError
from gan_core.runs import LIVE, Run
from gan_core.specs import Spec
from pages.parts.services import engine, store
from pages.parts.visitor import visitor
from pages.parts.words import t


def put(key: str, desk: Any) -> None:
    """Put a set-up on the page, and remember the one before, if its spec was another."""
    before = st.session_state.get(key)
    if before and before.spec != desk.spec:
        st.session_state[f"{key}_before"] = before
    st.session_state[key] = desk


def complain(key: str, sentence: str) -> None:
    """Say something on top of the page, once."""
    st.session_state[f"{key}_complaint"] = sentence


def linked_run(key: str, id: str, kind: type[Spec], gone: str) -> Run | None:
    """The run that a link names, if it is there and this page's; else it is said: `gone`, of one that is lost."""
    if not id:
        return None
    run = store().get(id)
    if run is None:
        complain(key, gone)
    elif not isinstance(run.spec, kind):
        complain(key, t("The run in this link belongs to another page; open it from the list of runs."))
        return None
    return run


def start(key: str, spec: Spec, checkpoint: bytes | None = None, room: bool = True) -> str | None:
    """A run of a spec; None where there can be none now, which is said.

    Args:
        room: whether earlier runs of the page make it, where there is none; else it waits its turn.
    """
    if room:
        make_room(key, 1)
    try:
        run = engine().start(spec, visitor(), checkpoint)
    except EngineError as refusal:
        st.toast(t(str(refusal)), icon=":material/front_hand:")
        return None
    st.session_state.setdefault(f"{key}_started", []).append(run)
    return run


def make_room(key: str, places: int) -> None:
    """Stop the earlier runs of this session and page, where the new ones would wait for them; they are kept."""
    mine = [run for run in map(store().get, st.session_state.get(f"{key}_started", ())) if run and run.status in LIVE]
    state = engine().state
    if mine and state.workers - state.running - state.queued < places:
        for run in mine:
            engine().stop(run.id)
        st.toast(t("An earlier run was stopped to make room. It is kept under Runs."), icon=":material/history:")
