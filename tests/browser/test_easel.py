"""The easel in a real browser, fed by `easel_app.py`. A pixel tells which preview is shown, or the content."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.easel_runs import CONTENT, CREDIT, EVERY, FRAMES, STEPS, STYLES, shade
from tests.browser.tools import settled

Open = Callable[..., Page]
LAST = FRAMES - 1


@pytest.fixture
def show(open_part: Open) -> Open:
    """`show("live&rate=4")`: the page with that feed, once something is drawn."""
    return lambda feed, **options: open_part(f"feed={feed}", **options)


def said(page: Page, name: str) -> str:
    """What the easel's root says about itself."""
    return page.locator(".easel").get_attribute(f"data-{name}") or ""


def until(page: Page, **values: object) -> None:
    """Wait until it says so."""
    for name, value in values.items():
        expect(page.locator(".easel")).to_have_attribute(f"data-{name}", str(value), timeout=20_000)


def grown(page: Page, frames: int) -> None:
    """Wait until it has so many previews; several may come at once."""
    while int(said(page, "frames")) < frames:
        page.wait_for_timeout(50)


def pixel(page: Page, across: float, down: float = 0.5) -> tuple[int, int, int]:
    """A pixel of the canvas, at that part of its width and height."""
    return tuple(
        page.locator(".canvas").evaluate(
            """(canvas, [across, down]) => [...canvas.getContext("2d").getImageData(
                 across * (canvas.width - 1), down * (canvas.height - 1), 1, 1).data].slice(0, 3)""",
            [across, down],
        )
    )


def preview_at(page: Page, across: float = 0.9) -> float:
    """Which preview lies there."""
    return (pixel(page, across)[0] - shade(0)) / (shade(1) - shade(0))


def is_content(page: Page, across: float) -> bool:
    return pixel(page, across) == pytest.approx(CONTENT, abs=3)


def covered(page: Page, across: float = 0.99) -> None:
    """Wait until the content lies there. It is decoded by itself, so how often was drawn does not tell."""
    page.wait_for_function(
        """([canvas, content, across]) => {
          const { data } = canvas.getContext("2d").getImageData(across * canvas.width, canvas.height / 2, 1, 1);
          return content.every((value, at) => Math.abs(value - data[at]) <= 3);
        }""",
        arg=[page.locator(".canvas").element_handle(), list(CONTENT), across],
    )


def painted(page: Page, index: int) -> None:
    """Wait until that preview is shown, and see it on the canvas."""
    until(page, shown=index)
    assert preview_at(page) == pytest.approx(index, abs=0.3)


def seek(page: Page, index: int) -> None:
    page.get_by_label("Position").fill(str(index))
    painted(page, index)


def moved(page: Page, index: int) -> None:
    """Wait until another preview is shown than that one."""
    expect(page.locator(".easel")).not_to_have_attribute("data-shown", str(index))


def watch(page: Page) -> None:
    """Note a pixel of the canvas at every frame of the browser."""
    page.locator(".canvas").evaluate(
        """canvas => {
          canvas.seen = [];
          const look = () => {
            const { data } = canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 2, 1, 1);
            canvas.seen.push([...data].slice(0, 3));
            requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        }"""
    )


def watched(page: Page) -> list[list[int]]:
    return page.locator(".canvas").evaluate("canvas => canvas.seen")


def knob(page: Page) -> Locator:
    return page.get_by_role("slider", name="Before and after")


def drag(page: Page, start: tuple[float, float], *ends: tuple[float, float]) -> None:
    """From place to place on the canvas, each as parts of its width and height."""
    box = page.locator(".stage").bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, *ends)]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def sees(page: Page, step: int | None) -> None:
    expect(page.get_by_text(f"sees {step}", exact=True)).to_be_visible(timeout=10_000)


# Time ----------------------------------------------------------------------------------------------------------------


def test_a_finished_run_stands_on_its_last_preview_and_says_what_it_shows(show: Open) -> None:
    page = show("film")
    until(page, run="made", frames=FRAMES, step=STEPS, status="finished", live="false", wipe="closed")
    painted(page, LAST)
    expect(page.get_by_role("img", name="Step 76 of 76. The canvas, 320 px · VGG19.")).to_be_visible()
    expect(page.locator(".now")).to_have_text("Step 76 of 76320 px · VGG19")
    expect(page.get_by_role("button", name="Live")).to_be_hidden()
    bottom = page.locator(".now").evaluate("line => line.getBoundingClientRect().bottom")
    assert bottom <= 720  # all of it on a projector


def test_the_slider_goes_through_sizes_and_networks(show: Open) -> None:
    page = show("film")
    size = page.locator(".canvas").evaluate("canvas => [canvas.width, canvas.height]")
    for index, painter in ((2, "160 px · slim network"), (10, "320 px · slim network, checked by VGG19")):
        seek(page, index)
        expect(page.locator(".painter")).to_have_text(painter)
        assert page.locator(".canvas").evaluate("canvas => [canvas.width, canvas.height]") == size
        for across, down in ((0, 0), (1, 0), (0, 1), (1, 1)):  # a small one, too, fills it to its corners
            assert pixel(page, across, down)[0] == pytest.approx(shade(index), abs=3)
    bar = page.get_by_label("Position")
    expect(bar).to_have_attribute("aria-valuetext", "Step 40 of 76.")
    bar.press("ArrowLeft")
    painted(page, 9)
    bar.press("Home")
    painted(page, 0)
    bar.press("End")
    painted(page, LAST)


def test_marks_stand_where_stages_begin_and_where_settings_were_changed(show: Open) -> None:
    page = show("marks")
    marks = page.locator(".mark")
    assert marks.evaluate_all("all => all.map(mark => [mark.title, Number(mark.dataset.index)])") == [
        ["320 px · slim network, checked by VGG19", 8],  # the first preview after step 28
        ["320 px · VGG19", 13],
        ["Style's weight is now 20", 9],
    ]
    marks.last.click()
    painted(page, 9)
    expect(page.locator(".event")).to_have_text("Style's weight is now 20")
    marks.first.click()
    painted(page, 8)
    expect(page.locator(".event")).to_be_empty()


def test_the_film_plays_and_pauses(show: Open) -> None:
    page = show("film")
    page.get_by_role("button", name="Play").click()
    until(page, mode="playing")
    moved(page, LAST)
    page.get_by_role("button", name="Pause").click()
    until(page, mode="still")
    place = said(page, "shown")
    painted(page, int(place))
    page.wait_for_timeout(500)
    assert said(page, "shown") == place


def test_live_is_followed_to_the_end_without_a_blank_or_a_step_back(show: Open) -> None:
    page = show("live&rate=6")
    watch(page)
    until(page, frames=FRAMES, shown=LAST, status="finished", mode="still", live="false")
    assert {(round(g / 10), round(b / 10)) for _, g, b in watched(page)} == {(2, 2)}  # always some preview
    reds = [r for r, _, _ in watched(page)]
    assert reds == sorted(reds)
    assert len(set(reds)) > 5


def test_from_what_was_chosen_to_the_first_preview_without_a_blank(show: Open) -> None:
    page = show("begin")
    watch(page)
    until(page, run="made", frames=4, shown=3)
    tenths = {tuple(round(value / 10) for value in colour) for colour in watched(page)}
    assert tenths <= {tuple(round(value / 10) for value in CONTENT)} | {(5 + index, 2, 2) for index in range(5)}
    assert len(tenths) > 2


def test_live_is_left_by_scrubbing_and_joined_by_the_button(show: Open) -> None:
    page = show("live&rate=1")
    until(page, live="true")
    grown(page, 3)
    seek(page, 1)
    until(page, live="false")
    sees(page, EVERY)
    grown(page, 4)
    painted(page, 1)
    page.get_by_role("button", name="Live").click()
    until(page, live="true")
    sees(page, None)
    expect(page.get_by_text(f"heard [{EVERY}, None]", exact=True)).to_be_visible()


def test_a_lost_message_is_asked_for(show: Open) -> None:
    page = show("gap")
    until(page, frames=16)
    painted(page, 15)
    expect(page.get_by_text(f"asked {said(page, 'asked')}", exact=True)).to_be_visible()


# What Python hears ---------------------------------------------------------------------------------------------------


def test_python_hears_where_the_visitor_came_to_rest_and_nothing_on_the_way(show: Open) -> None:
    page = show("film")
    bar = page.get_by_label("Position")
    box = bar.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 8, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], middle, steps=4)
    page.wait_for_timeout(500)
    expect(page.get_by_text("heard []", exact=True)).to_be_visible()  # it is still held
    page.mouse.up()
    first = int(said(page, "step"))
    assert 0 < first < STEPS
    sees(page, first)
    page.locator(".stage").press("Space")
    until(page, mode="playing")
    moved(page, first // EVERY)
    page.locator(".stage").press("Space")
    until(page, mode="still")
    second = int(said(page, "step"))
    sees(page, second)
    page.locator(".stage").press("End")
    sees(page, None)
    expect(page.get_by_text(f"heard [{first}, {second}, None]", exact=True)).to_be_visible()
    painted(page, LAST)


def test_a_rerun_leaves_place_and_picture_alone_and_another_run_starts_afresh(show: Open) -> None:
    page = show("film")
    seek(page, 13)
    sees(page, 13 * EVERY)
    drawn = said(page, "drawn")
    for _ in range(2):
        page.get_by_role("button", name="Rerun").click()
        settled(page)
    painted(page, 13)
    until(page, frames=FRAMES, drawn=drawn)
    page.get_by_text("Another run").click()
    until(page, run="other")
    painted(page, LAST)
    sees(page, None)


# Before and after ----------------------------------------------------------------------------------------------------


def test_the_divider_is_dragged(show: Open) -> None:
    page = show("film")
    assert not is_content(page, 0.01)
    expect(page.get_by_text("Before", exact=True)).to_be_hidden()
    drag(page, (0.03, 0.5), (0.6, 0.4))
    until(page, wipe="open")
    expect(knob(page)).to_have_attribute("aria-valuenow", "60")
    covered(page, 0.58)
    assert is_content(page, 0.1)
    assert preview_at(page, 0.62) == pytest.approx(LAST, abs=0.3)
    for words in ("Before", "After"):
        expect(page.get_by_text(words, exact=True)).to_be_visible()
    drag(page, (0.6, 0.5), (1.1, 0.5))
    until(page, wipe="closed")
    covered(page)
    drag(page, (0.3, 0.2), (0.5, 0.2))  # anywhere on the picture
    until(page, wipe="open")
    covered(page, 0.48)
    assert not is_content(page, 0.52)
    page.mouse.click(*(page.locator(".stage").bounding_box()[side] + 90 for side in ("x", "y")))
    expect(knob(page)).to_have_attribute("aria-valuenow", "50")  # a press alone moves nothing


def test_a_finger_drags_the_divider_across_the_picture(show: Open) -> None:
    page = show("film", width=390, height=844, has_touch=True, is_mobile=True, device_scale_factor=2)
    finger = page.context.new_cdp_session(page)
    box = page.locator(".stage").bounding_box()
    assert box is not None

    def touch(kind: str, *across: float) -> None:
        places = [{"x": box["x"] + x * box["width"], "y": box["y"] + 0.25 * box["height"]} for x in across]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    touch("touchStart", 0.3)
    for step in range(1, 9):
        touch("touchMove", 0.3 + step / 20)
    touch("touchEnd")
    until(page, wipe="open")
    expect(knob(page)).to_have_attribute("aria-valuenow", "70")
    covered(page, 0.68)
    assert not is_content(page, 0.72)


def test_the_divider_is_moved_by_keys_and_stays_while_time_goes_on(show: Open) -> None:
    page = show("film")
    handle = knob(page)
    handle.press("End")
    expect(handle).to_have_attribute("aria-valuenow", "100")
    covered(page)
    handle.press("Home")
    handle.press("PageUp")
    handle.press("Shift+ArrowRight")
    handle.press("ArrowRight")
    handle.press("ArrowLeft")
    expect(handle).to_have_attribute("aria-valuenow", "20")
    expect(handle).to_have_attribute("aria-valuetext", "20 % content, 80 % canvas")
    until(page, shown=LAST)  # these keys do not step
    seek(page, 5)
    assert is_content(page, 0.18) and preview_at(page, 0.22) == pytest.approx(5, abs=0.3)


def test_the_content_takes_the_place_of_the_canvas(show: Open) -> None:
    page = show("film")
    button = page.get_by_role("button", name="Content", exact=True)
    button.click()
    until(page, given="true", wipe="none")
    covered(page)
    expect(page.get_by_role("img", name=f"The content: {CREDIT}")).to_be_visible()
    button.click()
    until(page, given="false")
    expect(page.get_by_role("img", name="Step 76 of 76.")).to_be_visible()
    painted(page, LAST)
    button.hover()
    page.mouse.down()
    until(page, given="true")
    page.wait_for_timeout(500)
    page.mouse.up()
    until(page, given="false")


# States --------------------------------------------------------------------------------------------------------------


def test_a_preview_shows_what_was_chosen_and_nothing_to_play(show: Open) -> None:
    page = show("preview")
    until(page, status="preview", frames=0, wipe="none")
    assert is_content(page, 0.01) and is_content(page, 0.99)
    expect(page.locator(".bar")).to_be_hidden()
    items = page.locator(".source")
    assert items.all_inner_texts() == [f"Content\n{CREDIT}", *(f"Style\n{credit}" for credit in STYLES)]
    assert page.locator(".source img").evaluate_all("all => all.every(picture => picture.naturalWidth > 0)")


@pytest.mark.parametrize(
    ("feed", "status", "words"),
    [
        ("queued", "running", ["Waiting for a worker"]),
        ("empty", "running", ["Loading pictures"]),
        ("failed", "failed", ["Failed", "The canvas could not be painted any further."]),
    ],
)
def test_states_are_said(show: Open, feed: str, status: str, words: list[str]) -> None:
    page = show(feed)
    until(page, status=status)
    for said in words:
        expect(page.get_by_text(said, exact=True).and_(page.locator("p:visible, span:visible"))).to_be_visible()
    assert is_content(page, 0.5) == (feed == "queued")


def test_keyboard_alone(show: Open) -> None:
    page = show("film")
    stage = page.locator(".stage")
    for press, shown in (("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", LAST)):
        stage.press(press)
        painted(page, shown)
    stage.press("c")
    until(page, given="true")
    stage.press("c")
    until(page, given="false")
    visited = set()
    stage.focus()
    for _ in range(8):
        page.keyboard.press("Tab")
        visited.add(page.evaluate("() => document.activeElement.shadowRoot?.activeElement?.className.split(' ').pop()"))
    assert {"knob", "play", "scrub", "given"} <= visited


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1280, False)])
def test_accessible_touchable_and_in_the_visitors_language(
    show: Open, axe: Callable[..., list[str]], width: int, dark: bool
) -> None:
    page = show("translated", width=width, height=844, dark=dark, has_touch=width == 390)
    until(page, shown=11)
    page.locator(".knob").press("PageUp")
    until(page, wipe="open", theme="dark" if dark else "light")
    assert axe(page) == []
    sizes: list[dict[str, Any]] = page.locator(".easel button:visible, .easel input:visible, .knob").evaluate_all(
        "all => all.map(e => ({name: e.ariaLabel ?? e.textContent, width: e.offsetWidth, height: e.offsetHeight}))"
    )
    assert all(size["height"] >= 36 and size["width"] >= 36 for size in sizes), sizes
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    texts: list[str] = page.locator(".easel").evaluate(
        """root => [...root.querySelectorAll('[data-word], .pill, .step, .source b')].map(e => e.textContent)
             .concat([...root.querySelectorAll('[aria-label]')].map(e => e.ariaLabel),
             [...root.querySelectorAll('.bar [title]:not(.mark)')].map(e => e.title),
             [...root.querySelectorAll('.scrub, .knob')].map(e => e.ariaValueText))"""
    )
    assert len(texts) > 15
    assert [text for text in texts if not text.startswith("«")] == []
