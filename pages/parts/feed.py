"""Which pictures a GAN learns: one of the bundled sets, a data set of the hub, or the visitor's own."""

from __future__ import annotations

import time

import streamlit as st

from gan_core.data.bundled import NAMES
from gan_core.data.hub_sets import OFFERED
from gan_core.data.parcel import Parcel
from gan_core.data.pictures import Skipped
from gan_core.data.showing import Shown
from gan_core.ledger import DiskError
from gan_core.refusals import CallFailed, EngineNotReady
from gan_core.runs import OwnPictures
from gan_core.specs import OWN, Pictures, SpecError
from pages.parts import desk, errand
from pages.parts.desk import FEEDING, KEY, Desk
from pages.parts.services import engine, store
from pages.parts.words import named, plain_text, t

PARCEL, FETCH = f"{KEY}_parcel", f"{KEY}_fetch"
BLIND = f"{KEY}_blind"  # the pictures of the last look that failed, why, and when
MOST_MEGABYTES = 200  # of one upload
MOST_TOGETHER = 300  # megabytes of all: they travel to a worker in one message
ENDINGS = ["png", "jpg", "jpeg", "gif", "webp", "avif", "bmp", "tif", "tiff", "zip"]
LOOK_PATIENCE = 20.0  # seconds
LOOK_AGAIN = 30.0  # seconds after a look that failed: each may take the page as long as the patience
FITTING = {  # settings that go with a bundled set
    "fashion": {"data.size": 32, "data.colour": False, "data.mirrored": True},
    "digits": {"data.size": 32, "data.colour": False, "data.mirrored": False},
    "emoji": {"data.size": 32, "data.colour": True, "data.mirrored": False},
}
MOST_ROWS = 100  # of files that were left out
SMALL_SET = 20_000  # pictures that D would learn by heart: their augmentation is switched on
WITHOUT_CLASSES = {"network.conditional": False, "mismatched": 0.0}
TITLES = {"fashion": "Clothes", "digits": "Digits", "emoji": "Emoji", "own": "Your own pictures", "hub": "From the hub"}


def kind_of(source: str) -> str:
    """Which of the ways a source is: a bundled set's name, "own" or "hub"."""
    return source if source in NAMES else "own" if source.startswith(OWN) else "hub"


def choose_pictures(now: Desk) -> None:
    """The list from which pictures are chosen."""
    st.session_state[f"{KEY}_pictures"] = st.session_state.get(FEEDING) or kind_of(now.spec.data.source)
    st.selectbox(
        t("Pictures"), list(TITLES), key=f"{KEY}_pictures", icon=":material/photo_library:", width=228,
        format_func=lambda kind: t(TITLES[kind]), label_visibility="collapsed", on_change=_chosen,
    )  # fmt: skip


def _chosen() -> None:
    kind = st.session_state[f"{KEY}_pictures"]
    st.session_state.pop(FEEDING, None)
    if kind in NAMES:
        desk.change(desk.fed, kind, **FITTING[kind])
    else:
        st.session_state[FEEDING] = kind


def feeding() -> str:
    """Whether pictures are being chosen, and of which kind."""
    return st.session_state.get(FEEDING, "")


def feed(now: Desk) -> None:
    """Where the visitor's own pictures, or a data set of the hub, are handed over."""
    (_own if feeding() == "own" else _hub)(now)
    st.button(t("Back"), icon=":material/undo:", type="tertiary", key=f"{KEY}_feed_back", on_click=_close)


def _close() -> None:
    st.session_state.pop(FEEDING, None)
    errand.forget(PARCEL)
    errand.forget(FETCH)


# One's own -----------------------------------------------------------------------------------------------------------


def _own(now: Desk) -> None:
    st.header(t("Your own pictures"), anchor=False)
    st.markdown(
        t("A zip, or pictures: some hundreds at least, better thousands, all of one kind of thing. A folder for each "
          "class makes classes. They stay on this server; whoever has the link of a run sees them too.")
    )  # fmt: skip
    files = st.file_uploader(
        t("Pictures or a zip"), ENDINGS, accept_multiple_files=True, key=f"{KEY}_files",
        max_upload_size=MOST_MEGABYTES, label_visibility="collapsed",
    )  # fmt: skip
    if not files:
        errand.forget(PARCEL)
        return
    if (together := sum(file.size for file in files)) > MOST_TOGETHER * 1e6:
        errand.forget(PARCEL)
        st.error(
            t("The files have {size} MB together; {most} MB can be taken at a time, so give fewer.",
              size=f"{together / 1e6:,.0f}", most=MOST_TOGETHER),
            icon=":material/report:",
        )  # fmt: skip
        return
    errand.begin(
        PARCEL, tuple(file.file_id for file in files),
        lambda: engine().errand("gan_core.data.parcel:parcel", [(file.name, file.getvalue()) for file in files]),
    )  # fmt: skip
    errand.wait(PARCEL, lambda done, of: t("Reading {done} of {of} files", done=f"{done:,}", of=f"{of:,}"))
    if wrong := errand.failure(PARCEL):
        st.error(plain_text(t(wrong)), icon=":material/report:")
    elif found := errand.outcome(PARCEL):
        _own_found(now, found)


def _own_found(now: Desk, found: Parcel) -> None:
    classes = t(
        "{classes} classes: {names}", classes=len(found.classes), names=plain_text(", ".join(found.classes[:12]))
    )
    st.markdown(
        f"**{t('{count} pictures', count=f'{found.count:,}')}**" + (f" · {classes}" if found.classes else "")
    )  # fmt: skip
    st.image(found.cuts, caption=t("The square in the middle is what the networks see."),
             alt=t("Some of the pictures; what is cut off is dimmed."))  # fmt: skip
    skipped(found.skipped)
    st.button(
        t("Use these pictures"), type="primary", icon=":material/check:", key=f"{KEY}_use_own", on_click=_use_own,
        args=(found,),
    )  # fmt: skip


def _use_own(found: Parcel) -> None:
    try:
        id = store().put_pictures(OwnPictures(found.name, found.packed))
    except DiskError as error:
        desk.complain(t(str(error)))
        return
    few = found.count < SMALL_SET
    about = {
        "data.colour": found.colour,
        "data.without_grey": False,
        "data.mirrored": not found.classes,
        "augmentation.shift": 0.125 if few else 0.0,
        "augmentation.colour": 1.0 if few and found.colour else 0.0,
    }
    _close()
    desk.change(desk.fed, OWN + id, **about, **({} if found.classes else WITHOUT_CLASSES))


def skipped(files: tuple[Skipped, ...]) -> None:
    """The files that were left out, each with its reason."""
    if files:
        count = sum(each.count for each in files)
        with st.expander(t("{count} left out", count=f"{count:,}"), icon=":material/rule:"):
            some = [*files[:MOST_ROWS], *(each for each in files[MOST_ROWS:] if each.count > 1)]
            st.table({t("File"): [plain_text(each.file) for each in some],
                      t("Why"): [plain_text(t(each.reason)) for each in some]}, border="horizontal")  # fmt: skip


# The hub -------------------------------------------------------------------------------------------------------------


def _hub(now: Desk) -> None:
    st.header(t("From the Hugging Face hub"), anchor=False)
    st.markdown(t("Any public data set of pictures that the hub shows as “Parquet”. It is fetched once and kept."))
    id = st.selectbox(
        t("Data set"), list(OFFERED), key=f"{KEY}_set", accept_new_options=True, index=None,
        placeholder=t("owner/name"), format_func=lambda id: f"{id} · {OFFERED[id].title}" if id in OFFERED else id,
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        size = st.selectbox(t("Size"), (32, 64), key=f"{KEY}_set_size", width=120)
        colour = st.toggle(t("Colour"), value=True, key=f"{KEY}_set_colour")
        wanted = st.button(t("Fetch"), type="primary", icon=":material/cloud_download:", key=f"{KEY}_fetch_it",
                           disabled=not id)  # fmt: skip
    if not id:
        return
    try:
        data = Pictures.checked({"source": id.strip(), "size": size, "colour": colour})
    except SpecError as error:
        st.error(plain_text(t(str(error))), icon=":material/report:")
        return
    if wanted or errand.subject(FETCH) not in (None, data):
        errand.forget(FETCH)
    if wanted:
        errand.begin(FETCH, data, lambda: engine().errand("gan_core.data.showing:fetch", data.model_dump_json()))
    errand.wait(FETCH, _at_most)
    if wrong := errand.failure(FETCH):
        st.error(plain_text(t(wrong)), icon=":material/cloud_off:")
    elif found := errand.outcome(FETCH):
        _hub_found(data, found)


def _at_most(done: int, of: int) -> str:
    """Of a set as much is fetched as the pictures that are wanted take."""
    amount = errand.asked(done, of)
    return t("{amount} at most", amount=amount) if of else amount


def _hub_found(data: Pictures, found: Shown) -> None:
    preview(found)
    skipped(found.skipped)
    st.button(
        t("Use these pictures"), type="primary", icon=":material/check:", key=f"{KEY}_use_hub", on_click=_use_hub,
        args=(data, found),
    )  # fmt: skip


def _use_hub(data: Pictures, found: Shown) -> None:
    _close()
    st.session_state.pop(BLIND, None)  # they are at hand now
    desk.change(
        desk.fed, data.source, **{"data.revision": found.revision, "data.size": data.size, "data.colour": data.colour},
        **({} if len(found.classes) > 1 else WITHOUT_CLASSES),
    )  # fmt: skip


# What is chosen ------------------------------------------------------------------------------------------------------


def glance(data: Pictures) -> Shown | None:
    """The chosen pictures, where they are at hand. Says why not where they are not."""
    kind = kind_of(data.source)
    if kind == "hub" and not data.revision:
        st.info(t("{source} is fetched from the hub when the training begins.", source=plain_text(data.source)),
                icon=":material/cloud_download:")  # fmt: skip
        return None
    of, why, when = st.session_state.get(BLIND, (None, "", 0.0))
    if of != data or time.monotonic() - when > LOOK_AGAIN:
        try:
            return _glance(data.model_dump_json())
        except EngineNotReady as waiting:  # the page is drawn again when one is
            why = str(waiting)
        except CallFailed as refusal:
            why = str(refusal)
            st.session_state[BLIND] = data, why, time.monotonic()
    st.info(plain_text(t(why)), icon=":material/photo_library:")
    return None


@st.cache_data(show_spinner=False, max_entries=32)
def _glance(data_json: str) -> Shown:
    own = own_of(Pictures.checked(data_json).source)
    return engine().call("gan_core.data.showing:look", data_json, tuple(own) if own else None, timeout=LOOK_PATIENCE)


def own_of(source: str) -> OwnPictures | None:
    """The upload that a source is, where it is still kept; None for anything else."""
    return store().pictures(source.removeprefix(OWN)) if source.startswith(OWN) else None


def own_name(source: str) -> str:
    """The name of the upload that a source is; empty for anything else."""
    return store().name_of_pictures(source.removeprefix(OWN)) if source.startswith(OWN) else ""


def gone(source: str) -> bool:
    """Whether a source is an upload that is not kept any more."""
    return source.startswith(OWN) and not own_name(source)


def preview(found: Shown) -> None:
    """Some of the pictures, and what there is to say of all."""
    name = t(TITLES[found.name]) if found.name in TITLES else plain_text(found.name)
    parts = [name] if found.count is None else [t("{count} pictures", count=f"{found.count:,}"), name]
    parts += [t("{classes} classes", classes=len(found.classes))] if found.classes else []
    parts += [plain_text(found.licence)] if found.licence else []
    with st.container(key=f"{KEY}_preview"):
        st.image(found.preview, alt=t("Some of the real pictures."), width="stretch")
    st.caption(" · ".join(parts))
    if found.classes:
        st.caption(t("Classes: {names}.", names=plain_text(", ".join(map(named, found.classes[:20])))))
