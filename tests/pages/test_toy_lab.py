"""The Toy lab through AppTest: what the settings, the presets and the address make of each other."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from gan_core import losses
from gan_core.presets import presets
from gan_core.protocols import protocols
from gan_core.specs import SEEDS, ToySpec
from pages.parts.services import engine, store
from tests.pages.lab_tools import SMALL, set_up_of, spec_of, texts, trained

Open = Callable[..., AppTest]
CURED = next((name, cure) for name, preset in presets().items() for cure in preset.cures)


def test_opens_on_the_healthy_ring(lab: AppTest) -> None:
    assert not lab.exception
    assert spec_of(lab) == presets()["healthy"].spec
    assert lab.session_state["toy_experiment"] == "healthy"
    assert "toy_cure" not in lab.session_state  # it needs none


@pytest.mark.parametrize("name", presets())
def test_each_preset_from_a_link_with_its_cures(name: str, open_lab: Open) -> None:
    lab = open_lab(preset=name)
    assert not lab.exception
    assert spec_of(lab) == presets()[name].spec
    assert presets()[name].predict in texts(lab)
    for cure in presets()[name].cures:
        lab.selectbox(key="toy_cure").set_value(cure).run()
        assert not lab.exception
        assert spec_of(lab) == presets()[name].cured(cure)
        assert presets()[name].cures[cure].explain in texts(lab)


def test_an_experiment_is_chosen_and_its_settings_make_it_ones_own(lab: AppTest) -> None:
    name, cure = CURED
    lab.selectbox(key="toy_experiment").set_value(name).run()
    lab.selectbox(key="toy_cure").set_value(cure).run()
    assert spec_of(lab) == presets()[name].cured(cure)
    lab.selectbox(key="toy.loss").set_value("hinge").run()
    assert lab.selectbox(key="toy_experiment").value == ""
    assert lab.selectbox(key="toy_experiment").options[-1] == "Your own"
    assert presets()[name].cures[cure].predict not in texts(lab)


@pytest.mark.parametrize("name", protocols())
def test_a_protocol_shows_its_paper_and_its_figures(name: str, open_lab: Open) -> None:
    lab = open_lab()
    lab.selectbox(key="toy_experiment").set_value(name).run()
    assert not lab.exception
    protocol = protocols()[name]
    assert spec_of(lab) == protocol.spec
    assert protocol.paper in texts(lab)
    assert protocol.differs in texts(lab)
    shown = lab.table[0].value if lab.table else None
    for row in protocol.published:
        assert any(row.method in method for method in shown["Method"])


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


def test_cures_and_lazy_penalties_are_settings(lab: AppTest) -> None:
    lab.slider(key="toy.cures.packing").set_value(2).run()
    lab.toggle(key="toy.cures.minibatch_std").set_value(True).run()
    lab.number_input(key="toy.regularisation.every").set_value(4).run()
    assert spec_of(lab).changes() == {"cures.packing": 2, "cures.minibatch_std": True, "regularisation.every": 4}


def test_a_wrong_setting_gets_one_sentence_and_stops_nothing_else(lab: AppTest) -> None:
    lab.number_input(key="toy.generator_optimizer.learning_rate").set_value(7.0).run()
    assert lab.error[0].value.startswith(
        "Learning rate (generator_optimizer.learning_rate) is '7.0'; it must be at most"
    )
    assert lab.button(key="toy_train").disabled
    lab.number_input(key="toy.generator_optimizer.learning_rate").set_value(0.002).run()
    assert not lab.error
    assert spec_of(lab).generator_optimizer.learning_rate == 0.002


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("toy.steps", 300_000, "it must be at most 200000, because one run would keep a core busy for hours."),
        ("toy.cures.consensus", 1.0, "it needs the order 'simultaneous'"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(lab: AppTest, key: str, value: float, sentence: str) -> None:
    lab.number_input(key=key).set_value(value).run()
    assert sentence in lab.error[0].value
    assert spec_of(lab) == ToySpec()


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


def test_an_earlier_run_of_the_session_makes_room_and_is_kept(open_lab: Open) -> None:
    lab = open_lab(**SMALL | {"steps": "200000", "frame_every": "10000"})
    lab.button(key="toy_train").click().run()
    first = set_up_of(lab).run
    lab.number_input(key="toy.steps").set_value(20)
    lab.number_input(key="toy.frame_every").set_value(5)
    second = trained(lab)[0]
    assert second.status == "finished"
    assert store().get(first).status == "stopped"


def test_the_charts_of_a_run_and_more_of_them_on_demand(open_lab: Open) -> None:
    lab = open_lab(**SMALL, **{"data.sigma": "1"})  # so wide that some samples are good from the start
    trained(lab)
    charts = len(lab.get("vega_lite_chart"))
    assert charts == 2
    lab.session_state["toy_more"] = True
    lab.run()
    assert len(lab.get("vega_lite_chart")) == charts + 5
    assert "A mode counts as covered with 2 good samples of 200." in texts(lab)


def test_slow_motion_before_and_after_a_run(open_lab: Open) -> None:
    lab = open_lab(**SMALL)
    for back in ("Back", "Back to the run"):
        lab.button(key="toy_slow_start").click().run()
        assert not lab.exception
        assert lab.session_state["toy_slow"]
        assert lab.button(key="toy_slow_back").label == back
        lab.button(key="toy_slow_back").click().run()
        assert "toy_slow" not in lab.session_state
        trained(lab)


def test_a_new_choice_ends_slow_motion(open_lab: Open) -> None:
    lab = open_lab(**SMALL)
    lab.button(key="toy_slow_start").click().run()
    lab.selectbox(key="toy.loss").set_value("hinge").run()
    assert "toy_slow" not in lab.session_state


def test_the_largest_seed_there_is_trains_too(open_lab: Open) -> None:
    lab = open_lab(**SMALL | {"seed": str(SEEDS - 1)})
    lab.button(key="toy_reseed").click().run()
    assert not lab.exception
    assert set_up_of(lab).a.seed in range(SEEDS)


def test_weights_with_many_digits_come_to_rest(open_lab: Open) -> None:
    lab = open_lab(**{"data.modes": "2", "data.weights": "0.3333333,0.6666667"})
    assert not lab.exception
    assert spec_of(lab).data.weights == (0.3333333, 0.6666667)


def test_the_code_is_on_the_page(lab: AppTest) -> None:
    shown = "\n".join(block.value for block in lab.code)
    assert inspect.getsource(losses.non_saturating_generator).rstrip() in shown
    assert "def generator_backward" in shown


def test_an_engine_that_is_ready_shows_the_untrained_players(lab: AppTest) -> None:
    assert engine().state.status == "ready"
    assert not [caption for caption in lab.caption if "hourglass" in caption.value]
