"""The map in a real browser, over shipped generators on a warm worker, in `atlas_app.py`."""

import json
import math
import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from gan_core.latent.hand import points_of, stacked
from gan_core.latent.plane import plane
from tests.browser.atlas_plane import SHELL, specs_of
from tests.browser.tools import Server, settled

Open = Callable[..., Page]

EXTENT = 9  # in sight at first, of a tile that reaches to 11
STEP = 2  # from one picture to the next there

# Each number that is sent and each whose tile is shown, in their order.
LISTEN = """root => {
  const log = (globalThis.log = []);
  root.addEventListener("sent", ({ detail }) => log.push(["sent", detail.move]));
  root.addEventListener("shown", ({ detail }) => log.push(["shown", detail.move]));
}"""


@pytest.fixture
def show(harness: Server, open_page: Open) -> Open:
    """`show("slow=0.3")`: the page with that address, once there are pictures."""

    def show(query: str = "", **options: object) -> Page:
        page = open_page(f"{harness.url}/?{query}", **options)
        page.wait_for_selector(".atlas[data-pictures]", timeout=60_000)
        return page

    return show


def said(page: Page, name: str) -> str:
    """What the map's root says about itself."""
    return page.locator(".atlas").get_attribute(f"data-{name}") or ""


def sight(page: Page) -> list[float]:
    """Middle and extent of what is in sight."""
    return [float(said(page, name)) for name in ("x", "y", "extent")]


def rest(page: Page) -> None:
    """Wait until the tile is the one that was asked for last."""
    root = page.locator(".atlas")
    expect(root).to_have_attribute("data-busy", "false", timeout=30_000)
    if sent := root.get_attribute("data-sent"):
        expect(root).to_have_attribute("data-shown", sent, timeout=30_000)


def canvas(page: Page) -> Locator:
    return page.locator(".map")


def pixels(page: Page) -> str:
    """What is on the canvas, two frames on."""
    return canvas(page).evaluate(
        """canvas => new Promise((found) => {
             requestAnimationFrame(() => requestAnimationFrame(() => found(canvas.toDataURL())));
           })"""
    )


def patch(page: Page, u: float, v: float) -> list[int]:
    """The grey values of a square of 30 px around a place."""
    return canvas(page).evaluate(
        """(canvas, [u, v]) => {
          const times = canvas.width / canvas.clientWidth;
          const [x, y] = [u, v].map((part) => Math.round((part * canvas.clientWidth - 15) * times));
          const { data } = canvas.getContext("2d").getImageData(x, y, 30 * times, 30 * times);
          return [...data].filter((_, at) => at % 4 === 0);
        }""",
        [u, v],
    )


def told(page: Page) -> dict[str, Any]:
    """What Python knows, once the map is at rest."""
    rest(page)
    line = page.get_by_text(re.compile(rf'^told \{{"move": {said(page, "sent") or 0},'))
    expect(line).to_be_visible(timeout=20_000)
    return json.loads(line.inner_text().removeprefix("told "))


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def spot(page: Page, u: float, v: float) -> tuple[float, float]:
    """A place as parts of the way across and down the map, as a place of the window."""
    box = canvas(page).bounding_box()
    assert box is not None
    return box["x"] + u * box["width"], box["y"] + v * box["height"]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float], steps: int = 12) -> None:
    page.mouse.move(*spot(page, *start))
    page.mouse.down()
    page.mouse.move(*spot(page, *end), steps=steps)
    page.mouse.up()


# Under the hand ------------------------------------------------------------------------------------------------------


def test_a_drag_moves_the_plane(show: Open) -> None:
    page = show()
    before = pixels(page)
    drag(page, (0.7, 0.4), (0.3, 0.6))
    x, y, extent = sight(page)
    assert x == pytest.approx(0.4 * 2 * EXTENT, abs=0.1)
    assert y == pytest.approx(0.2 * 2 * EXTENT, abs=0.1)
    assert extent == EXTENT
    at = told(page)
    assert at["x"] == pytest.approx(x, abs=STEP / 2)
    assert at["y"] == pytest.approx(y, abs=STEP / 2)
    assert at["extent"] == pytest.approx(11)
    assert at["x"] % STEP == at["y"] % STEP == 0  # on the lattice
    assert pixels(page) != before


def test_the_pictures_follow_at_once_and_the_answer_moves_nothing(show: Open) -> None:
    page = show("slow=1&bare=1")
    held = patch(page, 5.5 / 9, 6.5 / 9)
    assert max(held) > 60  # there is something
    drag(page, (0.8, 0.8), (0.8 - 2.25 / 9, 0.8 - 1.25 / 9))
    pixels(page)
    expect(page.locator(".atlas")).to_have_attribute("data-busy", "true")
    there = (3.25 / 9, 5.25 / 9)
    while_it_computes = patch(page, *there)
    assert difference(while_it_computes, held) < 12  # not the same pixels, for they are enlarged elsewhere
    rest(page)
    pixels(page)
    assert difference(patch(page, *there), while_it_computes) < 12
    assert difference(patch(page, 5.5 / 9, 6.5 / 9), held) > 12


def difference(one: list[int], other: list[int]) -> float:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)


def test_one_request_is_in_flight(show: Open) -> None:
    page = show("slow=0.3")
    page.locator(".atlas").evaluate(LISTEN)
    page.mouse.move(*spot(page, 0.9, 0.5))
    page.mouse.down()
    for step in range(60):
        page.mouse.move(*spot(page, 0.9 - step / 75, 0.5))
    page.mouse.move(*spot(page, 0.1, 0.5))
    page.mouse.up()
    at = told(page)
    assert at["most"] == 1
    assert at["x"] == pytest.approx(0.8 * 2 * EXTENT, abs=STEP)  # the newest wish is answered
    log: list[list[Any]] = page.evaluate("log")
    sent = [move for what, move in log if what == "sent"]
    assert sent == list(range(1, len(sent) + 1))
    assert [move for what, move in log if what == "shown"] == sent
    assert 2 <= len(sent) < 9  # the lattice was passed nine times


def test_a_small_drag_asks_for_nothing(show: Open) -> None:
    page = show()
    drag(page, (0.5, 0.5), (0.54, 0.5))
    assert sight(page)[0] == pytest.approx(-0.04 * 2 * EXTENT, abs=0.05)
    assert said(page, "sent") == ""


def test_keys_move_and_zoom(show: Open) -> None:
    page = show()
    before = pixels(page)
    canvas(page).focus()
    for key, wanted in (("ArrowRight", [2, 0, 9]), ("ArrowUp", [2, 2, 9]), ("Shift+ArrowLeft", [-6, 2, 9]),
                        ("ArrowDown", [-6, 0, 9]), ("+", [-6, 0, 6]), ("-", [-6, 0, 9]),
                        ("-", [-6, 0, 13.5])):  # fmt: skip
        page.keyboard.press(key)
        assert sight(page) == pytest.approx(wanted)
    expect(page.get_by_role("application", name="Map: middle at −6, 0; extent 13.5")).to_be_visible()
    expect(page.locator(".spoken")).to_contain_text("Map: middle at −6, 0; extent 13.5. ")
    expect(page.locator(".closer")).to_be_visible()  # what lies in the middle
    at = told(page)
    assert [at["x"], at["extent"]] == pytest.approx([-6, 16.5])
    page.keyboard.press("Home")
    rest(page)
    assert sight(page) == [0, 0, 9]
    page.mouse.click(5, 5)
    assert pixels(page) == before


def test_buttons_zoom_and_lead_back(show: Open) -> None:
    page = show()
    expect(button(page, "Back to the middle")).to_be_disabled()
    for _ in range(9):
        button(page, "Zoom in").click()
        if button(page, "Zoom in").is_disabled():
            break
    assert sight(page) == [0, 0, 0.5]
    assert told(page)["extent"] == pytest.approx(0.5 * 11 / 9)
    for _ in range(12):
        button(page, "Zoom out").click()
        if button(page, "Zoom out").is_disabled():
            break
    assert sight(page) == [0, 0, 40]
    button(page, "Back to the middle").click()
    assert sight(page) == [0, 0, 9]
    assert told(page)["extent"] == 11


def test_a_wheel_zooms_about_the_hand_once_the_map_was_touched(show: Open) -> None:
    page = show("bare=1", height=420)
    page.mouse.move(*spot(page, 0.75, 0.5))
    page.mouse.wheel(0, 60)
    page.wait_for_function("() => document.querySelector('[data-testid=stMain]').scrollTop === 60")
    assert sight(page) == [0, 0, 9]
    page.mouse.click(*spot(page, 0.75, 0.25))
    page.mouse.wheel(0, -300)
    expect(page.locator(".atlas")).not_to_have_attribute("data-extent", "9")
    x, y, extent = sight(page)
    assert extent == pytest.approx(9 * math.exp(-0.45), abs=0.01)
    assert x + extent / 2 == pytest.approx(4.5, abs=0.1)  # what was under the hand still is
    assert y + extent / 2 == pytest.approx(4.5, abs=0.1)


def test_fingers_drag_and_pinch(show: Open) -> None:
    page = show(width=390, height=844, has_touch=True)
    touch = page.context.new_cdp_session(page)

    def fingers(kind: str, *places: tuple[float, float]) -> None:
        points = [dict(zip("xy", spot(page, *place), strict=True), id=number) for number, place in enumerate(places)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", (0.5, 0.5))
    for part in (0.45, 0.4, 0.35, 0.3):
        fingers("touchMove", (part, 0.5))
    fingers("touchEnd")
    assert sight(page)[0] == pytest.approx(0.2 * 2 * EXTENT, abs=0.3)
    fingers("touchStart", (0.4, 0.5), (0.6, 0.5))
    for part in (0.12, 0.15, 0.18, 0.2):
        fingers("touchMove", (0.5 - part, 0.5), (0.5 + part, 0.5))
    fingers("touchEnd")
    assert sight(page)[2] == pytest.approx(4.5, abs=0.1)
    assert told(page)["picks"] == []


# What lies where -----------------------------------------------------------------------------------------------------


def test_a_press_takes_a_picture(show: Open) -> None:
    page = show("slow=0.3")
    page.mouse.click(*spot(page, 0.72, 0.63))  # seventh column, sixth row
    assert told(page)["picks"] == [{"x": 4, "y": -2}]
    assert said(page, "picked") == "4 -2"
    assert sight(page) == [0, 0, 9]
    canvas(page).focus()
    for key in ("ArrowRight", "ArrowUp", "Enter", "ArrowUp", "ArrowUp"):  # a wish that is overtaken keeps its pick
        page.keyboard.press(key)
    at = told(page)
    assert at["picks"] == [{"x": 4, "y": -2}, {"x": 2, "y": 2}]
    assert [at["x"], at["y"]] == [2, 6]


def test_pointing_enlarges_a_picture(show: Open) -> None:
    page = show()
    closer = page.locator(".closer")
    expect(closer).to_be_hidden()
    page.mouse.move(*spot(page, 0.05, 0.95))
    expect(closer).to_be_visible()
    expect(closer).to_contain_text(re.compile(r"^Trousers, \d+% surePicture at −8, −8$"))
    left = closer.bounding_box()
    page.mouse.move(*spot(page, 0.95, 0.5))
    expect(closer).to_contain_text("Sneaker")
    right = closer.bounding_box()
    assert left is not None and right is not None
    assert left["x"] > right["x"]  # in the corner away from the hand
    page.mouse.move(5, 5)
    expect(closer).to_be_hidden()


def test_class_regions_are_shown_on_request(show: Open) -> None:
    page = show()
    before = pixels(page)
    assert said(page, "regions") == "false"
    tints = page.get_by_text("the stronger the colour, the surer it is")
    expect(tints).to_be_hidden()
    button(page, "Class regions").click()
    expect(button(page, "Class regions")).to_have_attribute("aria-pressed", "true")
    expect(tints).to_be_visible()
    assert said(page, "regions") == "true"
    page.mouse.move(5, 5)
    assert pixels(page) != before
    button(page, "Class regions").click()
    page.mouse.move(5, 5)
    assert pixels(page) == before


def test_without_a_classifier_there_are_no_regions(show: Open) -> None:
    page = show("model=cats-64&bare=1")
    expect(button(page, "Zoom in")).to_be_visible()
    expect(button(page, "Class regions")).to_be_hidden()
    expect(page.get_by_text("As far out as noise lies.")).to_be_hidden()
    page.mouse.move(*spot(page, 0.5, 0.5))
    expect(page.locator(".closer")).to_have_text("Picture at 0, 0")


def test_the_ring_is_where_noise_lies(show: Open) -> None:
    page = show()
    expect(page.get_by_text("As far out as noise lies.")).to_be_visible()
    drag(page, (0.6, 0.5), (0.2, 0.3))
    rest(page)
    ring = json.loads(said(page, "ring"))
    angles = torch.linspace(0, 6, 9)
    around = torch.stack([ring["x"] + ring["radius"] * angles.cos(), ring["y"] + ring["radius"] * angles.sin()], 1)
    z, _ = stacked(points_of(specs_of("fashion-cdcgan-32", others=False), None, None)[1])
    torch.testing.assert_close(plane(z).at(around).norm(dim=1), torch.full((9,), SHELL[0]), atol=1e-3, rtol=0)


# Python's say --------------------------------------------------------------------------------------------------------


def test_python_goes_elsewhere(show: Open) -> None:
    page = show()
    drag(page, (0.5, 0.5), (0.3, 0.5))
    rest(page)
    button(page, "Python goes to 6, 3").click()
    expect(page.locator(".atlas")).to_have_attribute("data-y", "3", timeout=20_000)
    assert sight(page) == [6, 3, 9]


def test_three_others_begin_afresh(show: Open) -> None:
    page = show()
    before = pixels(page)
    page.mouse.click(*spot(page, 0.9, 0.5))
    drag(page, (0.5, 0.5), (0.3, 0.5))
    rest(page)
    page.get_by_text("Three others").click()
    expect(page.locator(".atlas")).to_have_attribute("data-x", "0", timeout=20_000)
    settled(page)
    expect(page.locator(".atlas")).to_have_attribute("data-picked", "")
    assert pixels(page) != before
    page.mouse.click(*spot(page, 0.5, 0.5))
    assert told(page)["picks"] == [{"x": 0, "y": 0}]


def test_a_failure_is_said_and_the_next_move_goes_on(show: Open) -> None:
    page = show("fail=1")
    canvas(page).focus()
    page.keyboard.press("ArrowRight")
    sentence = page.get_by_text("The workers did not answer within 10 seconds. Try again.", exact=True)
    expect(sentence).to_be_visible()
    assert sight(page) == [2, 0, 9]
    page.keyboard.press("ArrowRight")
    expect(sentence).to_be_hidden()
    assert told(page)["x"] == 4


# For everybody -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1280])
def test_accessible_and_touchable(show: Open, axe: Callable[..., list[str]], dark: bool, width: int) -> None:
    page = show(width=width, height=720, dark=dark)
    button(page, "Class regions").click()
    page.mouse.move(*spot(page, 0.7, 0.5))
    expect(page.locator(".closer")).to_be_visible()
    assert axe(page) == []
    sizes: list[dict[str, Any]] = page.locator(".atlas button").evaluate_all(
        "all => all.map(e => ({name: e.ariaLabel ?? e.textContent, width: e.offsetWidth, height: e.offsetHeight}))"
    )
    assert len(sizes) == 4
    assert all(size["height"] >= 36 and size["width"] >= 36 for size in sizes), sizes
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    box = canvas(page).bounding_box()
    assert box is not None
    assert box["width"] == pytest.approx(box["height"])
    assert box["width"] == (358 if width == 390 else 456)  # the column's width; what the window leaves


def test_every_word_comes_from_the_catalogue(show: Open) -> None:
    page = show("words=1")
    page.mouse.move(*spot(page, 0.7, 0.5))
    texts: list[str] = page.locator(".atlas").evaluate(
        """root => [...root.querySelectorAll("[data-word], .closer p")].map(e => e.textContent).concat(
             [...root.querySelectorAll("[data-name], canvas")].map(e => e.ariaLabel))"""
    )
    assert len(texts) > 12
    assert [text for text in texts if not text.startswith("«")] == []
