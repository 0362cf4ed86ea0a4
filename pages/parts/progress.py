"""How far the runs on stage are, and the buttons that belong to their state: stop, go on, slow motion, save."""

from __future__ import annotations

import streamlit as st

from gan_core.engine import STOPPED
from gan_core.refusals import EngineError
from gan_core.runs import LIVE, Run
from pages.parts import films
from pages.parts.run_list import resume
from pages.parts.services import engine
from pages.parts.set_up import SetUp
from pages.parts.take_away import save
from pages.parts.words import t

RESUMABLE = ("stopped", "interrupted")


def progress(set_up: SetUp, runs: list[Run | None], key: str) -> None:
    """Progress of one run, or of A's and B's side by side, and the buttons that act on all of them."""
    there = [run for run in runs if run]
    with st.container(gap="xxsmall"):
        if set_up.b and there:
            for column, run, name in zip(st.columns(2, gap="medium"), runs, "AB", strict=True):
                with column:
                    _line(run, f"{name}: ")
        elif there:
            _line(there[0], "")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _buttons(set_up, there, key)
    for run in there:
        who = f"{'AB'[runs.index(run)]}: " if set_up.b else ""
        if run.status == "failed":
            st.error(who + t(run.sentence), icon=":material/error:")
        elif run.sentence not in ("", STOPPED):
            st.caption(who + t(run.sentence))


def _line(run: Run | None, who: str) -> None:
    with st.container(gap="xxsmall", key=f"progress_{who[:1]}"):
        st.caption(who + (progress_text(run) if run else t("not trained yet")))
        st.progress(run.step / run.steps if run else 0.0)


def _buttons(set_up: SetUp, runs: list[Run], key: str) -> None:
    live = [run for run in runs if run.status in LIVE]
    resting = [run for run in runs if run.status in RESUMABLE]
    if live:
        st.button(
            t("Stop"), icon=":material/stop:", key=f"{key}_stop", on_click=_each, args=(engine().stop, live),
            help=t("Keeps everything; it can go on later."),
        )  # fmt: skip
    elif resting:
        st.button(t("Go on"), icon=":material/play_arrow:", key=f"{key}_resume", on_click=_each, args=(resume, resting))
    if not live and set_up.mode == "one":
        _slow_motion(set_up, runs[0] if runs else None, key)
    if runs:
        save(runs, key)


def _each(act, runs: list[Run]) -> None:
    for run in runs:
        act(run.id)


def _slow_motion(set_up: SetUp, run: Run | None, key: str) -> None:
    """A round taken apart on stage, and the way back; the stage is another fragment, so the whole page runs again."""
    if f"{key}_slow" in st.session_state:
        if st.button(t("Back to the run") if run else t("Back"), icon=":material/undo:", key=f"{key}_slow_back"):
            st.session_state.pop(f"{key}_slow", None)
            st.rerun()
    elif st.button(t("Slow motion"), icon=":material/slow_motion_video:", key=f"{key}_slow_start",
                   help=t("The next two rounds, part by part: who judges, which loss, whose step.")):  # fmt: skip
        try:
            with st.spinner(t("Taking two rounds apart")):
                st.session_state[f"{key}_slow"] = films.slow_motion(run.spec if run else set_up.a, run)
        except EngineError as failure:
            st.toast(t(str(failure)), icon=":material/error:")
        else:
            st.rerun()


def progress_text(run: Run) -> str:
    """“Step 1,230 of 3,000 · 400 steps/s · 4 s left”, or what else there is to say."""
    if run.status == "queued":
        place = engine().place(run.id)
        return t("Waiting, place {place} in the queue", place=place) if place else t("Starting")
    words = t("Step {step} of {steps}", step=f"{run.step:,}", steps=f"{run.steps:,}")
    if run.seconds and run.step:
        rate = run.step / run.seconds
        words += " · " + t("{rate} steps/s", rate=f"{rate:,.0f}")
        if run.status == "running":
            words += " · " + t("{time} left", time=duration((run.steps - run.step) / rate))
    if run.status == "stopped":
        words += " · " + t("stopped")
    return words


def duration(seconds: float) -> str:
    """“8 s”, “3 min”, “2 h 5 min”: what is left need not be known to the second."""
    whole = round(seconds)
    if whole < 100:
        return t("{s} s", s=whole)
    if whole < 3600:
        return t("{min} min", min=round(whole / 60))
    return t("{h} h {min} min", h=whole // 3600, min=whole % 3600 // 60)
