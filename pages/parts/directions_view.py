"""Directions: what the generator itself varies most, and what a visitor shows it by examples."""

from __future__ import annotations

import streamlit as st

from gan_core.data.bundled import class_names
from gan_core.refusals import EngineError
from pages.parts import grip
from pages.parts.grip import EXAMPLES, KEY
from pages.parts.words import plain_text, t, text

SHOWN = 8  # directions
ACROSS = 8


def directions() -> None:
    """GANSpace and SeFa, then examples, then classes where there is a classifier."""
    st.markdown(text("latent_space#directions"))
    kind = st.segmented_control(
        t("How they are found"), ("pc", "sefa"), key=f"{KEY}_kind", required=True,
        format_func={"pc": t("Principal components (GANSpace)"), "sefa": t("From the first weights (SeFa)")}.get,
    )  # fmt: skip
    now = grip.now()
    try:
        with st.spinner(t("Looking for directions")):
            found = grip.ask("strips:leading", now.spec.json_text(), kind, SHOWN, now.own)
        for number, (share, strip) in enumerate(zip(found["explained"], found["strips"], strict=True)):
            _row(f"{kind}{number}", float(share), strip)
        st.caption(text(f"latent_space#explains_{kind}"))
        st.header(t("Your own, by examples"), anchor=False)
        _examples()
        about = grip.about(now.spec.model)
        if about["sorted"] and not about["conditional"]:
            _classes(about)
        elif about["conditional"]:
            st.caption(t("The class is an input of its own here: choose it beside the picture."))
    except EngineError as refusal:
        grip.failed(refusal)


def _row(knob: str, share: float, strip: bytes) -> None:
    words, picture, button = st.columns([2, 7, 2], gap="small", vertical_alignment="center")
    with words:
        st.markdown(f"**{plain_text(grip.title_of(knob, grip.now()))}**")
        st.caption(t("explains {share}", share=f"{share:.1%}"))
    with picture:
        st.image(strip, width="stretch", alt=t("From -3 to 3 standard deviations along {name}", name=knob))
    with button:
        st.button(t("Take as a knob"), key=f"{KEY}_take_{knob}", type="tertiary", icon=":material/tune:",
                  on_click=grip.taken, args=(knob,))  # fmt: skip


def _examples() -> None:
    st.caption(t("Mark some pictures that have what you look for, and some that do not."))
    now = grip.now()
    seeds = range(1, EXAMPLES + 1)
    specs = [grip.example(now.spec, seed) for seed in seeds]
    st.image(grip.ask("hand:pictures", specs, across=ACROSS), width="stretch",
             alt=t("Pictures 1 to {count}, row by row, {across} a row", count=EXAMPLES, across=ACROSS))  # fmt: skip
    for side, label in enumerate((t("More like these"), t("Less like those"))):
        key = f"{KEY}_marks_{side}"
        st.session_state[key] = list(now.marks[side])
        st.pills(label, seeds, selection_mode="multi", key=key, on_change=_marked)
    if any(now.marks):
        more, less = ([grip.example(now.spec, seed) for seed in marked] for marked in now.marks)
        try:
            found = grip.ask("strips:from_examples", now.spec.json_text(), more, less, own=now.own)
        except EngineError as refusal:  # one picture on both sides
            st.caption(plain_text(t(str(refusal))))
        else:
            _own(found, t("My direction"))


def _marked() -> None:
    marks = tuple(tuple(st.session_state.get(f"{KEY}_marks_{side}", ())) for side in (0, 1))
    grip.change(marks=marks)


def _own(found: dict, title: str) -> None:
    st.image(found["strip"], width="stretch", alt=t("From -3 to 3 standard deviations along your direction"))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.text_input(t("Its name"), title, max_chars=grip.NAME, key=f"{KEY}_own_name")
        st.button(t("Take as a knob"), type="primary", icon=":material/tune:", key=f"{KEY}_take_own",
                  on_click=grip.taken_own, args=(found["own"], name))  # fmt: skip


def _classes(about: dict) -> None:
    st.header(t("From a class to another"), anchor=False)
    labels = class_names(about["data"])
    with st.container(horizontal=True, gap="small"):
        start, to = (
            st.selectbox(label, range(len(labels)), index, format_func=labels.__getitem__, key=f"{KEY}_class_{index}",
                         width=180)
            for index, label in enumerate((t("From"), t("To")))
        )  # fmt: skip
    if start == to:
        st.caption(t("Choose two classes that differ."))
        return
    now = grip.now()
    try:
        found = grip.ask("strips:from_classes", now.spec.json_text(), to, start, now.own)
    except EngineError as refusal:  # it may draw hardly any of a class
        st.caption(plain_text(t(str(refusal))))
        return
    st.image(found["strip"], width="stretch", alt=t("From -3 to 3 standard deviations between the classes"))
    st.button(t("Take as a knob"), icon=":material/tune:", key=f"{KEY}_take_class", on_click=grip.taken_own,
              args=(found["own"], f"{labels[start]} → {labels[to]}"))  # fmt: skip
