"""Slow motion: the parts of one step, each with its name and a line on it."""

import pytest
from playwright.sync_api import expect

from tests.browser.player_films import PARTS
from tests.browser.player_tools import Open, picture, redrawn, rests, said, until

pytest_plugins = ["tests.browser.player_fixtures"]


def test_each_part_is_named_and_the_last_one_ends_it(show: Open) -> None:
    page = show("slow")
    until(page, mode="playing")
    page.get_by_label("Speed", exact=True).select_option("4")
    seen = []
    while said(page, "mode") == "playing":
        name = page.locator(".part-name").text_content()
        if name not in seen:
            seen.append(name)
        page.wait_for_timeout(40)
    assert seen == [part["title"] for part in PARTS]
    until(page, shown=len(PARTS) - 1, mode="still")
    expect(page.locator(".part-line")).to_have_text(PARTS[-1]["line"])
    assert (page.locator(".plane").get_attribute("aria-label") or "").startswith("G's update. The line on g's update.")
    assert rests(page)


def test_only_an_update_is_seen_to_happen(show: Open) -> None:
    """Parts 0 to 3 stand still; the update, part 4, moves what is seen from part 3's picture to its own."""
    page = show("slow")
    page.locator(".stage").press("Home")
    still = picture(page)
    for index in (1, 2, 3):
        page.get_by_role("button", name="Next frame").click()
        until(page, shown=index)
        assert picture(page) == still
    assert redrawn(page, page.get_by_role("button", name="Next frame").click)
    updated = picture(page)
    page.get_by_role("button", name="Previous frame").click()
    until(page, shown=3)
    page.get_by_label("Speed", exact=True).select_option("0.25")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, shown=4)
    between = set()
    for _ in range(10):
        between.add(picture(page))
        page.wait_for_timeout(50)
    assert len(between - {still, updated}) > 2


@pytest.mark.parametrize("way", ["button", "Escape"])
def test_the_page_is_told_that_slow_motion_is_closed(show: Open, way: str) -> None:
    page = show("slow")
    if way == "button":
        page.get_by_role("button", name="End slow motion").click()
    else:
        page.locator(".stage").press("Escape")
    expect(page.get_by_text("ended 1")).to_be_visible()


def test_in_the_overview_the_boxes_at_work_stand_out(show: Open) -> None:
    page = show("slow")
    page.get_by_role("button", name="Overview").click()
    page.locator(".stage").press("Home")
    until(page, shown=0, mode="still")
    expect(page.locator("[data-box=noise]")).not_to_have_attribute("data-dim", "")
    expect(page.locator("[data-box=verdicts]")).to_have_attribute("data-dim", "")
    page.get_by_role("button", name="Next frame").click()
    expect(page.locator("[data-box=noise]")).to_have_attribute("data-dim", "")
    expect(page.locator("[data-box=verdicts]")).not_to_have_attribute("data-dim", "")


def test_a_run_has_no_caption(show: Open) -> None:
    expect(show("full").locator(".caption")).to_be_hidden()


def test_with_reduced_motion_parts_are_shown_as_they_are(show: Open) -> None:
    page = show("slow", reduced_motion="reduce")
    until(page, mode="still", shown=0)
    page.get_by_label("Speed", exact=True).select_option("4")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, shown=len(PARTS) - 1, mode="still")
