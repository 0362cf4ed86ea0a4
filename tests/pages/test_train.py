"""The Train page through AppTest: links, presets, settings, pictures, a run, its changes, what is saved of it."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from gan_core.data.parcel import parcel
from gan_core.picture_checkpoint import kept
from gan_core.picture_presets import picture_presets
from gan_core.runs import OwnPictures
from gan_core.specs import OWN, PictureSpec
from pages.parts import desk, in_flight, picture_save
from pages.parts.desk import Desk, on_page
from pages.parts.services import engine, store
from tests.pages.lab_tools import ended, finished, texts

SMALL = {"data.source": "digits", "data.size": "8", "data.limit": "300", "network.generator_width": "8",
         "network.discriminator_width": "8", "batch": "16", "steps": "6", "frame_every": "2", "samples": "4",
         "score_every": "1", "score_samples": "100"}  # fmt: skip
Open = Callable[..., AppTest]


def desk_of(app: AppTest) -> Desk:
    return app.session_state["train"]


def trained(app: AppTest) -> str:
    """Press Train, wait for the end, and draw the page with it. Returns the run's id."""
    return finished(app, "train", "train_train")


def photographs(count: int = 12, side: int = 40) -> list[tuple[str, bytes]]:
    """Colour noise as uploads."""
    rng, files = np.random.default_rng(0), []
    for index in range(count):
        file = io.BytesIO()
        Image.fromarray(rng.integers(0, 256, (side, side + 20, 3), np.uint8)).save(file, "PNG")
        files.append((f"{index}.png", file.getvalue()))
    return files


def test_opens_on_the_first_preset_and_says_how_long_it_takes(open_train: Open) -> None:
    app = open_train()
    assert not app.exception
    assert desk_of(app).spec == picture_presets()["clothes"].spec
    until = time.monotonic() + 60
    while "min on this" not in texts(app) and time.monotonic() < until:
        time.sleep(0.3)
        app.run()
    assert not app.exception
    assert "About" in texts(app)
    assert "parameters" in texts(app)


@pytest.mark.parametrize("name", on_page(picture_presets()))
def test_each_preset_from_a_link(name: str, open_train: Open) -> None:
    app = open_train(preset=name)
    assert not app.exception
    preset = picture_presets()[name]
    assert desk_of(app).spec == preset.spec
    assert desk_of(app).preset == name
    assert preset.look in texts(app)
    app.selectbox(key="train_experiment").set_value("digits").run()
    assert desk_of(app).spec == picture_presets()["digits"].spec


def test_an_address_says_everything(open_train: Open) -> None:
    spec = PictureSpec.from_flat(SMALL | {"network.kind": "mlp", "loss": "hinge"})
    app = open_train(**{name: str(value) for name, value in spec.changes().items()})
    assert desk_of(app).spec == spec
    again = open_train(**desk.query_of(desk_of(app)))
    assert desk_of(again).spec == spec
    assert desk_of(again).preset == ""


@pytest.mark.parametrize(
    "query, words",
    [
        ({"preset": "no-such"}, "preset is 'no-such'; it must be one of clothes"),
        ({"batch": "2"}, "Batch (batch) is '2'; it must be at least 4"),
        ({"network.kind": "mlp", "data.size": "64"}, "with the MLP it must be at most 32"),
        ({"run": "nothing"}, "no longer kept"),
    ],
)
def test_what_a_link_has_wrong_is_one_sentence(query: dict, words: str, open_train: Open) -> None:
    app = open_train(**query)
    assert not app.exception
    assert words in "\n".join(each.value for each in app.warning)
    assert not app.button(key="train_train").disabled


def test_a_setting_that_makes_no_sense_is_said_and_can_be_undone(open_train: Open) -> None:
    app = open_train(**SMALL)
    app.number_input(key="train.batch").set_value(2).run()
    assert "at least 4" in app.error[0].value
    assert app.button(key="train_train").disabled
    app.number_input(key="train.batch").set_value(32).run()
    assert desk_of(app).spec.batch == 32
    app.button(key="train_undo").click().run()
    assert desk_of(app).spec.batch == 16


def test_networks_of_another_kind_bring_settings_of_their_own(open_train: Open) -> None:
    app = open_train(**SMALL)
    app.selectbox(key="train.network.kind").set_value("residual").run()
    assert not app.exception
    assert desk_of(app).spec.network.kind == "residual"
    assert desk_of(app).spec.network.generator_width == 32  # its own default


def test_a_run_from_the_start_to_what_is_saved(open_train: Open) -> None:
    app = open_train(**SMALL)
    run = trained(app)
    frames = store().frames(run)
    assert [frame.step for frame in frames] == [0, 2, 4, 6]
    assert frames[-1].metrics["kid"] == frames[-1].metrics["kid"]  # a number
    assert "Step 6 of 6" in texts(app)
    found = store().get(run)
    about = {"size": 8, "samples": 4}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(picture_save.st, "context", type("Context", (), {"theme": type("Theme", (), {"type": "light"})}))
        assert picture_save.make(found, "gif", about).startswith(b"GIF89a")
        assert picture_save.make(found, "mp4", about)[4:8] == b"ftyp"
        assert picture_save.make(found, "png", about).startswith(b"\x89PNG")
    with zipfile.ZipFile(io.BytesIO(picture_save.make(found, "model", about))) as model:
        assert {*model.namelist()} >= {"config.json", "model.safetensors", "discriminator.safetensors", "README.md"}
    with zipfile.ZipFile(io.BytesIO(picture_save.make(found, "script", about))) as archive:
        assert any(name.endswith(".py") for name in archive.namelist())


def test_more_steps_for_a_run_that_has_finished(open_train: Open) -> None:
    app = open_train(**SMALL)
    run = trained(app)
    app.number_input(key=f"train_steps_{run}").set_value(12).run()
    app.button(key=f"train_steps_{run}_on").click().run()
    assert not app.exception
    assert ended(run).steps == 12
    assert [frame.step for frame in store().frames(run)] == [0, 2, 4, 6, 8, 10, 12]
    app.run()
    assert "Step 12 of 12" in texts(app)


def test_a_rate_is_changed_on_the_way_and_noted(open_train: Open) -> None:
    app = open_train(**SMALL | {"steps": "100000", "frame_every": "200", "score_every": "0"})
    app.button(key="train_train").click().run()
    run = desk_of(app).run
    until = time.monotonic() + 60
    while not store().frames(run, after=1) and time.monotonic() < until:
        time.sleep(0.05)
    app.run()
    name = "generator_optimizer.learning_rate"
    app.select_slider(key=f"train_now_{run}_{name}").set_value(1e-3).run()
    assert not app.exception
    while not store().changes(run) and time.monotonic() < until:
        time.sleep(0.05)
    engine().stop(run)
    ended(run)
    (change,) = store().changes(run)
    assert change.settings == {name: 1e-3}
    assert change.step > 0
    assert in_flight.moments([change])[0].name == "Generator: Learning rate: 0.001"
    app.run()
    assert not app.exception
    assert kept(store().checkpoint(run)).spec.generator_optimizer.learning_rate == 1e-3


def test_own_pictures_are_trained_on_and_asked_for_again_when_they_are_gone(open_train: Open) -> None:
    given = parcel(photographs())
    id = store().put_pictures(OwnPictures(given.name, given.packed))
    small = {name: value for name, value in SMALL.items() if name != "data.limit"}
    app = open_train(**small | {"data.source": OWN + id, "data.colour": "true", "batch": "8"})
    assert not app.exception
    run = trained(app)
    assert json.loads(json.dumps(store().get(run).spec.data.source)) == OWN + id
    gone = open_train(**small | {"data.source": f"{OWN}0123456789abcdef"})
    assert not gone.exception
    assert gone.button(key="train_train").disabled
    assert "choose them again" in "\n".join(each.value for each in gone.info)


def test_a_class_sees_one_experiment_and_one_button(open_train: Open) -> None:
    app = open_train(preset="strong-d", focus="true")
    assert not app.exception
    assert [button.key for button in app.button if button.key] == ["train_train"]
    assert not app.selectbox
