"""The brush in a real browser: a mask painted by mouse, finger and keyboard, in `brush_app.py`, as Python gets it."""

import base64
import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from pages.parts.brush import SIDE
from tests.browser.tools import settled

Open = Callable[..., Page]
Place = tuple[float, float]


@pytest.fixture
def show(open_part: Open) -> Open:
    """`show("keep=1")`: the page, once the picture is drawn."""
    return open_part


def until(page: Page, **values: object) -> None:
    """Wait until the brush's root says so."""
    for name, value in values.items():
        expect(page.locator(".brush")).to_have_attribute(f"data-{name}", str(value), timeout=10_000)


def spot(page: Page, place: Place) -> Place:
    """A place of the picture, in parts of its width and height, as a place of the window."""
    box = page.locator(".brush canvas").bounding_box()
    assert box is not None
    return box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"]


def drag(page: Page, *places: Place) -> None:
    page.mouse.move(*spot(page, places[0]))
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*spot(page, place), steps=4)
    page.mouse.up()


def painted(page: Page) -> float:
    """How much of the picture is painted in the browser, from 0 to 1."""
    return int(page.locator(".brush").get_attribute("data-painted") or 0) / 1000


def told(page: Page) -> np.ndarray:
    """The mask that Python has, (H, W) from 0 to 1, once it is as large as that in the browser."""
    for _ in range(100):
        settled(page)
        text = page.get_by_text("mask ").last.inner_text().split()[1]
        mask = np.zeros((192, SIDE)) if text == "nothing" else _mask(text)
        if abs(mask.mean() - painted(page)) < 0.002:
            return mask
        page.wait_for_timeout(50)
    raise AssertionError(f"{painted(page):.1%} are painted, and Python has {mask.mean():.1%}")


def _mask(text: str) -> np.ndarray:
    image = Image.open(io.BytesIO(base64.b64decode(text)))
    assert (image.format, image.mode) == ("PNG", "L")
    return np.asarray(image) / 255


def at(mask: np.ndarray, across: float, down: float) -> float:
    return float(mask[int(down * (mask.shape[0] - 1)), int(across * (mask.shape[1] - 1))])


def tint(page: Page, across: float, down: float) -> tuple[int, int, int]:
    """A pixel on screen."""
    return tuple(
        page.locator(".brush canvas").evaluate(
            """(canvas, [across, down]) => [...canvas.getContext("2d").getImageData(
                 across * canvas.width, down * canvas.height, 1, 1).data].slice(0, 3)""",
            [across, down],
        )
    )


def test_a_stroke_is_a_white_band_where_it_was_painted(show: Open) -> None:
    page = show()
    plain = tint(page, 0.5, 0.5)
    expect(page.get_by_text("Paint here")).to_be_visible()
    drag(page, (0.2, 0.5), (0.8, 0.5))
    mask = told(page)
    assert mask.shape == (192, SIDE)  # the picture's shape, 4 to 3
    assert [at(mask, x, 0.5) for x in (0.2, 0.5, 0.8)] == [1, 1, 1]
    assert [at(mask, x, y) for x, y in ((0.05, 0.5), (0.95, 0.5), (0.5, 0.2), (0.5, 0.8))] == [0, 0, 0, 0]
    length, width = 0.6 * SIDE, 0.14 * SIDE
    assert mask.sum() == pytest.approx(length * width + np.pi * width**2 / 4, rel=0.03)
    assert tint(page, 0.5, 0.5) != plain and tint(page, 0.5, 0.9) == plain
    expect(page.get_by_text("Paint here")).to_be_hidden()
    expect(page.locator(".share")).to_have_text("13% painted")
    page.get_by_role("button", name="Clear", exact=True).click()
    size = page.get_by_label("Brush size")
    size.fill("40")
    expect(size).to_have_attribute("aria-valuetext", "40%")
    page.mouse.click(*spot(page, (0.5, 0.5)))
    expect(page.locator(".share")).to_have_text("17% painted")  # π 0.2² of 1 by 3/4
    assert told(page).sum() == pytest.approx(np.pi * (0.2 * SIDE) ** 2, rel=0.02)


def test_python_hears_once_the_visitor_has_stopped(show: Open) -> None:
    page = show("keep=1")
    page.mouse.move(*spot(page, (0.2, 0.2)))
    page.mouse.down()
    page.mouse.move(*spot(page, (0.6, 0.2)), steps=5)
    page.wait_for_timeout(500)
    expect(page.get_by_text("heard 0", exact=True)).to_be_visible()  # still painting
    page.mouse.up()
    told(page)
    expect(page.get_by_text("heard 1", exact=True)).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.get_by_text("heard 1", exact=True)).to_be_visible()  # nothing goes back and forth
    until(page, turn=0)


def test_erase_undo_invert_and_clear(show: Open) -> None:
    page = show()
    undo, clear = (page.get_by_role("button", name=name, exact=True) for name in ("Undo", "Clear"))
    for button in (undo, clear):
        expect(button).to_have_attribute("aria-disabled", "true")
    drag(page, (0.2, 0.5), (0.8, 0.5))
    stroke = told(page)
    page.get_by_role("button", name="Erase").click()
    drag(page, (0.5, 0.2), (0.5, 0.8))
    erased = told(page)
    assert (at(erased, 0.5, 0.5), at(erased, 0.25, 0.5), at(erased, 0.75, 0.5)) == (0, 1, 1)
    page.get_by_role("button", name="Invert").click()
    inverted = told(page)
    assert np.abs(inverted + erased - 1).max() < 0.01
    clear.click()
    until(page, painted=0)
    assert told(page).max() == 0
    expect(page.get_by_text("mask nothing", exact=True)).to_be_visible()
    for earlier in (inverted, erased, stroke):
        undo.click()
        page.wait_for_timeout(50)
        assert np.array_equal(told(page), earlier)
    page.locator(".brush canvas").press("Control+z")
    until(page, painted=0)
    expect(undo).to_have_attribute("aria-disabled", "true")


def test_keyboard_alone(show: Open) -> None:
    page = show()
    canvas = page.locator(".brush canvas")
    page.get_by_role("button", name="Clear", exact=True).focus()
    page.keyboard.press("Tab")
    until(page, pointed="0.50 0.50")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")
    until(page, pointed="0.38 0.37")  # steps are as long downwards
    expect(page.locator(".spoken")).to_have_text("x 38%, y 37%")
    page.keyboard.press("Space")
    expect(page.locator(".spoken")).to_have_text("2% painted")
    mask = told(page)
    assert at(mask, 0.38, 0.37) == 1 and at(mask, 0.5, 0.5) == 0
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    assert at(told(page), 0.48, 0.37) == 1
    page.keyboard.press("Delete")
    assert at(told(page), 0.48, 0.37) == 0
    page.keyboard.press("Tab")  # the canvas does not hold on to the keyboard
    until(page, pointed="")
    expect(canvas).not_to_be_focused()


def test_a_finger_paints_and_the_page_stays(show: Open) -> None:
    page = show(width=390, height=600, has_touch=True, is_mobile=True, device_scale_factor=2)
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *places: Place) -> None:
        points = [{"x": x, "y": y} for x, y in (spot(page, place) for place in places)]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (0.5, 0.9))
    for step in range(1, 9):
        touch("touchMove", (0.5, 0.9 - step / 10))  # upwards, as one scrolls
    touch("touchEnd")
    mask = told(page)
    assert [at(mask, 0.5, y) for y in (0.2, 0.5, 0.8)] == [1, 1, 1]
    assert page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTop") == 0


def test_a_mask_of_pythons_takes_the_place_and_another_picture_has_none(show: Open) -> None:
    page = show("keep=1")
    drag(page, (0.2, 0.5), (0.8, 0.5))
    mine = told(page)
    page.get_by_role("button", name="Rerun").click()
    assert np.array_equal(told(page), mine)
    page.get_by_role("button", name="Python clears").click()
    until(page, turn=1, painted=0)
    page.get_by_role("button", name="Undo", exact=True).click()
    assert np.array_equal(told(page), mine)
    page.get_by_role("button", name="Python clears").click()
    until(page, turn=2, painted=0)
    page.get_by_text("Another picture").click()
    until(page, turn=3)
    drag(page, (0.5, 0.1), (0.5, 0.9))
    assert told(page).shape == (SIDE, SIDE // 2)


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1280, False)])
def test_accessible_and_touchable(show: Open, axe: Callable[..., list[str]], width: int, dark: bool) -> None:
    page = show("words=1", width=width, height=844, dark=dark)
    until(page, theme="dark" if dark else "light")
    assert axe(page) == []
    page.mouse.click(*spot(page, (0.5, 0.5)))
    until(page, painted=20)
    assert axe(page) == []
    sizes = page.locator(".brush button, .brush input").evaluate_all(
        "all => all.map(e => [e.offsetWidth, e.offsetHeight])"
    )
    assert all(min(size) >= 36 for size in sizes), sizes
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    texts: list[str] = page.locator(".brush").evaluate(
        """root => [...root.querySelectorAll('[data-word], .share')].map(e => e.textContent)
             .concat([...root.querySelectorAll('[data-name], canvas')].map(e => e.ariaLabel))"""
    )
    assert len(texts) > 8
    assert [text for text in texts if not text.startswith("«")] == []
