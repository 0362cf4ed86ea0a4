"""What this session has set up on the Train page, and how it changes: by a link, a choice, a setting, a click."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from gan_core.picture_presets import PicturePreset, picture_presets
from gan_core.specs import SEEDS, PictureSpec, SpecError
from pages.parts import address, desks, picture_settings
from pages.parts.services import store
from pages.parts.words import t

KEY = "train"  # every key of the page begins with it
FEEDING = f"{KEY}_feeding"  # "own" or "hub" while pictures of these are being chosen
SHORT_WAYS = ("run", "preset", "focus")


@dataclass(frozen=True)
class Desk:
    """Everything that the page's address says."""

    spec: PictureSpec
    run: str | None = None  # on stage
    focus: bool = False  # one experiment, one button

    @property
    def preset(self) -> str:
        """The preset that is set up, whatever its seed; empty when the settings are the visitor's own."""
        return preset_of(self.spec)


def on_page(presets: dict[str, PicturePreset]) -> list[str]:
    """The presets whose pictures a visitor can have."""
    return [name for name, preset in presets.items() if not preset.spec.data.source.endswith(".zip")]


def preset_of(spec: PictureSpec) -> str:
    """The preset that a spec is, whatever its seed and the commit of its pictures; empty for none."""
    plain = spec.changed({"seed": 0, "data.revision": ""})
    presets = picture_presets()
    return next((name for name in on_page(presets) if presets[name].spec == plain), "")


def now() -> Desk:
    """What is set up."""
    return st.session_state[KEY]


def load(desk: Desk) -> None:
    """Put a set-up on the page, and remember the one before. Call before the settings are drawn, or from a callback."""
    st.session_state.pop(FEEDING, None)
    put(desk)
    picture_settings.fill(desk.spec, KEY)


def put(desk: Desk) -> None:
    """The same without filling in the settings, where they have it already."""
    desks.put(KEY, desk)


def typed() -> Desk:
    """What is set up, with a number that was typed just before a click."""
    desk = now()
    if desk.focus:
        return desk
    try:
        return replace(desk, spec=with_settings(desk.spec, picture_settings.values(KEY, desk.spec)))
    except SpecError:
        return desk


def with_settings(spec: PictureSpec, flat: dict[str, Any]) -> PictureSpec:
    """The spec with what the panel says.

    Raises:
        SpecError: it makes no sense.
    """
    kept = {name: value for name, value in spec.flat().items() if not name.startswith("network.") or name in flat}
    return PictureSpec.from_flat(kept | flat)


def change(by: Callable[..., Desk], *args: object, **settings: object) -> None:
    """A choice. What cannot be is said and not done. Call from a callback."""
    try:
        load(by(typed(), *args, **settings))
    except SpecError as error:
        complain(t(str(error)))


def chosen(desk: Desk, preset: str) -> Desk:
    """Another experiment with the same luck."""
    return replace(desk, spec=picture_presets()[preset].spec.changed({"seed": desk.spec.seed}), run=None)


def fed(desk: Desk, source: str, **settings: object) -> Desk:
    """Other pictures, with settings that fit them."""
    fitting = {"data.source": source, "data.revision": "", "start": ""} | settings
    return replace(desk, spec=desk.spec.changed(fitting), run=None)


def undo() -> None:
    """The settings before the last change; the run on stage stays there."""
    if before := st.session_state.get(f"{KEY}_before"):
        load(replace(before, run=before.run or now().run))


def complain(sentence: str) -> None:
    """Say something on top of the page, once."""
    desks.complain(KEY, sentence)


# By link -------------------------------------------------------------------------------------------------------------


def arrive() -> None:
    """Take in the address when somebody came by a link, and take off the stage what is no longer kept."""
    if address.arrived(KEY):
        try:
            load(_read(st.query_params.to_dict()))
        except SpecError as error:
            load(st.session_state.get(KEY) or Desk(picture_presets()["clothes"].spec))
            complain(t(str(error)))
        address.accept(KEY)
    if (run := now().run) and not store().get(run):
        st.session_state[KEY] = replace(now(), run=None)


def _read(query: dict[str, str]) -> Desk:
    """The set-up in an address.

    Raises:
        SpecError: it names no preset, or settings that are not valid.
    """
    said = {name: query.pop(name, "") for name in SHORT_WAYS}
    run = desks.linked_run(
        KEY, said["run"], PictureSpec,
        t("The run in this link is no longer kept on this server; press Train to play it again from its settings."),
    )  # fmt: skip
    known = on_page(picture_presets())
    if said["preset"] and said["preset"] not in known:
        raise SpecError(f"preset is {said['preset']!r}; it must be one of {', '.join(known)}.")
    if run and not query:
        spec = run.spec
    elif said["preset"] or not query:
        spec = picture_presets()[said["preset"] or known[0]].spec.changed(query)
    else:
        spec = PictureSpec.from_flat(query)
    return Desk(spec, run.id if run else None, said["focus"] == "true")


def query_of(desk: Desk) -> dict[str, str]:
    """The address of a set-up; `_read` is the inverse."""
    query = {name: address.encoded(value) for name, value in desk.spec.changes().items()}
    if not query:  # an empty address is the first preset
        query["seed"] = address.encoded(desk.spec.seed)
    said = {"run": desk.run, "focus": desk.focus and "true"}
    return query | {name: str(value) for name, value in said.items() if value}


# Training ------------------------------------------------------------------------------------------------------------


def ask_to_train(reseeded: bool = False) -> None:
    """Train, once the settings have been read: a number typed just before the click counts."""
    st.session_state[f"{KEY}_go"] = True
    if reseeded:
        desk = typed()
        load(replace(desk, spec=desk.spec.changed({"seed": (desk.spec.seed + 1) % SEEDS})))


def train(checkpoint: bytes | None = None) -> None:
    """Start what is set up, or go on from a checkpoint of it; where there is no room, earlier runs make it."""
    if run := desks.start(KEY, now().spec, checkpoint):
        put(replace(now(), run=run))
