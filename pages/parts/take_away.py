"""Taking a run away: numbers, settings, networks, the script that repeats it, and the player as a moving picture."""

from __future__ import annotations

import csv
import io

import numpy as np
import streamlit as st

from gan_core.refusals import EngineError
from gan_core.runs import LIVE, Run
from gan_core.script import script
from pages.parts import films
from pages.parts.services import engine, store
from pages.parts.words import t

MOVIE_PATIENCE = 60.0  # seconds
MOVIES = {"mp4": ("Film (MP4)", "video/mp4"), "gif": ("Animation (GIF)", "image/gif")}
# Label, ending, type, icon.
SCRIPT = ("Script with pictures (zip)", "zip", "application/zip", ":material/code:")


def save(runs: list[Run], key: str) -> None:
    """A popover with everything that can be saved of one run, or of A and B."""
    with st.popover(t("Save"), icon=":material/download:", key=f"{key}_save", on_change="rerun") as box:
        if not box.open:
            return
        for name, run in zip("AB", runs, strict=False):
            if len(runs) > 1:
                st.markdown(f"**{name}**")
            _files(run, f"{key}_{name}")
        if all(run.status not in LIVE and store().header(run.id) for run in runs):
            _movies(runs, key)
        else:
            st.caption(t("Networks and films: once the training rests."))


def _files(run: Run, key: str) -> None:
    name = f"gan-classroom-{run.id}"
    with st.container(horizontal=True, gap="small"):
        st.download_button(t("Numbers (CSV)"), lambda: as_csv(store().metrics(run.id)), f"{name}.csv", "text/csv",
                           on_click="ignore", key=f"{key}_csv")  # fmt: skip
        st.download_button(t("Settings (JSON)"), run.spec.json_text(), f"{name}.json", "application/json",
                           on_click="ignore", key=f"{key}_json")  # fmt: skip
        st.download_button(t("Script (Python)"), lambda: script(run.spec), f"{name}.py", "text/x-python",
                           on_click="ignore", key=f"{key}_script",
                           help=t("One file that repeats this run with PyTorch and NumPy alone."))  # fmt: skip
        if run.status not in LIVE and store().checkpoint(run.id):
            st.download_button(t("Networks (safetensors)"), lambda: store().checkpoint(run.id), f"{name}.safetensors",
                               "application/octet-stream", on_click="ignore", key=f"{key}_weights")  # fmt: skip


def _movies(runs: list[Run], key: str) -> None:
    """Made on a worker when somebody asks, which takes some seconds, and kept until another run is shown."""
    of = tuple((run.id, run.step) for run in runs)
    made = st.session_state.get(f"{key}_movies", {})
    if made.get("of") != of:
        made = st.session_state[f"{key}_movies"] = {"of": of}
    with st.container(horizontal=True, gap="small"):
        for kind, (label, mime) in MOVIES.items():
            place = st.empty()
            if kind not in made and place.button(t(label), icon=":material/movie:", key=f"{key}_make_{kind}"):
                with st.spinner(t("Drawing the film")):
                    _make(runs, kind, made)
            if kind in made:
                place.download_button(
                    f"{t(label)} · {len(made[kind]) / 1e6:.1f} MB", made[kind],
                    f"gan-classroom-{'-'.join(run.id for run in runs)}.{kind}", mime, on_click="ignore",
                    key=f"{key}_{kind}", type="primary", icon=":material/download:",
                )  # fmt: skip


def _make(runs: list[Run], kind: str, made: dict) -> None:
    dark = st.context.theme.type == "dark"
    try:
        made[kind] = engine().call(
            f"gan_core.figures.movie:{kind}", [films.whole(run) for run in runs], *_size(kind), dark,
            timeout=MOVIE_PATIENCE,
        )  # fmt: skip
    except EngineError as failure:
        st.error(t(str(failure)), icon=":material/error:")


def _size(kind: str) -> tuple[int, float]:
    """Side of a film's square in pixels, and seconds: an animation that is sent by mail is smaller."""
    return (480, 10.0) if kind == "mp4" else (360, 8.0)


def as_csv(metrics: dict[str, np.ndarray]) -> str:
    """A line a frame, a column a metric."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(metrics)
    writer.writerows(zip(*(column.tolist() for column in metrics.values()), strict=True))
    return text.getvalue()
