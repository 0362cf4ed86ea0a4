"""What became of a run so far, seed by seed: kept in memory and only ever added to, for all who watch it."""

from __future__ import annotations

import threading

import numpy as np
import streamlit as st

from gan_core.outcomes import History
from pages.parts.services import store

SOME = 16  # runs, of a few megabytes at most each


class _Kept:
    """The frames of one run that were read so far, as a history."""

    def __init__(self) -> None:
        self.history: History | None = None
        self._lock = threading.Lock()

    def read(self, run: str) -> History | None:
        with self._lock:
            last = -1 if self.history is None else int(self.history.step[-1])
            if frames := store().frames(run, after=last):
                self.history = _joined(self.history, History.of(frames))
            return self.history


def _joined(before: History | None, after: History) -> History:
    if before is None:
        return after
    return History(
        np.concatenate([before.step, after.step]),
        {name: np.concatenate([before.metrics[name], after.metrics[name]]) for name in after.metrics},
        np.concatenate([before.mode_counts, after.mode_counts]),
    )


@st.cache_resource(show_spinner=False, max_entries=SOME)
def _kept(run: str) -> _Kept:
    return _Kept()


def history(run: str) -> History | None:
    """The run's history up to now; None until there is a first frame."""
    return _kept(run).read(run)
