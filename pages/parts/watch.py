"""Watching a run, while it trains or after: the player, the curves beside it, progress, and what can be done."""

from __future__ import annotations

import csv
import io
import time

import numpy as np
import streamlit as st

from gan_core.engine import STOPPED
from gan_core.events import Frame
from gan_core.frames import film, unpack
from gan_core.runs import LIVE, Run
from pages.parts.player import WORDS, player
from pages.parts.run_curves import run_curves
from pages.parts.run_list import resume
from pages.parts.services import engine, store
from pages.parts.words import t

STAGE_EVERY = 0.5  # seconds between two messages to the player, each with several frames
PANEL_EVERY = 2.0  # seconds between two looks at numbers: eyes read no faster, and charts cost the browser most
PATIENCE = 0.3  # seconds
SHOWN_AS = {"queued": "running", "running": "running", "stopped": "paused", "interrupted": "paused"}


def first_frame(run_id: str) -> None:
    """Wait a moment for a new run's first frame: on a warm, free worker it is there before the page is drawn."""
    until = time.monotonic() + PATIENCE
    while not store().frames(run_id, limit=1) and time.monotonic() < until:
        time.sleep(0.01)


def stage(run: Run, key: str) -> None:
    """The player on a run, kept up to date while it trains."""
    live = run.status in LIVE
    st.fragment(_stage, run_every=STAGE_EVERY if live else None)(run.id, key, live)


def panel(run: Run, key: str) -> None:
    """Progress, buttons and curves of a run, kept up to date while it trains."""
    live = run.status in LIVE
    st.fragment(_panel, run_every=PANEL_EVERY if live else None)(run.id, key, live)


def _stage(run_id: str, key: str, drawn_live: bool) -> None:
    run, header = _current(run_id, drawn_live), store().header(run_id)
    if header is None:
        st.caption(":material/hourglass_top: " + t("The first frame is on its way."))
    else:
        # When the browser lacks frames, forget what was sent: the rerun that its question starts sends all of them.
        player(
            _film(run, header, key), key=f"{key}_player", on_resync=lambda: st.session_state.pop(f"{key}_sent", None)
        )


def _panel(run_id: str, key: str, drawn_live: bool) -> None:
    run, header, metrics = _current(run_id, drawn_live), store().header(run_id), store().metrics(run_id)
    _progress(run, key)
    if header is not None and len(metrics["step"]):
        run_curves(run.spec, metrics, unpack(header)[1], key)


def _current(run_id: str, drawn_live: bool) -> Run:
    """The run as it is now; a run that has come to life or to rest since draws the whole page again, timers and all."""
    run = store().get(run_id)
    if run is None or (run.status in LIVE) != drawn_live:
        st.rerun()
    return run


def _film(run: Run, header: bytes, key: str) -> bytes:
    """What the browser may lack: the frames since the message before the last, since the last one may be lost."""
    sent = st.session_state.get(f"{key}_sent", {})
    if sent.get("run") != run.id:
        sent = {"run": run.id, "last": -1, "before": -1}
    frames = store().frames(run.id, after=sent["before"])
    last = frames[-1].step if frames else -1
    if last > sent["last"]:
        st.session_state[f"{key}_sent"] = {"run": run.id, "last": last, "before": sent["last"]}
    every = run.spec.frame_every
    return pack_film(
        frames, header, run=run.id, first=-(-frames[0].step // every) if frames else 0,
        total=-(-run.steps // every) + 1, steps=run.steps, status=SHOWN_AS.get(run.status, run.status),
    )  # fmt: skip


def pack_film(frames: list[Frame], header: bytes, **about: object) -> bytes:
    """Frames as a message for the player, with its words in the visitor's language."""
    names = frames[0].metrics if frames else {}
    return film(
        [frame.packed for frame in frames], header, [frame.step for frame in frames],
        {name: [frame.metrics[name] for frame in frames] for name in names},
        words={word: translated for word in WORDS if (translated := t(word)) != word}, **about,
    )  # fmt: skip


def _progress(run: Run, key: str) -> None:
    """How far the run is, how long it will take, and the buttons that belong to its state."""
    with st.container(gap="xxsmall"):
        st.caption(progress_text(run))
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            with st.container():
                st.progress(run.step / run.steps)
            if run.status in LIVE:
                st.button(
                    t("Stop"), icon=":material/stop:", key=f"{key}_stop", on_click=engine().stop, args=(run.id,),
                    help=t("Keeps everything; it can go on later."),
                )  # fmt: skip
            elif run.status in ("stopped", "interrupted"):
                st.button(
                    t("Go on"), icon=":material/play_arrow:", key=f"{key}_resume", on_click=resume, args=(run.id,)
                )
            _downloads(run, key)
    if run.status == "failed":
        st.error(t(run.sentence), icon=":material/error:")
    elif run.sentence not in ("", STOPPED):
        st.caption(t(run.sentence))


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
    """“8 s”, “3 min 20 s”, “2 h 5 min”."""
    whole = round(seconds)
    if whole < 60:
        return t("{s} s", s=whole)
    if whole < 3600:
        return t("{min} min {s} s", min=whole // 60, s=whole % 60)
    return t("{h} h {min} min", h=whole // 3600, min=whole % 3600 // 60)


def _downloads(run: Run, key: str) -> None:
    with st.popover(t("Save"), icon=":material/download:", key=f"{key}_save", on_change="rerun") as save:
        if not save.open:
            return
        name = f"gan-classroom-{run.id}"
        st.download_button(t("Numbers (CSV)"), lambda: as_csv(store().metrics(run.id)), f"{name}.csv", "text/csv",
                           on_click="ignore", key=f"{key}_csv")  # fmt: skip
        st.download_button(t("Settings (JSON)"), run.spec.json_text(), f"{name}.json", "application/json",
                           on_click="ignore", key=f"{key}_json")  # fmt: skip
        if run.status not in LIVE and store().checkpoint(run.id):
            st.download_button(t("Networks (safetensors)"), lambda: store().checkpoint(run.id), f"{name}.safetensors",
                               "application/octet-stream", on_click="ignore", key=f"{key}_weights")  # fmt: skip


def as_csv(metrics: dict[str, np.ndarray]) -> str:
    """A line a frame, a column a metric."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(metrics)
    writer.writerows(zip(*(column.tolist() for column in metrics.values()), strict=True))
    return text.getvalue()
