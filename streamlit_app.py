"""GAN Classroom: see how generative adversarial networks learn, and why they fail.

streamlit run streamlit_app.py
"""

from pathlib import Path

import streamlit as st

from pages.parts.frame import around, sections

MARK = Path(__file__).parent / "pages" / "parts" / "mark.svg"  # Streamlit would fetch a material icon for the tab

st.set_page_config(page_title="GAN Classroom", page_icon=MARK, layout="wide", initial_sidebar_state=220)
st.logo(MARK, size="large")
around(st.navigation(sections()))
