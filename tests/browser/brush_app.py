"""The brush by itself: `streamlit run tests/browser/brush_app.py`.

The address says who keeps the mask: the brush alone, or with `?keep=1` the page too, which hands it in again;
`?words=1` translates, `?of=gallery` shows a photograph in place of plain colours.
"""

import base64

import numpy as np
import streamlit as st

from gan_core.data.gallery import image_of
from pages.parts import brush as part
from tests.browser.easel_runs import plain, webp

asked = st.query_params
if "words" in asked:
    part.translated = lambda words: {word: f"«{word}»" for word in words}
st.set_page_config(layout="wide")
st.title("Brush")
with st.container(horizontal=True, vertical_alignment="center"):
    tall = st.checkbox("Another picture")
    if st.button("Python clears"):
        st.session_state["mine"] = None
    st.button("Rerun")
if "gallery" in asked.get("of", ""):
    picture = webp(np.asarray(image_of("chelsea").resize((320, 240))))
else:
    picture = plain((120, 130, 140), *((120, 240) if tall else (320, 240)))


def keep(mask: bytes | None) -> None:
    """What a page does that keeps the mask itself."""
    st.session_state["mine"] = mask
    st.session_state["heard"] = st.session_state.get("heard", 0) + 1


mask = part.brush(picture, st.session_state.get("mine"), key="brush", on_change=keep if "keep" in asked else None)
st.caption(f"heard {st.session_state.get('heard', 0)}")
st.caption(f"mask {base64.b64encode(mask).decode() if mask else 'nothing'}")
