"""Taking a picture run away: films, numbers, settings, the model, a checkpoint to go on from, a script; to the hub."""

from __future__ import annotations

import streamlit as st

from gan_core.frames import unpack
from gan_core.refusals import CallFailed
from gan_core.runs import LIVE, Run
from gan_core.specs import PictureSpec
from pages.parts.desk import KEY
from pages.parts.feed import own_name, own_of
from pages.parts.made import made
from pages.parts.services import engine, store
from pages.parts.take_away import SCRIPT, as_csv
from pages.parts.words import t

PATIENCE = 120.0  # seconds
# Made on a worker when somebody asks: label, ending, type, icon.
MADE = {
    "mp4": ("Film (MP4)", "mp4", "video/mp4", ":material/movie:"),
    "gif": ("Animation (GIF)", "gif", "image/gif", ":material/gif_box:"),
    "png": ("Samples (PNG)", "png", "image/png", ":material/image:"),
    "model": ("Model (zip)", "zip", "application/zip", ":material/deployed_code:"),
    "script": SCRIPT,
}


def save(run: Run, spec: PictureSpec, about: dict) -> None:
    """A popover with everything that can be saved; `spec` is the run's with what was changed on the way."""
    with st.popover(t("Save"), icon=":material/download:", key=f"{KEY}_save", on_change="rerun") as box:
        if not box.open:
            return
        name = f"gan-classroom-{run.id}"
        resting = run.status not in LIVE and bool(about)
        networks = resting and bool(store().checkpoint(run.id))
        with st.container(horizontal=True, gap="small"):
            _plain(run, spec, name, networks)
        if not resting:
            st.caption(t("Films, networks and the script: once the training rests."))
            return
        with st.container(horizontal=True, gap="small"):
            for kind in MADE:
                if networks or kind != "model":
                    _made(run, kind, name, about)
        if networks and st.button(t("Push to the hub"), icon=":material/cloud_upload:", key=f"{KEY}_push"):
            st.session_state[f"{KEY}_pushing"] = run.id
            st.rerun()


def _plain(run: Run, spec: PictureSpec, name: str, networks: bool) -> None:
    st.download_button(t("Numbers (CSV)"), lambda: as_csv(store().metrics(run.id)), f"{name}.csv", "text/csv",
                       on_click="ignore", key=f"{KEY}_csv")  # fmt: skip
    st.download_button(t("Settings (JSON)"), spec.json_text(), f"{name}.json", "application/json",
                       on_click="ignore", key=f"{KEY}_json")  # fmt: skip
    if networks:
        st.download_button(
            t("Checkpoint (safetensors)"), lambda: store().checkpoint(run.id), f"{name}.safetensors",
            "application/octet-stream", on_click="ignore", key=f"{KEY}_checkpoint",
            help=t("All that is needed to go on: open it on this page, here or on another machine."),
        )  # fmt: skip


def _made(run: Run, kind: str, name: str, about: dict) -> None:
    label, ending, mime, icon = MADE[kind]
    file = f"{name}.{kind}" if kind == ending else f"{name}-{kind}.{ending}"
    made(KEY, run, kind, t(label), file=file, mime=mime, icon=icon, make=lambda: make(run, kind, about),
         while_made=t("One moment"))  # fmt: skip


def make(run: Run, kind: str, about: dict) -> bytes:
    """One of `MADE`.

    Raises:
        EngineError: it cannot be made, now or at all.
    """
    if kind == "model":
        return engine().call("gan_core.export:model_zip", store().checkpoint(run.id), own_name(run.spec.data.source),
                             store().changes(run.id), timeout=PATIENCE)  # fmt: skip
    first = store().frames(run.id, limit=1)
    if kind == "script":
        if first and first[0].step > 0:
            raise CallFailed("This run was begun with a checkpoint of another; no script can repeat it from the start.")
        return engine().call(
            "gan_core.script.archive:of_run", run.spec, store().changes(run.id), _own(run), timeout=PATIENCE
        )
    if not first:
        raise CallFailed("This run has no samples yet, so there is nothing to take away.")
    frames = store().frames(run.id)
    size, count, dark = about["size"], about["samples"], st.context.theme.type == "dark"
    if kind == "png":
        last = frames[-1]
        return engine().call("gan_core.figures.samples:png", _sheet(last.packed), last.step, size, count, dark,
                             timeout=PATIENCE)  # fmt: skip
    sheets, steps = [_sheet(frame.packed) for frame in frames], [frame.step for frame in frames]
    return engine().call(f"gan_core.figures.samples:{kind}", sheets, steps, size, count, 10, dark, timeout=PATIENCE)


def _sheet(packed: bytes) -> bytes:
    return unpack(packed)[0]["samples"].tobytes()


def _own(run: Run) -> tuple[str, bytes] | None:
    """The visitor's own pictures that a run learnt from, where it did."""
    own = own_of(run.spec.data.source)
    return tuple(own) if own else None
