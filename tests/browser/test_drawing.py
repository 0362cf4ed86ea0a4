"""Data of one's own in a real browser: drawn with a finger, trained at once, kept in the address."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from gan_core.drawing import EXTENT, drawn_points
from tests.browser.lab_tools import SHORT, fold_out, train
from tests.browser.tools import Server, settled, until

Open = Callable[..., Page]


def address(page: Page, name: str) -> str:
    return page.evaluate("name => new URL(location.href).searchParams.get(name) ?? ''", name)


def stroke(page: Page, places: list[tuple[float, float]]) -> None:
    """Draw with one finger through places of the square."""
    canvas = page.locator(".sketch canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    finger = page.context.new_cdp_session(page)
    spots = [
        {"x": box["x"] + box["width"] * (x + EXTENT) / (2 * EXTENT),
         "y": box["y"] + box["height"] * (EXTENT - y) / (2 * EXTENT)}
        for x, y in places
    ]  # fmt: skip
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": spots[:1]})
    for spot in spots[1:]:
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [spot]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_draws_the_data_of_a_run(app: Server, open_page: Open) -> None:
    page = open_page(f"{app.url}/toy_lab?{SHORT}&data.kind=drawn", width=1024, height=768, has_touch=True)
    fold_out(page, "Data")
    page.get_by_test_id("stSidebar").get_by_role("button", name="Draw").click()
    page.locator(".sketch[data-points]").wait_for()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("button", name="Train")).to_be_disabled()
    stroke(page, [(-2.0 + step / 10, 1.0) for step in range(41)])
    page.wait_for_function("location.search.includes('data.points=')")
    expect(page.get_by_role("button", name="Train")).to_be_enabled()
    points = drawn_points(address(page, "data.points"))
    assert len(points) >= 30
    assert all(abs(y - 1.0) < 0.1 for _, y in points)
    train(page)
    until(page, "status == 'finished' && frames == 31")
    expect(page.locator(".sketch")).to_have_count(0)
    assert drawn_points(address(page, "data.points")) == points
    page.reload()
    settled(page)
    until(page, "status == 'finished' && frames == 31")


def test_done_brings_the_player_back(app: Server, open_page: Open) -> None:
    page = open_page(f"{app.url}/toy_lab?data.kind=drawn")
    fold_out(page, "Data")
    page.get_by_test_id("stSidebar").get_by_role("button", name="Draw").click()
    page.locator(".sketch[data-points]").wait_for()
    page.get_by_role("button", name="Done").click()
    expect(page.locator(".sketch")).to_have_count(0)
    until(page, "status == 'preview'")
