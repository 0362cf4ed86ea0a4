"""A panel of widgets for a spec, made from the spec's own fields, where label, help and bounds stand."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

import streamlit as st
from pydantic.fields import FieldInfo

from gan_core.specs import DISTRIBUTIONS, Spec, ToySpec, field_at
from pages.parts.words import named, t

# Groups of the toy panel: title, icon, and the fields or whole sub-specs in them, in the order of a conversation.
TOY_GROUPS = (
    ("Data", ":material/scatter_plot:", ("data",)),
    ("Generator", ":material/brush:", ("generator",)),
    ("Discriminator", ":material/gavel:", ("discriminator",)),
    ("Game", ":material/balance:", ("loss", "regularisation", "order", "discriminator_steps", "generator_steps")),
    ("Optimisers", ":material/trending_down:", ("generator_optimizer", "discriminator_optimizer")),
    ("Run", ":material/timer:", ("seed", "steps", "batch", "frame_every", "evaluation_samples", "mode_threshold")),
)  # fmt: skip
SLIDER_RANGE = 32  # whole numbers on a slider, where each can still be hit with a finger
SUBTITLES = {"generator_optimizer": "Generator", "discriminator_optimizer": "Discriminator"}


def fill(spec: ToySpec, prefix: str) -> None:
    """Put a spec's values into the panel. Call before the panel is drawn, or from a callback."""
    for name, value in spec.flat().items():
        st.session_state[_key(prefix, name, spec.data.kind)] = _shown(value)


def toy_panel(prefix: str) -> dict[str, Any]:
    """Draw the panel and return its values under dotted names, as `ToySpec.from_flat` takes them."""
    flat: dict[str, Any] = {}
    for title, icon, parts in TOY_GROUPS:
        with st.expander(t(title), icon=icon):
            for part in parts:
                default = ToySpec.model_fields[part].default
                if part == "data":
                    flat |= _kind(prefix)
                    default = DISTRIBUTIONS[flat["data.kind"]]()
                elif part in SUBTITLES:
                    st.markdown(f"**{t(SUBTITLES[part])}**")
                if isinstance(default, Spec):
                    names = [f"{part}.{leaf}" for leaf in type(default).model_fields if leaf != "kind"]
                    fields = {name: type(default).model_fields[name.partition(".")[2]] for name in names}
                else:
                    fields = {part: field_at(ToySpec, (part,))[1]}
                for name, field in fields.items():
                    flat[name] = _widget(_key(prefix, name, flat["data.kind"]), field)
    return flat


def _key(prefix: str, name: str, kind: str) -> str:
    """The widget's key. Each kind of data has its own: a grid's sigma starts from a grid's default, not a ring's."""
    if name.startswith("data.") and name != "data.kind":
        return f"{prefix}.data.{kind}.{name.removeprefix('data.')}"
    return f"{prefix}.{name}"


def _kind(prefix: str) -> dict[str, str]:
    key = f"{prefix}.data.kind"
    st.session_state.setdefault(key, "ring")
    chosen = st.selectbox(
        t("Distribution"), list(DISTRIBUTIONS), format_func=named, key=key,
        help=t("What the generator has to imitate."),
    )  # fmt: skip
    return {"data.kind": chosen}


def _widget(key: str, field: FieldInfo) -> Any:
    """One setting, by its type. Numbers keep their bounds in the spec, which explains them when they are broken."""
    label, help = t(field.title), t(field.description)
    st.session_state.setdefault(key, _shown(field.default))
    if field.annotation is bool:
        return st.toggle(label, key=key, help=help)
    if get_origin(field.annotation) is Literal:
        return st.selectbox(label, get_args(field.annotation), format_func=named, key=key, help=help)
    if field.annotation is int:
        least, most = _bounds(field)
        if most - least <= SLIDER_RANGE:
            return st.slider(label, least, most, key=key, help=help)
        return st.number_input(label, step=1, key=key, help=help)
    if field.annotation is float:
        return st.number_input(label, step=_step(st.session_state[key]), format="%g", key=key, help=help)
    return st.text_input(label, key=key, help=help)


def _bounds(field: FieldInfo) -> tuple[int, int]:
    """The least and the greatest whole number that a field takes."""
    return next(m.ge for m in field.metadata if hasattr(m, "ge")), next(
        m.le for m in field.metadata if hasattr(m, "le")
    )


def _step(value: float) -> float:
    """One press of + or - changes the leading digit of a number."""
    return 10.0 ** (len(f"{value:.0f}") - 1) / 10 if value >= 1 else float(f"1e{f'{value or 0.1:e}'.partition('e')[2]}")


def _shown(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value
