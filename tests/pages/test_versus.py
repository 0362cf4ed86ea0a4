"""A against B, and many seeds, through AppTest: who is edited, what is started, what is said of the outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from gan_core.outcomes import History, wilson
from gan_core.presets import presets
from gan_core.specs import Cures, ToySpec
from pages.parts.differences import differences
from pages.parts.history import history
from pages.parts.run_names import pair_name, paired, spec_name
from pages.parts.seeds import claim
from pages.parts.services import engine, store
from pages.parts.set_up import COUNTS, SHARED, SetUp
from pages.parts.settings import title_of
from tests.pages.lab_tools import SMALL, set_up_of, spec_of, texts, trained

Open = Callable[..., AppTest]
CURED = next((name, cure) for name, preset in presets().items() for cure in preset.cures)


def way(lab: AppTest, mode: str) -> None:
    lab.segmented_control(key="toy_way").set_value(mode).run()
    assert not lab.exception


def side(lab: AppTest, name: str) -> None:
    lab.segmented_control(key="toy_side").set_value(name).run()
    assert not lab.exception


# A against B ---------------------------------------------------------------------------------------------------------


def test_a_preset_against_its_cure_with_one_click(open_lab: Open) -> None:
    name, cure = CURED
    lab = open_lab(preset=name)
    way(lab, "versus")
    assert set_up_of(lab).specs == SetUp(presets()[name].spec).turned("versus").specs
    assert lab.selectbox(key="toy_cure").value == cure
    found = differences(*set_up_of(lab).specs)
    assert list(lab.table[0].value.iloc[:, 0]) == [title for title, _, _ in found]
    lab.selectbox(key="toy_cure").set_value("").run()
    assert "Nothing differs yet" in texts(lab)


def test_b_is_edited_by_itself_and_a_stays(lab: AppTest) -> None:
    way(lab, "versus")
    side(lab, "b")
    assert not [slider for slider in lab.slider if slider.key == "toy.data.ring.modes"]
    lab.selectbox(key="toy.b.loss").set_value("hinge").run()
    assert (spec_of(lab), set_up_of(lab).b) == (ToySpec(), ToySpec(loss="hinge"))
    assert lab.query_params["b.loss"] == "hinge"
    assert "loss" not in lab.query_params
    side(lab, "a")
    lab.number_input(key="toy.steps").set_value(1500).run()
    assert set_up_of(lab).b == ToySpec(loss="hinge", steps=1500)
    lab.button(key="toy_undo").click().run()
    assert set_up_of(lab).specs == (ToySpec(), ToySpec(loss="hinge"))


def test_what_b_cannot_be_gets_its_sentence(lab: AppTest) -> None:
    way(lab, "versus")
    side(lab, "b")
    lab.slider(key="toy.b.cures.packing").set_value(7).run()
    assert "it must divide the batch of 256" in lab.error[0].value
    assert lab.button(key="toy_train").disabled
    side(lab, "a")
    assert not lab.error


def test_both_are_trained_swapped_and_kept(open_lab: Open) -> None:
    lab = open_lab(**SMALL, mode="versus", **{"b.loss": "hinge"})
    runs = trained(lab)
    assert [run.spec.loss for run in runs] == ["non_saturating", "hinge"]
    assert {run.status for run in runs} == {"finished"}
    assert (lab.query_params["run"], lab.query_params["b.run"]) == tuple(run.id for run in runs)
    lab.button(key="toy_swap").click().run()
    assert set_up_of(lab).runs == tuple(run.id for run in reversed(runs))
    lab.button(key="toy_keep_b").click().run()
    assert set_up_of(lab).a == set_up_of(lab).b == runs[0].spec
    assert lab.button(key="toy_keep_b").disabled
    lab.button(key="toy_undo").click().run()
    assert set_up_of(lab).specs == tuple(run.spec for run in reversed(runs))
    assert set_up_of(lab).runs == tuple(run.id for run in reversed(runs))


def test_a_link_to_both_runs_brings_both_back(open_lab: Open) -> None:
    lab = open_lab(**SMALL, mode="versus", **{"b.cures.packing": "2"})
    trained(lab)
    query = {name: lab.query_params[name] for name in ("mode", "run", "b.run")}
    again = open_lab(**query)
    assert set_up_of(again) == set_up_of(lab)


def test_when_the_limit_leaves_room_for_one_none_is_started(open_lab: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = open_lab(**SMALL, mode="versus")
    before = {run.id for run in store().list()}
    monkeypatch.setattr(engine(), "_settings", engine()._settings.model_copy(update={"runs_per_visitor": 1}))
    lab.button(key="toy_train").click().run()
    assert not lab.exception
    assert "as many as one visitor may have" in lab.toast[0].value
    assert {run.id for run in store().list()} == before
    assert set_up_of(lab).runs == (None, None)


def test_titles_tell_the_two_players_apart() -> None:
    names = list(ToySpec().flat())
    assert len({title_of(name) for name in names}) == len(names)


def test_differences_are_in_words() -> None:
    other = ToySpec(cures=Cures(minibatch_std=True), batch=1024, loss="wasserstein")
    assert differences(ToySpec(), other) == [
        ("Loss", "Non-saturating", "Wasserstein"),
        ("Minibatch deviation", "off", "on"),
        ("Batch", "256", "1,024"),
    ]


# Many seeds ----------------------------------------------------------------------------------------------------------


def test_many_seeds_are_counted_with_their_interval(open_lab: Open) -> None:
    lab = open_lab(**SMALL)
    way(lab, "seeds")
    assert spec_of(lab).seeds == 16
    lab.segmented_control(key="toy_count").set_value(4).run()
    assert spec_of(lab).seeds == COUNTS[0] == 4
    (run,) = trained(lab)
    told = history(run.id)
    assert told.seeds == 4
    kept = int((told.metrics["modes"][-1] >= 8).sum())
    low, high = wilson(kept, 4)
    sentence = f"**{kept} of 4 seeds** cover all 8 modes at the end: {kept / 4:.0%}, with a 95% interval from "
    assert sentence + f"{low:.0%} to {high:.0%}." in texts(lab)
    assert len(lab.get("vega_lite_chart")) == 2


def test_new_seeds_are_other_seeds(open_lab: Open) -> None:
    lab = open_lab(**SMALL, seeds="4")
    lab.button(key="toy_reseed").click().run()
    assert (spec_of(lab).seed, spec_of(lab).seeds) == (4, 4)


def test_what_is_counted_is_what_the_preset_promises() -> None:
    name, cure = CURED
    about = {"modes": 8, "good_ceiling": 0.99}
    assert claim(presets()[name].spec, about) == presets()[name].promise
    assert claim(presets()[name].cured(cure), about) == presets()[name].cures[cure].promise
    assert claim(ToySpec(batch=99), about).at_least == 8
    assert claim(ToySpec(batch=99), about | {"modes": 0}).metric == "good"


def test_a_history_grows_as_if_read_at_once(open_lab: Open) -> None:
    lab = open_lab(**SMALL, seeds="4")
    (run,) = trained(lab)
    whole = History.of(store().frames(run.id))
    assert (history(run.id).metrics["good"] == whole.metrics["good"]).all()
    assert (history(run.id).mode_counts == whole.mode_counts).all()
    assert list(history(run.id).step) == [0, 5, 10, 15, 20]


# The list of runs ----------------------------------------------------------------------------------------------------


def test_runs_started_together_are_listed_together(open_lab: Open) -> None:
    lab = open_lab(**SMALL, mode="versus", **{"b.loss": "hinge"})
    a, b = trained(lab)
    newest = store().list(owner=a.owner, limit=2)
    assert paired(newest) == [(a, b)]
    assert paired([replace(b, created=a.created + 60), a]) == [(replace(b, created=a.created + 60),), (a,)]
    other = b.spec.model_copy(update={"seed": 7})
    assert len(paired([replace(b, spec=other), a])) == 2
    assert all(getattr(a.spec, name) == getattr(b.spec, name) for name in SHARED)


def test_names_tell_runs_apart() -> None:
    name, cure = CURED
    preset = presets()[name]
    assert spec_name(preset.spec) == f"{preset.title} · seed 0"
    assert spec_name(preset.cured(cure)) == f"{preset.title} · {preset.cures[cure].title} · seed 0"
    assert pair_name(preset.spec, preset.cured(cure)) == f"{preset.title} | {preset.cures[cure].title} · seed 0"
    assert pair_name(ToySpec(), ToySpec(loss="hinge")) == "Healthy ring · Loss: Non-saturating | Hinge · seed 0"
    own = ToySpec(loss="hinge", batch=64, cures=Cures(packing=2, ema=0.9), seed=3, seeds=4)
    assert spec_name(own) == "Ring · Hinge · Packing 2 · EMA of G 0.9 · 1 more · seeds 3 to 6"
