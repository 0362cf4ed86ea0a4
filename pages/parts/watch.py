"""Watching what is set up, while it trains or after: the player or the two, kept up to date by one fragment."""

from __future__ import annotations

from contextlib import nullcontext

import streamlit as st

from gan_core.refusals import CallFailed, EngineNotReady
from gan_core.runs import LIVE, Run
from gan_core.specs import ToySpec
from pages.parts import films
from pages.parts.player import player
from pages.parts.services import store
from pages.parts.set_up import SetUp
from pages.parts.versus import differences_table
from pages.parts.words import t

STAGE_EVERY = 0.5  # seconds between two messages to the player, each with several frames
SIDES = ("a", "b")


def live(runs: tuple[str | None, ...]) -> bool:
    """Whether any of the runs trains or waits."""
    return any(run.status in LIVE for run in map(store().get, filter(None, runs)) if run)


def current(runs: tuple[str | None, ...], drawn_live: bool) -> list[Run | None]:
    """The runs as they are now; when they have come to life or to rest since, the whole page again, timers and all."""
    found = [store().get(run) if run else None for run in runs]
    gone = any(run and not now for run, now in zip(runs, found, strict=True))
    if gone or any(now.status in LIVE for now in found if now) != drawn_live:
        st.rerun()
    return found


def stage(set_up: SetUp, key: str) -> None:
    """The player on what is set up: its run, or the untrained players until there is one."""
    now = live(set_up.runs)
    for player_key in {f"{key}_player", f"{key}_player_a", f"{key}_player_b"} - set(_players(set_up, key)):
        films.forget(player_key)  # it is not on the page, and begins anew when it comes back
    st.fragment(_stage, run_every=STAGE_EVERY if now else None)(set_up, key, now)


def _players(set_up: SetUp, key: str) -> list[str]:
    return [f"{key}_player_{side}" for side in SIDES] if set_up.b else [f"{key}_player"]


def _stage(set_up: SetUp, key: str, drawn_live: bool) -> None:
    if drawn_live:
        st.session_state.pop(f"{key}_slow", None)
    if st.session_state.pop(f"{key}_slow_ended", False):  # closed in the player; the panel has a button less now
        st.session_state.pop(f"{key}_slow", None)
        st.rerun()
    runs = current(set_up.runs, drawn_live)
    slow = st.session_state.get(f"{key}_slow")
    places = st.columns(2, gap="medium") if set_up.b else [nullcontext()]
    for place, run, spec, shown, side in zip(places, runs, set_up.specs, _players(set_up, key), "AB", strict=False):
        with place:
            if slow:
                films.forget(shown)
                player(slow, key=shown, on_slow_end=lambda: st.session_state.update({f"{key}_slow_ended": True}))
            else:
                _show(run, spec, shown, **({"group": key, "role": side} if set_up.b else {}))
            if side == "B":
                differences_table(set_up)  # beside A's controls, which move both


def _show(run: Run | None, spec: ToySpec, key: str, **about: object) -> None:
    """One player. A run that waits shows what it will begin with."""
    about["waits"] = run is not None and run.status == "queued"
    header = store().header(run.id) if run else None
    if run and header:
        # When the browser lacks frames, forget what was sent: the rerun that its question starts sends all of them.
        player(films.news(run, header, key, **about), key=key, on_resync=lambda: films.forget(key))
        return
    films.forget(key)
    try:
        player(films.preview(run.spec if run else spec, **about), key=key)
    except EngineNotReady as waiting:
        st.caption(":material/hourglass_top: " + t(str(waiting)))
    except CallFailed as failure:
        st.error(t(str(failure)))
