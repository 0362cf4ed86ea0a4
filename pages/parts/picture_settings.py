"""The panel of settings for a picture GAN, made from the spec's own fields."""

from __future__ import annotations

from typing import Any, get_args

import streamlit as st

from gan_core.specs import NetworkPair, PictureSpec, Spec
from pages.parts.settings import SUBTITLES, widget
from pages.parts.words import t

# Title, icon, and the fields or whole sub-specs in it, in the order of a conversation.
GROUPS = (
    ("Pictures", ":material/photo_library:", ("data",)),
    ("Networks", ":material/account_tree:", ("network", "start", "ema")),
    ("Game", ":material/balance:",
     ("loss", "discriminator_steps", "generator_steps", "mismatched", "skip_below", "skip_above")),
    ("Regularisation", ":material/healing:",
     ("regularisation", "penalised", "clip_gradient", "instance_noise", "instance_noise_until")),
    ("Augmentation", ":material/auto_fix_high:", ("augmentation",)),
    ("Optimisers", ":material/trending_down:", ("generator_optimizer", "discriminator_optimizer")),
    ("Run", ":material/timer:",
     ("steps", "batch", "seed", "frame_every", "samples", "score_every", "score_samples", "shared_fakes", "bfloat16")),
)  # fmt: skip
ELSEWHERE = ("data.source", "data.revision")  # chosen on the page itself
PAIRS = {pair.model_fields["kind"].default: pair for pair in get_args(get_args(NetworkPair)[0])}
PAIR_NAMES = {"mlp": "MLP", "dcgan": "DCGAN", "residual": "Residual (R3GAN)"}


def fill(spec: PictureSpec, prefix: str) -> None:
    """Put a spec's values into the panel. Call before the panel is drawn, or from a callback."""
    for name, value in spec.flat().items():
        if name not in ELSEWHERE:
            st.session_state[_key(prefix, name, spec.network.kind)] = value


def filled(prefix: str) -> bool:
    """Whether the panel's values are there: Streamlit forgets those of widgets that a page did not draw."""
    return f"{prefix}.loss" in st.session_state


def values(prefix: str, spec: PictureSpec) -> dict[str, Any]:
    """What the panel says before it is drawn again: in a callback, with what was typed just before the click."""
    kind = st.session_state.get(f"{prefix}.network.kind", spec.network.kind)
    names = PictureSpec(network=PAIRS[kind]()).flat()
    keys = {name: _key(prefix, name, kind) for name in names if name not in ELSEWHERE}
    return {name: st.session_state[key] for name, key in keys.items() if key in st.session_state}


def picture_panel(prefix: str) -> dict[str, Any]:
    """Draw the panel and return its values under dotted names, as `PictureSpec.from_flat` takes them."""
    flat: dict[str, Any] = {}
    for title, icon, parts in GROUPS:
        with st.expander(t(title), icon=icon, key=f"{prefix}_group_{title}"):
            for part in parts:
                if part == "network":
                    flat |= _network(prefix)
                elif isinstance(default := PictureSpec.model_fields[part].default, Spec):
                    if part in SUBTITLES:
                        st.markdown(f"**{t(SUBTITLES[part])}**")
                    flat |= _fields(prefix, part, type(default))
                else:
                    flat[part] = widget(f"{prefix}.{part}", PictureSpec.model_fields[part])
    return flat


def _fields(prefix: str, part: str, model: type[Spec], kind: str = "") -> dict[str, Any]:
    names = {f"{part}.{leaf}": field for leaf, field in model.model_fields.items() if leaf != "kind"}
    return {name: widget(_key(prefix, name, kind), field) for name, field in names.items() if name not in ELSEWHERE}


def _network(prefix: str) -> dict[str, Any]:
    """Which pair of networks, and its own settings."""
    key = f"{prefix}.network.kind"
    st.session_state.setdefault(key, PictureSpec().network.kind)
    kind = st.selectbox(t("Networks"), list(PAIRS), format_func=PAIR_NAMES.get, key=key, help=t(PAIRS[
        st.session_state[key]].__doc__))  # fmt: skip
    return {"network.kind": kind} | _fields(prefix, "network", PAIRS[kind], kind)


def _key(prefix: str, name: str, kind: str) -> str:
    """The widget's key. Each pair of networks has its own: an MLP's width starts from an MLP's default."""
    if name.startswith("network.") and name != "network.kind":
        return f"{prefix}.network.{kind}.{name.removeprefix('network.')}"
    return f"{prefix}.{name}"
