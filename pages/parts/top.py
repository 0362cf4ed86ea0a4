"""A link to the page on which one is already begins at the page's top, where Streamlit would stay far below."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

ARRIVALS = "arrivals"  # by links, of this session
SCRIPT = """<script>
if (window.arrivals !== {arrivals}) {{
  window.arrivals = {arrivals};
  document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
}}
</script>"""


def arrive() -> None:
    """Somebody has come by a link: when this run has drawn the page, its top is shown."""
    st.session_state[ARRIVALS] = st.session_state.get(ARRIVALS, 0) + 1


def to_top(place: DeltaGenerator) -> None:
    """Go there, once an arrival. `place`: takes no room on the page."""
    place.html(SCRIPT.format(arrivals=st.session_state.get(ARRIVALS, 0)), unsafe_allow_javascript=True)
