"""Find my picture: the latent whose picture comes nearest to an uploaded one, while one watches."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import streamlit as st

from gan_core.data.own import READABLE
from gan_core.refusals import EngineError
from pages.parts import grip
from pages.parts.grip import KEY, Place
from pages.parts.words import plain_text, t, text

SEARCH = f"{KEY}_search"
STEPS = 300  # of a search
EVERY = 0.05  # seconds between two slices; each takes half a second by itself
ENDINGS = ["png", "jpg", "jpeg", "gif", "webp", "avif", "bmp", "tif", "tiff"]
MOST_MEGABYTES = 50


def find() -> None:
    """Hand a picture over, watch the search, take what it found in hand."""
    st.markdown(text("latent_space#find"))
    left, right = st.columns(2, gap="medium", vertical_alignment="bottom")
    with left:
        file = st.file_uploader(t("A picture"), ENDINGS, key=f"{KEY}_file", max_upload_size=MOST_MEGABYTES)
    with right, st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        starts = st.selectbox(t("Starts"), (1, 4, 8), key=f"{KEY}_starts", width=100)
        looks = st.toggle(t("Compare looks too"), key=f"{KEY}_looks",
                          help=t("VGG19's features beside the pixels: slower, and less blurred."))  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        st.button(t("Find it"), type="primary", icon=":material/search:", key=f"{KEY}_find", disabled=file is None,
                  on_click=_begin, args=(file, starts, looks))  # fmt: skip
        st.button(t("Take G's own picture"), icon=":material/casino:", key=f"{KEY}_find_own", on_click=_begin_own,
                  args=(starts, looks), help=t("One that G can certainly make: is it found again?"))  # fmt: skip
    kept = st.session_state.get(SEARCH)
    if kept and kept["model"] == grip.now().spec.model:
        if wrong := kept.get("wrong"):
            st.error(plain_text(wrong), icon=":material/report:")
        if "seen" in kept:
            st.fragment(_search, run_every=EVERY if kept["going"] else None)()
    else:
        st.caption(t("Any picture as {formats}; the square in its middle is taken.", formats=READABLE))


def _begin(file: Any, starts: int, looks: bool) -> None:
    _start(file.getvalue(), starts, looks)


def _begin_own(starts: int, looks: bool) -> None:
    spec = grip.now().spec
    try:
        upload = grip.picture_of(Place(spec.changed({"seed": (spec.seed + 1000) % 2**31, "knobs": ""})))
    except EngineError as refusal:
        st.session_state[SEARCH] = {"model": spec.model, "going": False, "wrong": t(str(refusal))}
        return
    _start(upload, starts, looks)


def _start(upload: bytes, starts: int, looks: bool) -> None:
    spec = grip.now().spec
    kept = st.session_state[SEARCH] = {"model": spec.model, "going": True}
    try:
        kept["state"], kept["seen"] = grip.ask("project:start", spec.json_text(), upload, starts,
                                               perceptual=0.1 if looks else 0.0)  # fmt: skip
    except EngineError as refusal:
        kept.update(going=False, wrong=t(str(refusal)))


def _search() -> None:
    """One slice more, and what there is to see."""
    kept = st.session_state[SEARCH]
    if kept["going"]:
        try:
            kept["state"], kept["seen"] = grip.ask("project:go_on", kept["state"])
        except EngineError as refusal:
            kept.update(going=False, wrong=t(str(refusal)))
        kept["going"] &= kept["seen"]["step"] < STEPS and not kept["seen"]["sentence"]
        if not kept["going"]:
            st.rerun()
    seen = kept["seen"]
    for column, (name, label) in zip(st.columns(3, gap="small"), (
        ("target", t("The picture looked for")), ("found", t("The nearest found")), ("missed", t("What is left")),
    ), strict=True):  # fmt: skip
        column.image(inline(seen[name]), label, width="stretch", alt=label)
    st.progress(min(seen["step"] / STEPS, 1.0), t("Step {step} of {steps}", step=seen["step"], steps=STEPS))
    where = t("Distance from the middle {norm}, of noise {expected}.", norm=f"{seen['norm']:.1f}",
              expected=f"{seen['expected']:.1f}")  # fmt: skip
    st.caption(f"{_error(seen)} {where}")
    if seen["sentence"]:
        st.error(t(seen["sentence"]), icon=":material/report:")
    with st.container(horizontal=True, gap="small"):
        if kept["going"]:
            if st.button(t("Stop"), icon=":material/stop:", key=f"{KEY}_find_stop"):
                kept["going"] = False
                st.rerun()
        else:
            stopped = seen["step"] < STEPS and not seen["sentence"]
            if stopped and st.button(t("Go on"), icon=":material/play_arrow:", key=f"{KEY}_find_on"):
                kept.pop("wrong", None)
                kept["going"] = True
                st.rerun()
            if st.button(t("Take it in hand"), type="primary", icon=":material/back_hand:", key=f"{KEY}_find_take"):
                grip.put(replace(_found(seen), view="hold"))
                st.rerun()  # the whole page, of which this is a fragment
            st.button(t("Keep it for a walk"), icon=":material/bookmark_add:", key=f"{KEY}_find_keep",
                      on_click=_keep, args=(seen,))  # fmt: skip
            st.download_button(t("Picture (PNG)"), seen["found"], "gan-classroom-found.png", "image/png",
                               on_click="ignore", key=f"{KEY}_find_png", icon=":material/download:")  # fmt: skip
    st.caption(t("A reload of the page loses the search."))


def _error(seen: dict[str, Any]) -> str:
    """How much is left, as a share of the picture's variance where it has any."""
    if seen["unsaid"] is None:
        return t("The picture is flat; the error is {levels} grey levels, root mean square.",
                 levels=f"{seen['error']:.1f}")  # fmt: skip
    return t("Error, as a share of the picture's variance: {share}.", share=f"{seen['unsaid']:.0%}")


def inline(png: bytes) -> str:
    """A picture as an address that holds it: of a file, the next slice would take it away before the browser has it."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _found(seen: dict[str, Any]) -> grip.Grip:
    now = grip.now()
    spec = now.spec.changed({"knobs": "", "truncation": 1.0, "label": seen["label"]})
    return replace(now, spec=spec).with_own(seen["own"])


def _keep(seen: dict[str, Any]) -> None:
    grip.keep(_found(seen).place)
