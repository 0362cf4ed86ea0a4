"""The panel of settings for a style transfer, made from the spec's own fields."""

from __future__ import annotations

from typing import Any

import streamlit as st

from gan_core.specs import StyleSpec
from gan_core.specs.style import LAYERS
from pages.parts.settings import widget
from pages.parts.words import t

# Title, icon, and the fields in it, in the order of a conversation.
GROUPS = (
    ("Pictures", ":material/photo_library:", ("size", "scales", "style_scale", "colours")),
    ("What counts", ":material/balance:", ("content_weight", "style_weight", "variation_weight")),
    ("Layers", ":material/layers:", ("content_layers", "style_layers", "pooling")),
    ("How it is painted", ":material/brush:",
     ("start", "network", "weights", "optimizer", "learning_rate", "average")),
    ("Run", ":material/timer:", ("steps", "refined", "seconds", "seed")),
)  # fmt: skip
BANKS = {
    "content_layers": ("Content layers", "Whose answers should be the content's. Deeper ones forgive more."),
    "style_layers": ("Style layers", "Whose Gram matrices should be the style's. Deeper ones see larger patterns."),
}
FIELDS = [part for _, _, parts in GROUPS for part in parts if part not in BANKS]


def fill(spec: StyleSpec, prefix: str) -> None:
    """Put a spec's values into the panel. Call before the panel is drawn, or from a callback."""
    st.session_state.update({f"{prefix}.{name}": getattr(spec, name) for name in FIELDS})
    for bank in BANKS:
        weights = getattr(spec, bank).flat()
        st.session_state[f"{prefix}.{bank}"] = [layer for layer in LAYERS if weights[layer]]
        st.session_state.update({f"{prefix}.{bank}.{layer}": weights[layer] for layer in LAYERS if weights[layer]})


def filled(prefix: str) -> bool:
    """Whether the panel's values are there: Streamlit forgets those of widgets that a page did not draw."""
    return f"{prefix}.network" in st.session_state


def values(prefix: str) -> dict[str, Any]:
    """What the panel says before it is drawn again: in a callback, with what was typed just before the click."""
    keys = {name: f"{prefix}.{name}" for name in FIELDS}
    flat = {name: st.session_state[key] for name, key in keys.items() if key in st.session_state}
    for bank in BANKS:
        if (chosen := st.session_state.get(f"{prefix}.{bank}")) is not None:
            for layer in LAYERS:
                weight = st.session_state.get(f"{prefix}.{bank}.{layer}", 1.0)
                flat[f"{bank}.{layer}"] = weight if layer in chosen else 0.0
    return flat


def style_panel(prefix: str) -> dict[str, Any]:
    """Draw the panel and return its values under dotted names, as `StyleSpec.changed` takes them."""
    flat: dict[str, Any] = {}
    for title, icon, parts in GROUPS:
        with st.expander(t(title), icon=icon, key=f"{prefix}_group_{title}"):
            for part in parts:
                if part in BANKS:
                    flat |= _bank(prefix, part)
                else:
                    flat[part] = widget(f"{prefix}.{part}", StyleSpec.model_fields[part])
    return flat


def _bank(prefix: str, bank: str) -> dict[str, float]:
    """Which layers are asked, and how much each of them counts."""
    title, help = BANKS[bank]
    chosen = st.pills(t(title), LAYERS, selection_mode="multi", format_func=layer_number, key=f"{prefix}.{bank}",
                      help=t(help))  # fmt: skip
    flat = {f"{bank}.{layer}": 0.0 for layer in LAYERS}
    fields = StyleSpec.model_fields[bank].annotation.model_fields
    for layer in LAYERS:
        if layer in chosen:
            key = f"{prefix}.{bank}.{layer}"
            st.session_state.setdefault(key, 1.0)
            flat[f"{bank}.{layer}"] = widget(key, fields[layer])
    return flat


def layer_name(layer: str) -> str:
    """What a reader calls it: “relu 3·1”, the first layer of the third block."""
    return f"relu {layer_number(layer)}"


def layer_number(layer: str) -> str:
    """“3·1”, where it is clear that a layer is meant."""
    return f"{layer[4]}·{layer[6]}"
