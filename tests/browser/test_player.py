"""The canvas player in a real browser, fed by `player_app.py`."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.player_films import FRAMES
from tests.browser.player_tools import Open, picture, rests, said, seek, shades, until

pytest_plugins = ["tests.browser.player_fixtures"]
LAST = FRAMES - 1


def test_a_finished_run_stands_on_its_last_frame_and_says_what_it_shows(show: Open) -> None:
    page = show("film")
    until(page, frames=FRAMES, shown=LAST, status="finished", mode="still")
    sentence = page.locator(".player .plane").get_attribute("aria-label")
    assert sentence is not None
    assert sentence.startswith("Step 1,185 of 1,185. 8 of 8 modes covered,")
    assert "D recognises 57% of real and 55% of fake samples." in sentence
    expect(page.locator(".readout")).to_contain_text("8/8")
    expect(page.locator(".spoken")).to_have_text(sentence)
    assert shades(page) > 100
    assert rests(page)


def test_play_starts_over_and_pause_stops_drawing(show: Open) -> None:
    page = show("film")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, mode="playing")
    expect(page.locator(".player")).not_to_have_attribute("data-shown", str(LAST))
    page.get_by_role("button", name="Pause", exact=True).click()
    until(page, mode="still")
    place = said(page, "shown")
    assert rests(page)
    assert said(page, "shown") == place
    page.get_by_role("button", name="Next frame").click()
    until(page, shown=int(place or 0) + 1)
    page.get_by_role("button", name="Previous frame").click()
    until(page, shown=place)


def test_playing_reaches_the_end_and_stops_there(show: Open) -> None:
    page = show("film")
    seek(page, LAST - 5)
    page.get_by_label("Speed", exact=True).select_option("4")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, shown=LAST, mode="still")
    assert rests(page)


def test_scrub_bar(show: Open) -> None:
    page = show("film")
    bar = page.get_by_label("Position")
    seek(page, 40)
    expect(bar).to_have_attribute("aria-valuetext", "Step 600 of 1,185.")
    bar.press("ArrowLeft")
    until(page, shown=39)
    bar.press("Home")
    until(page, shown=0)
    early = picture(page)
    bar.press("End")
    until(page, shown=LAST)
    assert picture(page) != early


def test_dragging_the_picture_winds_and_a_press_plays(show: Open) -> None:
    page = show("film")
    seek(page, 20)
    box = page.locator(".stage").bounding_box()
    assert box is not None
    x, y = box["x"] + 100, box["y"] + 100
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] / 4, y, steps=4)
    page.mouse.up()
    until(page, shown=20 + round(LAST / 4), mode="still")
    page.mouse.click(x, y)
    until(page, mode="playing")


def test_keyboard_alone(show: Open) -> None:
    page = show("film")
    page.locator(".stage").focus()
    page.keyboard.press("Home")
    until(page, shown=0)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    until(page, shown=2)
    page.keyboard.press("ArrowLeft")
    until(page, shown=1)
    page.keyboard.press("-")
    page.keyboard.press("-")
    expect(page.get_by_label("Speed", exact=True)).to_have_value("0.25")
    page.keyboard.press("+")
    expect(page.get_by_label("Speed", exact=True)).to_have_value("0.5")
    page.keyboard.press("Space")
    until(page, mode="playing")
    page.keyboard.press("Space")
    until(page, mode="still")
    page.keyboard.press("End")
    until(page, shown=LAST)
    visited = set()
    for _ in range(14):
        page.keyboard.press("Tab")
        visited.add(page.evaluate("() => document.activeElement.shadowRoot?.activeElement?.className.split(' ').pop()"))
    assert {"scrub", "back", "play", "forth", "speed"} <= visited
    page.locator("[data-switch=grid]").press("Space")
    expect(page.locator("[data-switch=grid]")).to_have_attribute("aria-pressed", "true")
    until(page, mode="still")


def test_live_is_followed_to_the_end_without_a_blank_or_a_step_back(show: Open) -> None:
    page = show("live&rate=10")
    places: list[int] = []
    while said(page, "status") == "running":
        assert shades(page) > 100
        places.append(int(said(page, "shown") or 0))
        page.wait_for_timeout(50)
    until(page, frames=FRAMES, shown=LAST, status="finished", mode="still")
    assert places == sorted(places)
    assert len(set(places)) > 10
    expect(page.get_by_role("button", name="Live")).to_be_hidden()
    assert rests(page)


def test_live_can_be_left_and_joined_again(show: Open) -> None:
    page = show("live&rate=5")
    until(page, mode="following", status="running")
    page.get_by_role("button", name="Pause", exact=True).click()
    until(page, mode="still")
    place = int(said(page, "shown") or 0)
    while int(said(page, "frames") or 0) < place + 8:
        page.wait_for_timeout(100)
    assert int(said(page, "shown") or 0) == place
    page.get_by_role("button", name="Live").click()
    until(page, mode="following")
    page.wait_for_timeout(200)
    assert int(said(page, "shown") or 0) >= place + 7


def test_a_lost_message_is_asked_for(show: Open) -> None:
    page = show("gap")
    until(page, frames=40)
    asked = said(page, "asked")
    expect(page.get_by_text(f"asked {asked},")).to_be_visible()
    page.wait_for_timeout(3000)
    assert said(page, "asked") == asked


def test_a_player_that_comes_late_asks_for_the_beginning(show: Open) -> None:
    page = show("late")
    until(page, frames=50)
    page.locator(".stage").press("Home")
    until(page, shown=0, step=0)


def test_frames_that_never_come_are_not_asked_for_for_ever(show: Open) -> None:
    page = show("silent")
    until(page, asked=3, frames=30)
    page.wait_for_timeout(3000)
    until(page, asked=3)
    page.locator(".stage").press("Home")
    until(page, shown=30)


def test_another_run_starts_afresh(show: Open, settled: Callable[[Page], None]) -> None:
    page = show("film")
    until(page, run="ring", frames=FRAMES)
    page.get_by_text("Another run").click()
    until(page, run="other", frames=20, shown=19)
    page.get_by_text("Another run").click()
    until(page, run="ring", frames=FRAMES, shown=LAST)


def test_a_rerun_leaves_place_and_picture_alone(show: Open, settled: Callable[[Page], None]) -> None:
    page = show("film")
    seek(page, 33)
    before = picture(page)
    for _ in range(3):
        page.get_by_role("button", name="Rerun").click()
        settled(page)
        assert picture(page) == before
    until(page, shown=33, frames=FRAMES)


def test_theme_is_followed_at_once(show: Open) -> None:
    page = show("film")
    light, drawn = picture(page), int(said(page, "drawn") or 0)
    page.emulate_media(color_scheme="dark")
    until(page, theme="dark")
    page.wait_for_timeout(200)
    assert int(said(page, "drawn") or 0) > drawn
    assert picture(page) != light
    page.emulate_media(color_scheme="light")
    until(page, theme="light")
    page.wait_for_timeout(200)
    assert picture(page) == light


def test_numbers_that_do_not_exist_are_a_dash(show: Open) -> None:
    page = show("curve")
    expect(page.locator("[data-number=g]")).to_have_text("–")
    expect(page.locator(".of-modes")).to_be_hidden()
    assert "modes" not in (page.locator(".player .plane").get_attribute("aria-label") or "")


@pytest.mark.parametrize(
    ("feed", "status", "words"),
    [
        ("waiting", "waiting", "Waiting for the first frame"),
        ("failed", "failed", "Failed"),
        ("paused", "paused", "Paused"),
    ],
)
def test_states_are_said(show: Open, feed: str, status: str, words: str) -> None:
    page = show(feed)
    until(page, status=status)
    expect(page.get_by_text(words, exact=True)).to_be_visible()
    assert shades(page) > 50  # real points before the first frame, the last good frame after a failure


def test_a_still_offers_nothing_to_play(show: Open) -> None:
    page = show("still")
    until(page, status="preview", frames=1)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_disabled()
    page.locator(".stage").press("Space")
    until(page, mode="still")


def test_switches_change_the_picture_and_outlive_a_reload(show: Open) -> None:
    page = show("film")
    for name in ("real", "fake", "surface", "grid", "arrows"):
        before = picture(page)
        chip = page.locator(f"[data-switch={name}]")
        pressed = chip.get_attribute("aria-pressed")
        chip.click()
        page.wait_for_timeout(100)
        assert picture(page) != before, name
        assert chip.get_attribute("aria-pressed") != pressed
    expect(page.get_by_text("Arrow length")).to_be_hidden()
    page.get_by_label("Speed", exact=True).select_option("2")
    page.reload()
    page.wait_for_selector(".player[data-drawn]")
    assert page.locator("[data-switch=real]").get_attribute("aria-pressed") == "false"
    assert page.locator("[data-switch=grid]").get_attribute("aria-pressed") == "true"
    expect(page.get_by_label("Speed", exact=True)).to_have_value("2")


def test_a_recording_plays_by_itself_and_loops(show: Open) -> None:
    page = show("loop")
    until(page, mode="playing")
    page.get_by_label("Speed", exact=True).select_option("4")
    until(page, shown=LAST)
    expect(page.locator(".player")).not_to_have_attribute("data-shown", str(LAST), timeout=5000)
    until(page, mode="playing")


def test_reduced_motion_starts_nothing_by_itself_and_shows_whole_frames(show: Open) -> None:
    page = show("loop", reduced_motion="reduce")
    until(page, mode="still", shown=0)
    assert rests(page)
    live = show("live&rate=20", reduced_motion="reduce")
    until(live, shown=LAST, status="finished", mode="still")
    assert int(said(live, "drawn") or 0) < FRAMES


def test_nothing_is_drawn_out_of_sight(show: Open) -> None:
    page = show("loop")
    until(page, mode="playing")
    page.add_style_tag(content="[data-testid=stMainBlockContainer] { margin-top: 3000px }")
    assert rests(page)
    page.add_style_tag(content="[data-testid=stMainBlockContainer] { margin-top: 0 !important }")
    assert not rests(page)


@pytest.mark.parametrize(("density", "pixels"), [(1, 1), (2, 2), (3, 2)])
def test_crisp_on_dense_screens(show: Open, density: float, pixels: int) -> None:
    page = show("film", device_scale_factor=density)
    assert page.locator(".player .plane").evaluate("canvas => canvas.width / canvas.clientWidth") == pytest.approx(
        pixels
    )


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1280])
def test_accessible_and_touchable(show: Open, axe: Callable[..., list[str]], dark: bool, width: int) -> None:
    page = show("failed", width=width, height=800, dark=dark)
    assert axe(page) == []
    sizes: list[dict[str, Any]] = page.locator(
        ".player button:visible, .player select:visible, .player input:visible"
    ).evaluate_all(
        "all => all.map(e => ({name: e.ariaLabel ?? e.textContent, width: e.offsetWidth, height: e.offsetHeight}))"
    )
    assert all(size["height"] >= 36 and size["width"] >= 36 for size in sizes), sizes
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    box = page.locator(".stage").bounding_box()
    assert box is not None and box["width"] == pytest.approx(box["height"], abs=1)
    assert box["width"] <= width


def test_every_word_comes_from_the_catalogue(show: Open) -> None:
    page = show("translated")
    texts: list[str] = page.locator(".player").evaluate(
        """root => [...root.querySelectorAll('[data-word], .pill, .waiting, .verdict, .note')].map(e => e.textContent)
             .concat([...root.querySelectorAll('[aria-label]')].map(e => e.ariaLabel),
             [...root.querySelectorAll('[title]')].map(e => e.title), root.querySelector('.scrub').ariaValueText)"""
    )
    assert len(texts) > 50
    assert [text for text in texts if not text.startswith("«")] == []
