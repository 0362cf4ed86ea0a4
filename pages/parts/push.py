"""Handing a trained model to the Hugging Face hub, with the visitor's own token."""

from __future__ import annotations

import streamlit as st
from pydantic import SecretStr

from gan_core.data.hub_files import REPOSITORY
from gan_core.errands import aside
from gan_core.hub import push
from gan_core.refusals import EngineError
from gan_core.runs import Run
from pages.parts import errand
from pages.parts.desk import KEY
from pages.parts.feed import own_name
from pages.parts.services import engine, store
from pages.parts.words import t

PUSHING, ON_WAY = f"{KEY}_pushing", f"{KEY}_push_on_way"
TO, TOKEN, PRIVATE = f"{KEY}_push_to", f"{KEY}_push_token", f"{KEY}_push_private"
PATIENCE = 60.0  # seconds for the files to be made


def pushing(run: Run) -> None:
    """The form, then the progress, then where it is; nothing while nobody has asked."""
    if st.session_state.get(PUSHING) != run.id:
        return
    with st.container(border=True, key=f"{KEY}_push_box"):
        st.subheader(t("Push to the Hugging Face hub"), anchor=False)
        if done := errand.outcome(ON_WAY):
            st.success(t("It is there: {name}", name=done), icon=":material/cloud_done:")
        elif errand.under_way(ON_WAY):
            errand.wait(ON_WAY, _megabytes)
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
        st.error(t(wrong), icon=":material/cloud_off:")


def _push(run: Run) -> None:
    """Begin it; the token leaves the session with that."""
    repository, token, private = st.session_state[TO].strip(), st.session_state[TOKEN], st.session_state[PRIVATE]
    st.session_state[TOKEN] = wrong = ""
    if not REPOSITORY.fullmatch(repository):
        wrong = t("The repository is {given!r}; it must be owner/name, such as ada/my-cats.", given=repository)
    elif not token:
        wrong = t("The token is empty; make one with leave to write in your account's settings on the hub.")
    st.session_state[f"{ON_WAY}_wrong"] = wrong
    if wrong:
        return
    try:
        files = engine().call("gan_core.export:model_files", store().checkpoint(run.id),
                              own_name(run.spec.data.source), timeout=PATIENCE)  # fmt: skip
    except EngineError as refusal:
        st.session_state[f"{ON_WAY}_wrong"] = str(refusal)
        return
    errand.forget(ON_WAY)
    errand.begin(ON_WAY, (run.id, run.step), lambda: aside(push, repository, files, SecretStr(token), private=private))


def _megabytes(done: int, of: int) -> str:
    return t("{done} of {of} MB", done=f"{done / 1e6:,.1f}", of=f"{of / 1e6:,.1f}") if of else t("Asking the hub")


def _close() -> None:
    st.session_state.pop(PUSHING, None)
    st.session_state.pop(f"{ON_WAY}_wrong", None)
    errand.forget(ON_WAY)
