"""GAN Classroom: see how generative adversarial networks learn, and why they fail.

streamlit run streamlit_app.py
"""

import streamlit as st

from pages.parts.frame import around, configure, sections

configure()
around(st.navigation(sections()))
