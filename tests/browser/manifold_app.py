"""The section "Why a manifold at all" by itself: `streamlit run tests/browser/manifold_app.py`."""

import streamlit as st

from pages.parts.manifold import manifold

st.set_page_config(layout="wide")
st.title("Manifold")
st.button("Rerun")
runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.text(f"runs {runs}")
manifold()
