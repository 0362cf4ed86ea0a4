"""The Latent space page through AppTest: every shipped generator in every view, links, knobs, searches, films."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from gan_core.frames import pack, unpack
from gan_core.shelf import bundled, kind
from gan_core.specs import LatentSpec, PictureSpec
from pages.parts import find_view, grip, hold_view
from pages.parts.grip import VIEWS, Grip
from pages.parts.services import engine, store
from tests.pages.lab_tools import ended, texts

GENERATORS = [model.name for model in bundled() if kind(model) in ("generator", "autoencoder")]
Open = Callable[..., AppTest]


@pytest.fixture
def open_latent(run_page: Open) -> Open:
    """`open_latent(model="cats-64", view="walk")`: the page by its link, with an engine that is ready."""
    engine().wait_ready(120)
    return lambda **query: run_page("latent_space", **query)


def grip_of(app: AppTest) -> Grip:
    return app.session_state["latent"]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("model", GENERATORS)
def test_every_shipped_generator_in_every_view(model: str, view: str, open_latent: Open) -> None:
    app = open_latent(model=model, view=view)
    assert not app.exception
    assert [each.value for each in app.error] == []
    assert grip_of(app).spec.model == model
    assert app.segmented_control(key="latent_view").value == view


def test_an_address_says_everything(open_latent: Open) -> None:
    query = {"model": "fashion-cdcgan-32", "seed": "7", "label": "3", "truncation": "0.8", "knobs": "pc0:1.5,z3:-2",
             "view": "directions", "bank": "pc0.pc1", "names": "pc0=sleeves", "marks": "1.4~9"}  # fmt: skip
    app = open_latent(**query)
    held = grip_of(app)
    assert held.spec.moves == {("pc", 0): 1.5, ("z", 3): -2.0}
    assert (held.bank, held.names, held.marks) == (("pc0", "pc1", "z3"), {"pc0": "sleeves"}, ((1, 4), (9,)))
    again = grip_of(open_latent(**grip.query_of(held)))
    assert again == held
    assert grip.title_of("pc0", held) == "sleeves"


@pytest.mark.parametrize(
    "query, words",
    [
        ({"knobs": "z3:9"}, "values must be from -6 to 6"),
        ({"knobs": "smile:1"}, "each must be a kind"),
        ({"view": "nowhere"}, "view is 'nowhere'; it must be one of hold"),
        ({"marks": "one"}, "it must be seeds from 1 to 24"),
        ({"bank": "q1"}, "'q1' in it is no knob"),
        ({"bank": "pc0:1,pc1"}, "is no knob"),
        ({"bank": "z03"}, "is no knob"),
        ({"marks": "99999999999"}, "must be seeds from 1 to 24"),
        ({"base": "AAA"}, "base in the address"),
        ({"run": "nonsense"}, "no longer kept"),
        ({"model": "no-such"}, "no-such"),
        ({"knobs": "z500:1"}, "z500"),
        ({"label": "4"}, "Class (label) is 4"),
        ({"knobs": "own0:1"}, "own0"),
        ({"model": "ada/nothing@" + 40 * "0"}, "ada/nothing"),
    ],
)
def test_what_a_link_has_wrong_is_one_sentence(query: dict, words: str, open_latent: Open) -> None:
    app = open_latent(view="walk", **query) if "view" not in query else open_latent(**query)
    assert not app.exception
    said = [each.value for each in (*app.warning, *app.error)]
    assert len(set(said)) == 1, said
    assert words in said[0]


def test_another_model_takes_nothing_along_that_does_not_fit(open_latent: Open) -> None:
    app = open_latent(model="cats-64", knobs="pc0:2", seed="5", view="walk")
    app.button(key="latent_keep_0").click().run()
    assert len(grip_of(app).kept) == 1
    app.selectbox(key="latent_model").set_value("digits-cdcgan-32").run()
    assert not app.exception
    assert grip_of(app).spec == LatentSpec(model="digits-cdcgan-32", seed=5)
    assert grip_of(app).kept == ()


def test_what_is_held_beside_the_spec_survives_a_reload(open_latent: Open) -> None:
    app = open_latent(model="digits-cdcgan-32", view="find")
    app.toggle(key="latent_looks").set_value(False).run()
    app.button(key="latent_find_own").click().run()
    app.run()
    engine().wait_ready(60)
    for _ in range(40):
        app.run()
        if [button for button in app.button if button.key == "latent_find_take"]:
            break
    app.button(key="latent_find_take").click().run()
    held = grip_of(app)
    base = unpack(held.own)[0]["base"]
    again = grip_of(open_latent(**grip.query_of(held)))
    assert again.spec == held.spec
    assert np.abs(unpack(again.own)[0]["base"] - base).max() < 0.01
    plain = grip_of(open_latent(model="digits-cdcgan-32"))
    assert plain.own is None


def test_another_seed_lets_go_of_what_was_found(open_latent: Open) -> None:
    base = pack({"base": np.ones(128, np.float32)})
    held = Grip(LatentSpec(model="digits-cdcgan-32")).with_own(base)

    def turned() -> None:
        import streamlit as st

        from pages.parts import hold_view

        about = {"knobs": {}, "names": {}, "removed": [], "rests": True, "label": 0, "truncation": 1.0}
        if st.button("same"):
            hold_view._moved({"move": 1, "model": "digits-cdcgan-32", "seed": 0} | about)
        if st.button("other"):
            hold_view._moved({"move": 2, "model": "digits-cdcgan-32", "seed": 1} | about)

    app = AppTest.from_function(turned)
    app.session_state["latent"] = held
    app.run().button[0].click().run()
    assert app.session_state["latent"].arrays.keys() == {"base"}
    app.button[1].click().run()
    assert app.session_state["latent"].own is None


def test_a_direction_of_ones_own_is_found_again_from_its_marks(open_latent: Open) -> None:
    app = open_latent(model="fashion-mlp-28", bank="own0.pc0", marks="1.2~3", knobs="own0:2")
    assert not app.exception
    assert not app.error
    assert unpack(grip_of(app).own)[0]["own"].shape[0] == 1


def test_ways_from_elsewhere_begin_where_one_has_come(open_latent: Open) -> None:
    app = open_latent(model="fashion-mlp-28", view="local")
    app.button(key="latent_ways").click().run()
    grip_at = grip_of(app)
    app.session_state["latent"] = replace(grip_at, spec=grip_at.spec.moved({("v", 0): 3.0}))
    before = grip.picture_of(app.session_state["latent"].place)
    app.button(key="latent_ways").click().run()
    assert grip_of(app).spec.moves == {}
    assert grip.picture_of(grip_of(app).place) == before


def test_a_knob_that_leaves_the_bank_moves_nothing_any_more() -> None:
    held = Grip(LatentSpec(knobs="z3:4,pc0:1")).with_bank(("pc0", "pc1"))
    assert held.spec.moves == {("pc", 0): 1.0}
    assert grip.query_of(held.with_bank(()))["bank"] == "none"


def test_a_knob_is_turned_named_and_taken_away() -> None:
    engine().wait_ready(120)

    def turned() -> None:
        import streamlit as st

        from gan_core.specs import LatentSpec
        from pages.parts import grip, hold_view

        st.session_state.setdefault(grip.KEY, grip.Grip(LatentSpec(model="digits-cdcgan-32")))
        move = {
            "move": 3,
            "model": "digits-cdcgan-32",
            "knobs": {"pc0": 1.5, "pc1": None, "z4": -1.0},
            "names": {"pc0": "slant"},
            "removed": ["pc5"],
            "rests": True,
            "seed": 8,
            "label": 2,
            "truncation": 0.9,
        }
        if st.button("turn"):
            hold_view._moved(move)

    app = AppTest.from_function(turned, default_timeout=30).run()
    app.button[0].click().run()
    assert not app.exception
    held = app.session_state["latent"]
    assert held.spec == LatentSpec(model="digits-cdcgan-32", knobs="pc0:1.5,z4:-1", seed=8, label=2, truncation=0.9)
    assert held.names == {"pc0": "slant"}
    assert "pc5" not in held.bank
    assert "z4" in held.bank
    assert hold_view._split("sefa12") == ("sefa", 12)


def test_directions_by_examples_become_a_knob(open_latent: Open) -> None:
    app = open_latent(model="cats-64", view="directions", marks="1.2~3")
    assert not app.exception
    app.text_input(key="latent_own_name").set_value("ginger").run()
    app.button(key="latent_take_own").click().run()
    held = grip_of(app)
    assert "own0" in held.bank
    assert held.names["own0"] == "ginger"
    assert unpack(held.own)[0]["own"].shape == (1, 128)
    app.segmented_control(key="latent_view").set_value("hold").run()
    assert not app.exception


def test_local_ways_become_knobs(open_latent: Open) -> None:
    app = open_latent(model="fashion-cdcgan-32", view="local")
    assert "directions hold 90 % of all change" in texts(app)
    app.button(key="latent_ways").click().run()
    assert {"v0", "v5"} <= {*grip_of(app).bank}
    app.segmented_control(key="latent_view").set_value("hold").run()
    assert not app.exception
    assert not app.error


def test_a_picture_is_searched_found_and_taken_in_hand(open_latent: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find_view, "STEPS", 30)
    app = open_latent(model="digits-cdcgan-32", view="find")
    app.toggle(key="latent_looks").set_value(False).run()
    app.button(key="latent_find_own").click().run()
    for _ in range(6):
        app.run()
    assert not app.exception
    assert "Error, as a share of the picture's variance" in texts(app)
    app.button(key="latent_find_take").click().run()
    held = grip_of(app)
    assert held.view == "hold"
    assert unpack(held.own)[0]["base"].shape == (128,)
    assert not app.exception


def test_a_walk_becomes_films(open_latent: Open) -> None:
    app = open_latent(model="fashion-cdcgan-32", view="walk", seed="3")
    assert "grey levels in all" in texts(app)
    assert "VAE" in texts(app)
    app.button(key="latent_film_make_gif").click().run()
    assert not app.exception
    gif = app.session_state["latent_film"]["gif"]
    with Image.open(io.BytesIO(gif)) as film:
        assert film.n_frames > 20
        assert np.asarray(film.convert("L")).std() > 5
    app.button(key="latent_film_make_mp4").click().run()
    assert app.session_state["latent_film"]["mp4"][4:8] == b"ftyp"


def test_a_generator_that_was_just_trained(open_latent: Open) -> None:
    spec = PictureSpec.from_flat({
        "data.source": "digits", "data.size": 8, "data.limit": 300, "network.generator_width": 8,
        "network.discriminator_width": 8, "batch": 16, "steps": 4, "frame_every": 2, "samples": 4, "score_every": 0,
    })  # fmt: skip
    run = engine().start(spec, "ann")
    ended(run)
    for view in VIEWS[:6]:
        app = open_latent(run=run, view=view)
        assert not app.exception, view
        assert not app.error, (view, [each.value for each in app.error])
        assert grip_of(app).spec.model == f"run:{run}@4"
    store().delete(run)
    gone = open_latent(model=f"run:{run}@5")
    assert not gone.exception
    assert "no longer kept" in gone.error[0].value
