"""What this session has set up in the Toy lab, and how it changes: by a link, a choice, a setting, a click on Train."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from gan_core.refusals import EngineError
from gan_core.specs import SpecError, ToySpec
from pages.parts import address, desks, settings
from pages.parts.services import engine, store
from pages.parts.set_up import SHARED, SetUp
from pages.parts.visitor import visitor
from pages.parts.words import t

KEY = "toy"  # every key of the page begins with it
PATIENCE = 0.3  # seconds
PREFIX = {"a": KEY, "b": f"{KEY}.b"}  # of the widgets for the settings of A and of B
WITHOUT = {"a": ("seeds",), "b": SHARED}  # settings that the panel of a side does not ask for


def now() -> SetUp:
    """What is set up."""
    return st.session_state[KEY]


def load(set_up: SetUp) -> None:
    """Put a set-up on the page, and remember the one before. Call before the settings are drawn, or from a callback."""
    _keep(set_up)
    fill("a")
    if set_up.b:
        fill("b")
    else:
        st.session_state[f"{KEY}_side"] = "a"


def fill(side: str) -> None:
    """Put a side's settings into its panel."""
    settings.fill(now().a if side == "a" else now().b, PREFIX[side], WITHOUT[side])


def typed() -> SetUp:
    """What is set up, with a number that was typed just before a click."""
    set_up, side = now(), st.session_state.get(f"{KEY}_side", "a")
    if set_up.focus:
        return set_up
    try:
        return with_settings(set_up, side, settings.values(PREFIX[side], set_up.a.data.kind))
    except SpecError:
        return set_up


def change(by: Callable[..., SetUp], *args: object) -> None:
    """A choice: `change(SetUp.turned, "seeds")`. What cannot be is said and not done. Call from a callback."""
    try:
        load(by(typed(), *args))
    except SpecError as error:
        complain(t(str(error)))


def undo() -> None:
    """The settings before the last change, with what was on stage then; if nothing was, what is now stays there."""
    if before := st.session_state.get(f"{KEY}_before"):
        runs = {"run": before.run, "run_b": before.run_b}
        if before.mode == now().mode:
            runs = {name: run or getattr(now(), name) for name, run in runs.items()}
        load(replace(before, **runs))


def put(set_up: SetUp) -> None:
    """The same without filling in the settings, where they have it already or are not concerned."""
    _keep(set_up)


def _keep(set_up: SetUp) -> None:
    """What undo goes back to are other settings, not other runs. Slow motion is of what was on stage."""
    before = st.session_state.get(KEY)
    if before and (before.specs, before.runs) != (set_up.specs, set_up.runs):
        st.session_state.pop(f"{KEY}_slow", None)
    if before and (before.a, before.b) != (set_up.a, set_up.b):
        st.session_state[f"{KEY}_before"] = before
    st.session_state[KEY] = set_up


def complain(sentence: str) -> None:
    """Say something on top of the page, once."""
    desks.complain(KEY, sentence)


def arrive() -> None:
    """Take in the address when somebody came by a link, and fill in the settings that another page has swept away."""
    if address.arrived(KEY):
        try:
            arrival = address.read(st.query_params.to_dict(), store())
        except SpecError as error:
            arrival = address.Arrival(st.session_state.get(KEY, SetUp(ToySpec())))
            complain(t(str(error)))
        address.accept(KEY)
        load(arrival.set_up)
        if arrival.missing:
            complain(
                t("The run in this link is no longer kept on this server; press Train to play it again from its "
                  "settings.")
            )  # fmt: skip


def forget_gone() -> None:
    """Take off the stage what is no longer kept: deleted by the visitor, or to make room."""
    set_up = now()
    gone = [name for name in ("run", "run_b") if (id := getattr(set_up, name)) and not store().get(id)]
    if gone:
        st.session_state[KEY] = replace(set_up, **dict.fromkeys(gone))


def with_settings(set_up: SetUp, side: str, flat: dict[str, object]) -> SetUp:
    """The set-up with what the panel of a side says.

    Raises:
        SpecError: it makes no sense.
    """
    spec = set_up.a if side == "a" else set_up.b
    asked = "data." if "data.kind" in flat else "no data"  # another kind of data has other settings
    kept = {name: value for name, value in spec.flat().items() if not name.startswith(asked)}
    return set_up.with_side(side, ToySpec.from_flat(kept | flat))


# Training ------------------------------------------------------------------------------------------------------------


def ask_to_train(reseeded: bool = False) -> None:
    """Train, once the settings have been read: a number typed just before the click counts."""
    st.session_state[f"{KEY}_go"] = True
    if reseeded:
        load(typed().reseeded())


def train() -> None:
    """Start what is set up, one run or two; where there is no room, earlier runs of this session make it."""
    set_up = now()
    desks.make_room(KEY, len(set_up.specs))
    started: list[str] = []
    try:
        for spec in set_up.specs:
            started.append(engine().start(spec, visitor()))
    except EngineError as refusal:
        for run in started:  # A without B is not what was asked for
            engine().stop(run)
            store().delete(run)
        st.toast(t(str(refusal)), icon=":material/front_hand:")
        return
    put(replace(set_up, run=started[0], run_b=started[1] if set_up.b else None))
    st.session_state.setdefault(f"{KEY}_started", []).extend(started)
    for run in started:
        _first_frame(run)


def _first_frame(run_id: str) -> None:
    """Wait a moment for a new run's first frame: on a warm, free worker it is there before the page is drawn."""
    until = time.monotonic() + PATIENCE
    while not store().frames(run_id, limit=1) and time.monotonic() < until:
        time.sleep(0.01)
