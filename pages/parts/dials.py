"""Sliders for the shape of the data: places to stop at that a reader would choose, and a slider a mode for weights."""

from __future__ import annotations

import math

import streamlit as st
from pydantic.fields import FieldInfo

from pages.parts.words import t

DECADE = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)  # stops in each power of ten: each a fifth or a quarter more
WIDE = 50  # a range whose ends are further apart than this factor is walked through by factors
STOPS = 100  # of a range that is walked through evenly
WEIGHTS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # how often a mode is drawn, beside the others' 1
MOST_SLIDERS = 12  # modes with a slider each; of more, a line of numbers is easier to read


def stops(field: FieldInfo) -> tuple[float, ...]:
    """Where the slider of a bounded number stops."""
    bounds = {name: getattr(bound, name) for bound in field.metadata for name in ("gt", "ge", "le", "lt")
              if hasattr(bound, name)}  # fmt: skip
    least, most = bounds.get("ge", bounds.get("gt")), bounds.get("le", bounds.get("lt"))
    if least and most / least > WIDE:
        powers = range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)
        places = [float(f"{stop * 10.0**power:.3g}") for power in powers for stop in DECADE]
        return tuple(place for place in places if least <= place <= most)
    step = 10 ** math.ceil(math.log10((most - least) / STOPS))
    step = step / 2 if (most - least) / step <= STOPS / 2 else step
    first = 1 if "gt" in bounds else 0
    return tuple(round(least + step * i, 6) for i in range(first, round((most - least) / step) + 1))


def dial(key: str, field: FieldInfo) -> float:
    """A slider for a bounded number. A value from elsewhere that lies between two stops becomes a stop of its own."""
    places = stops(field)
    value = st.session_state[key]
    own = st.session_state.get(f"{key}_own")
    if value not in places and value != own:  # remembered, so that the slider keeps its places while it is moved
        own = st.session_state[f"{key}_own"] = value
    return st.select_slider(
        t(field.title), sorted({*places, own} - {None}), format_func=lambda place: f"{place:g}", key=key,
        help=t(field.description),
    )  # fmt: skip


def weights(key: str, field: FieldInfo, modes: int) -> str:
    """How often each mode is drawn: a slider each, or a line of text where they are many. Returns the text."""
    given = _numbers(st.session_state[key])
    if modes > MOST_SLIDERS or given is None:
        _line(key, field)
        return st.session_state[key]
    given = [*given, *[1.0] * modes][:modes] if given else [1.0] * modes  # a further mode counts 1
    st.session_state[key] = _text(given)
    if st.button(t(field.title), icon=":material/equalizer:", key=f"{key}_open", width="stretch",
                 help=t("How often each mode is drawn, beside the others.")):  # fmt: skip
        st.dialog(t(field.title), on_dismiss="rerun")(_sliders)(key, modes)
    return st.session_state[key]


def _line(key: str, field: FieldInfo) -> None:
    def typed() -> None:
        st.session_state[key] = st.session_state[f"{key}_line"]

    st.session_state[f"{key}_line"] = st.session_state[key]
    st.text_input(t(field.title), key=f"{key}_line", help=t(field.description), on_change=typed)


def _sliders(key: str, modes: int) -> None:
    """In a dialog, which runs by itself while it is open; the page takes the weights in when it is closed."""

    def moved() -> None:
        st.session_state[key] = _text([st.session_state[f"{key}_{mode}"] for mode in range(modes)])

    given = _numbers(st.session_state[key]) or [1.0] * modes
    columns = st.columns(2, gap="medium", wrap=False)
    for mode, weight in enumerate(given):
        st.session_state[f"{key}_{mode}"] = weight
        columns[mode * 2 // modes].select_slider(
            t("Mode {mode}", mode=mode + 1), sorted({*WEIGHTS, weight}), key=f"{key}_{mode}",
            format_func=lambda place: f"{place:g}", on_change=moved,
        )  # fmt: skip
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.button(t("All alike"), icon=":material/restart_alt:", key=f"{key}_reset", type="tertiary",
                  on_click=st.session_state.update, args=({key: ""},))  # fmt: skip
        if st.button(t("Done"), icon=":material/check:", key=f"{key}_done", type="primary"):
            st.rerun()


def _numbers(text: str) -> list[float] | None:
    """The weights in a text; None where it is none, which the spec explains."""
    try:
        return [float(part) for part in text.replace(" ", "").split(",") if part]
    except ValueError:
        return None


def _text(numbers: list[float]) -> str:
    """The inverse; weights that are all alike need no words."""
    return ", ".join(map(str, numbers)) if len(set(numbers)) > 1 else ""
