"""Toy lab: train GANs on points in the plane, alone, against each other or many at once, and watch every part."""

import streamlit as st

from gan_core.specs import SpecError
from pages.parts import address, draw, lab
from pages.parts.code import show_code
from pages.parts.experiment import choose
from pages.parts.frame import frame
from pages.parts.lab import KEY
from pages.parts.lab_style import STYLE
from pages.parts.lesson import answer, lesson_list
from pages.parts.panel import panel
from pages.parts.protocol import protocol_card
from pages.parts.seeds import count
from pages.parts.services import store
from pages.parts.set_up import step_of
from pages.parts.sidebar import sidebar
from pages.parts.versus import trade
from pages.parts.watch import live, stage
from pages.parts.words import t, text

frame()

st.html(STYLE)

# Arrive: from a link, from another page, or for the first time.

lab.arrive()
lab.forget_gone()
if complaint := st.session_state.pop(f"{KEY}_complaint", None):
    st.warning(complaint, icon=":material/report:")

# Set up: what the settings say is what is trained.

wrong = None
if not lab.now().focus:
    side, flat = sidebar(lab.now())
    try:
        wanted = lab.with_settings(lab.now(), side, flat)
    except SpecError as error:
        wrong = t(str(error))
    else:
        if wanted != lab.now():
            lab.put(wanted)
            st.rerun()  # the sidebar above offers the way back now

# Choose and run.

if st.session_state.pop(f"{KEY}_go", False) and not wrong:
    draw.close()
    lab.train()
set_up = lab.now()
choose(set_up, ready=not wrong)
address.write(KEY, address.query_of(set_up))
drawn_on = draw.drawing(set_up)
if wrong and not drawn_on:  # the drawing board says itself what it lacks
    st.error(wrong, icon=":material/tune:")

# Look.

run = store().get(set_up.run) if set_up.run else None
shown = set_up.shown
step = step_of(set_up.lesson, set_up.step)[1] if set_up.lesson else None
predict = step.predict if step else shown.predict if shown else ""


def words() -> None:
    """What to look for, before and beside the run."""
    if predict:
        st.markdown(t(predict))
    if set_up.protocol:
        protocol_card(set_up, run)
    if run and any(store().get(id).spec != spec for id, spec in zip(set_up.runs, set_up.specs, strict=True) if id):
        st.caption(":material/info: " + t("The settings have changed since this run. Train to see what they do."))


if set_up.b and not drawn_on:
    words()
    stage(set_up, KEY)
    panel(set_up, KEY)
    if not set_up.focus:
        trade(set_up)
        draw.offer(set_up)
else:
    left, right = st.columns([8, 5], gap="medium")
    with right:
        words()
        if drawn_on:
            draw.done()
            if not set_up.b:
                stage(set_up, KEY)
        else:
            if not set_up.focus:
                draw.offer(set_up)
                if set_up.mode == "seeds":
                    count(set_up)
            panel(set_up, KEY)
            if not run:
                st.markdown(text("toy_lab#reading"))
    with left:
        if drawn_on:
            draw.board(set_up)
        else:
            stage(set_up, KEY)

# Explain.

if step or (shown and set_up.focus):
    ended = bool(run) and not live(set_up.runs)
    answer(step.explain if step else shown.explain, step.try_ if step else "", ended)
elif shown:
    st.header(t("What happens"), anchor=False)
    st.markdown(t(shown.explain))
    if shown.promise.seeds:
        st.caption(
            t("Measured: {kept} of {seeds} seeds {what}.", kept=shown.promise.kept, seeds=shown.promise.seeds,
              what=t(shown.promise.text))
        )  # fmt: skip
else:
    st.markdown(text("toy_lab#own"))
with st.expander(t("Reading the picture"), icon=":material/help:"):
    st.markdown(text("toy_lab#reading"))
    st.markdown(text("toy_lab#equilibrium"))
with st.expander(t("Show the code"), icon=":material/code:"):
    for name, spec in zip("AB", set_up.specs, strict=False):
        if set_up.b:
            st.markdown(f"**{name}**")
        show_code(spec)
if not set_up.focus:
    st.header(t("Lessons"), anchor=False)
    with st.container(key=f"{KEY}_lessons"):
        lesson_list()
