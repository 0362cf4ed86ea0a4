"""The address bar: every setting that differs from its default, and what is shown of it.

A link brings anyone to the same experiment with the same seed, and to the same run where this server still keeps it.
Of B it names what differs from A, as `b.loss=hinge`. `?preset=NAME`, `?cure=NAME`, `?protocol=NAME` and
`?lesson=NAME&step=N` are short ways in; the address then spells out what they mean today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from gan_core.presets import presets
from gan_core.runs import Run, RunStore
from gan_core.specs import SpecError, ToySpec
from pages.parts import top
from pages.parts.set_up import MODES, SetUp, against, in_lesson, protocols, sharing

NAMES = ("run", "b.run", "preset", "cure", "protocol", "mode", "lesson", "step", "focus")


@dataclass(frozen=True)
class Arrival:
    """What a link asks for; `missing` when it names a run that is not kept here."""

    set_up: SetUp
    missing: bool = False


def arrived(key: str) -> bool:
    """Whether the visitor has come here by a link, and not by what this page wrote into the address itself."""
    if key not in st.session_state:
        return True
    here = st.query_params.to_dict()
    return bool(here) and here != st.session_state.get(f"{key}_address")


def accept(key: str) -> None:
    """Take the link as read: until the address changes again, nobody has arrived."""
    st.session_state[f"{key}_address"] = st.query_params.to_dict()
    st.session_state[f"{key}_accepted"] = True
    top.arrive()


def write(key: str, query: dict[str, str]) -> None:
    """Say in the address what is set up and what is shown."""
    st.session_state[f"{key}_address"] = query
    # A link from a page to itself does not reach the browser's address bar: there the one before would stay.
    if st.session_state.pop(f"{key}_accepted", False) or st.query_params.to_dict() != query:
        st.query_params.from_dict(query)


def query_of(set_up: SetUp) -> dict[str, str]:
    """The address of a set-up; `read` is the inverse."""
    a, b = set_up.a, set_up.b
    query = {name: encoded(value) for name, value in a.changes().items()}
    if set_up.lesson and not query:  # else the step's own settings would be read into a bare address
        query["seed"] = encoded(a.seed)
    if b:
        query |= {f"b.{name}": encoded(value) for name, value in b.flat().items() if a.flat()[name] != value}
    said = {"mode": "" if set_up.mode == "one" else set_up.mode, "run": set_up.run, "b.run": set_up.run_b}
    said |= {"lesson": set_up.lesson, "step": set_up.lesson and set_up.step, "focus": set_up.focus and "true"}
    return query | {name: str(value) for name, value in said.items() if value}


def read(query: Mapping[str, str], store: RunStore) -> Arrival:
    """The set-up in an address.

    Raises:
        SpecError: it names no preset, cure, protocol, lesson or mode that exists, or settings that are not valid.
    """
    flat: dict[str, Any] = dict(query)
    said = {name: flat.pop(name, "") for name in NAMES}
    of_b = {name.removeprefix("b."): flat.pop(name) for name in list(flat) if name.startswith("b.")}
    if said["mode"] and said["mode"] not in MODES:
        raise SpecError(f"mode is {said['mode']!r}; it must be one of {', '.join(MODES)}.")
    run, run_b = (store.get(said[name]) if said[name] else None for name in ("run", "b.run"))
    missing = (said["run"] and not run) or (said["b.run"] and not run_b)

    if said["lesson"]:
        if not (said["step"] or "1").isdecimal():
            raise SpecError(f"step is {said['step']!r}; it must be a whole number.")
        begun = in_lesson(said["lesson"], int(said["step"] or 1))
    else:
        begun = SetUp(ToySpec.from_flat(_named(said) | flat))
    if said["lesson"] and flat:  # the address of a step that was changed says everything
        begun = replace(begun, a=ToySpec.from_flat(flat), b=None)
    if run and not flat and not said["lesson"] and not said["preset"]:
        begun = replace(begun, a=run.spec)
    mode = said["mode"] or ("versus" if of_b or run_b else begun.mode)
    set_up = begun.turned(mode)
    if mode == "versus" and (of_b or flat or run or said["cure"]):
        set_up = replace(set_up, a=begun.a.model_copy(update={"seeds": 1}))
        set_up = replace(set_up, b=_other(set_up.a, of_b, said, run_b if not flat else None))
    ids = {"run": run and run.id, "run_b": run_b.id if run_b and mode == "versus" else None}
    return Arrival(replace(set_up, focus=said["focus"] == "true", **ids), bool(missing))


def _named(said: Mapping[str, str]) -> dict[str, Any]:
    """The settings behind a short way in; of a preset in A against B its own, for the cure is B's."""
    for name, known in (("preset", presets()), ("protocol", protocols())):
        if said[name] and said[name] not in known:
            raise SpecError(f"{name} is {said[name]!r}; it must be one of {', '.join(known)}.")
    if said["protocol"]:
        return dict(protocols()[said["protocol"]].settings)
    if not said["preset"]:
        return {}
    preset = presets()[said["preset"]]
    if said["cure"] and said["cure"] not in preset.cures:
        known = ", ".join(preset.cures) or "nothing, for there is none"
        raise SpecError(f"cure is {said['cure']!r}; for this preset it must be one of {known}.")
    return preset.settings | (preset.cures[said["cure"]].settings if said["cure"] and said["mode"] != "versus" else {})


def _other(a: ToySpec, of_b: Mapping[str, str], said: Mapping[str, str], run: Run | None) -> ToySpec:
    """B: what the address says of it, or its run's spec, or the cure, or else the same as A."""
    if of_b:
        return sharing(ToySpec.from_flat(a.flat() | of_b), a)
    if run:
        return sharing(run.spec, a)
    return against(a, said["preset"], said["cure"]) if said["preset"] and said["cure"] else a


def linked(url: str, query: Mapping[str, str]) -> str:
    """A page's own address with another query."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query, safe=",:"), ""))


def encoded(value: Any) -> str:
    """A value as it stands in an address; `Spec.from_flat` reads it back."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
