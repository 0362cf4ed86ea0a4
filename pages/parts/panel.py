"""The panel beside or below the stage: progress and buttons, then what the numbers say, kept up to date together."""

from __future__ import annotations

import streamlit as st

from gan_core.frames import unpack
from gan_core.runs import Run
from pages.parts.progress import progress
from pages.parts.run_curves import run_curves
from pages.parts.seeds import seeds_panel
from pages.parts.services import store
from pages.parts.set_up import SetUp
from pages.parts.versus import compared
from pages.parts.watch import current, live

PANEL_EVERY = 2.0  # seconds between two looks at numbers: eyes read no faster, and charts cost the browser most


def panel(set_up: SetUp, key: str) -> None:
    """Progress, buttons and charts of what is on stage."""
    now = live(set_up.runs)
    st.fragment(_panel, run_every=PANEL_EVERY if now else None)(set_up, key, now)


def _panel(set_up: SetUp, key: str, drawn_live: bool) -> None:
    runs = current(set_up.runs, drawn_live)
    progress(set_up, runs, key)
    measured = [(run, store().metrics(run.id)) for run in runs if run and store().header(run.id)]
    if not measured or not all(len(metrics["step"]) for _, metrics in measured):
        return
    if set_up.mode == "versus":
        compared(runs, {run.id: own for run, own in measured}, key)
    elif set_up.mode == "seeds":
        run, metrics = measured[0]
        seeds_panel(run, metrics, _about(run), key)
    else:
        run, metrics = measured[0]
        run_curves(run.spec, metrics, _about(run), key)


def _about(run: Run) -> dict:
    return unpack(store().header(run.id))[1]
