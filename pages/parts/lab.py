"""What this session has set up in the Toy lab, and how it changes: by a link, a choice, a setting, a click on Train."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from gan_core.engine import LimitReached
from gan_core.runs import LIVE
from gan_core.specs import SpecError, ToySpec
from pages.parts import address, settings
from pages.parts.services import engine, store
from pages.parts.set_up import SetUp
from pages.parts.visitor import visitor
from pages.parts.watch import first_frame
from pages.parts.words import t

KEY = "toy"  # every key of the page begins with it
PREFIX = {"a": KEY, "b": f"{KEY}.b"}  # of the widgets for the settings of A and of B


def now() -> SetUp:
    """What is set up."""
    return st.session_state[KEY]


def load(set_up: SetUp) -> None:
    """Put a set-up on the page, and remember the one before."""
    _keep(set_up)
    settings.fill(set_up.a, PREFIX["a"])
    if set_up.b:
        settings.fill(set_up.b, PREFIX["b"])
    else:
        st.session_state[f"{KEY}_side"] = "a"


def change(by: Callable[..., SetUp], *args: object) -> None:
    """A choice: `change(SetUp.turned, "seeds")`. What cannot be is said and not done."""
    try:
        load(by(now(), *args))
    except SpecError as error:
        complain(t(str(error)))


def undo() -> None:
    if before := st.session_state.get(f"{KEY}_before"):
        load(replace(before, run=now().run, run_b=now().run_b if before.b else None))


def put(set_up: SetUp) -> None:
    """The same without filling in the settings, where they have it already or are not concerned."""
    _keep(set_up)


def _keep(set_up: SetUp) -> None:
    """What undo goes back to are other settings, not other runs."""
    before = st.session_state.get(KEY)
    if before and (before.a, before.b) != (set_up.a, set_up.b):
        st.session_state[f"{KEY}_before"] = before
    st.session_state[KEY] = set_up


def complain(sentence: str) -> None:
    """Say something on top of the page, once."""
    st.session_state[f"{KEY}_complaint"] = sentence


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
        st.session_state[f"{KEY}_new_seed"] = True


def train() -> None:
    """Start what is set up, one run or two; a run of the visitor's that leaves the stage makes room where it must."""
    if st.session_state.pop(f"{KEY}_new_seed", False):
        load(now().reseeded())
    set_up = now()
    _make_room(set_up)
    started: list[str] = []
    try:
        for spec in set_up.specs:
            started.append(engine().start(spec, visitor()))
    except LimitReached as limit:
        for run in started:  # A without B is not what was asked for
            engine().stop(run)
            store().delete(run)
        st.toast(t(str(limit)), icon=":material/front_hand:")
        return
    put(replace(set_up, run=started[0], run_b=started[1] if set_up.b else None))
    for run in started:
        first_frame(run)


def _make_room(set_up: SetUp) -> None:
    """Stop what leaves the stage while it trains, if otherwise the new runs would have to wait for it."""
    state = engine().state
    if state.workers - state.running >= len(set_up.specs):
        return
    leaving = [store().get(run) for run in (set_up.run, set_up.run_b) if run]
    for run in leaving:
        if run and run.status in LIVE and run.owner == visitor():
            engine().stop(run.id)
