"""Settings that may be changed while a run goes on, and what was changed so far; those of a picture GAN are below."""

from __future__ import annotations

from typing import Any

import streamlit as st

from gan_core.events import Change
from gan_core.figures.curves import Reference
from gan_core.refusals import EngineError
from gan_core.runs import LIVE, Run
from gan_core.specs import MOST_FRAMES, PictureSpec, Spec, SpecError
from pages.parts.desk import KEY
from pages.parts.run_list import resume
from pages.parts.services import engine, store
from pages.parts.settings import title_of, value_text
from pages.parts.words import t

RATES = tuple(float(f"{digit}e{power}") for power in range(-6, 0) for digit in (1, 2, 5))
SKIPS = (0.0, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
STOPS = {
    "generator_optimizer.learning_rate": RATES, "discriminator_optimizer.learning_rate": RATES, "skip_above": SKIPS,
}  # fmt: skip
HALVED = "The GPU's memory did not hold the batch, so it was halved."


def in_force(run: Run, changes: list[Change]) -> Spec:
    """The spec of a run with all that was changed on the way."""
    spec = run.spec
    for change in changes:
        spec = spec.changed(change.settings)
    return spec


def controls(run: Run) -> None:
    """A slider for each setting; moved, it counts from the next step on."""
    spec = in_force(run, store().changes(run.id))
    with st.expander(t("Change while it trains"), icon=":material/tune:", key=f"{KEY}_in_flight"):
        for name, stops in STOPS.items():
            slider(KEY, run, name, stops, spec.flat()[name])
        if run.status not in LIVE:
            _longer(run, spec)
        told(run)


def slider(prefix: str, run: Run, name: str, stops: tuple[float, ...], value: float) -> None:
    """One setting of a run; `prefix`: of the page's keys, `value`: in force."""
    key = f"{prefix}_now_{run.id}_{name}"
    # Changed elsewhere, shown for the first time, or back from another page: Streamlit forgets a slider that it did not
    # draw, and keeps what we noted.
    if key not in st.session_state or st.session_state.get(f"{key}_seen") != value:
        st.session_state[key] = st.session_state[f"{key}_seen"] = value
    st.select_slider(
        title_of(name, type(run.spec)), sorted({*stops, value, st.session_state.get(key, value)}), key=key,
        on_change=_moved, format_func=lambda stop: f"{stop:g}" if stop else t("off"), args=(run.id, name, key),
    )  # fmt: skip


def _moved(run: str, name: str, key: str) -> None:
    if not change(run, {name: st.session_state[key]}):
        st.session_state.pop(f"{key}_seen", None)  # back to what is in force


def change(run: str, settings: dict[str, Any]) -> bool:
    """Have settings changed, or say why not. Returns whether they are."""
    try:
        engine().change(run, settings)
    except (EngineError, SpecError) as refusal:
        st.toast(t(str(refusal)), icon=":material/front_hand:")
        return False
    return True


def _longer(run: Run, spec: PictureSpec) -> None:
    """More steps for a run that rests or has finished."""
    key = f"{KEY}_steps_{run.id}"
    st.session_state.setdefault(key, spec.steps)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        most = spec.frame_every * MOST_FRAMES
        steps = st.number_input(t("Steps"), min_value=max(run.step, 1), max_value=most, step=500, key=key)
        st.button(t("Train on"), icon=":material/play_arrow:", key=f"{key}_on", on_click=_train_on,
                  args=(run.id, key), disabled=steps <= run.step)  # fmt: skip


def _train_on(run: str, key: str) -> None:
    steps, found = st.session_state[key], store().get(run)
    if (found and steps == found.steps) or change(run, {"steps": steps}):
        resume(run)


def told(run: Run) -> None:
    """A table of what was changed, and when."""
    changes = store().changes(run.id)
    if changes:
        rows = [(f"{each.step:,}", *row) for each in changes for row in _words(each, type(run.spec))]
        step, setting, value = zip(*rows, strict=True)
        st.table({t("From step"): step, t("Changed"): setting, t("to"): value}, border="horizontal")


def _words(change: Change, model: type[Spec]) -> list[tuple[str, str]]:
    return [(title_of(name, model), value_text(value)) for name, value in change.settings.items()]


def moments(changes: list[Change], model: type[Spec] = PictureSpec) -> list[Reference]:
    """The changes as marks on curves."""
    return [
        Reference(each.step, ", ".join(f"{name}: {value}" for name, value in _words(each, model))) for each in changes
    ]


def halved(changes: list[Change]) -> bool:
    """Whether the batch was halved on the way, which only a full memory does."""
    return any("batch" in each.settings for each in changes)
