"""Pushing a trained run through the page, to a hub on this machine; the page waits for nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from pages.parts.services import store
from tests.hub_server import TOKEN, HubServer
from tests.pages.test_train import SMALL, trained

Open = Callable[..., AppTest]


def form(open_train: Open) -> AppTest:
    """A run that has finished, and the form for it."""
    app = open_train(**SMALL)
    app.session_state["train_pushing"] = trained(app)
    return app.run()


def pushed(app: AppTest, repository: str) -> AppTest:
    """Fill it in, press, and wait for what comes of it."""
    app.text_input(key="train_push_to").set_value(repository)
    app.text_input(key="train_push_token").set_value(TOKEN)
    next(button for button in app.button if button.label == "Push").click().run()
    assert not app.exception
    assert TOKEN not in repr(app.session_state)
    until = time.monotonic() + 60
    while "errand" in app.session_state["train_push_on_way"] and time.monotonic() < until:
        time.sleep(0.2)
        app.run()
    return app


def test_what_is_there_is_a_link_to_the_hub_that_took_it(open_train: Open, hub: HubServer) -> None:
    app = pushed(form(open_train), "ada/model")
    commit = hub.repositories["model", "ada/model"].refs["main"]
    assert app.success[0].value == f"It is there: [ada/model@{commit}]({hub.url}/ada/model)"
    assert "samples.png" in hub.repositories["model", "ada/model"].commits[commit]


def test_a_checkpoint_that_does_not_load_is_a_sentence_and_nothing_is_sent(open_train: Open, hub: HubServer) -> None:
    app = form(open_train)
    run = app.session_state["train_pushing"]
    store().put_checkpoint(run, 6, b"\x00" * 100)
    store().flush()
    app = pushed(app, "ada/model")
    assert "The checkpoint is damaged" in app.error[0].value
    assert hub.requests == []


def test_networks_that_are_gone_meanwhile_are_said(open_train: Open, hub: HubServer) -> None:
    app = form(open_train)
    store().put_checkpoint(app.session_state["train_pushing"], 6, b"")
    store().flush()
    app.text_input(key="train_push_to").set_value("ada/model")
    app.text_input(key="train_push_token").set_value(TOKEN)
    next(button for button in app.button if button.label == "Push").click().run()
    assert not app.exception
    assert "not kept any more" in app.error[0].value
