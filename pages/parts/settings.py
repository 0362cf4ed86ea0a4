"""A panel of widgets for a spec, made from the spec's own fields, where label, help and bounds stand."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

import streamlit as st
from pydantic.fields import FieldInfo

from gan_core.specs import DISTRIBUTIONS, Spec, ToySpec, field_at
from pages.parts.dials import dial, weights
from pages.parts.words import named, t

# Groups of the toy panel: title, icon, and the fields or whole sub-specs in them, in the order of a conversation.
TOY_GROUPS = (
    ("Data", ":material/scatter_plot:", ("data",)),
    ("Generator", ":material/brush:", ("generator",)),
    ("Discriminator", ":material/gavel:", ("discriminator",)),
    ("Game", ":material/balance:", ("loss", "regularisation", "order", "discriminator_steps", "generator_steps")),
    ("Cures", ":material/healing:", ("cures",)),
    ("Optimisers", ":material/trending_down:", ("generator_optimizer", "discriminator_optimizer")),
    ("Run", ":material/timer:", ("seed", "steps", "batch", "frame_every", "evaluation_samples", "mode_threshold")),
)  # fmt: skip
SLIDER_RANGE = 32  # whole numbers on a slider, where each can still be hit with a finger
SUBTITLES = {"generator_optimizer": "Generator", "discriminator_optimizer": "Discriminator"}
OWNERS = SUBTITLES | {
    "generator": "Generator", "discriminator": "Discriminator", "data": "Data", "content_layers": "Content",
    "style_layers": "Style",
}  # fmt: skip


def fill(spec: ToySpec, prefix: str, without: tuple[str, ...] = ()) -> None:
    """Put a spec's values into the panel. Call before the panel is drawn, or from a callback."""
    for name, value in spec.flat().items():
        if name.partition(".")[0] not in without:
            st.session_state[_key(prefix, name, spec.data.kind)] = _shown(value)


def values(prefix: str, kind: str) -> dict[str, Any]:
    """What the panel says before it is drawn again: in a callback, with what was typed just before the click."""
    kind = st.session_state.get(f"{prefix}.data.kind", kind)
    keys = {name: _key(prefix, name, kind) for name in ToySpec(data=DISTRIBUTIONS[kind]()).flat()}
    return {name: st.session_state[key] for name, key in keys.items() if key in st.session_state}


def filled(prefix: str) -> bool:
    """Whether the panel's values are there: Streamlit forgets those of widgets that a page did not draw."""
    return f"{prefix}.loss" in st.session_state


def toy_panel(prefix: str, kind: str, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Draw the panel and return its values under dotted names, as `ToySpec.from_flat` takes them.

    Args:
        kind: of the data, where the panel does not ask for it.
        without: fields, or whole sub-specs, that are not asked for.
    """
    flat: dict[str, Any] = {}
    for title, icon, parts in TOY_GROUPS:
        parts = [part for part in parts if part not in without]
        if not parts:
            continue
        with st.expander(t(title), icon=icon, key=f"{prefix}_group_{title}"):
            for part in parts:
                if part == "data":
                    flat |= _data(prefix)
                    kind = flat["data.kind"]
                    continue
                default = ToySpec.model_fields[part].default
                if part in SUBTITLES:
                    st.markdown(f"**{t(SUBTITLES[part])}**")
                if isinstance(default, Spec):
                    fields = {f"{part}.{leaf}": field for leaf, field in type(default).model_fields.items()}
                else:
                    fields = {part: field_at(ToySpec, (part,))[1]}
                for name, field in fields.items():
                    flat[name] = widget(_key(prefix, name, kind), field)
    return flat


def title_of(name: str, model: type[Spec] = ToySpec) -> str:
    """What a visitor reads for a dotted name of a spec: “Generator: Learning rate”, “Loss”."""
    if name == "data.kind":
        return t("Distribution")
    *holders, leaf = name.split(".")
    if model is ToySpec and holders == ["data"]:
        field = next(kind.model_fields[leaf] for kind in DISTRIBUTIONS.values() if leaf in kind.model_fields)
    else:
        field = field_at(model, (*holders, leaf))[1]
    owner = OWNERS.get(holders[0]) if holders else None
    return f"{t(owner)}: {t(field.title)}" if owner else t(field.title)


def value_text(value: Any) -> str:
    """What a visitor reads for a setting's value."""
    if isinstance(value, bool):
        return t("on") if value else t("off")
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple | list):
        return ", ".join(map(value_text, value)) or t("all alike")
    return named(value) if isinstance(value, str) else f"{value:,}"


def _key(prefix: str, name: str, kind: str) -> str:
    """The widget's key. Each kind of data has its own: a grid's sigma starts from a grid's default, not a ring's."""
    if name.startswith("data.") and name != "data.kind":
        return f"{prefix}.data.{kind}.{name.removeprefix('data.')}"
    return f"{prefix}.{name}"


def _data(prefix: str) -> dict[str, Any]:
    """Which distribution, and its own settings, on sliders."""
    key = f"{prefix}.data.kind"
    st.session_state.setdefault(key, "ring")
    kind = st.selectbox(
        t("Distribution"), list(DISTRIBUTIONS), format_func=named, key=key,
        help=t("What the generator has to imitate."),
    )  # fmt: skip
    flat: dict[str, Any] = {"data.kind": kind}
    for leaf, field in DISTRIBUTIONS[kind].model_fields.items():
        if leaf == "kind":
            continue
        key = _key(prefix, f"data.{leaf}", kind)
        st.session_state.setdefault(key, _shown(field.default))
        if leaf == "points":
            flat["data.points"] = _drawing(prefix, key, field)
        elif leaf == "weights":
            flat["data.weights"] = weights(key, field, flat["data.modes"])
        elif field.annotation is float:
            flat[f"data.{leaf}"] = dial(key, field)
        else:
            flat[f"data.{leaf}"] = widget(key, field)
    return flat


def _drawing(prefix: str, key: str, field: FieldInfo) -> str:
    """The way to the drawing board; the drawing itself is kept in the session, beside the widgets' values."""
    st.button(
        t("Draw"), icon=":material/draw:", key=f"{prefix}_draw", width="stretch", help=t(field.description),
        on_click=st.session_state.update, args=({f"{prefix}_drawing": True},),
    )  # fmt: skip
    return st.session_state[key]


def widget(key: str, field: FieldInfo) -> Any:
    """One setting, by its type. Numbers keep their bounds in the spec, which explains them when they are broken."""
    label, help = t(field.title), t(field.description)
    st.session_state.setdefault(key, _shown(field.default))
    if field.annotation is bool:
        return st.toggle(label, key=key, help=help)
    if get_origin(field.annotation) is Literal:
        return st.selectbox(label, get_args(field.annotation), format_func=named, key=key, help=help)
    if field.annotation is str:
        return st.text_input(label, key=key, help=help)
    if field.annotation is int:
        least, most = _bounds(field)
        if most - least <= SLIDER_RANGE:
            return st.slider(label, least, most, key=key, help=help)
        return st.number_input(label, step=1, key=key, help=help)
    return st.number_input(label, step=_step(st.session_state[key]), format="%g", key=key, help=help)


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
