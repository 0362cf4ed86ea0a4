"""Walks between pictures: a filmstrip, the distance from the middle, what the way costs, and films to take away."""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from gan_core.figures.curves import Series
from gan_core.figures.lines import line_rows, lines
from gan_core.refusals import EngineError
from gan_core.shelf import find, kind
from pages.parts import grip
from pages.parts.grip import KEY, Place
from pages.parts.run_curves import palette
from pages.parts.services import engine
from pages.parts.take_away import as_csv
from pages.parts.tray import places, tray
from pages.parts.words import t, text

WAYS = ("slerp", "lerp", "even")
FRAMES = 16  # of the strip
FILM = 48  # of a film, there and back
FILM_SECONDS = 6.0
FILM_PATIENCE = 60.0  # seconds
KINDS = {"gif": ("Animation (GIF)", "image/gif"), "mp4": ("Film (MP4)", "video/mp4")}


def walk() -> None:
    """From the first kept picture through the others to the last."""
    st.markdown(text("latent_space#walks"))
    chosen = places(2)
    tray(chosen)
    way = st.segmented_control(
        t("Way"), WAYS, key=f"{KEY}_way", required=True,
        format_func={"slerp": t("Along the arc (slerp)"), "lerp": t("Straight (lerp)"),
                     "even": t("Equal steps of the picture")}.get,
    )  # fmt: skip
    specs, owns = _told(chosen)
    try:
        ways = dict.fromkeys((way, "lerp", "slerp"))
        found = {each: grip.ask("walks:walk", specs, each, FRAMES, owns) for each in ways}
        with st.container(key=f"{KEY}_strip"):
            st.image(found[way]["sheet"], width="stretch", alt=t("{count} pictures along the way", count=FRAMES))
        about = grip.about(chosen[0].spec.model)
        if found[way]["side"] < about["size"]:
            st.caption(t("Made smaller, to {side} px each: so many pictures of {size} px do not fit into one strip.",
                         side=found[way]["side"], size=about["size"]))  # fmt: skip
        _norms(found, about["latent_size"])
        st.caption(
            t("This way changes a pixel by {levels} grey levels in all, root mean square.",
              levels=f"{found[way]['pixels']:,.0f}")
        )  # fmt: skip
        _lengths(specs, owns)
        _films(specs, owns, way)
        _mixes(chosen)
    except EngineError as refusal:
        grip.failed(refusal)


def _told(chosen: list[Place]) -> tuple[list[str], list[bytes | None]]:
    return [place.spec.json_text() for place in chosen], [place.own for place in chosen]


def _norms(found: dict[str, dict[str, Any]], size: int) -> None:
    """The length of the latent on the way, against the shell where noise lives."""
    colour = palette()
    low, high = band = _shell(found["slerp"]["shell"])
    names = {"slerp": t("along the arc"), "lerp": t("straight")}
    figure = lines(
        [Series("value", names["slerp"], colour.a), Series("value", names["lerp"], colour.b, True)],
        t("way"), t("length of z"), band=band,
    )  # fmt: skip
    rows = line_rows({name: (found[way]["times"], found[way]["norms"]) for way, name in names.items()})
    st.vega_lite_chart(rows, figure, key=f"{KEY}_norms", alt=t("Length of the latent along both ways."))
    mean, deviation = found["slerp"]["shell"]
    words = text("latent_space#shell").format(
        size=size, mean=f"{mean:.1f}", low=max(0, math.floor(mean - 3 * deviation)),
        high=math.ceil(mean + 3 * deviation),
    )  # fmt: skip
    straight = found["lerp"]["norms"]
    leaves = straight.min() < low or straight.max() > high
    st.caption(f"{words} {t('The straight way leaves it.')}" if leaves else words)
    _save_table(t("Lengths of z (CSV)"), _norms_table(found), "norms")


def _shell(shell: tuple[float, float]) -> tuple[float, float]:
    """Where 95 of 100 latents lie."""
    mean, deviation = shell
    return mean - 1.96 * deviation, mean + 1.96 * deviation


def _norms_table(found: dict[str, dict[str, Any]]) -> dict[str, np.ndarray]:
    """A row for each picture of each way: columns by name."""
    rows = line_rows({way: (each["times"], each["norms"]) for way, each in found.items()})
    return {"way": rows["name"], "time": rows["x"], "norm": rows["value"]}


def _lengths(specs: list[str], owns: list[bytes | None]) -> None:
    key = f"{KEY}_lengths"
    kept = st.session_state.get(key, {})
    if kept.get("of") != (specs, owns):
        if not st.button(t("Measure all ways"), icon=":material/straighten:", key=f"{KEY}_measure"):
            return
        with st.spinner(t("Measuring")):
            found = grip.ask("walks:lengths", specs, FRAMES, owns)
        kept = st.session_state[key] = {"of": (specs, owns), "found": found}
    names = {"lerp": t("straight"), "slerp": t("along the arc"), "even": t("equal steps")}
    rows = [(names[way], f"{each['pixels']:,.0f}", f"{each['features']:,.1f}") for way, each in kept["found"].items()]
    way, pixels, features = zip(*rows, strict=True)
    st.table({t("Way"): way, t("in grey levels"): pixels, t("in VGG19 features"): features}, border="horizontal")
    table = {name: np.array([each[name] for each in kept["found"].values()]) for name in ("pixels", "features")}
    _save_table(t("Lengths of all ways (CSV)"), {"way": np.array([*kept["found"]])} | table, "ways")


def _save_table(label: str, table: dict[str, np.ndarray], name: str) -> None:
    st.download_button(label, as_csv(table), f"gan-classroom-{name}.csv", "text/csv", on_click="ignore",
                       key=f"{KEY}_{name}_csv", type="tertiary", icon=":material/download:")  # fmt: skip


def _films(specs: list[str], owns: list[bytes | None], way: str) -> None:
    """There and back, so that it loops; made when somebody asks, and played here."""
    key = f"{KEY}_film"
    made = st.session_state.get(key, {})
    if made.get("of") != (specs, owns, way):
        made = st.session_state[key] = {"of": (specs, owns, way)}
    with st.container(horizontal=True, gap="small"):
        for kind, (label, mime) in KINDS.items():
            place = st.empty()
            if kind not in made and place.button(t(label), icon=":material/movie:", key=f"{key}_make_{kind}"):
                with st.spinner(t("Drawing the film")):
                    made[kind] = film(specs, owns, way, kind)
            if kind in made:
                place.download_button(
                    f"{t(label)} · {len(made[kind]) / 1e6:.1f} MB", made[kind], f"gan-classroom-walk.{kind}", mime,
                    on_click="ignore", key=f"{key}_{kind}", type="primary", icon=":material/download:",
                )  # fmt: skip
    if "gif" in made:
        st.image(made["gif"], width=320, alt=t("The walk, there and back, over and over"))


def film(specs: list[str], owns: list[bytes | None], way: str, kind: str) -> bytes:
    """A walk there and back as GIF or MP4. Raises EngineError with a sentence."""
    sheet = Image.open(io.BytesIO(grip.ask("walks:walk", specs, way, FILM // 2, owns)["sheet"]))
    side = sheet.height
    pictures = []
    for index in range(FILM // 2):
        file = io.BytesIO()
        sheet.crop((side * index, 0, side * (index + 1), side)).save(file, "WEBP", lossless=True)
        pictures.append(file.getvalue())
    dark = st.context.theme.type == "dark"
    there_and_back = [*pictures, *pictures[-2:0:-1]]
    return engine().call(
        f"gan_core.figures.samples:{kind}", there_and_back, [*range(len(there_and_back))], side, 1, FILM_SECONDS, dark,
        timeout=FILM_PATIENCE,
    )  # fmt: skip


def _mixes(chosen: list[Place]) -> None:
    """Through pixels, through a VAE and through the GAN, for the clothes that the VAE knows."""
    if not _clothes(chosen[0].spec.model):
        return
    st.header(t("Through pixels, through a VAE, through a GAN"), anchor=False)
    first, last = chosen[0], chosen[-1]
    found = grip.ask("mixes:mixes", first.spec.json_text(), last.spec.json_text(), 8, (first.own, last.own))
    for way, label in (("pixels", t("Pixels")), ("vae", t("VAE")), ("gan", t("GAN"))):
        words, strip = st.columns([1, 9], gap="small", vertical_alignment="center")
        words.markdown(f"**{label}**")
        strip.image(found[way], width="stretch", alt=t("From the first to the last picture through {way}", way=label))
    st.caption(text("latent_space#mixes"))


def _clothes(model: str) -> bool:
    """Whether it is a GAN that draws clothes as the VAE takes them: grey, of 28 or 32 px."""
    about = grip.about(model)
    drawn = about["data"] == "fashion" and about["size"] in (28, 32) and about["channels"] == 1
    return drawn and (model.startswith(grip.RUN) or kind(find(model)) == "generator")
