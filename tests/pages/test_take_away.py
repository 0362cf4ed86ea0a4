"""What is taken away and brought back, and data of one's own, through AppTest."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from gan_core.drawing import LEAST, drawing
from gan_core.script import script
from gan_core.specs import VERSION, Drawn, Ring, ToySpec, read_spec
from pages.parts import films
from pages.parts.dials import stops
from pages.parts.services import store
from pages.parts.take_away import as_csv
from tests.pages.lab_tools import SMALL, set_up_of, spec_of, trained

Open = Callable[..., AppTest]


def saved(lab: AppTest) -> AppTest:
    lab.session_state["toy_save"] = True
    return lab.run()


def test_everything_of_a_run_can_be_saved(open_lab: Open) -> None:
    lab = open_lab(**SMALL)
    (run,) = trained(lab)
    saved(lab)
    assert not lab.exception
    assert {button.key for button in lab.download_button} == {
        "toy_A_csv", "toy_A_json", "toy_A_script", "toy_A_weights",
    }  # fmt: skip
    assert read_spec(run.spec.json_text()) == run.spec
    rows = list(csv.DictReader(as_csv(store().metrics(run.id)).splitlines()))
    assert [int(row["step"]) for row in rows] == [0, 5, 10, 15, 20]
    assert np.isfinite(float(rows[-1]["generator_loss"]))
    compile(script(run.spec), "script.py", "exec")


@pytest.mark.parametrize("mode", ["one", "versus"])
def test_films_are_made_when_somebody_asks(mode: str, open_lab: Open) -> None:
    lab = open_lab(**SMALL, mode=mode)
    trained(lab)
    saved(lab)
    for kind, begins in (("gif", b"GIF89a"), ("mp4", b"\x00\x00\x00")):
        lab.button(key=f"toy_make_{kind}").click().run()
        assert not lab.exception
        assert not lab.error
        assert lab.session_state["toy_movies"][kind].startswith(begins)
        assert lab.download_button(key=f"toy_{kind}").label.endswith(" MB")


def test_a_film_that_cannot_be_made_gets_a_sentence(open_lab: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = open_lab(**SMALL)
    trained(lab)
    saved(lab)
    monkeypatch.setattr(films, "whole", lambda run: b"no film")
    lab.button(key="toy_make_gif").click().run()
    assert not lab.exception
    assert lab.error[0].value.startswith("A worker could not answer")
    assert lab.button(key="toy_make_gif")


def opened(lab: AppTest, content: bytes) -> AppTest:
    lab.button(key="toy_open").click().run()
    lab.file_uploader(key="toy_file").set_value(("spec.json", content, "application/json")).run()
    assert not lab.exception
    return lab


def test_a_saved_spec_comes_back(lab: AppTest) -> None:
    spec = ToySpec(loss="hinge", data=Drawn(points=drawing((x / 4, 0.5) for x in range(LEAST))), seed=5)
    assert spec_of(opened(lab, spec.json_text().encode())) == spec
    lab.button(key="toy_undo").click().run()
    assert spec_of(lab) == ToySpec()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe nothing", "This is not a spec"),
        (b"[" * 100_000, "nested too deep"),
        (json.dumps({"kind": "toy", "version": VERSION + 1}).encode(), "a newer GAN Classroom wrote this"),
        (json.dumps({"kind": "toy", "steps": 10**9}).encode(), "Steps (steps) is '1000000000'"),
        (json.dumps({"kind": "soup"}).encode(), "kind is 'soup'"),
    ],
    ids=["bytes", "deep", "newer", "out of bounds", "kind"],
)
def test_a_file_that_is_no_spec_changes_nothing(lab: AppTest, content: bytes, sentence: str) -> None:
    opened(lab, content)
    assert sentence in lab.session_state["toy_file_wrong"]
    assert spec_of(lab) == ToySpec()


# Data of one's own ---------------------------------------------------------------------------------------------------


def test_the_drawing_board_opens_and_closes(lab: AppTest) -> None:
    lab.selectbox(key="toy.data.kind").set_value("drawn").run()
    assert isinstance(spec_of(lab).data, Drawn)
    lab.button(key="toy_draw").click().run()
    assert not lab.exception
    assert lab.session_state["toy_sketch_memory"].drawing == Drawn().points
    assert "toy_slow_start" not in {button.key for button in lab.button}
    lab.button(key="toy_drawn").click().run()
    assert lab.button(key="toy_slow_start")


def test_two_are_trained_on_what_was_drawn_for_a(lab: AppTest) -> None:
    lab.selectbox(key="toy.data.kind").set_value("drawn").run()
    lab.segmented_control(key="toy_way").set_value("versus").run()
    lab.segmented_control(key="toy_side").set_value("b").run()
    lab.button(key="toy_draw_here").click().run()
    assert not lab.exception
    points = drawing((x / 4, -1.0) for x in range(LEAST))
    lab.session_state["toy.data.drawn.points"] = points
    lab.run()
    assert {spec.data.points for spec in set_up_of(lab).specs} == {points}


def test_too_few_points_cannot_be_trained(lab: AppTest) -> None:
    lab.selectbox(key="toy.data.kind").set_value("drawn").run()
    lab.button(key="toy_draw").click().run()
    lab.session_state["toy.data.drawn.points"] = drawing([(0.0, 0.0)] * 3)
    lab.run()
    assert lab.button(key="toy_train").disabled
    assert lab.button(key="toy_drawn").disabled
    assert not lab.error  # the board itself says how many are missing
    assert spec_of(lab).data == Drawn()


def test_a_shared_link_holds_the_drawing(open_lab: Open) -> None:
    points = drawing((x / 4, -0.5) for x in range(LEAST))
    lab = open_lab(**{"data.kind": "drawn", "data.points": points})
    assert spec_of(lab).data.points == points
    assert lab.query_params["data.points"] == points


def test_weights_have_a_slider_a_mode(lab: AppTest) -> None:
    lab.slider(key="toy.data.ring.modes").set_value(3).run()
    lab.button(key="toy.data.ring.weights_open").click().run()
    lab.select_slider(key="toy.data.ring.weights_1").set_value(0.1).run()
    assert spec_of(lab).data.weights == (1.0, 0.1, 1.0)
    lab.slider(key="toy.data.ring.modes").set_value(4).run()
    assert spec_of(lab).data.weights == (1.0, 0.1, 1.0, 1.0)
    lab.button(key="toy.data.ring.weights_open").click().run()
    lab.button(key="toy.data.ring.weights_reset").click().run()
    assert spec_of(lab).data.weights == ()


def test_many_weights_are_a_line_of_text(lab: AppTest) -> None:
    lab.slider(key="toy.data.ring.modes").set_value(13).run()
    lab.text_input(key="toy.data.ring.weights_line").set_value("1, 2").run()
    assert "has 2 numbers for 13 modes" in lab.error[0].value
    lab.text_input(key="toy.data.ring.weights_line").set_value(", ".join("1" * 12 + "2")).run()
    assert spec_of(lab).data.weights == (1.0,) * 12 + (2.0,)


def test_a_value_between_two_stops_becomes_one(open_lab: Open) -> None:
    lab = open_lab(**{"data.sigma": "0.0123"})
    slider = lab.select_slider(key="toy.data.ring.sigma")
    assert slider.value == 0.0123
    slider.set_value(0.02).run()
    assert spec_of(lab).data.sigma == 0.02
    assert "0.0123" in lab.select_slider(key="toy.data.ring.sigma").options


@pytest.mark.parametrize("name", ["radius", "sigma"])
def test_stops_stay_within_the_bounds_of_the_spec(name: str) -> None:
    field = Ring.model_fields[name]
    for stop in stops(field):
        ToySpec.from_flat({f"data.{name}": stop})
    assert field.default in stops(field)
    assert max(stops(field)) == next(bound.le for bound in field.metadata if hasattr(bound, "le"))
