"""What each layer sees: content rebuilt from it, texture made from it, its Gram matrix, its feature maps."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import streamlit as st
from PIL import Image

from gan_core.frames import unpack
from gan_core.refusals import EngineError
from gan_core.specs import StyleSpec, read_spec
from gan_core.specs.style import LAYERS
from pages.parts import desks, easel_films, in_flight, style_pictures
from pages.parts import style_desk as desk
from pages.parts.easel import easel
from pages.parts.services import engine, store
from pages.parts.style_desk import KEY, SIGHTS, Desk
from pages.parts.style_settings import layer_name
from pages.parts.watch import current, live
from pages.parts.words import plain_text, t, text

RUNS = f"{KEY}_sight_runs"  # by spec: the small runs of this session
EASEL = f"{KEY}_sight_easel"
EASEL_EVERY, GRAM_EVERY = 0.5, 3.0  # seconds between two looks
PATIENCE = 20.0  # seconds
STAGE = 440  # px of the small canvas, at most
SIDE = 256  # px at which a Gram matrix is shown
SMALL = {"size": 128, "scales": 1, "network": "slim", "refined": 0, "steps": 60, "start": "noise", "mask": "",
         "colours": "style", "seconds": 0.0, "average": 0.0, "variation_weight": 0.0}  # fmt: skip
COLUMNS, GAP = 4, 2  # of feature maps, and px between two


def sights(now: Desk) -> None:
    """Choose what to ask which layer, and see its answer."""
    st.header(t("What each layer sees"), anchor=False)
    titles = {"content": t("Content of a layer"), "texture": t("Texture of a layer"), "gram": t("Gram matrix"),
              "maps": t("Feature maps")}  # fmt: skip
    st.session_state[f"{KEY}_sight"], st.session_state[f"{KEY}_layer"] = now.sight, now.layer
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key=f"{KEY}_sights"):
        st.segmented_control(
            t("What to ask"), SIGHTS, key=f"{KEY}_sight", required=True, format_func=titles.get,
            label_visibility="collapsed", on_change=_asked,
        )  # fmt: skip
        st.select_slider(
            t("Layer, from the pixels inwards"), LAYERS, key=f"{KEY}_layer", format_func=layer_name, on_change=_asked,
            width=340,
        )  # fmt: skip
    words, picture = st.columns([5, 8], gap="medium")
    with words:
        st.markdown(text(f"style_transfer#{now.sight}"))
    if engine().state.status != "ready":
        picture.caption(":material/hourglass_top: " + t(engine().state.sentence))
    elif desk.gone(now.spec):
        picture.caption(":material/photo_library: " + t("Choose the pictures first."))
    elif now.sight in ("content", "texture"):
        _small_run(now, words, picture)
    else:
        with picture:
            (_gram if now.sight == "gram" else _maps)(now)


def _asked() -> None:
    desk.put(replace(desk.now(), sight=st.session_state[f"{KEY}_sight"], layer=st.session_state[f"{KEY}_layer"]))


# One layer alone, from noise -----------------------------------------------------------------------------------------


def of_layer(spec: StyleSpec, sight: str, layer: str) -> StyleSpec:
    """A small painting in which one layer alone has a say, about the content or about the first style."""
    texture = sight == "texture"
    weights = {"content_weight": 0.0 if texture else 1.0, "style_weight": 10.0 if texture else 0.0}
    asked = "style_layers" if texture else "content_layers"
    layers = {f"{asked}.{each}": float(each == layer) for each in LAYERS}
    style = spec.styles[0]
    # A texture has the painting's shape, and the divider compares it with the painting.
    pictures = {"content": style if texture else spec.content, "styles": (style,), "shares": ()}
    return spec.changed(SMALL | weights | layers | pictures)


def _small_run(now: Desk, words, picture) -> None:
    spec = of_layer(now.spec, now.sight, now.layer)
    run = st.session_state.get(RUNS, {}).get(spec)
    run = run if run and store().get(run) else None
    source = now.spec.styles[0] if now.sight == "texture" else now.spec.content
    with words:
        st.caption(t("Of {name}, from noise.", name=style_pictures.title(source)))
        st.button(t("Make it") if now.sight == "texture" else t("Rebuild it"), icon=":material/play_arrow:",
                  key=f"{KEY}_sight_go", on_click=_begin, args=(spec,))  # fmt: skip
    with picture, st.container(width=STAGE, key=f"{KEY}_sight_stage"):
        if run:
            goes = live((run,))
            st.fragment(_watch, run_every=EASEL_EVERY if goes else None)(run, goes)
        else:
            st.image(style_pictures.shown(source), alt=style_pictures.name(source), width="stretch")


def _begin(spec: StyleSpec) -> None:
    if run := desks.start(KEY, spec, room=False):
        st.session_state[RUNS] = st.session_state.get(RUNS, {}) | {spec: run}


def _watch(run_id: str, drawn_live: bool) -> None:
    (run,) = current((run_id,), drawn_live)
    if run:
        header = store().header(run.id) or style_pictures.standing(run.spec)
        given = "Content" if run.spec.content_weight else "Style"  # the one picture that has a say
        film = easel_films.news(run, header, EASEL, styles=[], given=given)
        easel(film, key=EASEL, on_resync=lambda: easel_films.forget(EASEL), on_step=lambda step: None)
        if run.status == "failed":
            st.error(plain_text(t(run.sentence)), icon=":material/error:")


# Looking through the network -----------------------------------------------------------------------------------------


def _gram(now: Desk) -> None:
    goes = live((now.run,))
    st.fragment(_gram_now, run_every=GRAM_EVERY if goes else None)(now, goes)


def _gram_now(now: Desk, drawn_live: bool) -> None:
    """The Gram matrix of what lies on the easel, beside the one that it is chasing."""
    (run,) = current((now.run,), drawn_live)
    spec = in_flight.in_force(run, store().changes(run.id)) if run else now.spec
    frames = store().frames(run.id, after=run.step - 1, limit=1) if run else []
    canvas = unpack(frames[-1].packed)[0]["picture"].tobytes() if frames else style_pictures.shown(now.spec.content)
    try:
        packed = engine().call("gan_core.style.looking:gram_pictures", spec.json_text(), canvas, now.layer,
                               style_pictures.own_of(spec), timeout=PATIENCE)  # fmt: skip
    except EngineError as refusal:
        st.caption(plain_text(t(str(refusal))))
        return
    arrays, about = unpack(packed)
    of_canvas = t("Of the canvas at step {step}", step=f"{run.step:,}") if frames else t("Of the content")
    several = len(spec.styles) > 1
    of_style = t("Of the mixture") if several else t("Of {name}", name=style_pictures.title(spec.styles[0]))
    with st.container(horizontal=True, gap="small", key=f"{KEY}_grams"):
        for name, title in (("now", of_canvas), ("target", of_style)):
            large = Image.fromarray(arrays[name]).resize((SIDE, SIDE), Image.Resampling.NEAREST)
            st.image(large, title, width=SIDE, alt=title)
    st.caption(
        t("A row and a column for each of the {shown} strongest of {channels} channels, bright where two answer at "
          "the same places. Style error of this layer: {error}.", shown=about["shown"], channels=about["channels"],
          error=f"{about['error']:.2g}")
    )  # fmt: skip


def _maps(now: Desk) -> None:
    """What channels of the layer answer to the content, and to the first style."""
    seen = t("The content"), t("The style")
    of = st.segmented_control(t("Of"), seen, default=seen[0], key=f"{KEY}_maps_of", required=True,
                              label_visibility="collapsed")  # fmt: skip
    source = now.spec.styles[0] if of == seen[1] else now.spec.content
    eyes = StyleSpec(content=source, network=now.spec.network, weights=now.spec.weights, pooling=now.spec.pooling)
    try:
        picture, shown, channels = _maps_of(eyes.json_text(), source, now.layer)
    except EngineError as refusal:
        st.caption(plain_text(t(str(refusal))))
        return
    st.image(
        picture,
        width="stretch",
        alt=t("Feature maps of {name} at {layer}", name=style_pictures.name(source), layer=layer_name(now.layer)),
    )
    st.caption(
        t("{shown} of {channels} channels, those that answer most. Bright: here is what this channel looks for.",
          shown=shown, channels=channels)
    )  # fmt: skip


@st.cache_data(show_spinner=False, max_entries=64)
def _maps_of(spec_json: str, source: str, layer: str) -> tuple[bytes, int, int]:
    """A sheet of the maps as PNG, how many there are on it, and of how many channels."""
    own = style_pictures.own_of(read_spec(spec_json))
    arrays, about = unpack(
        engine().call("gan_core.style.looking:feature_maps", spec_json, source, layer, own, timeout=PATIENCE)
    )
    file = io.BytesIO()
    Image.fromarray(sheet(arrays["maps"])).save(file, "PNG")
    return file.getvalue(), len(arrays["maps"]), about["channels"]


def sheet(maps: np.ndarray) -> np.ndarray:
    """Maps (N, h, w) in rows of `COLUMNS`, apart from each other: uint8, with alpha, (H, W, 2)."""
    count, height, width = maps.shape
    down = -(-count // COLUMNS)
    out = np.zeros((down * (height + GAP) - GAP, COLUMNS * (width + GAP) - GAP, 2), np.uint8)
    for place, each in enumerate(maps):
        top, left = place // COLUMNS * (height + GAP), place % COLUMNS * (width + GAP)
        out[top : top + height, left : left + width] = np.stack([each, np.full_like(each, 255)], axis=2)
    return out
