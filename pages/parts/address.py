"""The address bar: every setting that differs from its default, and the run that is shown.

A link brings anyone to the same experiment with the same seed, and to the same run where this server still keeps it.
`?preset=NAME` is a short way in; the address then spells out what the preset means today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from gan_core.presets import Preset
from gan_core.runs import RunStore
from gan_core.specs import Spec, SpecError


@dataclass(frozen=True)
class Arrival:
    """What a link asks for; `missing` when it names a run that is not kept here."""

    spec: Spec
    run: str | None
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


def read(model: type[Spec], presets: Mapping[str, Preset], store: RunStore) -> Arrival:
    """The experiment in the address.

    Raises:
        SpecError: it names no preset that exists, or settings that are not valid.
    """
    flat: dict[str, Any] = st.query_params.to_dict()
    run_id, preset = flat.pop("run", None), flat.pop("preset", None)
    if preset and preset not in presets:
        raise SpecError(f"preset is {preset!r}; it must be one of {', '.join(presets)}.")
    run = store.get(run_id) if run_id else None
    from_link = model.from_flat((presets[preset].settings if preset else {}) | flat)
    spec = run.spec if run and not flat else from_link
    return Arrival(spec, run.id if run else None, missing=bool(run_id) and not run)


def write(key: str, spec: Spec, run: str | None) -> None:
    """Say in the address what is set up and what is shown."""
    query = {name: encoded(value) for name, value in spec.changes().items()} | ({"run": run} if run else {})
    st.session_state[f"{key}_address"] = query
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)


def encoded(value: Any) -> str:
    """A value as it stands in an address; `Spec.from_flat` reads it back."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
