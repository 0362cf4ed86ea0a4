"""The knobs in a real browser, over shipped generators on a warm worker, in `knobs_app.py`."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.tools import Server, settled

Open = Callable[..., Page]

# Each number that is sent and each whose picture is shown, in their order; and the pictures.
LISTEN = """root => {
  const log = (globalThis.log = []);
  const pictures = (globalThis.pictures = new Set());
  root.addEventListener("sent", ({ detail }) => log.push(["sent", detail.move]));
  root.addEventListener("shown", ({ detail }) => {
    log.push(["shown", detail.move]);
    pictures.add(root.querySelector("canvas").toDataURL());
  });
  root.addEventListener("input", () => { globalThis.inputs = (globalThis.inputs ?? 0) + 1; });
}"""


@pytest.fixture
def show(harness: Server, open_page: Open) -> Open:
    """`show("model=digits-cdcgan-32")`: the page with that address, once there is a picture.

    With `clock`, the test can have the page's time run ahead.
    """

    def show(query: str = "", clock: bool = False, **options: object) -> Page:
        page = open_page(f"{harness.url}/?{query}", **options)
        if clock:
            page.clock.install()
            page.reload()
        page.wait_for_selector(".knobs[data-pictures]", timeout=30_000)
        return page

    return show


def said(page: Page, name: str) -> str:
    """What the bank's root says about itself."""
    return page.locator(".knobs").get_attribute(f"data-{name}") or ""


def values(page: Page) -> dict[str, float | None]:
    return json.loads(said(page, "values"))


def rest(page: Page) -> None:
    """Wait until the picture is the one that was asked for last."""
    root = page.locator(".knobs")
    expect(root).to_have_attribute("data-moves", "false")
    expect(root).to_have_attribute("data-busy", "false", timeout=20_000)
    if sent := root.get_attribute("data-sent"):
        expect(root).to_have_attribute("data-shown", sent, timeout=20_000)


def picture(page: Page) -> str:
    """The canvas's pixels, once the bank is at rest."""
    rest(page)
    return page.locator(".knobs canvas").evaluate("canvas => canvas.toDataURL()")


def told(page: Page) -> dict[str, Any]:
    """What Python knows, once the bank is at rest."""
    rest(page)
    line = page.get_by_text(re.compile(rf"^move {said(page, 'sent') or 0} "))
    expect(line).to_be_visible(timeout=20_000)
    found = re.fullmatch(r"move \d+ most (\d+) at (.*) seed (\d+) rested (\d+) titles (.*)", line.inner_text())
    assert found
    most, seed, rested = int(found[1]), int(found[3]), int(found[4])
    return {"most": most, "at": json.loads(found[2]), "seed": seed, "rested": rested, "titles": json.loads(found[5])}


def slider(page: Page, title: str) -> Locator:
    return page.get_by_role("slider", name=title, exact=True)


def button(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def along(page: Page, title: str, part: float) -> tuple[float, float]:
    """A place on a slider's rail as a place of the window."""
    box = slider(page, title).bounding_box()
    assert box is not None
    return box["x"] + 8 + part * (box["width"] - 16), box["y"] + box["height"] / 2


def turn(page: Page, title: str, part: float) -> None:
    """Press on a slider at that part of its rail."""
    page.mouse.click(*along(page, title, part))


# Under the hand ------------------------------------------------------------------------------------------------------


def test_the_picture_follows_the_hand(show: Open) -> None:
    page = show()
    page.locator(".knobs").evaluate(LISTEN)
    page.mouse.move(*along(page, "Direction 1", 0.5))
    page.mouse.down()
    for step in range(1200):
        page.mouse.move(*along(page, "Direction 1", 0.5 + 0.45 * (1 - abs(1 - step % 40 / 20))))
        if page.evaluate("pictures.size") > 10:  # while it moves, not only when it is let go
            break
    else:
        pytest.fail("no ten pictures came while the hand moved")
    page.mouse.up()
    rest(page)
    log: list[list[Any]] = page.evaluate("log")
    sent = [move for what, move in log if what == "sent"]
    shown = [move for what, move in log if what == "shown"]
    assert sent == list(range(1, len(sent) + 1))
    assert shown == sent  # each is answered, in order, the last one included
    assert told(page)["at"]["pc0"] == values(page)["pc0"]


def test_one_request_is_in_flight(show: Open) -> None:
    page = show("slow=0.3")
    page.locator(".knobs").evaluate(LISTEN)
    page.mouse.move(*along(page, "Direction 1", 0.5))
    page.mouse.down()
    for step in range(60):
        page.mouse.move(*along(page, "Direction 1", 0.5 + step / 150))
    now = slider(page, "Direction 1").input_value()
    assert float(now) == pytest.approx(3.1, abs=0.3)  # the thumb is where the hand is, whatever has been answered
    page.mouse.up()
    assert told(page)["most"] == 1
    log: list[list[Any]] = page.evaluate("log")
    sent = [move for what, move in log if what == "sent"]
    assert 2 <= len(sent) < page.evaluate("inputs")  # a newer wish overtakes one that waits
    assert sent == list(range(1, len(sent) + 1))
    assert told(page)["at"] == {"pc0": values(page)["pc0"]}
    assert values(page)["pc0"] == float(slider(page, "Direction 1").input_value())
    assert told(page)["rested"] == 1  # once for the whole drag
    button(page, "Shuffle").click()
    assert told(page)["rested"] == 2


def test_an_answer_that_never_comes_is_asked_for_again(show: Open) -> None:
    page = show("lost=1", clock=True)
    before = picture(page)
    slider(page, "Direction 1").press("End")
    expect(page.get_by_text(re.compile("^move 1 "))).to_be_visible(timeout=20_000)
    slider(page, "Direction 1").press("Home")
    assert said(page, "sent") == "1"
    page.clock.fast_forward(13_000)
    assert picture(page) != before
    assert told(page)["at"] == {"pc0": -4.0}


def test_only_the_fragment_runs(show: Open) -> None:
    page = show()
    runs = page.get_by_text(re.compile(r"^page runs "))
    before = runs.inner_text()
    turn(page, "Direction 1", 0.9)
    rest(page)
    assert runs.inner_text() == before


def test_keys_turn_a_knob(show: Open) -> None:
    page = show()
    knob = slider(page, "Direction 1")
    before = picture(page)
    for key, value in (("ArrowRight", 0.1), ("ArrowUp", 0.2), ("PageUp", 1.0), ("ArrowLeft", 0.9), ("Home", -4.0),
                       ("End", 4.0)):  # fmt: skip
        knob.press(key)
        assert values(page)["pc0"] == pytest.approx(value)
    assert knob.get_attribute("aria-valuetext") == "4.0 standard deviations"
    assert picture(page) != before
    assert told(page)["at"] == {"pc0": 4.0}


def test_a_finger_turns_a_knob(show: Open) -> None:
    page = show(width=390, height=844, has_touch=True)
    slider(page, "Coordinate 1").scroll_into_view_if_needed()
    page.touchscreen.tap(*along(page, "Coordinate 1", 0.75))
    assert told(page)["at"]["z0"] == pytest.approx(2.0, abs=0.15)


# What lies where it lies ---------------------------------------------------------------------------------------------


def test_a_double_click_or_the_value_brings_a_knob_back(show: Open) -> None:
    page = show()
    untouched = picture(page)
    turn(page, "Direction 1", 0.9)
    assert picture(page) != untouched
    slider(page, "Direction 1").dblclick()
    assert values(page)["pc0"] is None
    assert picture(page) == untouched
    turn(page, "Coordinate 2", 0.1)
    assert picture(page) != untouched
    button(page, re.compile("^Reset Coordinate 2, ")).click()
    assert picture(page) == untouched
    assert told(page)["at"] == {}


def test_shuffling_leaves_what_is_locked(show: Open) -> None:
    page = show()
    noise = float(slider(page, "Coordinate 1").input_value())
    for title in ("Direction 1", "Direction 2"):
        turn(page, title, 0.75)
    for title in ("Direction 2", "Coordinate 1"):
        button(page, f"Keep {title} when shuffling").click()
        expect(button(page, f"Keep {title} when shuffling")).to_have_attribute("aria-pressed", "true")
    before, elsewhere = picture(page), slider(page, "Coordinate 2").input_value()
    button(page, "Shuffle").click()
    assert picture(page) != before
    assert int(said(page, "seed")) != 3
    assert told(page)["seed"] == int(said(page, "seed"))
    at = told(page)["at"]
    assert at.keys() == {"pc1", "z0"}
    assert at["z0"] == pytest.approx(noise, abs=0.06)
    assert slider(page, "Coordinate 2").input_value() != elsewhere
    assert slider(page, "Direction 1").input_value() == "0"
    button(page, "Undo").click()
    assert picture(page) == before


def test_a_typed_seed_is_that_noise(show: Open) -> None:
    page = show()
    before = picture(page)
    seed = page.get_by_role("spinbutton", name="Seed")
    seed.fill("12")
    seed.press("Enter")
    assert picture(page) != before
    assert told(page)["seed"] == 12
    seed.fill("-1")
    seed.press("Enter")
    expect(page.get_by_text("The seed must be a whole number from 0 to 2,147,483,647.", exact=True)).to_be_visible()
    assert told(page)["seed"] == 12
    slider(page, "Direction 1").focus()
    expect(seed).to_have_value("12")


def test_undo_and_redo_go_through_what_was_done(show: Open) -> None:
    page = show()
    seen = [picture(page)]
    expect(button(page, "Undo")).to_be_disabled()
    page.mouse.move(*along(page, "Direction 1", 0.5))  # a whole drag is one step
    page.mouse.down()
    page.mouse.move(*along(page, "Direction 1", 0.95), steps=8)
    page.mouse.up()
    seen.append(picture(page))
    slider(page, "Truncation").press("Home")
    seen.append(picture(page))
    button(page, "Reset").click()
    expect(button(page, "Reset")).to_be_disabled()
    seen.append(picture(page))
    for before in reversed(seen[:-1]):
        page.keyboard.press("Control+z") if before is seen[0] else button(page, "Undo").click()
        assert picture(page) == before
        slider(page, "Direction 1").focus()
    expect(button(page, "Undo")).to_be_disabled()
    for key, after in zip(("Control+y", "Control+Shift+z", "Control+y"), seen[1:], strict=True):
        page.keyboard.press(key)
        assert picture(page) == after
    expect(button(page, "Redo")).to_be_disabled()
    assert told(page)["at"] == {}


def test_what_python_turns_is_taken_over_and_can_be_undone(show: Open) -> None:
    page = show()
    turn(page, "Direction 2", 0.25)
    mine = picture(page)
    button(page, "Python turns Direction 1").click()
    expect(slider(page, "Direction 1")).to_have_value("2", timeout=10_000)
    settled(page)
    assert picture(page) != mine
    button(page, "Undo").click()
    assert picture(page) == mine
    assert "pc0" not in told(page)["at"]


# Names and kinds -----------------------------------------------------------------------------------------------------


def test_a_name_is_typed_in_place_of_the_title(show: Open) -> None:
    page = show()
    button(page, "Rename Smile").click()
    field = page.get_by_role("textbox", name="Name of Smile")
    field.fill("Grin <b>")
    field.press("Enter")
    expect(slider(page, "Grin <b>")).to_be_visible()
    assert told(page)["titles"]["own0"] == "Grin <b>"
    button(page, "Rename Grin <b>").click()
    page.get_by_role("textbox", name="Name of Grin <b>").fill("something else")
    page.keyboard.press("Escape")
    expect(slider(page, "Grin <b>")).to_be_visible()
    button(page, "Undo").click()
    expect(slider(page, "Smile")).to_be_visible()
    assert told(page)["titles"]["own0"] == "Smile"


def test_a_knob_that_is_removed_can_come_back(show: Open) -> None:
    page = show()
    turn(page, "Smile", 0.8)
    with_it = picture(page)
    button(page, "Remove Smile").click()
    expect(slider(page, "Smile")).to_have_count(0)
    assert picture(page) != with_it
    assert "own0" not in told(page)["titles"]
    button(page, "Undo").click()
    expect(slider(page, "Smile")).to_be_visible()
    assert picture(page) == with_it
    assert "own0" in told(page)["titles"]
    expect(page.get_by_role("button", name=re.compile("^Remove "))).to_have_count(1)


def test_a_class_is_asked_for(show: Open) -> None:
    page = show("model=digits-cdcgan-32")
    before = picture(page)
    page.get_by_label("Class").select_option("7")
    assert picture(page) != before
    assert said(page, "label") == "7"
    expect(page.get_by_role("img", name="Picture made by G: 7, seed 3.")).to_be_visible()


def test_another_model_begins_afresh(show: Open) -> None:
    page = show()
    turn(page, "Direction 1", 0.9)
    before = picture(page)
    expect(page.get_by_label("Class")).to_be_hidden()
    page.get_by_text("Another model").click()
    expect(page.get_by_label("Class")).to_be_visible(timeout=10_000)
    settled(page)
    expect(button(page, "Undo")).to_be_disabled()
    assert picture(page) != before
    assert values(page)["pc0"] is None
    turn(page, "Direction 1", 0.9)
    assert told(page)["at"].keys() == {"pc0"}


def test_a_failure_is_said_and_the_next_move_goes_on(show: Open) -> None:
    page = show("fail=1")
    before = picture(page)
    slider(page, "Direction 1").press("End")
    sentence = page.get_by_text("The workers did not answer within 10 seconds. Try again.", exact=True)
    expect(sentence).to_be_visible()
    slider(page, "Direction 1").press("Home")
    expect(sentence).to_be_hidden()
    assert picture(page) != before


def test_without_knobs_there_is_the_noise(show: Open) -> None:
    page = show("bare=1")
    expect(page.get_by_role("slider")).to_have_count(0)
    before = picture(page)
    button(page, "Shuffle").click()
    assert picture(page) != before


# For everybody -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1280])
def test_accessible_and_touchable(show: Open, axe: Callable[..., list[str]], dark: bool, width: int) -> None:
    page = show("model=fashion-cdcgan-32&knobs=14", width=width, height=720, dark=dark)
    button(page, "Keep Direction 1 when shuffling").click()
    assert axe(page) == []
    sizes: list[dict[str, Any]] = page.locator(".knobs :is(button, select, input):visible").evaluate_all(
        "all => all.map(e => ({name: e.ariaLabel ?? e.textContent, width: e.offsetWidth, height: e.offsetHeight}))"
    )
    assert len(sizes) > 60
    assert all(size["height"] >= 36 and size["width"] >= 36 for size in sizes), sizes
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".knobs").evaluate("root => root.scrollWidth <= root.clientWidth")


def test_the_picture_stays_in_sight_on_a_phone(show: Open) -> None:
    page = show("knobs=14", width=390, height=844)
    slider(page, "Coordinate 14").scroll_into_view_if_needed()
    box, knob = page.locator(".stage").bounding_box(), slider(page, "Coordinate 14").bounding_box()
    assert box is not None and knob is not None
    assert box["y"] >= 0
    assert knob["y"] >= box["y"] + box["height"]


def test_the_bank_scrolls_beside_the_picture_on_a_projector(show: Open) -> None:
    page = show("knobs=20")
    box, bank = page.locator(".stage").bounding_box(), page.locator(".bank").bounding_box()
    assert box is not None and bank is not None
    assert box["y"] + box["height"] <= 720
    assert bank["y"] + bank["height"] <= box["y"] + box["height"] + 1
    slider(page, "Coordinate 20").press("End")
    assert told(page)["at"] == {"z19": 4.0}


def test_every_word_comes_from_the_catalogue(show: Open) -> None:
    page = show("model=digits-cdcgan-32&words=1")
    texts: list[str] = page.locator(".knobs").evaluate(
        """root => [...root.querySelectorAll("[data-word]:not(:empty)")].map(e => e.textContent).concat(
             [...root.querySelectorAll("button[title]")].map(e => e.ariaLabel),
             [...root.querySelectorAll("canvas, .bank, .truncation")].map(e => e.ariaLabel),
             [...root.querySelectorAll(".knob .slider")].map(e => e.getAttribute("aria-valuetext")))"""
    )
    assert len(texts) > 25
    assert [text for text in texts if not text.startswith("«")] == []


def test_the_source_is_sent_once(show: Open) -> None:
    root = Path(__file__).parent.parent.parent / "pages" / "parts" / "knobs"
    source = sum(file.stat().st_size for file in root.iterdir())
    page = show()
    sizes: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sizes.append(len(frame))))
    page.reload()
    page.wait_for_selector(".knobs[data-pictures]")
    rest(page)
    assert max(sizes) > source / 2
    sizes.clear()
    turn(page, "Direction 1", 0.9)
    rest(page)
    assert 0 < max(sizes) < source
