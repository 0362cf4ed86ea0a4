"""Choosing pictures on the Train page: what is said of them, what is refused, and when the choosing ends."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from gan_core.data.hub_sets import Offered
from gan_core.data.parcel import parcel
from gan_core.data.showing import FEW, Shown
from gan_core.refusals import CallTimedOut
from gan_core.runs import OwnPictures
from gan_core.specs import OWN, Pictures
from pages.parts import feed
from pages.parts.services import store
from tests.pages.lab_tools import texts
from tests.pages.test_train import SMALL, desk_of, photographs

Open = Callable[..., AppTest]
OURS = {name: value for name, value in SMALL.items() if name != "data.limit"} | {"data.colour": "true", "batch": "8"}


def infos(app: AppTest) -> list[str]:
    return [each.value for each in app.info]


def choosing(app: AppTest, kind: str) -> AppTest:
    app.selectbox(key="train_pictures").set_value(kind).run()
    assert not app.exception
    assert app.button(key="train_train").disabled
    return app


def kept(count: int) -> str:
    """So many pictures of a visitor's on this server; the source that they are."""
    given = parcel(photographs(count, 12))
    return OWN + store().put_pictures(OwnPictures(f"{count} of mine", given.packed))


# A glance ------------------------------------------------------------------------------------------------------------


def test_pictures_of_the_hub_that_are_not_here_are_said_to_be_fetched_later_once(open_train: Open) -> None:
    app = open_train(preset="cats-on")
    assert infos(app) == ["huggan/cats is fetched from the hub when the training begins."]
    pinned = open_train(preset="cats-on", **{"data.revision": "0" * 40})
    assert infos(pinned) == ["huggan/cats is fetched from the hub when the training begins."]
    assert not pinned.button(key="train_train").disabled
    linked = open_train(**{"data.source": "![x](http://a/b)"})  # a picture that whoever opens the link would fetch
    assert infos(linked) == [r"\!\[x\](http\://a/b) is fetched from the hub when the training begins."]


def test_a_look_that_failed_is_not_tried_again_at_once(open_train: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def slow(data_json: str) -> Shown:
        looks.append(data_json)
        raise CallTimedOut("The workers did not answer within 20 seconds. Try again.")

    monkeypatch.setattr(feed, "_glance", slow)
    app = open_train(**SMALL)
    app.run()
    assert infos(app) == ["The workers did not answer within 20 seconds. Try again."]
    assert len(looks) == 1
    monkeypatch.setattr(feed, "LOOK_AGAIN", 0.0)
    app.run()
    assert len(looks) == 2
    app.selectbox(key="train_pictures").set_value("emoji").run()
    assert len(looks) == 3


def test_all_pictures_are_counted_or_none(open_train: Open) -> None:
    app = open_train(**OURS | {"data.source": kept(FEW + 20)})
    assert f"{FEW + 20} pictures · {FEW + 20} of mine" in texts(app)
    app.toggle(key="train.data.without_grey").set_value(True).run()
    assert f"{FEW + 20} of mine" in texts(app)
    assert " pictures · " not in texts(app)


def test_it_is_said_why_pictures_that_are_gone_cannot_be_trained_on(open_train: Open) -> None:
    app = open_train(**OURS | {"data.source": kept(11)})
    assert "11 pictures" in texts(app)
    source = desk_of(app).spec.data.source
    assert store().pictures(source.removeprefix(OWN))
    forget(source)
    app.run()
    assert app.button(key="train_train").disabled
    assert [info for info in infos(app) if "choose them again" in info] == infos(app)
    assert "11 pictures" not in texts(app)


def forget(source: str) -> None:
    """As the store does when it needs room."""
    store()._ledger.put("DELETE FROM sets WHERE id = ?", source.removeprefix(OWN), wait=True)


# Handing over --------------------------------------------------------------------------------------------------------


def test_choosing_ends_when_another_set_up_comes(open_train: Open) -> None:
    app = choosing(open_train(**SMALL), "own")
    app.selectbox(key="train_experiment").set_value("digits").run()
    assert not app.button(key="train_train").disabled
    choosing(app, "hub")
    app.query_params.clear()
    app.query_params["preset"] = "clothes"
    app.run()
    assert not app.button(key="train_train").disabled
    assert not app.file_uploader


def test_too_much_together_is_not_sent(open_train: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    app = choosing(open_train(**SMALL), "own")
    assert "whoever has the link of a run sees them too" in texts(app)
    files = [(name, data, "image/png") for name, data in photographs(3)]
    monkeypatch.setattr(feed, "MOST_TOGETHER", 0.001)
    app.file_uploader(key="train_files").set_value(files).run()
    assert not app.exception
    assert "MB can be taken at a time, so give fewer" in app.error[0].value
    assert feed.PARCEL not in app.session_state
    monkeypatch.undo()
    until = time.monotonic() + 30
    while "**3 pictures**" not in texts(app) and time.monotonic() < until:
        app.run()
    assert "**3 pictures**" in texts(app)


@pytest.mark.parametrize("id, words", [("x" * 501, "text of at most 500 characters"), (" ", "text of 1 or more")])
def test_an_id_that_cannot_be_is_a_sentence(
    id: str, words: str, open_train: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(feed.OFFERED, id, Offered("typed", ""))  # AppTest types nothing into a list
    app = choosing(open_train(**SMALL), "hub")
    app.selectbox(key="train_set").set_value(id).run()
    assert not app.exception
    assert words in app.error[0].value


def test_what_was_fetched_is_not_taken_for_another_set(open_train: Open) -> None:
    app = choosing(open_train(**SMALL), "hub")
    found = Shown("huggan/cats at 0123456", 7, ("![x](http://a/b)",), "mit", "0" * 40, (), photographs(1)[0][1])
    cats = Pictures(source="huggan/cats", size=32, colour=True)
    app.session_state[feed.FETCH] = {"of": cats, "answer": found}
    app.selectbox(key="train_set").set_value("huggan/cats").run()
    assert not app.exception
    assert "7 pictures · huggan/cats" in texts(app)
    assert r"Classes: \!\[x\](http\://a/b)." in texts(app)
    app.selectbox(key="train_set").set_value("ylecun/mnist").run()
    assert "7 pictures" not in texts(app)


def test_files_that_are_left_out_are_counted_one_by_one() -> None:
    def page() -> None:
        from gan_core.data.pictures import Skipped
        from pages.parts import feed

        feed.skipped((Skipped("notes.txt", "is not a picture"), Skipped("360 more", "past the limit", 360)))

    app = AppTest.from_function(page).run()
    assert app.expander[0].label == "361 left out"
    assert app.table[0].value["File"].tolist() == ["notes.txt", "360 more"]
