"""The Train page's stage and the panel beside it, each kept up to date by one fragment while a run goes on."""

from __future__ import annotations

import math

import streamlit as st

from gan_core.engine import STOPPED
from gan_core.frames import unpack
from gan_core.runs import LIVE, Run
from gan_core.specs import PictureSpec
from pages.parts import in_flight, sheet_films
from pages.parts.desk import KEY, Desk
from pages.parts.picture_curves import latest, picture_curves
from pages.parts.picture_save import save
from pages.parts.progress import RESUMABLE, duration
from pages.parts.run_curves import Metrics
from pages.parts.run_list import resume
from pages.parts.services import engine, store
from pages.parts.sheets import sheets
from pages.parts.watch import current, live
from pages.parts.words import plain_text, t

STAGE_EVERY, PANEL_EVERY = 0.7, 2.0  # seconds between two looks
RECENT = 20  # frames over which the speed is taken
SHEET = f"{KEY}_sheets"


def stage(desk: Desk) -> None:
    """The samples of the run on stage."""
    now = live((desk.run,))
    st.fragment(_stage, run_every=STAGE_EVERY if now else None)(desk.run, now)


def _stage(run_id: str, drawn_live: bool) -> None:
    (run,) = current((run_id,), drawn_live)
    if run:
        marks = [{"step": mark.value, "text": mark.name} for mark in in_flight.moments(store().changes(run.id))]
        film = sheet_films.news(run, store().header(run.id), SHEET, marks=marks)
        sheets(film, key=SHEET, on_resync=lambda: sheet_films.forget(SHEET))


def panel(desk: Desk) -> None:
    """Progress, buttons, what may be changed, and charts of the run on stage."""
    now = live((desk.run,))
    st.fragment(_panel, run_every=PANEL_EVERY if now else None)(desk.run, now, desk.focus)


def _panel(run_id: str, drawn_live: bool, focus: bool) -> None:
    (run,) = current((run_id,), drawn_live)
    if run is None:
        return
    changes, metrics, header = store().changes(run.id), store().metrics(run.id), store().header(run.id)
    spec = in_flight.in_force(run, changes)
    about = unpack(header)[1] if header else {}
    with st.container(gap="xxsmall"):
        with st.container(gap="xxsmall", key=f"{KEY}_progress"):
            st.caption(progress_text(run, metrics, spec.batch))
            st.progress(min(run.step / run.steps, 1.0))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _buttons(run, spec, about)
    if run.status == "failed":
        st.error(plain_text(t(run.sentence)), icon=":material/error:")
    elif run.sentence not in ("", STOPPED):
        st.caption(plain_text(t(run.sentence)))
    if in_flight.halved(changes):
        st.caption(":material/memory_alt: " + t(in_flight.HALVED))
    if not focus:
        in_flight.controls(run)
    if about and len(metrics["step"]):
        if out := left_out(about["skipped"]):
            st.caption(t("{count} of the files were left out.", count=f"{out:,}"))
        picture_curves(run.steps, metrics, about, in_flight.moments(changes), KEY)


def left_out(skipped: list[list]) -> int:
    """How many files a header's rows (file, reason, count) stand for; the count is 1 where a row of old has none."""
    return sum(count[0] if count else 1 for _, _, *count in skipped)


def _buttons(run: Run, spec: PictureSpec, about: dict) -> None:
    if run.status in LIVE:
        st.button(t("Pause"), icon=":material/pause:", key=f"{KEY}_pause", on_click=engine().stop, args=(run.id,),
                  help=t("Keeps everything; it can go on later, also after the app was closed."))  # fmt: skip
    elif run.status in RESUMABLE:
        st.button(t("Go on"), icon=":material/play_arrow:", key=f"{KEY}_resume", on_click=resume, args=(run.id,))
    save(run, spec, about)
    if run.status not in LIVE and store().checkpoint_step(run.id) is not None:
        st.page_link("pages/latent_space.py", label=t("Explore its latent space"), icon=":material/explore:",
                     query_params={"run": run.id}, width="content")  # fmt: skip


def progress_text(run: Run, metrics: Metrics, batch: int) -> str:
    """“Step 1,230 of 3,000 · 870 pictures/s · 4 min left”, or what else there is to say; `batch` is in force."""
    if run.status == "queued":
        place = engine().place(run.id)
        return t("Waiting, place {place} in the queue", place=place) if place else t("Starting")
    words = t("Step {step} of {steps}", step=f"{run.step:,}", steps=f"{run.steps:,}")
    rate = steps_a_second(metrics)
    if rate:
        words += " · " + t("{rate} pictures/s", rate=f"{rate * batch:,.0f}")
        if run.status == "running":
            words += " · " + t("{time} left", time=duration((run.steps - run.step) / rate))
    if run.status == "stopped":
        words += " · " + t("paused")
    agreement = latest(metrics, "agreement")
    return words if math.isnan(agreement) else words + " · " + t("{share} as asked", share=f"{agreement:.0%}")


def steps_a_second(metrics: Metrics) -> float:
    """Over the last frames; 0 while nobody knows."""
    if len(metrics["step"]) < 2:
        return 0.0
    step, seconds = metrics["step"][-RECENT:], metrics["seconds"][-RECENT:]
    passed = seconds[-1] - seconds[0]
    return float((step[-1] - step[0]) / passed) if passed > 0 else 0.0
