"""Models: every trained network that is here or can be had: what it is, what it makes, and whether it is whole."""

import streamlit as st

from gan_core.data.pictures import DataError
from gan_core.hub import KNOWN
from gan_core.refusals import EngineError
from gan_core.shelf import bundled, cached, kind, remove
from pages.parts import address, errand, model_view
from pages.parts.frame import frame
from pages.parts.model_view import KEY, amount, label, looked_at, short
from pages.parts.services import engine
from pages.parts.words import plain_text, t, text

frame()

CHOSEN, ID = f"{KEY}_chosen", f"{KEY}_id"
FETCH, CHECK = f"{KEY}_fetch", f"{KEY}_check"

models = {model.name: model for model in [*bundled(), *cached()]}
offered = [name for name in KNOWN if not any(short(here) == name for here in models)]
ready = engine().state.status == "ready"


def begin(key: str, function: str, name: str) -> None:
    errand.forget(key)
    errand.begin(key, name, lambda: engine().errand(function, name))


def take_away(name: str) -> None:
    """Out of the cache, and out of sight."""
    try:
        freed = remove(name)
    except DataError as refusal:
        st.session_state[f"{KEY}_said"] = (False, t(str(refusal)))
        return
    st.session_state[f"{KEY}_said"] = (True, t("{name} was removed: {size} free again.", name=short(name),
                                              size=amount(freed)))  # fmt: skip
    st.session_state[CHOSEN] = bundled()[0].name


# Arrive: a link names a model; a download that has ended shows what it brought.

if address.arrived(KEY):
    wanted = st.query_params.get("model", "")
    if wanted in models or wanted in offered:
        st.session_state[CHOSEN] = wanted
    elif wanted:
        st.session_state[ID] = wanted
    address.accept(KEY)
if fetched := errand.outcome(FETCH):
    st.session_state[CHOSEN] = fetched.name
    errand.forget(FETCH)
for name in (st.session_state.get(KEY), next(iter(models))):  # the last one, for whoever comes back to the page
    if st.session_state.get(CHOSEN) not in {*models, *offered}:
        st.session_state[CHOSEN] = name

# Choose.

st.markdown(text("models"))
labels = {name: label(model) for name, model in models.items()} | {name: f":material/cloud: {name}" for name in offered}
chosen = st.pills(t("Model"), labels, format_func=labels.get, key=CHOSEN, required=True, label_visibility="collapsed")
st.session_state[KEY] = chosen
address.write(KEY, {"model": chosen})
with st.form(f"{KEY}_form", border=False), st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    id = st.text_input(t("Another model, from the hub"), key=ID, placeholder=t("owner/name of another one, on the hub"),
                       label_visibility="collapsed", width=340)  # fmt: skip
    if st.form_submit_button(t("Download"), icon=":material/cloud_download:", disabled=not ready,
                             help=text("models#hub")) and id.strip():  # fmt: skip
        begin(FETCH, "gan_core.hub:resolve", id.strip())
errand.wait(FETCH, errand.asked)
if wrong := errand.failure(FETCH):
    st.error(plain_text(t(wrong)), icon=":material/cloud_off:")

# Look.

if said := st.session_state.pop(f"{KEY}_said", None):
    (st.success if said[0] else st.error)(plain_text(said[1]))
st.header(short(chosen), anchor=False)
if chosen in offered:
    st.markdown(t("{title}. It is not on this machine yet.", title=t(KNOWN[chosen].title)))
    st.button(
        t("Download it"), type="primary", icon=":material/cloud_download:", key=f"{KEY}_get", disabled=not ready,
        on_click=begin, args=(FETCH, "gan_core.hub:resolve", chosen),
    )  # fmt: skip
    st.stop()

model = models[chosen]
about = None
if ready:
    try:
        about = looked_at(model.name, model.revision)
    except EngineError as refusal:
        st.error(plain_text(t(str(refusal))), icon=":material/report:")
picture, words = st.columns([2, 3], gap="medium")
with picture:
    model_view.samples(model, about)
with words:
    model_view.facts(model, about)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            t("Verify"), icon=":material/verified:", key=f"{KEY}_verify", disabled=not ready, on_click=begin,
            args=(CHECK, "gan_core.shelf:verify", model.name),
            help=t("Reads every byte again and compares the check sums."),
        )  # fmt: skip
        if kind(model) in ("generator", "autoencoder"):
            st.page_link("pages/latent_space.py", label=t("Explore"), icon=":material/explore:", width="content",
                         query_params={"model": model.name})  # fmt: skip
        st.download_button(
            t("Save (zip)"), lambda: model_view.zipped(model), f"{short(model.name).replace('/', '-')}.zip",
            "application/zip", on_click="ignore", icon=":material/download:", key=f"{KEY}_save",
        )  # fmt: skip
        if model.origin == "hub":
            with st.popover(t("Remove"), icon=":material/delete:", type="tertiary"):
                st.markdown(t("It leaves this machine, for everybody; it can be downloaded again."))
                st.button(t("Remove for good"), key=f"{KEY}_remove", on_click=take_away, args=(model.name,))
    if (checked := st.session_state.get(CHECK, {})).get("of") == model.name:
        errand.wait(CHECK, errand.megabytes)
        if "answer" in checked:
            st.success(t("Every byte is as it should be."), icon=":material/verified:")
        elif wrong := errand.failure(CHECK):
            st.error(plain_text(t(wrong)), icon=":material/report:")
if "README.md" in model.files:
    model_view.card(model)
model_view.files(model)
