"""What a visitor is shown of one model: what it is, samples, the card, files with their check sums."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import streamlit as st

from gan_core.data.own import Refused, decoded
from gan_core.model_folder import CARD
from gan_core.refusals import EngineError
from gan_core.shelf import Model, kind
from pages.parts.services import engine
from pages.parts.words import plain_text, t, text

KEY = "models"
SAMPLES = 36  # drawn at a time
SHEET = "samples.png"
MOST_SHEET = 20_000_000  # bytes; the largest of ours has one
CARD_LENGTH = 20_000  # characters of a stranger's card that are shown


def short(name: str) -> str:
    """A name without its 40 digits."""
    return name.partition("@")[0]


def label(model: Model) -> str:
    """Its name in the row of all; the commit tells two of one repository apart."""
    commit = f" `{model.revision[:7]}`" if model.revision else ""
    return f":material/offline_pin: {short(model.name)}{commit}"


def amount(count: int) -> str:
    """Bytes for people."""
    return t("{size} MB", size=f"{count / 1e6:,.1f}") if count >= 1e6 else t("{size} kB", size=f"{count / 1e3:,.0f}")


def _kind(model: Model) -> str:
    return {
        "generator": t("A generator"),
        "autoencoder": t("An autoencoder"),
        "classifier": t("A classifier"),
        "vgg19": "VGG19",
        "vgg19-slim": t("A slim VGG19"),
        "recording": t("A recorded run, not a network"),
    }[kind(model)]


@st.cache_data(show_spinner=False, max_entries=100)
def looked_at(name: str, revision: str) -> dict[str, Any]:
    """What a worker says of a model that it has loaded. Raises EngineError with a sentence where it does not load."""
    return engine().call("gan_core.models:inspect", name)


@st.cache_data(show_spinner=False, max_entries=50)
def drawn(name: str, revision: str, seed: int, label: int | None) -> bytes:
    return engine().call("gan_core.models:samples", name, seed, SAMPLES, label)


@st.cache_data(show_spinner=False, max_entries=20)
def sheet_of(name: str, revision: str, _model: Model) -> bytes:
    """The sheet of samples that came with a model.

    Raises:
        Refused: it is no picture, or too large a one.
    """
    if _model.files[SHEET].size > MOST_SHEET:
        raise Refused(f"is larger than {MOST_SHEET // 10**6} MB")
    data = (_model.folder / SHEET).read_bytes()
    decoded(data, size=64)  # a header may promise what does not follow
    return data


# Pictures ------------------------------------------------------------------------------------------------------------


def samples(model: Model, about: dict[str, Any] | None) -> None:
    """What it makes: the sheet that came with it, or new ones on request."""
    if (what := kind(model)) not in ("generator", "autoencoder"):
        st.markdown(text(f"models#{what}"))
        return
    labels = about["labels"] if about else []
    chosen = None
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.button(
            t("Draw new ones"), icon=":material/casino:", key=f"{KEY}_draw", disabled=about is None,
            on_click=_next_seed, args=(model.name,), help=t("The network makes them now, from other random numbers."),
        )  # fmt: skip
        if labels:
            chosen = st.selectbox(
                t("Class"), range(len(labels)), None, format_func=lambda index: labels[index], width=140,
                placeholder=t("All classes"), key=f"{KEY}_class_{model.name}", label_visibility="collapsed",
            )  # fmt: skip
    seed = st.session_state.get(_seed_of(model.name), None if SHEET in model.files and chosen is None else 0)
    name = short(model.name)
    try:
        if seed is not None and about:
            words = t("{count} new samples, seed {seed}; none was chosen.", count=SAMPLES, seed=seed)
            sheet = drawn(model.name, model.revision, seed, chosen)
            st.image(sheet, words, width="stretch", alt=t("New samples of {name}", name=name))
        elif SHEET in model.files:
            words = t("Samples that came with it; none was chosen.")
            sheet = sheet_of(model.name, model.revision, model)
            st.image(sheet, words, width="stretch", alt=t("Samples of {name}", name=name))
    except EngineError as refusal:
        st.error(plain_text(t(str(refusal))), icon=":material/report:")
    except Refused as why:
        st.error(t("{file}, which came with it, {why}.", file=SHEET, why=t(str(why))), icon=":material/broken_image:")


def _seed_of(name: str) -> str:
    """Where the seed of the samples shown is kept."""
    return f"{KEY}_seed_{name}"


def _next_seed(name: str) -> None:
    st.session_state[_seed_of(name)] = st.session_state.get(_seed_of(name), -1) + 1


# Facts ---------------------------------------------------------------------------------------------------------------


def facts(model: Model, about: dict[str, Any] | None) -> None:
    """A table of what is known; `about` is None while no worker has looked."""
    rows = {t("What it is"): _sentence(model, about) if about else _kind(model)}
    if about and kind(model) != "recording":
        counts = [f"{count:,} ({_player(player)})" for player, count in about["parameters"].items()]
        rows[t("Parameters")] = ", ".join(counts)
        rows[t("Needs")] = t("{memory} of memory; no GPU", memory=amount(about["memory"]))
    rows[t("Licence")] = plain_text(model.licence) or t("its card names none")
    rows[t("Origin")] = (
        t("Came with the app") if model.origin == "bundled"
        else t("{repository} on the hub, commit {commit}", repository=short(model.name), commit=model.revision[:12])
    )  # fmt: skip
    rows[t("Size")] = t("{size}, all on this machine: it works without a network", size=amount(model.size))
    st.table({"": list(rows), " ": list(rows.values())}, border="horizontal", hide_index=True, hide_header=True)


def _sentence(model: Model, about: dict[str, Any]) -> str:
    what = kind(model)
    if what == "recording":
        return _kind(model)
    colour = t("in colour") if about["channels"] == 3 else t("in grey")
    size = f"{about['size']} × {about['size']}"
    if what == "vgg19":
        return t("VGG19 up to conv5_1: pictures of any size become what its layers answer")
    if what == "vgg19-slim":
        return t("VGG19 at a quarter of its width: it says roughly what VGG19 would, for a fourteenth of the work")
    if what == "classifier":
        return t("A picture of {size} px {colour} becomes one of {classes} classes",
                 size=size, colour=colour, classes=about["classes"])  # fmt: skip
    told = t("{latents} random numbers", latents=about["latent_size"])
    if about["classes"]:
        told = t("{numbers} and one of {classes} classes", numbers=told, classes=about["classes"])
    family = {"mlp": "MLP", "dcgan": "DCGAN"}.get(about["family"], about["family"])
    return t(
        "{family}: {told} become a picture of {size} px {colour}", family=family, told=told, size=size, colour=colour
    )


def _player(name: str) -> str:
    return {
        "generator": t("generator"), "discriminator": t("discriminator"), "encoder": t("encoder"),
        "classifier": t("classifier"), "vgg19": "VGG19",
        "vgg19-slim": t("slim VGG19"),
    }[name]  # fmt: skip


# Card and files ------------------------------------------------------------------------------------------------------


def card(model: Model) -> None:
    """Its README, without the head and without pictures, which a stranger's might fetch from anywhere."""
    with st.expander(t("Model card"), icon=":material/description:"):
        with (model.folder / CARD).open(encoding="utf-8", errors="replace") as file:
            written = file.read(CARD_LENGTH)
        body = re.sub(r"\A---\n.*?\n---\n", "", written, flags=re.DOTALL)
        body = re.sub(r"^# .*$", "", body.replace("![samples](samples.png)", ""), count=1, flags=re.MULTILINE)
        st.markdown(re.sub(r"!+\[", "[", body))


def zipped(model: Model) -> bytes:
    """All its files, packed for the visitor."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in model.files:
            archive.write(model.folder / name, name)
    return packed.getvalue()


def files(model: Model) -> None:
    """Every file with its check sum and size, as they should be."""
    with st.expander(t("Files and check sums"), icon=":material/fingerprint:"):
        lines = [f"{file.blob}  {file.size:>11,}  {name}" for name, file in model.files.items()]
        st.code("\n".join(lines), language=None, wrap_lines=True)
        st.caption(t("Check sum, bytes, name. A check sum is SHA-256, or git's SHA-1 where the hub lists no other."))
