"""Train: a GAN on pictures, bundled, of the hub or one's own, from the first step to a model that can be taken away."""

from dataclasses import replace

import streamlit as st

from gan_core.picture_presets import picture_presets
from gan_core.specs import SpecError
from pages.parts import address, desk, feed
from pages.parts.before import before
from pages.parts.desk import KEY
from pages.parts.frame import frame
from pages.parts.picture_lessons import lessons_of_pictures, players_drawn
from pages.parts.picture_panel import panel, stage
from pages.parts.push import pushing
from pages.parts.services import store
from pages.parts.train_row import choose
from pages.parts.train_sidebar import sidebar
from pages.parts.train_style import STYLE
from pages.parts.words import plain_text, t, text

frame()

st.html(STYLE)

# Arrive: from a link, from another page, or for the first time.

desk.arrive()
if complaint := st.session_state.pop(f"{KEY}_complaint", None):
    st.warning(plain_text(complaint), icon=":material/report:")

# Set up: what the settings say is what is trained.

wrong = None
if not desk.now().focus:
    flat = sidebar(desk.now())
    try:
        wanted = desk.with_settings(desk.now().spec, flat)
    except SpecError as error:
        wrong = t(str(error))
    else:
        if wanted != desk.now().spec:
            desk.put(replace(desk.now(), spec=wanted))
            st.rerun()  # the sidebar above offers the way back now

# Choose and run.

if st.session_state.pop(f"{KEY}_go", False) and not wrong:
    desk.train()
now = desk.now()
address.write(KEY, desk.query_of(now))
lost = feed.gone(now.spec.data.source)
choose(now, ready=not wrong and not lost and not feed.feeding())
if wrong:
    st.error(plain_text(wrong), icon=":material/tune:")
if lost and not feed.feeding():
    st.info(
        t("These pictures are a visitor's own that are not kept on this server any more; choose them again, or other "
          "ones."),
        icon=":material/photo_library:",
    )  # fmt: skip

# Look.

run = store().get(now.run) if now.run else None
preset = picture_presets().get(now.preset)
seen = None
left, right = st.columns([8, 5], gap="medium")
with left:
    if feed.feeding():
        feed.feed(now)
    elif run:
        stage(now)
        pushing(run)
    elif not lost and (seen := feed.glance(now.spec.data)):
        feed.preview(seen)
with right:
    if preset:
        st.markdown(f"**{t(preset.title)}.** {t(preset.why)} {t(preset.look)}")
    if run:
        if run.spec != now.spec:
            st.caption(":material/info: " + t("The settings have changed since this run. Train to see what they do."))
        panel(now)
    elif not feed.feeding():
        before(now.spec, len(seen.classes) if seen else 0)
        if not preset and not now.focus:
            st.markdown(text("train#own"))

# Explain.

if preset and preset.explain:
    st.header(t("What happens"), anchor=False)
    st.markdown(t(preset.explain))
    if (promise := preset.promise) and promise.seeds:
        what = t(promise.text, median=promise.median, seconds=promise.seconds, steps=f"{preset.spec.steps:,}")
        st.caption(t("Measured, {kept} of {seeds} seeds: {what}", kept=promise.kept, seeds=promise.seeds, what=what))
players_drawn(now.spec, len(seen.classes) if seen else 0)
lessons_of_pictures(now)
