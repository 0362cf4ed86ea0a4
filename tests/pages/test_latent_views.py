"""What the Latent space page says and hands over, view by view: walks, searches and the map."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from gan_core.latent.ways import shell
from gan_core.refusals import CallFailed
from gan_core.specs import LatentSpec, PictureSpec
from pages.parts import find_view, grip
from pages.parts.grip import Grip, Place
from pages.parts.services import engine, store
from tests.pages.lab_tools import ended, texts

Open = Callable[..., AppTest]
MIXED = "Through pixels, through a VAE, through a GAN"


@pytest.fixture
def open_latent(run_page: Open) -> Open:
    """`open_latent(model="cats-64", view="walk")`: the page by its link, with an engine that is ready."""
    engine().wait_ready(120)
    return lambda **query: run_page("latent_space", **query)


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> dict[str, str | bytes]:
    """What there is to save, by the file's name."""
    files = {}
    monkeypatch.setattr(st, "download_button", lambda _, data, name, *rest, **options: files.update({name: data}))
    return files


def headers(app: AppTest) -> list[str]:
    return [each.value for each in app.header]


# Walks ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("model", "mixed"), [("fashion-mlp-28", True), ("fashion-vae-32", False), ("cats-64", False)])
def test_only_a_gan_of_clothes_is_compared_with_the_vae(model: str, mixed: bool, open_latent: Open) -> None:
    app = open_latent(model=model, view="walk")
    assert not app.error
    assert (MIXED in headers(app)) is mixed


@pytest.mark.parametrize("settings", [{"data.size": 16}, {"data.size": 32, "data.colour": True}])
def test_a_run_of_other_clothes_than_the_vaes_is_walked_without_it(settings: dict, open_latent: Open) -> None:
    spec = PictureSpec.from_flat({
        "data.source": "fashion", "data.limit": 300, "network.generator_width": 8, "network.discriminator_width": 8,
        "batch": 16, "steps": 2, "frame_every": 1, "samples": 4, "score_every": 0, **settings,
    })  # fmt: skip
    run = engine().start(spec, "ann")
    ended(run)
    app = open_latent(run=run, view="walk")
    store().delete(run)
    assert [each.value for each in app.error] == []
    assert MIXED not in headers(app)


@pytest.mark.parametrize("model", ["cats-64", "fashion-mlp-28"])  # of 128 and of 64 numbers
def test_the_shell_is_the_models_own(model: str, open_latent: Open) -> None:
    size = grip.about(model)["latent_size"]
    said = texts(open_latent(model=model, view="walk"))
    assert f"of {size} normal numbers the length is about {shell(size).mean:.1f}," in said
    assert ("hardly ever under 9 or over\n14" in said) is (size == 128)


def test_the_straight_way_leaves_the_shell_where_it_does(open_latent: Open) -> None:
    app = open_latent(model="fashion-mlp-28", view="walk")
    assert "The straight way leaves it." in texts(app)
    same = LatentSpec(model="fashion-mlp-28")
    app.session_state["latent"] = Grip(same, "walk", kept=(Place(same), Place(same.moved({("z", 0): 0.0}))))
    app.run()
    assert "of 64 normal numbers" in texts(app)
    assert "The straight way leaves it." not in texts(app)


def test_norms_and_lengths_can_be_taken_away(open_latent: Open, saved: dict[str, str]) -> None:
    app = open_latent(model="digits-cdcgan-32", view="walk")
    rows = list(csv.DictReader(saved["gan-classroom-norms.csv"].splitlines()))
    assert len(rows) == 2 * 16
    lerp, slerp = ([float(row["norm"]) for row in rows if row["way"] == way] for way in ("lerp", "slerp"))
    assert min(lerp) < 0.9 * min(slerp)
    assert {row["time"] for row in rows} >= {"0.0", "1.0"}
    app.button(key="latent_measure").click().run()
    rows = list(csv.DictReader(saved["gan-classroom-ways.csv"].splitlines()))
    assert [row["way"] for row in rows] == ["lerp", "slerp", "even"]
    assert all(float(row["pixels"]) > 10 and float(row["features"]) > 0 for row in rows)


# Searches ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def searching(open_latent: Open, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """A search for a picture of the generator's own, stopped after its first two slices."""
    monkeypatch.setattr(find_view, "STEPS", 40)
    app = open_latent(model="digits-cdcgan-32", view="find")
    app.toggle(key="latent_looks").set_value(False).run()
    app.button(key="latent_find_own").click().run()
    app.button(key="latent_find_stop").click().run()
    assert not app.exception
    return app


def step(app: AppTest) -> int:
    return app.session_state[find_view.SEARCH]["seen"]["step"]


def test_a_search_that_was_stopped_goes_on(searching: AppTest) -> None:
    stopped = step(searching)
    searching.run()
    assert step(searching) == stopped < 40
    assert "A reload of the page loses the search." in texts(searching)
    searching.button(key="latent_find_on").click().run()
    for _ in range(4):
        searching.run()
    assert step(searching) == 40
    assert "latent_find_on" not in [each.key for each in searching.button]


def test_a_search_goes_on_after_a_worker_was_lost(searching: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object, **__: object) -> None:
        raise CallFailed("The worker was lost.")

    with monkeypatch.context() as patched:
        patched.setattr(grip, "ask", lost)
        searching.button(key="latent_find_on").click().run()
        assert [each.value for each in searching.error] == ["The worker was lost."]
    searching.button(key="latent_find_on").click().run()
    assert not searching.error
    assert not searching.exception


def test_what_was_found_can_be_taken_away(searching: AppTest, saved: dict[str, bytes]) -> None:
    searching.run()
    with Image.open(io.BytesIO(saved["gan-classroom-found.png"])) as picture:
        assert (picture.format, picture.size) == ("PNG", (32, 32))


def test_an_error_is_told_as_what_it_is(searching: AppTest) -> None:
    kept = searching.session_state[find_view.SEARCH]
    kept["seen"] |= {"unsaid": 1.4, "error": 70.0}
    searching.run()
    assert "Error, as a share of the picture's variance: 140%." in texts(searching)
    kept["seen"] |= {"unsaid": None}
    searching.run()
    assert "The picture is flat; the error is 70.0 grey levels, root mean square." in texts(searching)


# The map -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("model", "told"), [("fashion-cdcgan-32", True), ("fashion-mlp-28", False)])
def test_a_class_between_classes_is_spoken_of_where_classes_are_told(model: str, told: bool, open_latent: Open) -> None:
    app = open_latent(model=model, view="map")
    assert not app.error
    assert ("gets the class of the nearest of the three" in texts(app)) is told
