"""How far a component in the browser was brought, so that each message holds the frames of a run that it may lack.

A message may be lost. So each holds what has come since the message before the last, and the browser, which counts the
frames, asks for everything where it still lacks some: then whoever sends forgets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st

from gan_core.events import Frame
from gan_core.runs import Run
from pages.parts.services import store

SHOWN_AS = {"queued": "running", "running": "running", "stopped": "paused", "interrupted": "paused"}


class Reached(NamedTuple):
    """A place in a run, up to which frames were sent."""

    step: int = -1  # of the last of them
    count: int = 0  # of the run's frames up to there, which is the index of the next
    known: Mapping[str, float] = {}  # what the sender wants to remember of them


class Sent(NamedTuple):
    """What is remembered for each component, in the session."""

    run: str
    last: Reached = Reached()
    before: Reached = Reached()  # by the message before the last: the browser has all up to here


def lacking(run: Run, key: str) -> tuple[Reached, list[Frame]]:
    """Where the component of that key surely is, and the frames of the run since."""
    before = _sent(run, key).before
    return before, store().frames(run.id, after=before.step)


def send(run: Run, key: str, frames: list[Frame], known: Mapping[str, float] | None = None) -> None:
    """Remember that these frames, which `lacking` gave, are on their way, and what is known after them."""
    sent = _sent(run, key)
    last = frames[-1].step if frames else -1
    if last > sent.last.step or f"{key}_sent" not in st.session_state:
        reached = Reached(last, sent.before.count + len(frames), known or {})
        st.session_state[f"{key}_sent"] = Sent(run.id, reached, sent.last)


def of_run(run: Run, first: int) -> dict[str, object]:
    """What each message says of its run; `first`: the index in the run of the first frame of this message."""
    return {"run": run.id, "first": first, "steps": run.steps, "status": SHOWN_AS.get(run.status, run.status)}


def forget(key: str) -> None:
    """The component has shown something else since, or has asked for everything: send all of the run again."""
    st.session_state.pop(f"{key}_sent", None)


def _sent(run: Run, key: str) -> Sent:
    sent = st.session_state.get(f"{key}_sent")
    return sent if sent and sent.run == run.id else Sent(run.id)
