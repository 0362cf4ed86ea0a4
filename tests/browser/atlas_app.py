"""The map by itself, over a shipped generator on a warm worker: `streamlit run tests/browser/atlas_app.py`.

The address chooses: `?model=` a checkpoint, `?slow=` seconds that a tile takes more, `?words=1` translates, `?fail=1`
has every second tile fail, `?bare=1` leaves out all that can be left out.
"""

import json
import time

import streamlit as st

from gan_core.refusals import CallFailed
from pages.parts import atlas as part
from pages.parts.services import engine, light_collections, prompt_messages
from tests.browser.atlas_plane import SHELL, SIDE, specs_of

asked = st.query_params
if "words" in asked:
    part.t = lambda english: f"«{english}»"
st.set_page_config(layout="wide")
st.title("Atlas")
model = asked.get("model", "fashion-cdcgan-32")
specs = specs_of(model, others=st.checkbox("Three others"))
plane = json.dumps(specs)
engine().wait_ready()
prompt_messages()
light_collections()


def keep(move: part.Move) -> None:
    """Take over what the visitor wants."""
    state["flying"] = state.get("flying", 0) + 1
    state["most"] = max(state.get("most", 0), state["flying"])
    state["move"] = move["move"]
    if move["plane"] == state["plane"]:
        state.update(x=move["x"], y=move["y"], extent=move["extent"])
        state["picks"] += [move["pick"]] if move["pick"] else []


state = st.session_state.setdefault("state", {})
if state.get("plane") != plane:
    state.update(plane=plane, x=0, y=0, extent=11, picks=[], move=state.get("move", 0))
if st.button("Python goes to 6, 3"):
    state.update(x=6, y=3)


@st.fragment
def chart() -> None:
    """One tile; all that runs again when the map is moved."""
    tile, failed = None, ""
    try:
        if "fail" in asked and state["move"] % 2:
            raise CallFailed("The workers did not answer within 10 seconds. Try again.")
        where = (state["x"], state["y"], state["extent"], SIDE)
        tile = engine().call("gan_core.latent.plane:tile", specs, *where, timeout=60.0)
    except CallFailed as error:
        failed = str(error)
    time.sleep(float(asked.get("slow", 0)))
    about = {name: state[name] for name in ("plane", "x", "y", "extent")}
    about |= {"answers": state["move"], "side": SIDE, "note": failed} | ({} if "bare" in asked else {"shell": SHELL})
    state["flying"] = 0
    part.atlas(tile, key="chart", about=about, on_move=keep)
    told = {name: state.get(name, 0) for name in ("move", "most", "x", "y", "extent", "picks")}
    st.text(f"told {json.dumps(told)}")


chart()
