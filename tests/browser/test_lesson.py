"""Lessons and links for a class in a real browser: first step to last, link to the end of a run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gan_core.lessons import lessons
from tests.browser.lab_tools import SHORT, train
from tests.browser.tools import Server, settled, until

Open = Callable[..., Page]
NAME, LESSON = next(iter(lessons().items()))


def test_a_lesson_from_home_to_its_last_step_and_out(app: Server, open_page: Open) -> None:
    page = open_page(app.url)
    page.get_by_role("link", name=LESSON.title).click()
    for number, step in enumerate(LESSON.steps, 1):
        expect(page.get_by_text(f"step {number} of {len(LESSON.steps)}: {step.title}")).to_be_visible(timeout=30_000)
        expect(page.get_by_text(step.predict)).to_be_visible()
        page.wait_for_function(f"location.search.includes('lesson={NAME}&step={number}')")
        if number < len(LESSON.steps):
            page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("link", name="Next")).to_have_count(0)
    page.get_by_role("button", name="Leave").click()
    page.wait_for_function("!location.search.includes('lesson=')")
    expect(page.get_by_role("combobox", name="Experiment")).to_be_visible()


def test_a_step_from_its_link_to_the_end_of_its_run(app: Server, open_page: Open) -> None:
    page = open_page(f"{app.url}/toy_lab?lesson={NAME}&step=1&{SHORT}")
    step = LESSON.steps[0]
    expect(page.get_by_text(step.explain)).to_be_hidden()
    train(page)
    until(page, "status == 'finished'")
    expect(page.get_by_text(step.explain)).to_be_visible()
    expect(page.get_by_text(step.try_)).to_be_visible()
    page.reload()
    settled(page)
    expect(page.get_by_text(f"step 1 of {len(LESSON.steps)}: {step.title}")).to_be_visible()
    expect(page.get_by_text(step.explain)).to_be_visible()


def test_a_link_for_a_class_from_the_sidebar_to_the_end_of_a_run(app: Server, open_page: Open) -> None:
    teacher = open_page(f"{app.url}/toy_lab?{SHORT}&loss=hinge")
    teacher.get_by_role("button", name="Link for class").click()
    link = teacher.get_by_test_id("stCode").get_by_text("focus=true").inner_text()
    assert link.startswith(f"{app.url}/toy_lab?")
    page = open_page(link)
    expect(page.get_by_role("button", name="Train")).to_be_visible()
    for gone in ("New seed", "Undo", "Link for class"):
        expect(page.get_by_role("button", name=gone)).to_have_count(0)
    expect(page.get_by_role("combobox", name="Experiment")).to_have_count(0)
    expect(page.get_by_text("Discriminator", exact=True)).to_have_count(0)
    train(page)
    until(page, "status == 'finished' && frames == 31")
    assert "loss=hinge" in page.url
    assert "focus=true" in page.url


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_in_a_lesson(app: Server, open_page: Open, axe: Callable[[Page], list[str]], dark: bool) -> None:
    page = open_page(f"{app.url}/toy_lab?lesson={NAME}&step={len(LESSON.steps)}", dark=dark)
    page.wait_for_timeout(500)
    assert axe(page) == []
