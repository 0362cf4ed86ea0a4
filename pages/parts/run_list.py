"""The visitor's runs, in a few words each: open, stop, resume, delete."""

import time

import streamlit as st

from gan_core.refusals import EngineError
from gan_core.runs import LIVE, Run
from pages.parts.run_names import pair_name, paired, spec_name
from pages.parts.services import engine, store
from pages.parts.visitor import visitor
from pages.parts.words import named, t

MOST = 20
PAGES = {"toy": "pages/toy_lab.py", "pictures": "pages/train.py", "style": "pages/style_transfer.py"}  # by kind of spec

ICONS = {
    "queued": ":material/schedule:",
    "running": ":material/play_circle:",
    "stopped": ":material/pause_circle:",
    "finished": ":material/check_circle:",
    "failed": ":material/error:",
    "interrupted": ":material/power_off:",
}


def run_list() -> None:
    """The newest runs of this visitor. Draws inside a fragment; an action starts the whole page's run again."""
    runs = store().list(owner=visitor(), limit=MOST)
    if not runs:
        st.caption(t("Nothing here yet. Each run that you train is kept, and you can come back to it."))
    for together in paired(runs):
        _link(together)
        for run, side in zip(together, ("A: ", "B: ") if len(together) > 1 else ("",), strict=True):
            _row(run, side)


def _link(together: tuple[Run, ...]) -> None:
    """To a run, or to A and B that were started together."""
    run, *other = together
    query = {"run": run.id} | ({"mode": "versus", "b.run": other[0].id} if other else {})
    st.page_link(
        PAGES[run.spec.kind], label=pair_name(run.spec, other[0].spec) if other else spec_name(run.spec),
        icon=":material/compare:" if other else ICONS[run.status], query_params=query,
    )  # fmt: skip


def _row(run: Run, side: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(side + _words(run), width="stretch")
        if st.session_state.get("runs_delete") == run.id:
            _confirm(run)
        else:
            _actions(run)


def _actions(run: Run) -> None:
    if run.status in LIVE:
        st.button(
            t("Stop"), key=f"runs_stop_{run.id}", type="tertiary", on_click=engine().stop, args=(run.id,)
        )  # fmt: skip
        return
    if run.status in ("stopped", "interrupted"):
        st.button(t("Resume"), key=f"runs_resume_{run.id}", type="tertiary", on_click=resume, args=(run.id,))
    st.button(
        t("Delete"), key=f"runs_delete_{run.id}", type="tertiary",
        on_click=st.session_state.update, args=({"runs_delete": run.id},),
    )  # fmt: skip


def _confirm(run: Run) -> None:
    """A deleted run is gone: ask once, in the place of the click."""
    st.button(t("Delete for good"), key=f"runs_gone_{run.id}", type="secondary", on_click=_delete, args=(run.id,))
    st.button(t("Keep"), key=f"runs_keep_{run.id}", type="tertiary", on_click=_keep)


def _delete(run_id: str) -> None:
    engine().stop(run_id)  # it may have been resumed elsewhere since the question was asked
    store().delete(run_id)
    _keep()


def _keep() -> None:
    st.session_state.pop("runs_delete", None)


def resume(run_id: str) -> None:
    """Let a run go on, or say why it cannot."""
    try:
        engine().resume(run_id)
    except EngineError as refusal:
        st.toast(t(str(refusal)), icon=":material/front_hand:")


def _words(run: Run) -> str:
    return f"{named(run.status)} · {t('step {step} of {steps}', step=run.step, steps=run.steps)} · {_ago(run.updated)}"


def _ago(moment: float) -> str:
    """How long ago `moment` (seconds since the epoch) was."""
    minutes = int(time.time() - moment) // 60
    if minutes < 1:
        return t("just now")
    if minutes < 60:
        return t("{minutes} min ago", minutes=minutes)
    if minutes < 48 * 60:
        return t("{hours} h ago", hours=minutes // 60)
    return t("{days} days ago", days=minutes // (24 * 60))
