"""The sketch by itself: `streamlit run tests/browser/sketch_app.py`.

The address says how it begins, `?points=` and `?sigma=`, and who keeps the drawing: the sketch alone, or with
`?keep=callback` or `?keep=return` the page too, which stores what it was told and hands it in again. `?slow=` makes a
run of the page take so many seconds, `?narrow=1` puts the sketch into the sidebar, and `?words=1` translates.
"""

import time

import streamlit as st

from gan_core.drawing import drawing
from pages.parts import sketch as part

CROSS = drawing((0.4 * step, 0.4 * step * side) for side in (1, -1) for step in range(-3, 4) if step or side == 1)

asked = st.query_params
if "words" in asked:
    part.t = lambda text: f"«{text}»"
st.set_page_config(layout="wide")
st.title("Sketch")
left, right = st.columns([8, 5], gap="medium")
mine = st.session_state.setdefault("mine", asked.get("points", ""))
with right:
    runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    if st.button("Python draws a cross"):
        st.session_state["mine"] = CROSS
    if st.button("Python clears"):
        st.session_state["mine"] = ""
    st.button("Rerun")
    sigma = st.number_input("Sigma", 0.02, 1.0, float(asked.get("sigma", 0.08)))
    shown = st.checkbox("Shown", True)


def keep(points: str) -> None:
    """What a page does that keeps the drawing itself."""
    st.session_state["mine"] = points
    st.session_state["heard"] = st.session_state.get("heard", 0) + 1


with st.sidebar if "narrow" in asked else left:
    if shown:
        keeps = asked.get("keep")
        points = part.sketch(
            st.session_state["mine"], key="sketch", sigma=sigma, on_change=keep if keeps == "callback" else None
        )
        if keeps == "return":
            st.session_state["mine"] = points
        st.text(f"value {points or 'nothing'}")
time.sleep(float(asked.get("slow", 0)))
with right:
    st.text(f"runs {runs}")
    st.text(f"heard {st.session_state.get('heard', 0)}")
