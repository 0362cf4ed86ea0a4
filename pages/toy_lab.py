"""Toy lab: train a GAN on points in the plane, and watch every part of it."""

import streamlit as st

from gan_core.engine import CallFailed, EngineNotReady, LimitReached
from gan_core.presets import presets
from gan_core.specs import SEEDS, SpecError, ToySpec
from pages.parts import address, settings
from pages.parts.code import show_code
from pages.parts.frame import frame
from pages.parts.player import player
from pages.parts.services import engine, store
from pages.parts.visitor import visitor
from pages.parts.watch import first_frame, pack_film, panel, stage
from pages.parts.words import t, text

frame()

KEY = "toy"  # every key of this page begins with it


def load(spec: ToySpec) -> None:
    """Put a spec into the settings, and remember what they were."""
    if KEY in st.session_state and st.session_state[KEY] != spec:
        st.session_state[f"{KEY}_before"] = st.session_state[KEY]
    st.session_state[KEY] = spec
    settings.fill(spec, KEY)


def choose(name: str, cured: bool) -> None:
    """A preset, keeping the seed, with nothing on stage until it is trained."""
    preset = presets()[name]
    spec = preset.cured if cured else preset.spec
    load(spec.model_copy(update={"seed": st.session_state[KEY].seed}))
    st.session_state.pop(f"{KEY}_run", None)


def chosen(spec: ToySpec) -> tuple[str | None, bool]:
    """Which preset a spec is, whatever its seed, and whether with its cure."""
    for name, preset in presets().items():
        for cured, candidate in ((False, preset.spec), (True, preset.cured)):
            if candidate == spec.model_copy(update={"seed": candidate.seed if candidate else 0}):
                return name, cured
    return None, False


def preview(spec: ToySpec) -> None:
    """The untrained players on stage, as soon as the engine can make them."""
    try:
        header, first = engine().call("gan_core.toy:preview", spec.json_text())
    except EngineNotReady as waiting:
        st.caption(":material/hourglass_top: " + t(str(waiting)))
    except CallFailed as failure:
        st.error(t(str(failure)))
    else:
        film = pack_film([first], header, run=f"preview {hash(spec)}", first=0, total=1, steps=spec.steps,
                         status="preview")  # fmt: skip
        player(film, key=f"{KEY}_player")


# Arrive: from a link, from another page, or for the first time.

if address.arrived(KEY):
    try:
        arrival = address.read(ToySpec, presets(), store())
    except SpecError as error:
        arrival = address.Arrival(st.session_state.get(KEY, ToySpec()), None)
        st.session_state[f"{KEY}_complaint"] = str(error)
    address.accept(KEY)
    load(arrival.spec)
    st.session_state[f"{KEY}_run"] = arrival.run
    if arrival.missing:
        st.session_state[f"{KEY}_complaint"] = t(
            "The run in this link is no longer kept on this server; press Train to play it again from its settings."
        )
elif f"{KEY}.seed" not in st.session_state:  # back from another page: the widgets have gone, the spec has not
    settings.fill(st.session_state[KEY], KEY)

if complaint := st.session_state.pop(f"{KEY}_complaint", None):
    st.warning(t(complaint), icon=":material/link_off:")

with st.sidebar:
    flat = settings.toy_panel(KEY)
    if before := st.session_state.get(f"{KEY}_before"):
        st.button(t("Undo"), icon=":material/undo:", type="tertiary", key=f"{KEY}_undo", on_click=load, args=(before,),
                  help=t("Back to the settings before the last change."))  # fmt: skip

try:
    spec = ToySpec.from_flat(flat)
except SpecError as error:
    spec = None
    st.error(t(str(error)), icon=":material/tune:")
else:
    if spec != st.session_state[KEY]:
        st.session_state[f"{KEY}_before"] = st.session_state[KEY]
        st.session_state[KEY] = spec
        st.rerun()  # the sidebar above offers the way back now

# Choose and run.


def go(new_seed: bool = False) -> None:
    """Train, once the settings have been read: a number typed just before the click counts."""
    st.session_state[f"{KEY}_go"] = True
    if new_seed:
        st.session_state[f"{KEY}.seed"] = (st.session_state[f"{KEY}.seed"] + 1) % SEEDS


if st.session_state.pop(f"{KEY}_go", False) and spec:
    try:
        st.session_state[f"{KEY}_run"] = engine().start(spec, visitor())
    except LimitReached as limit:
        st.toast(t(str(limit)), icon=":material/front_hand:")
    else:
        first_frame(st.session_state[f"{KEY}_run"])

preset_name, cured = chosen(st.session_state[KEY])
preset = presets().get(preset_name)
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    st.session_state[f"{KEY}_preset"] = preset_name
    st.pills(
        t("Experiment"), list(presets()), format_func=lambda name: f"{presets()[name].icon} {t(presets()[name].title)}",
        key=f"{KEY}_preset", label_visibility="collapsed",
        on_change=lambda: choose(st.session_state[f"{KEY}_preset"] or preset_name or "healthy", False),
    )  # fmt: skip
    if preset and preset.cure:
        st.session_state[f"{KEY}_cured"] = cured
        st.toggle(
            t("Cured"), key=f"{KEY}_cured", help=t(preset.cure.title),
            on_change=lambda: choose(preset_name, st.session_state[f"{KEY}_cured"]),
        )  # fmt: skip
    st.button(t("Train"), type="primary", icon=":material/play_arrow:", key=f"{KEY}_train", disabled=spec is None,
              on_click=go)  # fmt: skip
    st.button(t("New seed"), icon=":material/casino:", key=f"{KEY}_reseed", disabled=spec is None,
              on_click=go, args=(True,),
              help=t("The same experiment once more with other random numbers: what was luck?"))  # fmt: skip

run_id = st.session_state.get(f"{KEY}_run")
run = store().get(run_id) if run_id else None
address.write(KEY, st.session_state[KEY], run.id if run else None)

# Look.

left, right = st.columns([8, 5], gap="medium")
with right:
    if preset:
        told = preset.cure if cured else preset
        if cured:
            st.markdown(f"**{t(preset.cure.title)}.** {t(preset.cure.predict)}")
        else:
            st.markdown(t(preset.predict))
    if run:
        if spec and run.spec != spec:
            st.caption(":material/info: " + t("The settings have changed since this run. Train to see what they do."))
        panel(run, KEY)
    else:
        st.markdown(text("toy_lab#reading"))
with left:
    if run:
        stage(run, KEY)
    elif spec:
        preview(spec)

# Explain.

if preset:
    st.header(t("What happens"), anchor=False)
    st.markdown(t(told.explain))
    if told.promise.seeds:
        st.caption(
            t("Measured: {kept} of {seeds} seeds {what}.", kept=told.promise.kept, seeds=told.promise.seeds,
              what=t(told.promise.text))
        )  # fmt: skip
else:
    st.markdown(text("toy_lab#own"))
with st.expander(t("Reading the picture"), icon=":material/help:"):
    st.markdown(text("toy_lab#reading"))
    st.markdown(text("toy_lab#equilibrium"))
if shown := run.spec if run else spec:
    with st.expander(t("Show the code"), icon=":material/code:"):
        show_code(shown)
