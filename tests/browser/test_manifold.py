"""Why a manifold at all, in a real browser: the cube is turned, dots show their pictures; in `manifold_app.py`."""

from collections.abc import Callable
from math import cos, hypot, sin

import pytest
from playwright.sync_api import Page, expect

from tests.browser.tools import Server

Open = Callable[..., Page]
EDGE = 0.55  # of the cube, as a share of the canvas's side


@pytest.fixture
def show(harness: Server, open_page: Open) -> Open:
    """The page once the cube has been painted."""

    def show(**options: object) -> Page:
        page = open_page(harness.url, **options)
        page.wait_for_selector(".cube[data-drawn]")
        page.locator(".cube canvas").scroll_into_view_if_needed()
        return page

    return show


def says(page: Page) -> dict[str, str]:
    """What the cube's root says, once it has painted what was asked of it."""
    page.wait_for_timeout(200)
    return page.locator(".cube").evaluate("root => ({...root.dataset})")


def turned(page: Page) -> tuple[float, float]:
    said = says(page)
    return float(said["yaw"]), float(said["pitch"])


def picture(page: Page) -> str:
    return page.locator(".cube canvas").evaluate("canvas => canvas.toDataURL()")


def middle(page: Page) -> tuple[float, float]:
    box = page.locator(".cube canvas").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def place(page: Page) -> tuple[float, float]:
    """Where the dot that is looked at lies in the window: seen from far away, as it is turned."""
    said = says(page)
    left, centre, right = (int(value) / 255 - 0.5 for value in said["shown"].split(","))
    yaw, pitch = float(said["yaw"]), float(said["pitch"])
    across = right * cos(yaw) + left * sin(yaw)
    up = centre * cos(pitch) + (left * cos(yaw) - right * sin(yaw)) * sin(pitch)
    side = page.locator(".cube canvas").bounding_box()["width"]
    x, y = middle(page)
    return x + EDGE * side * across, y - EDGE * side * up


def shades(page: Page) -> list[int]:
    """The three squares of the picture."""
    colours = page.locator(".pixels span").evaluate_all("all => all.map(e => getComputedStyle(e).backgroundColor)")
    return [int(colour.removeprefix("rgb(").split(",")[0]) for colour in colours]


def test_it_turns_by_itself_until_it_is_touched(show: Open) -> None:
    page = show()
    before = turned(page)[0]
    page.wait_for_timeout(500)
    assert turned(page)[0] > before
    page.mouse.click(*middle(page))
    page.mouse.move(1, 1)
    still = turned(page)
    page.wait_for_timeout(500)
    assert turned(page) == still


def test_it_stands_still_where_motion_is_not_wanted(show: Open) -> None:
    page = show(reduced_motion="reduce")
    before = turned(page)
    page.wait_for_timeout(500)
    assert turned(page) == before


def test_a_drag_turns_it(show: Open) -> None:
    page = show(reduced_motion="reduce")
    yaw, pitch = turned(page)
    before = picture(page)
    x, y = middle(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 100, y + 40, steps=5)
    page.mouse.up()
    after = turned(page)
    assert after == (pytest.approx(yaw + 0.8, abs=0.002), pytest.approx(pitch + 0.32, abs=0.002))
    assert picture(page) != before
    page.mouse.move(x, y - 20)  # pointing is not dragging
    assert turned(page) == after


def test_arrow_keys_turn_it_and_home_turns_it_back(show: Open) -> None:
    page = show(reduced_motion="reduce")
    yaw, pitch = turned(page)
    before = picture(page)
    page.locator(".cube canvas").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    step = 3.14159 / 36
    assert turned(page) == (pytest.approx(yaw + 2 * step, abs=0.002), pytest.approx(pitch + step, abs=0.002))
    for _ in range(40):
        page.keyboard.press("ArrowUp")
    assert turned(page)[1] == -1.4  # never upside down
    page.keyboard.press("Home")
    assert turned(page) == (yaw, pitch)
    assert picture(page) == before


def test_the_dot_under_the_pointer_shows_its_picture(show: Open) -> None:
    page = show(reduced_motion="reduce")
    seen = set()
    x, y = middle(page)
    for dx, dy in ((0, 0), (30, -60), (-30, 50), (90, 30)):
        page.mouse.move(x + dx, y + dy)
        at = place(page)
        assert hypot(at[0] - x - dx, at[1] - y - dy) < 15
        shown = [int(value) for value in says(page)["shown"].split(",")]
        assert shades(page) == shown
        left, centre, right = (round(100 * value / 255) for value in shown)
        expect(page.locator(".whose")).to_contain_text(f": {left} %, {centre} %, {right} % white")
        seen.add(tuple(shown))
    assert len(seen) == 4


def test_kinds_are_hidden_and_shown(show: Open) -> None:
    page = show(reduced_motion="reduce")
    all_of_them = picture(page)
    switches = page.locator(".switches button")
    assert [switch.get_attribute("aria-pressed") for switch in switches.all()] == ["true"] * 3
    for index in (1, 2):
        switches.nth(index).click()
    only_random = says(page) and picture(page)
    assert only_random != all_of_them
    page.mouse.move(*middle(page))
    says(page)
    expect(page.locator(".whose")).to_contain_text("Random")
    switches.nth(0).focus()
    page.keyboard.press("Space")
    assert [switch.get_attribute("aria-pressed") for switch in switches.all()] == ["false"] * 3


def test_examples_are_reached_by_keyboard(show: Open) -> None:
    page = show(reduced_motion="reduce")
    page.locator(".switches button").last.focus()
    seen = []
    for index in range(12):
        page.keyboard.press("Tab")
        button = page.locator(".examples button").nth(index)
        expect(button).to_be_focused()
        expect(button).to_have_attribute("aria-current", "true")
        seen.append(says(page)["shown"])
        assert button.get_attribute("aria-label") == page.locator(".whose").inner_text()
    assert len(set(seen)) == 12
    assert page.locator(".examples [aria-current]").count() == 1


def test_reruns_leave_it_as_it_was_turned(show: Open) -> None:
    page = show(reduced_motion="reduce")
    page.locator(".cube canvas").focus()
    page.keyboard.press("ArrowRight")
    page.locator(".switches button").first.click()
    before = turned(page), says(page)["shown"]
    page.get_by_role("button", name="Rerun").click()
    expect(page.get_by_text("runs 2")).to_be_visible()
    assert (turned(page), says(page)["shown"]) == before
    assert page.locator(".switches button").first.get_attribute("aria-pressed") == "false"


def test_the_theme_is_followed_at_once(show: Open) -> None:
    page = show(reduced_motion="reduce")
    light = picture(page)
    page.emulate_media(color_scheme="dark")
    expect(page.locator(".cube")).to_have_attribute("data-theme", "dark", timeout=10_000)
    assert says(page) and picture(page) != light


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1280])
def test_accessible_and_touchable(show: Open, axe: Callable[..., list[str]], dark: bool, width: int) -> None:
    page = show(width=width, dark=dark)
    assert axe(page) == []
    sizes = page.locator(".cube button").evaluate_all("all => all.map(e => [e.offsetWidth, e.offsetHeight])")
    assert len(sizes) == 15
    assert min(map(min, sizes)) >= 36
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".cube").evaluate("root => root.scrollWidth <= root.clientWidth")


def test_a_finger_turns_it_and_a_tap_points(show: Open) -> None:
    page = show(width=390, height=844, has_touch=True, reduced_motion="reduce")
    before = turned(page)
    x, y = middle(page)
    page.touchscreen.tap(x, y)
    at = place(page)
    assert hypot(at[0] - x, at[1] - y) < 15
    assert turned(page) == before
    fingers = page.context.new_cdp_session(page)
    points = [{"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}]
    points += [{"type": "touchMove", "touchPoints": [{"x": x + dx, "y": y}]} for dx in range(10, 110, 10)]
    for event in [*points, {"type": "touchEnd", "touchPoints": []}]:
        fingers.send("Input.dispatchTouchEvent", event)
    assert turned(page)[0] == pytest.approx(before[0] + 0.8, abs=0.15)
