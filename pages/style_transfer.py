"""Style transfer: a picture painted with the brush of others, while one watches, and what each layer does for it."""

from dataclasses import replace

import streamlit as st

from gan_core.specs import SpecError
from gan_core.style_presets import style_presets
from pages.parts import address, easel_films
from pages.parts import style_desk as desk
from pages.parts import style_pictures as pictures
from pages.parts.easel import easel
from pages.parts.frame import frame
from pages.parts.progress import duration
from pages.parts.services import store
from pages.parts.style_desk import KEY
from pages.parts.style_lessons import code_of_style, lessons_of_style
from pages.parts.style_mask import mask, masking
from pages.parts.style_panel import EASEL, panel, stage
from pages.parts.style_row import choose
from pages.parts.style_sidebar import sidebar
from pages.parts.style_sights import sights
from pages.parts.style_style import STYLE
from pages.parts.style_time import estimate
from pages.parts.words import plain_text, t, text

frame()

st.html(STYLE)

# Arrive: from a link, from another page, or for the first time.

desk.arrive()
if complaint := st.session_state.pop(f"{KEY}_complaint", None):
    st.warning(plain_text(complaint), icon=":material/report:")

# Set up: what the settings say is what is painted.

wrong = None
if not desk.now().focus:
    flat = sidebar(desk.now())
    try:
        wanted = desk.now().spec.changed(flat)
    except SpecError as error:
        wrong = t(str(error))
    else:
        if wanted != desk.now().spec:
            desk.put(replace(desk.now(), spec=wanted))
            st.rerun()  # the sidebar above offers the way back now

# Choose and run.

lost = desk.gone(desk.now().spec)
if st.session_state.pop(f"{KEY}_go", False) and not wrong and not lost:
    desk.paint()
now = desk.now()
address.write(KEY, desk.query_of(now))
choose(now, ready=not wrong and not lost)
if wrong:
    st.error(plain_text(wrong), icon=":material/tune:")
if lost:
    st.info(
        t("A picture of this link is not on this server, or not any more; choose it again, or another."),
        icon=":material/photo_library:",
    )
    if now.focus:  # where nothing can be chosen
        st.button(t("Choose other pictures"), icon=":material/tune:", key=f"{KEY}_unfocus", on_click=desk.unfocus)

# Look.

run = store().get(now.run) if now.run else None
preset = style_presets().get(now.preset)
left, right = st.columns([8, 5], gap="medium")
with left:
    if masking(now):
        mask(now)
    elif run:
        stage(now)
    elif not lost:
        easel_films.forget(EASEL)
        easel(pictures.preview(now.spec), key=EASEL)
with right:
    if preset:
        st.markdown(t(preset.look) if run else f"**{t(preset.title)}.** {t(preset.why)} {t(preset.look)}")
    if run:
        if run.spec != now.spec:
            st.caption(":material/info: " + t("The settings have changed since this run. Paint to see what they do."))
        panel(now)
    else:
        if not preset:
            st.markdown(text("style_transfer#own"))
        if seconds := (preset.seconds if preset else 0) or estimate(now.spec):
            st.markdown(f":material/timer: **{t('About {time} on one CPU core', time=duration(seconds))}**")

# Explain.

sights(now)
st.header(t("What happens"), anchor=False)
st.markdown(t(preset.explain) if preset else text("style_transfer#happens"))
code_of_style(now.spec)
lessons_of_style(now)
