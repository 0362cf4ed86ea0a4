"""Handing a trained model to the Hugging Face hub, with the visitor's own token."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from pydantic import SecretStr

from gan_core.data.hub_files import REPOSITORY
from gan_core.data.pictures import DataError
from gan_core.engine import Engine
from gan_core.errands import aside
from gan_core.events import Change
from gan_core.hub import page, push
from gan_core.refusals import EngineError
from gan_core.runs import Run
from pages.parts import errand
from pages.parts.desk import KEY
from pages.parts.feed import own_name
from pages.parts.services import engine, store
from pages.parts.words import plain_text, t

PUSHING, ON_WAY = f"{KEY}_pushing", f"{KEY}_push_on_way"
TO, TOKEN, PRIVATE = f"{KEY}_push_to", f"{KEY}_push_token", f"{KEY}_push_private"
PATIENCE = 60.0  # seconds for the files to be made


def pushing(run: Run) -> None:
    """The form, then the progress, then where it is; nothing while nobody has asked."""
    if st.session_state.get(PUSHING) != run.id:
        return
    with st.container(border=True, key=f"{KEY}_push_box"):
        for key in (TO, PRIVATE):  # which Streamlit would forget while the form is not drawn
            if key in st.session_state:
                st.session_state[key] = st.session_state[key]
        st.header(t("Push to the Hugging Face hub"), anchor=False)
        if done := errand.outcome(ON_WAY):
            st.success(t("It is there: {name}", name=f"[{done}]({page(done)})"), icon=":material/cloud_done:")
        elif errand.under_way(ON_WAY):
            errand.wait(ON_WAY, _far)
        else:
            _form(run)
        st.button(t("Close"), key=f"{KEY}_push_close", type="tertiary", icon=":material/close:", on_click=_close)


def _form(run: Run) -> None:
    st.caption(
        t("Both networks, the card and samples go into a repository of yours as one commit. The token is used for that "
          "and not kept; it needs leave to write.")
    )  # fmt: skip
    with st.form(f"{KEY}_push_form", border=False):
        st.text_input(t("Repository"), placeholder=t("owner/name"), key=TO)
        st.text_input(t("Token"), type="password", key=TOKEN, autocomplete="off")
        st.toggle(t("Private"), value=True, key=PRIVATE, help=t("Nobody else may see it."))
        st.form_submit_button(
            t("Push"), type="primary", icon=":material/cloud_upload:", on_click=_push, args=(run,)
        )  # fmt: skip
    if wrong := errand.failure(ON_WAY) or st.session_state.get(f"{ON_WAY}_wrong", ""):
        st.error(plain_text(t(wrong)), icon=":material/cloud_off:")


def _push(run: Run) -> None:
    """Begin it; the token leaves the session with that."""
    repository, token, private = st.session_state[TO].strip(), st.session_state[TOKEN], st.session_state[PRIVATE]
    st.session_state[TOKEN] = wrong = ""
    if not REPOSITORY.fullmatch(repository):
        wrong = t("The repository is {given!r}; it must be owner/name, such as ada/my-cats.", given=repository)
    elif not token:
        wrong = t("The token is empty; make one with leave to write in your account's settings on the hub.")
    elif not (checkpoint := store().checkpoint(run.id)):
        wrong = t("This run is not kept any more.")
    st.session_state[f"{ON_WAY}_wrong"] = wrong
    if wrong:
        return
    of = checkpoint, own_name(run.spec.data.source), store().changes(run.id)
    errand.forget(ON_WAY)
    errand.begin(
        ON_WAY, (run.id, run.step),
        lambda: aside(_make_and_push, engine(), of, repository, SecretStr(token), private),
    )  # fmt: skip


def _far(done: int, of: int) -> str:
    return errand.megabytes(done, of) if of else t("One moment")


def _make_and_push(
    engine: Engine, of: tuple[bytes, str, list[Change]], repository: str, token: SecretStr, private: bool, *,
    progress: Callable[[int, int], None], stop: Callable[[], bool],
) -> str:  # fmt: skip
    """The files from a worker, and from here to the hub, for the token shall reach no other machine."""
    try:
        files = engine.call("gan_core.export:model_files", *of, timeout=PATIENCE)
    except EngineError as refusal:
        raise DataError(str(refusal)) from None
    return push(repository, files, token, private=private, progress=progress, stop=stop)


def _close() -> None:
    st.session_state.pop(PUSHING, None)
    st.session_state.pop(f"{ON_WAY}_wrong", None)
    errand.forget(ON_WAY)
