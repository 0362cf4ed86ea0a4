"""The sketch in a real browser: drawn by mouse, finger and keyboard, in `sketch_app.py`."""

from collections.abc import Callable
from itertools import pairwise
from math import dist, hypot
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gan_core.drawing import EXTENT, LEAST, MOST, drawing, drawn_points
from tests.browser.sketch_app import CROSS
from tests.browser.tools import settled

Open = Callable[..., Page]
Place = tuple[float, float]
LINE = [(-2.0, 1.0), (0.5, 1.0)]
CELL = 2 * EXTENT / 63


@pytest.fixture
def show(open_part: Open) -> Open:
    """`show("points=...&sigma=0.1")`: the page with that drawing, once the sketch has painted it."""
    return open_part


def shown(page: Page) -> str:
    """The drawing in the browser, as text."""
    return page.locator(".sketch").get_attribute("data-points") or ""


def until(page: Page, **values: object) -> None:
    """Wait until the sketch's root says so."""
    for name, value in values.items():
        expect(page.locator(".sketch")).to_have_attribute(f"data-{name}", str(value), timeout=10_000)


def told(page: Page) -> list[Place]:
    """The points that Python has, once they are those in the browser."""
    expect(page.get_by_text(f"value {shown(page) or 'nothing'}", exact=True)).to_be_visible(timeout=10_000)
    return drawn_points(shown(page))


def runs(page: Page) -> int:
    """How often the page has run, once it has come to rest."""
    settled(page)
    return int(page.get_by_text("runs ").inner_text().split()[1])


def spot(page: Page, place: Place) -> Place:
    """A place of the square as a place of the window."""
    box = page.locator(".sketch canvas").bounding_box()
    assert box is not None
    return (
        box["x"] + box["width"] * (place[0] + EXTENT) / (2 * EXTENT),
        box["y"] + box["height"] * (EXTENT - place[1]) / (2 * EXTENT),
    )


def drag(page: Page, places: list[Place], steps: int = 5) -> None:
    page.mouse.move(*spot(page, places[0]))
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*spot(page, place), steps=steps)
    page.mouse.up()


def picture(page: Page) -> str:
    """The canvas's pixels."""
    return page.locator(".sketch canvas").evaluate("canvas => canvas.toDataURL()")


def test_a_press_sets_a_point(show: Open) -> None:
    page = show()
    expect(page.get_by_text("Draw here")).to_be_visible()
    page.mouse.click(*spot(page, (1.0, -2.0)))
    until(page, count=1)
    [point] = told(page)
    assert dist(point, (1.0, -2.0)) <= CELL
    expect(page.get_by_text("Draw here")).to_be_hidden()
    expect(page.get_by_text("1 point, at most 400", exact=True)).to_be_visible()
    page.mouse.click(*spot(page, (1.0, -2.0)))  # there is one already
    page.mouse.click(*spot(page, (1.3, -2.0)))
    until(page, count=2)
    assert len(told(page)) == 2


@pytest.mark.parametrize("steps", [1, 40])
def test_a_stroke_lays_points_evenly_however_fast_it_is(show: Open, steps: int) -> None:
    page = show()
    start = LINE[0]
    for end in ((0.5, 1.0), (-2.0, 2.7), (-0.2, -1.4), (0.5, -1.5)):
        drag(page, [start, end], steps)
        points = told(page)
        gaps = [dist(a, b) for a, b in pairwise(points)]
        assert all(0.09 < gap < 0.14 for gap in gaps), gaps
        length = dist(start, end)
        direction = [(b - a) / length for a, b in zip(start, end, strict=True)]
        for x, y in points:
            assert abs((x - start[0]) * direction[1] - (y - start[1]) * direction[0]) < CELL
        assert dist(points[0], start) < CELL
        assert dist(points[-1], end) < 0.2
        page.get_by_role("button", name="Clear", exact=True).click()
        until(page, count=0)


def test_python_hears_once_a_stroke_and_not_before_its_end(show: Open) -> None:
    page = show()
    before = runs(page)
    page.mouse.move(*spot(page, (-1.0, 0.0)))
    page.mouse.down()
    page.mouse.move(*spot(page, (1.0, 0.0)), steps=10)
    page.wait_for_timeout(500)
    assert runs(page) == before
    page.mouse.up()
    assert len(told(page)) >= 20
    page.wait_for_timeout(500)
    assert runs(page) == before + 1


def test_a_stroke_may_leave_the_square_and_come_back(show: Open) -> None:
    page = show()
    drag(page, [(2.0, 0.0), (3.6, 0.0), (3.6, -1.0), (2.0, -1.0)], steps=20)
    points = told(page)
    assert {round(y) for _, y in points} == {0, -1}
    assert not [(x, y) for x, y in points if -0.9 < y < -0.15]  # nothing along the border
    page.mouse.move(*spot(page, (0.0, 0.0)))  # the button is up again
    assert told(page) == points


def test_a_finger_draws_and_the_page_stays(show: Open) -> None:
    page = show(width=390, height=844, has_touch=True, is_mobile=True, device_scale_factor=2)
    canvas = page.locator(".sketch canvas")
    assert canvas.evaluate("canvas => getComputedStyle(canvas).touchAction") == "none"
    finger = page.context.new_cdp_session(page)
    before = picture(page)

    def touch(kind: str, *places: Place) -> None:
        points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(spot(page, place) for place in places)]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (0.0, 2.0))
    for step in range(1, 41):
        touch("touchMove", (0.0, 2.0 - step / 10))  # downwards, as one scrolls
    touch("touchEnd")
    points = told(page)
    assert len(points) >= 30
    assert all(abs(x) < CELL for x, _ in points)
    assert min(y for _, y in points) < -1.8
    assert page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTop") == 0
    assert picture(page) != before
    touch("touchStart", (2.0, 2.0))
    touch("touchStart", (2.0, 2.0), (-2.0, -2.0))  # a second finger does nothing
    touch("touchMove", (2.0, 1.0), (-2.0, -1.0))
    touch("touchEnd")
    assert all(x > -CELL for x, _ in told(page))
    number = len(told(page))
    page.touchscreen.tap(*spot(page, (-2.0, 0.0)))
    until(page, count=number + 1)
    assert dist(told(page)[-1], (-2.0, 0.0)) < CELL


def test_keyboard_alone(show: Open) -> None:
    page = show()
    page.keyboard.press("Tab")
    for _ in range(8):
        if page.evaluate("() => document.activeElement.shadowRoot?.activeElement?.tagName") == "CANVAS":
            break
        page.keyboard.press("Tab")
    until(page, cursor="true")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    until(page, place="36 33")
    expect(page.locator(".spoken")).to_have_text("x 0.43, y 0.14. 0 points, at most 400.")
    page.keyboard.press("Space")
    assert told(page) == [pytest.approx((4.5 * CELL, 1.5 * CELL))]
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Enter")
    until(page, count=2)
    expect(page.locator(".spoken")).to_have_text("2 points, at most 400. 2 islands. Draw at least ten points.")
    page.keyboard.press("Shift+ArrowUp")
    expect(page.locator(".spoken")).to_have_text("x 0.43, y 0.14, a point. 2 points, at most 400.")
    page.keyboard.press("Delete")
    until(page, count=1)
    page.keyboard.press("Control+z")
    until(page, count=2)
    page.keyboard.press("Control+y")
    until(page, count=1)
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Backspace")
    until(page, count=0)
    assert told(page) == []
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")
    until(page, count=1)
    for _ in range(14):
        page.keyboard.press("Shift+ArrowLeft")
    until(page, place="0 28")
    page.keyboard.press("Tab")  # the canvas does not hold on to the keyboard
    until(page, cursor="false")


def test_undo_redo_clear(show: Open) -> None:
    page = show()
    undo, redo, clear = (page.get_by_role("button", name=name, exact=True) for name in ("Undo", "Redo", "Clear"))
    for button in (undo, redo, clear):
        expect(button).to_have_attribute("aria-disabled", "true")
        button.click(force=True)
    drawings = [shown(page)]
    for y in (1.0, 0.0, -1.0):
        drag(page, [(-1.0, y), (1.0, y)])
        told(page)
        drawings.append(shown(page))
    clear.click()
    until(page, count=0)
    for drawn in reversed(drawings):
        undo.click()
        until(page, points=drawn)
        told(page)
    expect(undo).to_have_attribute("aria-disabled", "true")
    redo.click()
    redo.click()
    until(page, points=drawings[2])
    page.mouse.click(*spot(page, (0.0, 2.0)))  # another way from here: what lay ahead is gone
    expect(redo).to_have_attribute("aria-disabled", "true")
    undo.click()
    until(page, points=drawings[2])
    told(page)


def test_the_eraser_takes_out_what_it_passes(show: Open) -> None:
    page = show()
    drag(page, LINE)
    before = told(page)
    page.get_by_role("button", name="Erase").click()
    until(page, tool="erase")
    drag(page, [(-0.5, 2.0), (-0.5, 0.0)])
    after = told(page)
    assert after == [point for point in before if point in after]
    assert 0 < len(before) - len(after) < 8
    assert all(abs(x + 0.5) > 0.15 for x, _ in after)
    until(page, islands=2)
    page.get_by_role("button", name="Draw", exact=True).click()
    drag(page, [(-1.0, 1.0), (0.0, 1.0)])
    until(page, islands=1)
    assert len(told(page)) == len(before)


def test_shapes_to_start_from(show: Open) -> None:
    page = show()
    drag(page, LINE)
    mine = told(page)
    for name, islands in (("Ring", 12), ("Grid", 25), ("Heart", 1), ("Smiley", 4)):
        page.get_by_role("button", name=name).click()
        until(page, islands=islands)
        points = told(page)
        assert LEAST <= len(points) <= MOST // 2  # there is room to change it
        assert len(set(points)) == len(points)
        page.get_by_role("button", name="Undo").click()
        until(page, count=len(mine))
        assert told(page) == mine


def test_fewer_than_ten_points_are_said_and_reported(show: Open) -> None:
    page = show()
    note = page.get_by_text("Draw at least ten points.", exact=True).first
    assert LEAST == 10
    for number in range(LEAST):
        expect(note).to_be_visible()
        page.mouse.click(*spot(page, (-2.7 + 0.5 * number, 0.0)))
        until(page, count=number + 1)
        assert len(told(page)) == number + 1
    expect(note).to_be_hidden()
    expect(page.get_by_text("Each island will count as one mode.", exact=True)).to_be_visible()
    expect(page.get_by_text("10 points, at most 400", exact=True)).to_be_visible()


def test_it_takes_no_more_than_the_most(show: Open) -> None:
    places = [(x * CELL - EXTENT, y * CELL - EXTENT) for y in range(0, 40, 2) for x in range(0, 40, 2)]
    page = show(f"points={drawing(places[: MOST - 3])}")
    drag(page, [(1.0, 2.0), (2.5, 2.0)])
    assert len(told(page)) == MOST
    expect(page.get_by_text("It is full: erase some points to draw on.", exact=True)).to_be_visible()


def count_islands(points: list[Place], reach: float) -> int:
    """By merging, pair after pair: another way than the sketch's."""
    island = list(range(len(points)))
    for i, (x, y) in enumerate(points):
        for j, (otherx, othery) in enumerate(points[:i]):
            if hypot(x - otherx, y - othery) < reach and island[i] != island[j]:
                island = [island[i] if number == island[j] else number for number in island]
    return len(set(island))


def test_islands_are_points_closer_than_four_sigma(show: Open) -> None:
    page = show(f"sigma=0.02&points={CROSS}")
    page.mouse.click(*spot(page, (-1.0, 0.0)))
    until(page, count=14)
    points = told(page)
    seen, pictures = [], []
    for sigma in (0.05, 0.14, 0.15, 0.2, 0.3):
        page.get_by_label("Sigma").fill(str(sigma))
        page.get_by_label("Sigma").press("Enter")
        seen.append(count_islands(points, 4 * sigma))
        words = "1 island" if seen[-1] == 1 else f"{seen[-1]} islands"
        expect(page.get_by_text(words, exact=True)).to_be_visible()
        until(page, sigma=sigma, islands=seen[-1])
        page.wait_for_timeout(200)
        pictures.append(picture(page))
    assert seen[0] == 14 and seen[-1] == 1 and len(set(seen)) > 2
    assert len(set(pictures)) == len(pictures)
    assert told(page) == points  # sigma changes the picture, not the points


@pytest.mark.parametrize("keep", ["sketch", "callback", "return"])
def test_a_drawing_of_pythons_takes_the_place_and_can_be_undone(show: Open, keep: str) -> None:
    page = show(f"keep={keep}")
    drag(page, LINE)
    mine = shown(page)
    told(page)
    page.get_by_role("button", name="Python draws a cross").click()
    until(page, turn=1, points=CROSS)
    told(page)
    page.get_by_role("button", name="Rerun").click()
    told(page)
    assert shown(page) == CROSS
    page.get_by_role("button", name="Undo", exact=True).click()
    until(page, points=mine)
    told(page)
    page.mouse.click(*spot(page, (0.0, -2.0)))
    told(page)
    page.get_by_role("button", name="Python clears").click()
    until(page, turn=2, points="")
    told(page)
    before = runs(page)
    page.wait_for_timeout(1000)
    assert runs(page) == before  # nothing goes back and forth
    drag(page, LINE)
    until(page, points=mine)
    told(page)


@pytest.mark.parametrize("keep", ["sketch", "callback", "return"])
def test_strokes_drawn_while_the_page_still_runs_stay(show: Open, keep: str) -> None:
    page = show(f"keep={keep}&slow=0.6")
    sizes = []
    for row in range(4):
        drag(page, [(-2.0, row), (2.0, row)], steps=3)
        sizes.append(len(shown(page)))
    last = shown(page)
    for _ in range(20):
        page.wait_for_timeout(100)
        assert shown(page) == last
    assert len(told(page)) > 120
    until(page, turn=0)


def test_a_page_that_keeps_the_drawing_hears_each_stroke(show: Open) -> None:
    page = show("keep=callback")
    for number in range(1, 4):
        drag(page, [(-1.0, number / 2), (1.0, number / 2)])
        told(page)
        expect(page.get_by_text(f"heard {number}")).to_be_visible()


def test_reruns_and_a_time_out_of_sight_leave_it_alone(show: Open) -> None:
    page = show()
    drag(page, LINE)
    mine = told(page)
    page.mouse.move(1, 1)
    before = picture(page)
    for _ in range(2):
        page.get_by_role("button", name="Rerun").click()
        settled(page)
        assert picture(page) == before
    page.get_by_text("Shown").click()
    expect(page.locator(".sketch")).to_have_count(0)
    page.get_by_text("Shown").click()
    page.wait_for_selector(".sketch[data-drawn]")
    assert told(page) == mine


def test_what_cannot_be_read_is_left_out(show: Open) -> None:
    page = show("points=VV!!WW$V*XXY")
    until(page, count=3)
    assert shown(page) == "VVWWXY"
    expect(page.get_by_text("value VV!!WW$V*XXY", exact=True)).to_be_visible()  # the spec says what is wrong with it


def test_theme_is_followed_at_once(show: Open) -> None:
    page = show(f"points={CROSS}")
    light = picture(page)
    page.emulate_media(color_scheme="dark")
    until(page, theme="dark")
    page.wait_for_timeout(200)
    assert picture(page) != light
    page.emulate_media(color_scheme="light")
    until(page, theme="light")
    page.wait_for_timeout(200)
    assert picture(page) == light


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("width", "query"), [(390, ""), (1280, ""), (1280, "&narrow=1")])
def test_accessible_and_touchable(
    show: Open, axe: Callable[..., list[str]], dark: bool, width: int, query: str
) -> None:
    page = show(f"points={CROSS}{query}", width=width, height=720, dark=dark)
    assert axe(page) == []
    sizes: list[dict[str, Any]] = page.locator(".sketch button:visible").evaluate_all(
        "all => all.map(e => ({name: e.ariaLabel ?? e.textContent, width: e.offsetWidth, height: e.offsetHeight}))"
    )
    assert len(sizes) == 9
    assert all(size["height"] >= 36 and size["width"] >= 36 for size in sizes), sizes
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".sketch").evaluate("root => root.scrollWidth <= root.clientWidth + 9")
    box = page.locator(".board").bounding_box()
    assert box is not None and box["width"] == pytest.approx(box["height"], abs=1)


def test_every_word_comes_from_the_catalogue(show: Open) -> None:
    page = show("words=1")
    texts: list[str] = page.locator(".sketch").evaluate(
        """root => [...root.querySelectorAll('[data-word], .points, .modes, .note')].map(e => e.textContent).concat(
             [...root.querySelectorAll('[aria-label]')].map(e => e.ariaLabel),
             [...root.querySelectorAll('[title]')].map(e => e.title))"""
    )
    assert len(texts) > 15
    assert [text for text in texts if not text.startswith("«")] == []
