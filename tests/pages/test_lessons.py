"""Lessons and links for a class through AppTest: what a step sets up, what it hides, and the ways on."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from gan_core.lessons import lessons
from gan_core.presets import presets
from pages.parts.services import engine
from pages.parts.set_up import in_lesson
from pages.parts.sidebar import class_link
from tests.pages.lab_tools import SMALL, ended, set_up_of, spec_of, texts, trained

Open = Callable[..., AppTest]
STEPS = [(name, number) for name, lesson in lessons().items() for number in range(1, len(lesson.steps) + 1)]


def links(app: AppTest) -> set[str]:
    return {link.proto.query_string for link in app.get("page_link")}


def folded(app: AppTest) -> bool:
    """Whether the answer is."""
    return not next(each for each in app.expander if each.label == "What happened?").proto.expanded


@pytest.mark.parametrize(("name", "number"), STEPS)
def test_a_step_is_a_link_that_sets_up_its_experiment(name: str, number: int, open_lab: Open) -> None:
    lab = open_lab(lesson=name, step=str(number))
    assert not lab.exception
    lesson, step = lessons()[name], lessons()[name].steps[number - 1]
    assert set_up_of(lab) == in_lesson(name, number)
    assert f"**{lesson.title}**, step {number} of {len(lesson.steps)}: {step.title}" in texts(lab)
    assert step.predict in texts(lab)
    assert folded(lab)
    for other in (number - 1, number + 1):
        there = f"lesson={name}&step={other}" in links(lab)
        assert there == (1 <= other <= len(lesson.steps)) or other == 1  # the list below begins each lesson, too


def test_the_answer_unfolds_when_the_run_has_ended(open_lab: Open) -> None:
    name, number = STEPS[0]
    lab = open_lab(lesson=name, step=str(number), **SMALL)
    assert (set_up_of(lab).lesson, set_up_of(lab).step) == (name, number)
    assert folded(lab)
    trained(lab)
    assert not folded(lab)
    assert lessons()[name].steps[number - 1].explain in texts(lab)


def test_leaving_is_one_click_and_the_experiment_stays(open_lab: Open) -> None:
    name, number = STEPS[0]
    lab = open_lab(lesson=name, step=str(number))
    before = spec_of(lab)
    lab.button(key="toy_leave").click().run()
    assert not lab.exception
    assert spec_of(lab) == before
    assert set_up_of(lab).lesson == ""
    assert "lesson" not in lab.query_params
    assert lab.selectbox(key="toy_experiment")


def test_every_lesson_is_listed_on_the_lab_and_at_home(lab: AppTest, run_page: Open) -> None:
    first = {f"lesson={name}&step=1" for name in lessons()}
    assert first <= links(lab)
    assert first <= links(run_page("home"))


@pytest.mark.parametrize(
    "query",
    [{"seeds": "4"}, {"preset": "collapse", "cure": "packing", "mode": "versus"}, {"data.kind": "drawn"}],
    ids=str,
)
def test_so_it_does_in_every_way_to_run_it(query: dict[str, str], open_lab: Open) -> None:
    lab = open_lab(**query, focus="true")
    assert not lab.exception
    assert {button.key for button in lab.button} <= {"toy_train", "toy_slow_start"}
    assert not lab.main.selectbox and not lab.get("button_group")


@pytest.mark.parametrize("query", [{"preset": "collapse"}, {"lesson": STEPS[0][0], "step": "1"}], ids=str)
def test_a_link_for_a_class_shows_one_experiment_and_one_button(query: dict[str, str], open_lab: Open) -> None:
    lab = open_lab(**query, focus="true")
    assert not lab.exception
    assert not lab.sidebar.selectbox
    assert not lab.main.selectbox
    assert folded(lab)
    assert {button.key for button in lab.button} <= {"toy_train", "toy_slow_start"}
    lab.button(key="toy_train").click().run()
    for run in set_up_of(lab).runs:
        engine().stop(run)
        ended(run)
    lab.run()
    assert not folded(lab)
    assert lab.query_params["focus"] == "true"


def test_the_link_for_a_class_holds_the_experiment_and_nothing_of_the_run(open_lab: Open) -> None:
    lab = open_lab(preset="collapse", seed="3", **SMALL)
    trained(lab)
    parts = urlsplit(class_link("https://example.org/toy_lab?loss=hinge", set_up_of(lab)))
    query = dict(parse_qsl(parts.query))
    assert parts.path == "/toy_lab"
    assert "run" not in query
    again = open_lab(**query)
    assert spec_of(again) == spec_of(lab)
    assert set_up_of(again).focus


def test_the_link_is_offered_in_the_sidebar(lab: AppTest) -> None:
    lab.session_state["toy_class"] = True
    lab.run()
    assert any("focus=true" in block.value for block in lab.sidebar.code)


def test_focus_tells_what_it_is_about(open_lab: Open) -> None:
    lab = open_lab(preset="collapse", focus="true")
    assert f"**{presets()['collapse'].title}**" in texts(lab)
    assert presets()["collapse"].predict in texts(lab)
