"""Several seeds on one stage: small pictures with what each covers, and one of them on the whole stage."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.player_films import FRAMES
from tests.browser.player_tools import Open, picture, redrawn, said, seek, until

pytest_plugins = ["tests.browser.player_fixtures"]
REAL = (11, 98, 168)  # pages/parts/colours.py, light


def panel(page: Page, seed: int) -> str:
    """Its label."""
    return page.locator(".panel").nth(seed).get_attribute("aria-label") or ""


def ticked(page: Page, seed: int) -> bool:
    """Whether the upper right corner of a seed's picture is filled with real's colour."""
    box = page.locator(".panel").nth(seed).evaluate(
        "e => ({x: e.offsetLeft, y: e.offsetTop, side: e.offsetWidth})"
    )  # fmt: skip
    filled = page.locator(".plane").evaluate(
        """(canvas, [box, colour]) => {
             const { data } = canvas.getContext("2d").getImageData(box.x + box.side - 36, box.y + 2, 34, 16);
             let filled = 0;
             for (let i = 0; i < data.length; i += 4) filled += colour.every((part, c) => data[i + c] === part);
             return filled;
           }""",
        [box, REAL],
    )
    return filled > 100


def test_each_seed_has_its_picture_and_the_numbers_speak_for_all(show: Open) -> None:
    page = show("seeds&seeds=16")
    until(page, scenery="seeds", shown=FRAMES - 1)
    expect(page.locator(".panel")).to_have_count(16)
    assert panel(page, 0) == "Seed 7: 8 of 8 modes covered."
    assert panel(page, 6) == "Seed 13: 1 of 8 modes covered."
    expect(page.locator("[data-number=full]")).to_have_text("10/16")
    expect(page.locator("[data-number=modes]")).to_have_text("8/8")
    expect(page.locator(".note")).to_contain_text("medians over 16 seeds")
    sentence = page.locator(".plane").get_attribute("aria-label") or ""
    assert "10 of 16 seeds cover all 8 modes; their median covers 8" in sentence
    assert [ticked(page, seed) for seed in range(8)] == [True, True, False, True, False, True, False, True]
    seek(page, 0)
    assert panel(page, 0) == "Seed 7: 0 of 8 modes covered."
    assert not ticked(page, 0)
    expect(page.locator("[data-number=full]")).to_have_text("0/16")


@pytest.mark.parametrize(("seeds", "columns", "rows"), [(16, 4, 4), (9, 3, 3), (8, 3, 3), (5, 3, 2), (2, 2, 1)])
def test_pictures_lie_on_a_grid_within_the_square_stage(show: Open, seeds: int, columns: int, rows: int) -> None:
    page = show(f"seeds&seeds={seeds}")
    boxes = page.locator(".panel").evaluate_all(
        "all => all.map(e => [e.offsetLeft, e.offsetTop, e.offsetWidth, e.offsetHeight])"
    )
    side = page.locator(".stage").evaluate("stage => stage.clientWidth")
    assert len(boxes) == seeds
    assert len({x for x, *_ in boxes}) == columns and len({y for _, y, *_ in boxes}) == rows
    for x, y, width, height in boxes:
        assert abs(width - height) <= 1 and min(x, y) >= 0 and max(x + width, y + height) <= side + 1
    assert boxes[0][2] * columns > 0.9 * side


def test_a_press_enlarges_and_another_returns(show: Open) -> None:
    page = show("seeds&seeds=16")
    small = picture(page)
    bar = page.locator(".bar").bounding_box()
    assert redrawn(page, page.locator(".panel").nth(6).click)
    until(page, scenery="plane", mode="still")
    expect(page.locator(".smaller")).to_contain_text("Seed 13")
    expect(page.locator("[data-number=modes]")).to_have_text("1/8")
    expect(page.locator(".of-seeds")).to_be_hidden()
    assert page.locator(".bar").bounding_box() == bar
    assert redrawn(page, page.locator(".stage").click)
    until(page, scenery="seeds", mode="still")
    assert picture(page) == small
    page.locator(".panel").nth(2).click()
    until(page, scenery="plane")
    page.locator(".stage").press("Escape")
    until(page, scenery="seeds")


def test_by_keyboard_a_ring_moves_from_seed_to_seed(show: Open) -> None:
    page = show("seeds&seeds=9")
    place = said(page, "shown")
    focused = "() => document.activeElement.shadowRoot.activeElement.dataset.seed"
    page.locator(".panel").first.focus()
    for key, seed in [("ArrowRight", 1), ("ArrowDown", 4), ("ArrowLeft", 3), ("ArrowLeft", 2), ("ArrowUp", 2)]:
        page.keyboard.press(key)
        assert page.evaluate(focused) == str(seed)
    assert said(page, "shown") == place  # arrows among the pictures do not wind
    page.keyboard.press("Enter")
    until(page, scenery="plane")
    expect(page.locator(".smaller")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    until(page, shown=FRAMES - 2)
    page.keyboard.press("Escape")
    until(page, scenery="seeds")
    assert page.evaluate(focused) == "2"
    page.keyboard.press("Space")
    until(page, scenery="plane")


def test_dragging_over_the_pictures_winds_and_enlarges_none(show: Open) -> None:
    page = show("seeds&seeds=4")
    box = page.locator(".stage").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 60, steps=4)
    page.mouse.up()
    until(page, shown=round((FRAMES - 1) * 3 / 4), scenery="seeds", mode="still")


def test_seeds_play_and_have_only_switches_that_do_something(show: Open) -> None:
    page = show("seeds&seeds=4")
    for name in ("grid", "arrows"):
        expect(page.locator(f"[data-switch={name}]")).to_be_hidden()
    expect(page.get_by_role("button", name="Overview")).to_be_hidden()
    for name in ("real", "fake", "surface"):
        assert redrawn(page, page.locator(f"[data-switch={name}]").click), name
    seek(page, 70)
    page.get_by_label("Speed", exact=True).select_option("4")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, shown=FRAMES - 1, mode="still")


def test_live_seeds_are_followed_to_the_end(show: Open) -> None:
    page = show("seeds&seeds=4&live=1&rate=20")
    until(page, frames=FRAMES, shown=FRAMES - 1, status="finished", mode="still", scenery="seeds")
