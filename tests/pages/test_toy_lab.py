"""The Toy lab through AppTest: what the settings, the presets and the address make of each other."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from gan_core import losses
from gan_core.presets import presets
from gan_core.source import loss_functions, source_of
from gan_core.specs import ToySpec
from pages.parts.services import engine, store


@pytest.fixture
def lab(run_page: Callable[..., AppTest]) -> AppTest:
    engine().wait_ready(60)
    return run_page("toy_lab")


def spec_of(app: AppTest) -> ToySpec:
    return app.session_state["toy"]


def test_opens_on_the_healthy_ring(lab: AppTest) -> None:
    assert not lab.exception
    assert spec_of(lab) == presets()["healthy"].spec
    assert lab.session_state["toy_preset"] == "healthy"


@pytest.mark.parametrize("name", presets())
def test_each_preset_and_its_cure_from_a_link(name: str, run_page: Callable[..., AppTest]) -> None:
    lab = run_page("toy_lab", preset=name)
    assert not lab.exception
    assert spec_of(lab) == presets()[name].spec
    if presets()[name].cure:
        lab.toggle(key="toy_cured").set_value(True).run()
        assert spec_of(lab) == presets()[name].cured
        assert presets()[name].cure.explain in " ".join(block.value for block in lab.markdown)


def test_a_setting_goes_into_the_address_and_undo_takes_it_out(lab: AppTest) -> None:
    lab.selectbox(key="toy.loss").set_value("hinge").run()
    assert lab.query_params["loss"] == "hinge"
    lab.button(key="toy_undo").click().run()
    assert "loss" not in lab.query_params
    assert spec_of(lab).loss == "non_saturating"


def test_another_distribution_brings_its_own_settings(lab: AppTest) -> None:
    lab.selectbox(key="toy.data.kind").set_value("grid").run()
    lab.slider(key="toy.data.grid.side").set_value(3).run()
    assert spec_of(lab).changes() == {"data.kind": "grid", "data.side": 3}


def test_a_wrong_setting_gets_one_sentence_and_stops_nothing_else(lab: AppTest) -> None:
    lab.number_input(key="toy.generator_optimizer.learning_rate").set_value(7.0).run()
    assert lab.error[0].value.startswith(
        "Learning rate (generator_optimizer.learning_rate) is '7.0'; it must be at most"
    )
    assert lab.button(key="toy_train").disabled
    lab.number_input(key="toy.generator_optimizer.learning_rate").set_value(0.002).run()
    assert not lab.error
    assert spec_of(lab).generator_optimizer.learning_rate == 0.002


def test_train_starts_a_run_of_what_is_set_up(lab: AppTest) -> None:
    lab.number_input(key="toy.steps").set_value(40).run()
    lab.number_input(key="toy.seed").set_value(5).run()
    lab.button(key="toy_train").click().run()
    run = store().get(lab.query_params["run"])
    assert run.spec == ToySpec(steps=40, seed=5)
    lab.button(key="toy_reseed").click().run()
    assert store().get(lab.query_params["run"]).spec.seed == 6


def test_a_number_typed_just_before_the_click_counts(lab: AppTest) -> None:
    lab.number_input(key="toy.steps").set_value(40)
    lab.number_input(key="toy.seed").set_value(7)
    lab.button(key="toy_train").click().run()
    assert store().get(lab.query_params["run"]).spec == ToySpec(steps=40, seed=7)


def test_weights_with_many_digits_come_to_rest(run_page: Callable[..., AppTest]) -> None:
    lab = run_page("toy_lab", **{"data.modes": "2", "data.weights": "0.3333333,0.6666667"})
    assert not lab.exception
    assert spec_of(lab).data.weights == (0.3333333, 0.6666667)


@pytest.mark.parametrize("loss", losses.LOSSES)
def test_the_code_shown_is_the_code_that_runs(loss: str) -> None:
    row, shown = losses.LOSSES[loss], loss_functions(loss)
    for function, name in zip((row.discriminator, row.generator), shown, strict=True):
        assert source_of("losses.py", name) == inspect.getsource(function).rstrip()


def test_the_code_is_on_the_page(lab: AppTest) -> None:
    shown = "\n".join(block.value for block in lab.code)
    assert inspect.getsource(losses.non_saturating_generator).rstrip() in shown
    assert "def generator_backward" in shown
