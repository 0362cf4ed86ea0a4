"""The knobs by themselves, over a shipped generator on a warm worker: `streamlit run tests/browser/knobs_app.py`.

The address chooses: `?model=` a checkpoint, `?knobs=` how many coordinates of the noise besides three others, `?slow=`
seconds that a picture takes more, `?words=1` translates, `?fail=1` has pictures fail where Direction 1 is large,
`?lost=1` never answers the first move, and `?bare=1` leaves out all that can be left out.
"""

import json
import time

import numpy as np
import streamlit as st

from gan_core.frames import pack
from gan_core.refusals import CallFailed
from gan_core.specs import LatentSpec
from pages.parts import knobs as part
from pages.parts.services import engine, light_collections, prompt_messages

asked = st.query_params
if "words" in asked:
    part.translated = lambda words: {word: f"«{word}»" for word in words}
st.set_page_config(layout="wide")
st.title("Knobs")
other = st.checkbox("Another model")
model = "digits-cdcgan-32" if other else asked.get("model", "cats-64")
engine().wait_ready()
prompt_messages()
light_collections()


def begin(name: str) -> dict:
    """What a page would keep of a model: which knobs there are, and where everything is."""
    own = {"own0": {"title": "Smile", "renamable": True, "removable": True}}
    noise = {f"z{number}": {"title": f"Coordinate {number + 1}"} for number in range(int(asked.get("knobs", 4)))}
    bank = {} if "bare" in asked else {"pc0": {"title": "Direction 1"}, "pc1": {"title": "Direction 2"}} | own | noise
    about = engine().call("gan_core.latent.hand:about", name)
    smile = np.full((1, about["latent_size"]), about["latent_size"] ** -0.5, np.float32)
    return {"model": name, "bank": bank, "gone": {}, "move": 0, "at": {}, "seed": 3, "label": 0, "truncation": 1.0,
            "classes": about["labels"], "own": pack({"own": smile})}  # fmt: skip


def spec() -> LatentSpec:
    """The point that the knobs say."""
    at = ",".join(f"{name}:{value:.3f}" for name, value in state["at"].items())
    truncation = 1.0 if state["truncation"] is None else state["truncation"]
    return LatentSpec(model=model, seed=state["seed"], label=state["label"], truncation=truncation, knobs=at)


def keep(move: part.Move) -> None:
    """Take over what the visitor wants."""
    state["flying"] = state.get("flying", 0) + 1
    state["most"] = max(state.get("most", 0), state["flying"])
    state["move"] = move["move"]
    state["rested"] = state.get("rested", 0) + move["rests"]
    if move["model"] != state["model"]:
        return
    for gone in move["removed"]:
        state["gone"][gone] = state["bank"].pop(gone)
    for back in [name for name in move["knobs"] if name in state["gone"]]:
        state["bank"][back] = state["gone"].pop(back)
    for name, title in move["names"].items():
        state["bank"][name] |= {"title": title}
    state["at"] = {name: value for name, value in move["knobs"].items() if value is not None}
    state.update(seed=move["seed"], label=move["label"], truncation=move["truncation"])


state = st.session_state.setdefault("state", {})
if state.get("model") != model:
    st.session_state["state"] = state = {**state, **begin(model), "move": state.get("move", 0)}
if st.button("Python turns Direction 1"):
    state["at"] |= {"pc0": 2.0}


state["runs"] = state.get("runs", 0) + 1
st.text(f"page runs {state['runs']}")


@st.fragment
def bank() -> None:
    """One picture; all that runs again when a knob is turned."""
    failed = ""
    coordinates = [int(name[1:]) for name in state["bank"] if name.startswith("z")]
    try:
        if "fail" in asked and state["at"].get("pc0", 0) > 3:
            raise CallFailed("The workers did not answer within 10 seconds. Try again.")
        turned = engine().call("gan_core.latent.turn:turn", spec().json_text(), coordinates, state["own"])
    except CallFailed as error:
        turned, failed = {"picture": b"", "rests": {}}, str(error)
    time.sleep(float(asked.get("slow", 0)))
    rest = {f"z{number}": value for number, value in turned["rests"].items()}
    told = [
        {"id": name, "value": state["at"].get(name, rest.get(name, 0.0)), "rest": rest.get(name, 0.0), "least": -4,
         "most": 4, **what} for name, what in state["bank"].items()
    ]  # fmt: skip
    about = {name: state[name] for name in ("model", "seed", "label", "truncation", "classes")}
    if "bare" in asked:
        about["truncation"] = None
    state["flying"] = 0
    answers = 0 if "lost" in asked and state["move"] == 1 else state["move"]
    part.knobs(
        turned["picture"], key="bank", about=about | {"answers": answers, "knobs": told, "note": failed}, on_move=keep
    )
    titles = {name: what["title"] for name, what in state["bank"].items()}
    st.text(
        f"move {state['move']} most {state.get('most', 0)} at {json.dumps(state['at'])} seed {state['seed']} "
        f"rested {state.get('rested', 0)} titles {json.dumps(titles)}"
    )


bank()
