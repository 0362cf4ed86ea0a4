"""What may be changed of a run on its way, and of one that rests: sliders that stay, more steps, what is in force."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from gan_core.events import Change, Frame
from gan_core.frames import pack
from gan_core.refusals import CallFailed
from gan_core.specs import MOST_FRAMES, PictureSpec, ToySpec, read_spec
from pages.parts import in_flight, picture_panel, picture_save
from pages.parts.services import store
from tests.pages.lab_tools import ended, texts
from tests.pages.test_train import SMALL, trained

Open = Callable[..., AppTest]
RATE = "generator_optimizer.learning_rate"


def resting(*changes: Change) -> str:
    """A run that was paused at step 2, as the store keeps it, without networks."""
    run = store().create(PictureSpec.from_flat(SMALL), "somebody")
    skipped = [["a.txt", "is not a picture"], ["360 more", "past the limit", 360]]
    header = pack({"real": np.zeros(1, np.uint8)}, size=8, samples=4, columns=2, classes=[], conditional=False,
                  skipped=skipped, references={})  # fmt: skip
    store().put_header(run, header)
    for step in (0, 2):
        metrics = {"seconds": float(step), "discriminator_loss": 1.0}
        store().put_frame(run, Frame(step, metrics, pack({"samples": np.zeros(1, np.uint8)})))
    store().set_progress(run, 2, 2.0)
    for change in changes:
        store().put_change(run, change)
    store().set_status(run, "stopped", wait=True)
    return run


def test_a_slider_keeps_its_place_while_another_page_is_looked_at(open_train: Open) -> None:
    run = resting(Change(2, {RATE: 1e-3}))
    app = open_train(run=run)
    assert app.select_slider(key=f"train_now_{run}_{RATE}").value == 1e-3
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/train.py").run()
    app.query_params["run"] = run
    app.run()
    assert app.select_slider(key=f"train_now_{run}_{RATE}").value == 1e-3


def test_any_number_of_steps_can_be_trained_on_to_and_no_more_than_has_room(open_train: Open) -> None:
    app = open_train(**SMALL)
    run = trained(app)
    assert app.number_input(key=f"train_steps_{run}").max == 2 * MOST_FRAMES
    app.number_input(key=f"train_steps_{run}").set_value(9).run()
    app.button(key=f"train_steps_{run}_on").click().run()
    assert not app.exception
    assert ended(run).steps == 9
    assert store().get(run).step == 9


def test_training_on_a_run_that_was_deleted_meanwhile_is_a_toast(open_train: Open) -> None:
    run = resting()
    app = open_train(run=run)
    store().delete(run)
    app.button(key=f"train_steps_{run}_on").click().run()
    assert not app.exception
    assert "This run is not kept any more." in [each.value for each in app.toast]


def test_a_change_that_is_refused_is_not_gone_on_from(open_train: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    run = resting()
    app = open_train(run=run)
    resumed = []
    monkeypatch.setattr(in_flight, "resume", resumed.append)
    app.session_state[f"train_steps_{run}"] = 2 * MOST_FRAMES
    app.run()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(in_flight.engine(), "change", refused)
        app.button(key=f"train_steps_{run}_on").click().run()
    assert [each.value for each in app.toast] == ["No room."]
    assert resumed == []
    app.button(key=f"train_steps_{run}_on").click().run()
    assert resumed == [run]


def refused(*_: object) -> None:
    raise CallFailed("No room.")


# What is in force ----------------------------------------------------------------------------------------------------


def test_speed_and_settings_are_those_in_force(open_train: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    run = resting(Change(0, {"batch": 8, RATE: 1e-3}))
    app = open_train(run=run)
    assert "8 pictures/s" in texts(app)  # a step a second
    assert "361 of the files were left out." in texts(app)
    saved = {}
    monkeypatch.setattr(picture_save.st, "download_button", lambda label, data, *_, **__: saved.update({label: data}))
    app.session_state["train_save"] = True
    app.run()
    spec = read_spec(saved["Settings (JSON)"])
    assert (spec.batch, spec.generator_optimizer.learning_rate) == (8, 1e-3)


def test_without_networks_nothing_is_offered_that_needs_them(open_train: Open) -> None:
    run = resting()
    app = open_train(run=run)
    app.session_state["train_save"] = True
    app.run()
    assert not app.exception
    offered = {each.key for each in app.button}
    assert "train_make_png" in offered
    assert not offered & {"train_make_model", "train_push"}
    assert "Checkpoint (safetensors)" not in {each.proto.label for each in app.get("download_button")}


def test_a_film_of_nothing_is_refused() -> None:
    run = store().create(PictureSpec.from_flat(SMALL), "somebody")
    with pytest.raises(CallFailed, match="no samples yet"):
        picture_save.make(store().get(run), "png", {"size": 8, "samples": 4})


def test_rows_of_runs_from_before_count_one_each() -> None:
    assert picture_panel.left_out([["a", "is empty"], ["b", "is empty"], ["5 more", "past the limit", 5]]) == 7


def test_a_run_of_the_toy_lab_is_not_taken_for_one_that_is_gone(open_train: Open) -> None:
    app = open_train(run=store().create(ToySpec(), "somebody"))
    assert "belongs to another page" in app.warning[0].value
