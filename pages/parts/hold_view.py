"""The generator in the hand: one picture, and knobs that move it while they are turned."""

from __future__ import annotations

import json
from dataclasses import replace

import streamlit as st

from gan_core.frames import unpack
from gan_core.refusals import EngineError
from pages.parts import address, grip
from pages.parts.grip import FIRST_BANK, KEY
from pages.parts.knobs import Move, knobs
from pages.parts.words import t, text

REACH = 4.0  # standard deviations that a slider goes each way
MOST_DIRECTIONS = 32  # that a model is asked for
RENAMABLE = ("pc", "sefa", "own", "v")
MOVE = f"{KEY}_move"  # number of the last move
RESTS = f"{KEY}_rests"  # whether the hand does
BANK = f"{KEY}_bank"


def hold() -> None:
    """The bank of knobs, which alone runs again when one is turned, and what can be done with the picture."""
    st.fragment(_bank)()
    st.caption(text("latent_space#hold"))
    with st.container(horizontal=True, gap="small"):
        st.button(t("Keep this picture"), icon=":material/bookmark_add:", key=f"{KEY}_keep", on_click=_keep,
                  help=t("For walks and maps."))  # fmt: skip
        _add()
        _save()


def _save() -> None:
    """The picture, and the numbers that it is made of."""
    now = grip.now()
    with st.popover(t("Save"), icon=":material/download:", key=f"{KEY}_save", on_change="rerun") as box:
        if not box.open:
            return
        try:
            picture = grip.picture_of(now.place)
            base = unpack(grip.ask("hand:base", now.spec.json_text(), now.own))[0]["base"]
        except EngineError as refusal:
            grip.failed(refusal)
            return
        latent = {"model": now.spec.model, "class": now.spec.label, "z": (now.spec.truncation * base).tolist()}
        with st.container(horizontal=True, gap="small"):
            st.download_button(t("Picture (PNG)"), picture, "gan-classroom-picture.png", "image/png",
                               on_click="ignore", key=f"{KEY}_png")  # fmt: skip
            st.download_button(t("Latent (JSON)"), json.dumps(latent), "gan-classroom-latent.json",
                               "application/json", on_click="ignore", key=f"{KEY}_json")  # fmt: skip


def _keep() -> None:
    grip.keep(grip.now().place)


def _bank() -> None:
    now = grip.now()
    spec, about = now.spec, grip.about(now.spec.model)
    numbers = [int(name[1:]) for name in now.bank if name.startswith("z")]
    picture, rests, wrong = b"", {}, ""
    try:
        turned = grip.ask("turn:turn", spec.json_text(), numbers, now.own)
        picture, rests = turned["picture"], turned["rests"]
    except EngineError as refusal:
        wrong = t(str(refusal))
    moves = {f"{kind}{number}": value for (kind, number), value in spec.moves.items()}
    shown = [
        {
            "id": name, "title": grip.title_of(name, now), "rest": (rest := rests.get(_number(name), 0.0)
            if name.startswith("z") else 0.0), "value": moves.get(name, rest), "least": -REACH, "most": REACH,
            "removable": True, "renamable": name.startswith(RENAMABLE),
        }
        for name in now.bank
    ]  # fmt: skip
    knobs(
        picture, key=BANK, on_move=_moved,
        about={
            "model": spec.model, "answers": st.session_state.get(MOVE, 0), "knobs": shown, "seed": spec.seed,
            "label": spec.label, "classes": about["labels"], "truncation": spec.truncation, "note": wrong,
        },
    )  # fmt: skip
    if st.session_state.get(RESTS, True):
        address.write(KEY, grip.query_of(now))


def _number(name: str) -> int:
    return int(name.lstrip("abcdefghijklmnopqrstuvwxyz"))


def _moved(move: Move) -> None:
    """Take over what the visitor wants."""
    st.session_state[MOVE], st.session_state[RESTS] = move["move"], move["rests"]
    now = grip.now()
    if move["model"] != now.spec.model:
        return
    bank = [name for name in now.bank if name not in move["removed"]]
    bank += [name for name in move["knobs"] if name not in bank]
    moves = {_split(name): value for name, value in move["knobs"].items() if value is not None}
    truncation = now.spec.truncation if move["truncation"] is None else move["truncation"]
    spec = now.spec.moved(moves).changed(
        {"seed": move["seed"], "label": move["label"], "truncation": truncation}
    )  # fmt: skip
    names = now.names | {name: title[: grip.NAME] for name, title in move["names"].items()
                         if title != grip.title_of(name, now)}  # fmt: skip
    if move["seed"] != now.spec.seed:  # another seed's noise, and not what was found or taken from the map
        now = now.with_arrays({kind: array for kind, array in now.arrays.items() if kind != "base"})
    grip.put(replace(now, spec=spec, names=names).with_bank(tuple(bank)))


def _split(name: str) -> tuple[str, int]:
    number = _number(name)
    return name.removesuffix(str(number)), number


def _add() -> None:
    """Further knobs: a coordinate of the noise, or a direction of the model."""
    sizes = {"z": grip.about(grip.now().spec.model)["latent_size"], "pc": MOST_DIRECTIONS, "sefa": MOST_DIRECTIONS}
    with st.popover(t("Add a knob"), icon=":material/add:", key=f"{KEY}_add", on_change="rerun") as box:
        if not box.open:
            return
        kind = st.segmented_control(
            t("Kind"), ("z", "pc", "sefa"), key=f"{KEY}_add_kind", default="z", required=True,
            format_func={"z": t("Coordinate of the noise"), "pc": t("Principal direction"), "sefa": "SeFa"}.get,
        )  # fmt: skip
        st.number_input(t("Number"), 1, sizes[kind], key=f"{KEY}_add_number_{kind}")
        with st.container(horizontal=True, gap="small"):
            st.button(t("Add"), type="primary", key=f"{KEY}_add_it", on_click=_added)
            st.button(t("The first knobs"), type="tertiary", key=f"{KEY}_first", on_click=_first)


def _added() -> None:
    kind = st.session_state[f"{KEY}_add_kind"]
    grip.taken(f"{kind}{st.session_state[f'{KEY}_add_number_{kind}'] - 1}")


def _first() -> None:
    grip.put(grip.now().with_bank(FIRST_BANK))
