"""Taking a painted picture away: PNG at full size, the film of its making, numbers, settings, a script."""

from __future__ import annotations

import io

import streamlit as st

from gan_core.events import Change
from gan_core.frames import about_of, unpack
from gan_core.refusals import CallFailed
from gan_core.runs import LIVE, Run
from gan_core.specs import StyleSpec
from gan_core.style_checkpoint import shown_image
from pages.parts.made import made
from pages.parts.services import engine, store
from pages.parts.style_desk import KEY
from pages.parts.style_pictures import own_of
from pages.parts.take_away import MOVIES, SCRIPT, as_csv
from pages.parts.words import t

PATIENCE = 120.0  # seconds


def save(run: Run, spec: StyleSpec) -> None:
    """A popover with everything that can be saved; `spec` is the run's with what was changed on the way."""
    with st.popover(t("Save"), icon=":material/download:", key=f"{KEY}_save", on_change="rerun") as box:
        if not box.open:
            return
        name = f"gan-classroom-{run.id}"
        resting = run.status not in LIVE
        with st.container(horizontal=True, gap="small"):
            if resting and store().checkpoint_step(run.id) is not None:
                st.download_button(
                    t("Picture (PNG)"), lambda: png(run.id), f"{name}.png", "image/png", on_click="ignore",
                    key=f"{KEY}_png", type="primary", icon=":material/image:", help=t("At its full size."),
                )  # fmt: skip
            st.download_button(t("Numbers (CSV)"), lambda: as_csv(store().metrics(run.id)), f"{name}.csv", "text/csv",
                               on_click="ignore", key=f"{KEY}_csv")  # fmt: skip
            st.download_button(t("Settings (JSON)"), spec.json_text(), f"{name}.json", "application/json",
                               on_click="ignore", key=f"{KEY}_json")  # fmt: skip
        if not resting:
            st.caption(t("The picture at full size, films and the script: once the painting rests."))
            return
        st.caption(t("The making, from the first preview to the last:"))
        with st.container(horizontal=True, gap="small"):
            for kind in MOVIES:
                _movie(run, kind, name)
        label, ending, mime, icon = SCRIPT
        made(KEY, run, "script", t(label), file=f"{name}-script.{ending}", mime=mime, icon=icon,
             make=lambda: script(run, spec), while_made=t("One moment"))  # fmt: skip


def png(run: str) -> bytes:
    """The picture at its full size, as it is shown."""
    file = io.BytesIO()
    shown_image(store().checkpoint(run)).save(file, "PNG")
    return file.getvalue()


def _movie(run: Run, kind: str, name: str) -> None:
    label, mime = MOVIES[kind]
    made(KEY, run, kind, t(label), file=f"{name}.{kind}", mime=mime, icon=":material/movie:",
         make=lambda: movie(run, kind), while_made=t("Drawing the film"))  # fmt: skip


def movie(run: Run, kind: str) -> bytes:
    """One of `MOVIES`.

    Raises:
        EngineError: it cannot be made, now or at all.
    """
    previews = [unpack(frame.packed)[0]["picture"].tobytes() for frame in store().frames(run.id)]
    if not previews:
        raise CallFailed("This run has no previews yet, so there is nothing to take away.")
    return engine().call(f"gan_core.figures.making:{kind}", previews, timeout=PATIENCE)


def script(run: Run, spec: StyleSpec) -> bytes:
    """A zip that paints the picture again, as far as it was painted; `spec` as for `save`.

    Raises:
        EngineError: as `movie`.
    """
    header, changes = store().header(run.id), [*store().changes(run.id)]
    if header is None or run.step == 0:
        raise CallFailed("Nothing is painted yet, so there is nothing to take away.")
    if about_of(header)["onwards"]:
        raise CallFailed("This picture was begun from another one, so no script can repeat it from the start.")
    if run.step < run.steps:  # it was stopped here
        changes.append(Change(run.step, {"steps": run.step, "refined": min(spec.refined, run.step)}))
    return engine().call("gan_core.script.archive:style_archive", run.spec, changes, own_of(run.spec), timeout=PATIENCE)
