"""Home: the game at a glance, and the ways on."""

import platform
import tomllib
from importlib.metadata import version
from pathlib import Path

import streamlit as st

from gan_core.frames import pack, unpack
from gan_core.presets import presets
from pages.parts.frame import frame
from pages.parts.lesson import lesson_list
from pages.parts.player import WORDS, player
from pages.parts.services import engine
from pages.parts.words import language, t, text

frame()

ROOT = Path(__file__).parent.parent
RECORDING = ROOT / "checkpoints" / "toy-ring" / "recording.safetensors"
ONLY_IN_THE_LAB = {"optimal", "sigmoid_arrows", "verdicts", "noise"}  # a third of the film, and not drawn here


@st.cache_data(show_spinner=False)
def recording(language: str) -> bytes:
    """The film that ships with the app, told to play by itself, over and over, in the visitor's language."""
    arrays, about = unpack(RECORDING.read_bytes())
    arrays = {name: array for name, array in arrays.items() if name not in ONLY_IN_THE_LAB}
    frames = len(arrays["step"])
    about |= {
        "run": "recording",
        "first": 0,
        "total": frames,
        "steps": int(arrays["step"][-1]),
        "status": "finished",
        "loop": True,
        "autoplay": True,
        "words": {english: t(english) for english in WORDS},
    }
    return pack(arrays, **about)


st.markdown(text("home"))
picture, words = st.columns([8, 11], gap="medium")

with picture:
    player(recording(language()), key="home_player", height=360)
    st.caption(text("home#recording"))

with words:
    st.markdown(text("home#game"))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(t("Watch it learn"), type="primary", icon=":material/play_arrow:", key="home_healthy"):
            st.switch_page("pages/toy_lab.py", query_params={"preset": "healthy"})
        for name, label in (("collapse", t("See it collapse")), ("vanishing", t("Starve the generator"))):
            st.page_link("pages/toy_lab.py", label=label, icon=presets()[name].icon, query_params={"preset": name})
    st.header(t("Lessons"), anchor=False)
    lesson_list()

state = engine().state
project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
parts = [
    t("GAN Classroom {version}", version=project["version"]),
    f"Python {platform.python_version()}",
    f"Streamlit {version('streamlit')}",
    *([f"PyTorch {state.torch}", state.device] if state.status == "ready" else []),
]
st.caption(" · ".join(parts))
