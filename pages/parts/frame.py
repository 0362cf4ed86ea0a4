"""The frame around every page: navigation, title, the engine's state, the visitor's runs."""

from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from gan_core.specs import SpecError
from pages.parts.run_list import run_list
from pages.parts.services import engine, light_collections, prompt_messages, store
from pages.parts.top import to_top
from pages.parts.words import t

# Seconds between two looks at the engine. A timer is one short fragment rerun in each open browser: quick only while a
# visitor waits for the workers, slow afterwards, where it tells of other visitors' runs and of a lost engine.
LOOK_EVERY = {"starting": 1.0, "ready": 10.0, "lost": 5.0}

MARK = Path(__file__).parent / "mark.svg"  # for a material icon in the browser's tab Streamlit asks a font server

# Streamlit writes chosen options, open menus, sliders' values and quiet buttons under the pointer in shades of the
# primary colour. In the dark no colour has the contrast for that and for a primary button's white text: tint and
# underline tell instead.
READABLE = """<style>
[data-testid=stButtonGroup] button[data-selected], [data-testid=stPopover] button, [data-testid=stSliderThumbValue],
[data-testid=stSliderThumbValue] p { color: inherit !important }
button[data-testid=stBaseButton-tertiary]:is(:hover, :focus, :active) {
  color: inherit !important; text-decoration: underline;
}
.st-key-top { position: absolute }
</style>"""


def configure() -> None:
    """The browser's tab and the sidebar: before anything else that draws."""
    st.set_page_config(page_title="GAN Classroom", page_icon=MARK, layout="wide", initial_sidebar_state=220)


def sections() -> dict[str, list[st.Page]]:
    """All pages by section. A page's address is its file's name, which is what makes a cold deep link find it."""
    return {
        t("Start"): [
            st.Page("pages/home.py", title=t("Home"), icon=":material/home:", default=True),
        ],
        t("Experiments"): [
            st.Page("pages/toy_lab.py", title=t("Toy lab"), icon=":material/bubble_chart:"),
            st.Page("pages/train.py", title=t("Train"), icon=":material/model_training:"),
            st.Page("pages/latent_space.py", title=t("Latent space"), icon=":material/explore:"),
            st.Page("pages/style_transfer.py", title=t("Style transfer"), icon=":material/brush:"),
        ],
        t("Library"): [
            st.Page("pages/models.py", title=t("Models"), icon=":material/inventory_2:"),
        ],
    }


def frame() -> None:
    """Make sure of the frame: the first line of each page.

    Until a session has called `st.navigation`, Streamlit serves the folder `pages/` by itself: a deep link to a server
    that has just started would run its page bare. Then this declares the navigation and starts the run again.
    """
    if "framed" not in st.session_state:
        configure()
        st.navigation(sections(), position="hidden")
        st.rerun()


def around(page: st.Page) -> None:
    """Draw the frame and run `page` inside it."""
    st.session_state["framed"] = True
    st.logo(MARK, size="large")
    st.html(READABLE)
    prompt_messages()
    try:
        status = engine().state.status
    except SpecError as error:  # a setting in the environment that cannot be used: nothing runs without the engine
        st.error(t(str(error)))
        st.stop()
    if status == "ready":
        light_collections()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(page.title if page.url_path else t("GAN Classroom"), anchor=False, width="content")
        with st.container(width="content"):
            st.fragment(_status, run_every=LOOK_EVERY[status])(status)
    with st.container(key="top"):
        place = st.empty()
    try:
        page.run()
    except StopException:  # a page that has no more to show is drawn all the same
        to_top(place)
        raise
    to_top(place)


def _status(drawn: str) -> None:
    """The engine in a few words, and the visitor's runs. `drawn` is the status that the page was drawn with."""
    state = engine().state
    if state.status != drawn:  # the page shows what the engine can do now, and the timer changes its pace
        st.rerun()
    if trouble := store().trouble:
        words = ":material/disc_full: " + t(trouble)
    elif state.status == "starting":
        words = ":material/hourglass_top: " + t(state.sentence)
    elif state.status == "lost":
        words = ":material/cloud_off: " + t(state.sentence)
    else:
        parts = [state.device]
        parts += [t("one worker ready" if state.workers == 1 else "{workers} workers ready", workers=state.workers)]
        parts += [t("{running} running", running=state.running)] if state.running else []
        parts += [t("{queued} waiting", queued=state.queued)] if state.queued else []
        words = ":material/memory: " + " · ".join(parts)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", width="content"):
        st.caption(words, width="content")
        runs = st.popover(t("Runs"), icon=":material/history:", type="tertiary", key="runs", on_change="rerun")
    if runs.open:
        with runs:
            run_list()
