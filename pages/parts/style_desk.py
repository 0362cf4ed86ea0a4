"""What this session has set up on the Style transfer page, and how it changes: by a link, a choice, a setting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from gan_core.specs import SpecError, StyleSpec
from gan_core.specs.style import LAYERS
from gan_core.style_presets import style_preset_of, style_presets
from pages.parts import address, desks, style_pictures, style_settings
from pages.parts.services import store
from pages.parts.words import t

KEY = "style"  # every key of the page begins with it
PAGE = "pages/style_transfer.py"
SIGHTS = ("content", "texture", "gram", "maps")  # what a layer can be asked
SHORT_WAYS = ("run", "preset", "focus", "sight", "layer")


@dataclass(frozen=True)
class Desk:
    """Everything that the page's address says."""

    spec: StyleSpec
    run: str | None = None  # on the easel
    focus: bool = False  # one experiment, one button
    sight: str = "texture"  # of SIGHTS
    layer: str = "relu3_1"  # that is looked at

    @property
    def preset(self) -> str:
        """The preset that is set up, whatever its pictures; empty when the settings are the visitor's own."""
        return style_preset_of(self.spec)


def now() -> Desk:
    """What is set up."""
    return st.session_state[KEY]


def put(desk: Desk) -> None:
    """Put a set-up on the page, and remember the one before."""
    desks.put(KEY, desk)


def load(desk: Desk) -> None:
    """The same, and fill in the settings. Call before they are drawn, or from a callback."""
    put(desk)
    style_settings.fill(desk.spec, KEY)


def typed() -> Desk:
    """What is set up, with a number that was typed just before a click."""
    desk = now()
    if desk.focus:
        return desk
    try:
        return replace(desk, spec=desk.spec.changed(style_settings.values(KEY)))
    except SpecError:
        return desk


def change(by: Callable[..., Desk], *args: object) -> None:
    """A choice. What cannot be is said and not done. Call from a callback."""
    try:
        load(by(typed(), *args))
    except SpecError as error:
        complain(t(str(error)))


def undo() -> None:
    """The settings before the last change; what is on the easel stays there."""
    if before := st.session_state.get(f"{KEY}_before"):
        load(replace(before, run=before.run or now().run))


def complain(sentence: str) -> None:
    """Say something on top of the page, once."""
    desks.complain(KEY, sentence)


# Choices -------------------------------------------------------------------------------------------------------------


def chosen(desk: Desk, preset: str) -> Desk:
    """Another way of painting: on the preset's own pictures, unless the visitor has chosen some."""
    before, after = style_presets().get(desk.preset), style_presets()[preset]
    pictures = (desk.spec.content, desk.spec.styles)
    proposed = before and pictures == (before.spec.content, before.spec.styles)
    spec = after.spec.changed({"seed": desk.spec.seed}) if proposed else after.on(desk.spec)
    return replace(desk, spec=spec, run=None)


def with_content(desk: Desk, source: str) -> Desk:
    return replace(desk, spec=desk.spec.changed({"content": source, "mask": ""}), run=None)


def with_styles(desk: Desk, sources: tuple[str, ...]) -> Desk:
    """Other brushes. The shares and the mask are of those before."""
    return replace(desk, spec=desk.spec.changed({"styles": sources, "shares": (), "mask": ""}), run=None)


def with_settings(desk: Desk, settings: dict[str, Any]) -> Desk:
    return replace(desk, spec=desk.spec.changed(settings))


# By link -------------------------------------------------------------------------------------------------------------


def arrive() -> None:
    """Take in the address when somebody came by a link, and take off the easel what is no longer kept."""
    if address.arrived(KEY):
        try:
            load(_read(st.query_params.to_dict()))
        except SpecError as error:
            load(st.session_state.get(KEY) or Desk(next(iter(style_presets().values())).spec))
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
    for name, known in (("preset", style_presets()), ("sight", SIGHTS), ("layer", LAYERS)):
        if said[name] and said[name] not in known:
            sentence = f"{name} is {said[name]!r}; it must be one of {', '.join(known)}."
            if name == "preset":
                raise SpecError(sentence)
            complain(t(sentence))  # the rest of the link is good
            said[name] = ""
    run = desks.linked_run(
        KEY, said["run"], StyleSpec,
        t("The run in this link is no longer kept on this server; press Paint to paint it again from its settings."),
    )  # fmt: skip
    if run and not query:
        spec = run.spec
    elif said["preset"] or not query:
        preset = said["preset"] or next(iter(style_presets()))
        spec = style_presets()[preset].spec.changed(query)
    else:
        spec = StyleSpec.from_flat(query)
    looks = {name: said[name] for name in ("sight", "layer") if said[name]}
    return Desk(spec, run.id if run else None, said["focus"] == "true", **looks)


def query_of(desk: Desk) -> dict[str, str]:
    """The address of a set-up; `_read` is the inverse."""
    query = {name: address.encoded(value) for name, value in desk.spec.changes().items()}
    if not query:  # an empty address is the first preset
        query["seed"] = address.encoded(desk.spec.seed)
    said = {"run": desk.run, "focus": desk.focus and "true"}
    said |= {name: getattr(desk, name) for name in ("sight", "layer") if getattr(desk, name) != getattr(Desk, name)}
    return query | {name: str(value) for name, value in said.items() if value}


def unfocus() -> None:
    """Out of a link for a class: with everything that can be set. Call from a callback."""
    load(replace(now(), focus=False))


def gone(spec: StyleSpec) -> bool:
    """Whether it needs a picture that is not here: a visitor's own that is not kept any more, or a name of nothing."""
    return not all(map(style_pictures.kept, spec.sources))


# Painting ------------------------------------------------------------------------------------------------------------


def ask_to_paint() -> None:
    """Paint, once the settings have been read: a number typed just before the click counts."""
    st.session_state[f"{KEY}_go"] = True


def paint(checkpoint: bytes | None = None) -> str | None:
    """Start what is set up, maybe from a picture at hand; where there is no room, earlier runs make it."""
    if run := desks.start(KEY, now().spec, checkpoint):
        put(replace(now(), run=run))
    return run
