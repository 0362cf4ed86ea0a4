"""The sheets in a real browser, fed by `sheets_app.py`."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.sheet_runs import EVERY, FRAMES, STEPS
from tests.browser.tools import settled

Open = Callable[..., Page]
LAST = FRAMES - 1


@pytest.fixture
def show(open_part: Open) -> Open:
    """`show("film&of=digits")`: the page with that feed, once something is drawn."""
    return lambda feed, **options: open_part(f"feed={feed}", **options)


def said(page: Page, name: str) -> str:
    """What the sheets' root says about itself."""
    return page.locator(".sheets").get_attribute(f"data-{name}") or ""


def until(page: Page, **values: object) -> None:
    """Wait until it says so."""
    for name, value in values.items():
        expect(page.locator(".sheets")).to_have_attribute(f"data-{name}", str(value), timeout=20_000)


def grown(page: Page, frames: int) -> None:
    """Wait until it has so many sheets; several may come at once."""
    while int(said(page, "frames")) < frames:
        page.wait_for_timeout(100)


def pixels(canvas: Locator) -> str:
    return canvas.evaluate("canvas => canvas.toDataURL()")


def sheet(page: Page) -> str:
    return pixels(page.locator(".sheet"))


def shades(page: Page) -> int:
    """How many different colours the sheet has."""
    return page.locator(".sheet").evaluate(
        """canvas => new Set(new Uint32Array(
             canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
    )  # fmt: skip


def seek(page: Page, index: int) -> None:
    page.get_by_label("Position").fill(str(index))
    until(page, shown=index)


def spot(page: Page, place: int, columns: int = 8) -> dict[str, float]:
    """The middle of a picture, from the stage's corner."""
    box = page.locator(".stage").bounding_box()
    assert box is not None
    pitch = box["width"] / columns
    return {"x": (place % columns + 0.5) * pitch, "y": (place // columns + 0.5) * pitch}


def point(page: Page, place: int) -> None:
    page.locator(".stage").hover(position=spot(page, place))
    until(page, picked=place)


def test_a_finished_run_stands_on_its_last_sheet_and_says_what_it_shows(show: Open) -> None:
    page = show("film")
    until(page, run="made", frames=FRAMES, shown=LAST, step=STEPS, status="finished", live="false")
    expect(page.get_by_role("img", name="Step 3,900 of 3,900. 64 pictures made by G.")).to_be_visible()
    expect(page.locator(".bar .step")).to_have_text("Step 3,900 of 3,900")
    expect(page.get_by_text("Made by G", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Live")).to_be_hidden()
    assert shades(page) > 100


def test_the_whole_of_it_is_seen_at_once_on_a_projector(show: Open) -> None:
    page = show("film&classes=10&samples=100")
    bottom = page.locator(".bar").evaluate("bar => bar.getBoundingClientRect().bottom")
    assert bottom <= 720
    assert page.locator(".closer").evaluate("closer => closer.getBoundingClientRect().bottom") <= bottom


def test_the_slider_goes_through_time(show: Open) -> None:
    page = show("film")
    late = sheet(page)
    seek(page, 12)
    until(page, step=12 * EVERY)
    assert sheet(page) != late
    bar = page.get_by_label("Position")
    expect(bar).to_have_attribute("aria-valuetext", "Step 1,200 of 3,900.")
    bar.press("ArrowLeft")
    until(page, shown=11)
    bar.press("Home")
    until(page, shown=0)
    bar.press("End")
    until(page, shown=LAST)
    assert sheet(page) == late


def test_the_film_plays_loops_and_pauses(show: Open) -> None:
    page = show("film")
    seek(page, LAST - 2)
    page.get_by_role("button", name="Play").click()
    until(page, mode="playing", shown=LAST)
    expect(page.locator(".sheets")).not_to_have_attribute("data-shown", str(LAST), timeout=5000)
    page.get_by_role("button", name="Pause").click()
    until(page, mode="still")
    page.wait_for_timeout(200)
    place = said(page, "shown")
    page.wait_for_timeout(600)
    assert said(page, "shown") == place


def test_live_is_followed_to_the_end_without_a_blank_or_a_step_back(show: Open) -> None:
    page = show("live&rate=8")
    places: list[int] = []
    while said(page, "status") == "running":
        assert shades(page) > 100
        places.append(int(said(page, "shown")))
        page.wait_for_timeout(50)
    until(page, frames=FRAMES, shown=LAST, status="finished", mode="still", live="false")
    assert places == sorted(places)
    assert len(set(places)) > 10
    expect(page.get_by_role("button", name="Live")).to_be_hidden()


def test_live_is_left_by_scrubbing_and_joined_by_the_button_or_at_the_end(show: Open) -> None:
    page = show("live&rate=1")
    until(page, live="true")
    grown(page, 3)
    live = page.get_by_role("button", name="Live")
    expect(live).to_have_attribute("aria-pressed", "true")
    seek(page, 1)
    until(page, live="false")
    grown(page, 5)
    assert said(page, "shown") == "1"
    live.click()
    until(page, live="true")
    seek(page, 2)
    until(page, live="false")
    box = page.get_by_label("Position").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 20, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    until(page, live="true")


def test_playing_a_live_run_catches_up_with_it(show: Open) -> None:
    page = show("live&rate=1")
    grown(page, 4)
    seek(page, 0)
    page.get_by_role("button", name="Play").click()
    until(page, mode="playing")
    until(page, mode="following", live="true")


def test_real_pictures_take_the_place_of_the_fakes(show: Open) -> None:
    page = show("film")
    fake = sheet(page)
    button = page.get_by_role("button", name="Real", exact=True)
    button.click()
    until(page, given="true")
    expect(page.get_by_role("img", name="64 real pictures.")).to_be_visible()
    expect(page.get_by_text("Real pictures", exact=True)).to_be_visible()
    assert sheet(page) != fake
    button.click()
    until(page, given="false")
    expect(page.get_by_role("img", name="made by G")).to_be_visible()
    assert sheet(page) == fake


def test_real_pictures_are_shown_for_as_long_as_the_button_is_held(show: Open) -> None:
    page = show("film")
    page.get_by_role("button", name="Real", exact=True).hover()
    page.mouse.down()
    until(page, given="true")
    page.wait_for_timeout(600)
    page.mouse.up()
    until(page, given="false")


def test_pointing_at_a_picture_enlarges_it_and_pressing_keeps_it(show: Open) -> None:
    page = show("film")
    large = page.locator(".closer .large")
    first = pixels(large)
    point(page, 19)
    expect(page.locator(".closer .name")).to_have_text("Picture 20")
    assert pixels(large) != first
    page.mouse.move(2, 2)
    until(page, picked=0)
    assert pixels(large) == first
    page.locator(".stage").click(position=spot(page, 19))
    page.mouse.move(2, 2)
    until(page, picked=19)
    page.get_by_role("button", name="Rerun").click()
    settled(page)
    until(page, picked=19)


def test_the_history_of_one_noise_from_first_to_last(show: Open) -> None:
    page = show("film")
    moments = page.locator(".moments button")
    expect(moments).to_have_count(8)
    expect(moments.first).to_have_attribute("aria-label", "At step 0")
    expect(moments.last).to_have_attribute("aria-label", "At step 3,900")
    expect(moments.last).to_have_attribute("aria-current", "step")
    before = [pixels(moments.nth(at).locator("canvas")) for at in range(8)]
    assert len(set(before)) == 8
    point(page, 19)
    page.wait_for_timeout(300)
    assert not {pixels(moments.nth(at).locator("canvas")) for at in range(8)} & set(before)
    moments.nth(2).click()
    until(page, shown=moments.nth(2).get_attribute("data-index"))
    expect(moments.nth(2)).to_have_attribute("aria-current", "step")


def test_a_column_for_each_class(show: Open) -> None:
    page = show("film&classes=10&samples=64")
    heads = page.locator(".heads span")
    expect(heads).to_have_count(10)
    expect(heads.last).to_have_text("Ankle boot")
    expect(page.get_by_role("img", name="Columns: T-shirt, Trousers,")).to_be_visible()
    page.locator(".stage").hover(position=spot(page, 19, columns=10))
    expect(page.locator(".closer .name")).to_have_text("Picture 20, Ankle boot")


def test_few_classes_have_several_columns_each(show: Open) -> None:
    page = show("film&classes=2&samples=50")  # on the sheet two columns of 25
    heads = page.locator(".heads span")
    expect(heads).to_have_count(8)
    assert heads.all_inner_texts() == ["T-shirt", "Trousers"] * 4
    page.locator(".stage").hover(position=spot(page, 19))
    expect(page.locator(".closer .name")).to_have_text("Picture 20, Trousers")
    brightness = """(canvas, [x, y, parts]) => {
      const side = canvas.width / parts;
      const { data } = canvas.getContext("2d").getImageData(x * side, y * side, side, side);
      return data.reduce((sum, value, at) => sum + (at % 4 ? 0 : value), 0) / (side * side);
    }"""
    on_sheet = page.locator(".sheet").evaluate(brightness, [3, 2, 8])
    large = page.locator(".closer .large").evaluate(brightness, [0, 0, 1])
    assert on_sheet == pytest.approx(large, rel=0.2)  # the gap round it is dark
    assert large != pytest.approx(page.locator(".sheet").evaluate(brightness, [2, 2, 8]), rel=0.2)


def test_marks_stand_where_settings_were_changed(show: Open) -> None:
    page = show("marks")
    marks = page.locator(".mark")
    expect(marks).to_have_count(2)
    expect(marks.first).to_have_attribute("title", "G's learning rate is now 0.0001")
    marks.first.click()
    until(page, step=1000)
    expect(page.locator(".event")).to_contain_text("G's learning rate is now 0.0001")
    marks.last.click()
    until(page, step=2500)  # the first sheet on which it can show
    page.get_by_label("Position").press("ArrowRight")
    until(page, step=2600)
    expect(page.locator(".event")).to_have_text("")


@pytest.mark.parametrize(
    ("feed", "status", "words"),
    [
        ("queued", "running", "Waiting for a worker"),
        ("loading", "running", "Loading pictures"),
        ("paused", "paused", "Paused"),
        ("failed", "failed", "Failed"),
    ],
)
def test_states_are_said(show: Open, feed: str, status: str, words: str) -> None:
    page = show(feed)
    until(page, status=status)
    expect(page.get_by_text(words, exact=True).and_(page.locator("p:visible, span:visible"))).to_be_visible()


def test_an_empty_sheet_has_places_and_nothing_to_play(show: Open) -> None:
    page = show("loading&samples=16")
    until(page, frames=0)
    assert shades(page) == 2  # of the places, and between them
    expect(page.get_by_role("button", name="Pause")).to_be_disabled()
    page.locator(".stage").press("Space")
    page.locator(".stage").press("End")
    until(page, frames=0, mode="following")


def test_a_lost_message_is_asked_for(show: Open) -> None:
    page = show("gap")
    until(page, frames=20, shown=19)
    asked = said(page, "asked")
    expect(page.get_by_text(f"asked {asked}", exact=True)).to_be_visible()
    page.wait_for_timeout(3000)
    assert said(page, "asked") == asked


def test_sheets_that_never_come_are_not_asked_for_for_ever(show: Open) -> None:
    page = show("silent")
    until(page, asked=3, frames=10)
    page.wait_for_timeout(3000)
    until(page, asked=3)
    page.locator(".stage").press("Home")
    until(page, shown=10)


def test_keyboard_alone(show: Open) -> None:
    page = show("film")
    stage = page.locator(".stage")
    stage.press("Home")
    until(page, shown=0)
    stage.press("ArrowRight")
    stage.press("ArrowRight")
    until(page, shown=2)
    stage.press("ArrowLeft")
    until(page, shown=1)
    stage.press("Space")
    until(page, mode="playing")
    stage.press("Space")
    until(page, mode="still")
    stage.press("End")
    until(page, shown=LAST)
    stage.press("r")
    until(page, given="true")
    stage.press("r")
    until(page, given="false")
    stage.press("Shift+ArrowDown")
    stage.press("Shift+ArrowRight")
    until(page, picked=9, shown=LAST)
    real = page.get_by_role("button", name="Real", exact=True)
    real.press("Space")
    until(page, given="true", mode="still")
    visited = set()
    stage.focus()
    for _ in range(14):
        page.keyboard.press("Tab")
        visited.add(page.evaluate("() => document.activeElement.shadowRoot?.activeElement?.className.split(' ').pop()"))
    assert {"play", "scrub", "given"} <= visited


def test_another_run_starts_afresh(show: Open) -> None:
    page = show("film")
    seek(page, 10)
    page.get_by_text("Another run").click()
    until(page, run="other", shown=LAST)


def test_a_rerun_leaves_place_and_picture_alone(show: Open) -> None:
    page = show("film")
    seek(page, 13)
    before, drawn = sheet(page), said(page, "drawn")
    for _ in range(3):
        page.get_by_role("button", name="Rerun").click()
        settled(page)
        assert sheet(page) == before
    until(page, shown=13, frames=FRAMES, drawn=drawn)


def test_theme_is_followed_at_once(show: Open) -> None:
    page = show("loading")
    light = sheet(page)
    page.emulate_media(color_scheme="dark")
    until(page, theme="dark", drawn=2)
    assert sheet(page) != light
    page.emulate_media(color_scheme="light")
    until(page, theme="light", drawn=3)
    assert sheet(page) == light


@pytest.mark.parametrize(("density", "ratio"), [(1, 1), (2, 2), (3, 2)])
def test_crisp_on_dense_screens(show: Open, density: float, ratio: int) -> None:
    page = show("film", device_scale_factor=density)
    until(page, shown=LAST)
    assert page.locator(".sheet").evaluate("c => c.width / c.clientWidth") == pytest.approx(ratio, rel=0.01)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1280])
def test_accessible_and_touchable(show: Open, axe: Callable[..., list[str]], dark: bool, width: int) -> None:
    page = show("failed&classes=10&samples=64", width=width, height=844, dark=dark)
    until(page, shown=19)
    assert axe(page) == []
    page.get_by_role("button", name="Real", exact=True).click()
    until(page, given="true")
    assert axe(page) == []
    sizes: list[dict[str, Any]] = page.locator(".sheets button:visible, .sheets input:visible").evaluate_all(
        "all => all.map(e => ({name: e.ariaLabel ?? e.textContent, width: e.offsetWidth, height: e.offsetHeight}))"
    )
    assert all(size["height"] >= 36 and size["width"] >= 36 for size in sizes), sizes
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_finger_picks_a_picture_on_a_phone(show: Open) -> None:
    page = show("film", width=390, height=844, has_touch=True)
    until(page, shown=LAST)
    page.locator(".stage").tap(position=spot(page, 42))
    until(page, picked=42)
    expect(page.locator(".closer .name")).to_have_text("Picture 43")
    expect(page.locator(".closer .large")).to_be_in_viewport()
    page.get_by_role("button", name="Real", exact=True).tap()
    until(page, given="true")


def test_every_word_comes_from_the_catalogue(show: Open) -> None:
    page = show("translated&classes=10&samples=30")
    until(page, shown=19)
    texts: list[str] = page.locator(".sheets").evaluate(
        """root => [...root.querySelectorAll('[data-word], .maker, .pill, .name, .step')].map(e => e.textContent)
             .concat([...root.querySelectorAll('[aria-label]')].map(e => e.ariaLabel),
             [...root.querySelectorAll('[title]:not(.heads span)')].map(e => e.title),
             root.querySelector('.scrub').ariaValueText)"""
    )
    assert len(texts) > 20
    assert [text for text in texts if not text.startswith("«")] == []
