"""What the player shows besides the run itself: D*, whose arrows, a verdict, the modes over time, the overview."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from pages.parts.player import WORDS
from tests.browser.player_films import FRAMES
from tests.browser.player_tools import Open, picture, redrawn, said, seek, until

pytest_plugins = ["tests.browser.player_fixtures"]
SOURCES = Path(__file__).parent.parent.parent / "pages" / "parts" / "player"


def strip(page: Page) -> list[list[int]]:
    """How dark the strip is, 0..255, at the middle of each row (first axis) under each frame."""
    return page.locator(".strip canvas").evaluate(
        """(canvas, [rows, frames]) => {
             const { width, height } = canvas;
             const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
             const at = (row, frame) => {
               const x = Math.min(width - 1, Math.round((frame / (frames - 1)) * width));
               return data[4 * (Math.floor(((row + 0.5) / rows) * height) * width + x) + 3];
             };
             return Array.from({length: rows}, (_, row) => Array.from({length: frames}, (_, f) => at(row, f)));
           }""",
        [8, FRAMES],
    )


def test_the_best_possible_d_takes_the_place_of_ds_opinion(show: Open) -> None:
    page = show("full")
    seek(page, 30)
    own, best = page.get_by_role("button", name="D's opinion"), page.get_by_role("button", name="Best possible D*")
    expect(own).to_have_attribute("aria-pressed", "true")
    mine = picture(page)
    assert redrawn(page, best.click)
    expect(best).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".note")).to_contain_text("D*, the best answer")
    assert redrawn(page, own.click)
    assert picture(page) == mine


def test_arrows_of_the_loss_or_of_sigmoid(show: Open) -> None:
    page = show("full")
    seek(page, 30)
    expect(page.locator(".note")).to_contain_text("pull of the loss")
    assert redrawn(page, page.get_by_role("button", name="Gradient of sigmoid(D)").click)
    expect(page.locator(".note")).to_contain_text("They mislead")
    assert redrawn(page, page.locator("[data-switch=arrows]").click)
    expect(page.locator(".note")).to_be_hidden()


def test_choices_outlive_a_reload(show: Open) -> None:
    page = show("full")
    page.get_by_role("button", name="Best possible D*").click()
    page.get_by_role("button", name="Gradient of sigmoid(D)").click()
    page.reload()
    page.wait_for_selector(".player[data-drawn]")
    expect(page.get_by_role("button", name="Best possible D*")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".note")).to_contain_text("They mislead")


@pytest.mark.parametrize(("feed", "best", "pull"), [("film", 0, 0), ("critic", 0, 1), ("full", 1, 1), ("loop", 0, 0)])
def test_what_a_film_lacks_has_no_switch(show: Open, feed: str, best: int, pull: int) -> None:
    """An old recording; a critic, whose opinion is no probability; a run with all there is; a picture on the wall."""
    page = show(feed)
    expect(page.get_by_role("button", name="Best possible D*")).to_have_count(best)
    expect(page.get_by_role("button", name="Gradient of sigmoid(D)")).to_have_count(pull)
    expect(page.locator("[data-switch=arrows]")).to_be_visible()


def test_a_verdict_is_filled_with_the_numbers_of_the_frame_that_is_shown(show: Open) -> None:
    page = show("full")
    verdict = page.locator(".verdict")
    expect(verdict).to_have_text("All 8 modes are covered.")
    high = verdict.bounding_box()
    seek(page, 40)
    expect(verdict).to_have_text("0 of 8 modes, and yet D's loss is 1.20, as at the equilibrium.")
    assert verdict.bounding_box() == high
    sentence = page.locator(".plane").get_attribute("aria-label") or ""
    assert sentence.endswith("as at the equilibrium.")


def test_without_verdicts_there_is_no_place_for_one(show: Open) -> None:
    expect(show("film").locator(".verdict")).to_be_hidden()


def test_modes_over_time_are_darker_where_more_samples_land(show: Open) -> None:
    page = show("full")
    rows = strip(page)
    for row in rows:
        assert row[-2] > 120 > row[2]  # covered at the end; hatched, or between two lines of the hatching, at first
    assert sum(map(len, rows)) == 8 * FRAMES
    page.locator("[data-switch=strip]").click()
    expect(page.locator(".strip")).to_be_hidden()
    page.locator("[data-switch=strip]").click()
    expect(page.locator(".strip")).to_be_visible()
    assert strip(page) == rows


def test_the_strip_and_the_scrub_bar_are_one_axis(show: Open) -> None:
    page = show("full")
    canvas = page.locator(".strip canvas").bounding_box()
    bar = page.locator(".scrub").bounding_box()
    assert canvas is not None and bar is not None
    assert canvas["x"] - bar["x"] == pytest.approx(8, abs=0.5)  # half the bar's thumb
    assert bar["width"] - canvas["width"] == pytest.approx(16, abs=1)
    page.mouse.click(canvas["x"] + canvas["width"] / 2, canvas["y"] + 10)
    until(page, shown=40, mode="still")
    cursor = page.locator(".cursor").bounding_box()
    assert cursor is not None
    assert cursor["x"] + 1 == pytest.approx(canvas["x"] + canvas["width"] * 40 / (FRAMES - 1), abs=1)


def test_the_strip_of_a_live_run_is_that_of_the_finished_one(show: Open) -> None:
    page = show("full&live=1&rate=40")
    until(page, frames=FRAMES, status="finished", mode="still")
    page.wait_for_timeout(300)
    live = strip(page)
    page.reload()
    page.wait_for_selector(".player[data-status=finished][data-drawn]")
    assert strip(page) == live


def test_a_curve_has_no_modes_to_show(show: Open) -> None:
    page = show("curve")
    expect(page.locator(".strip")).to_be_hidden()
    expect(page.locator("[data-switch=strip]")).to_be_hidden()


def test_nothing_jumps_when_a_frame_is_another(show: Open) -> None:
    page = show("full")
    boxes = "root => [...root.querySelectorAll('button, .stage, .strip, .scrub, .note')].map(e => e.offsetTop)"
    before = page.locator(".player").evaluate(boxes)
    for index in (0, 20, 60):
        seek(page, index)
        assert page.locator(".player").evaluate(boxes) == before


def test_the_overview_takes_the_planes_place_and_gives_it_back(show: Open) -> None:
    page = show("full")
    plane = page.locator(".plane")
    page.get_by_role("button", name="Overview").click()
    until(page, scenery="overview")
    expect(plane).to_be_hidden()
    expect(page.locator("[data-box=generator]")).to_be_visible()
    expect(page.get_by_role("button", name="Picture as PNG")).to_be_hidden()
    page.locator("[data-box=generator]").click()
    expect(page.locator("[data-box=generator]")).to_have_attribute("aria-expanded", "true")
    until(page, mode="still")
    page.locator(".stage").press("Home")
    until(page, shown=0)
    page.get_by_role("button", name="Plane").click()
    until(page, scenery="plane")
    expect(plane).to_be_visible()


def test_the_picture_can_be_taken_away(show: Open) -> None:
    page = show("full", device_scale_factor=2)
    with page.expect_download() as download:
        page.get_by_role("button", name="Picture as PNG").click()
    assert download.value.suggested_filename == "gan-full-step-1185.png"
    image = Image.open(BytesIO(download.value.path().read_bytes()))
    side = page.locator(".stage").evaluate("stage => stage.clientWidth")
    assert image.size == (2 * side, 2 * side)
    assert len(image.convert("RGB").getcolors(1 << 20)) > 100
    assert image.convert("RGBA").getextrema()[3] == (255, 255)  # a background of its own


@pytest.mark.parametrize("size", [(1280, 720), (1060, 720)])
def test_on_a_projector_all_controls_are_in_sight(show: Open, size: tuple[int, int]) -> None:
    page = show("full&wide=1", width=size[0], height=size[1])
    top = page.locator(".player").evaluate("root => root.getBoundingClientRect().top")
    edges = page.locator(".player :is(button, select, input):visible").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().bottom)"
    )
    assert max(edges) - top <= 720 - 170
    stage = page.locator(".stage").bounding_box()
    assert stage is not None and stage["width"] >= 300


def test_every_text_of_the_player_can_be_translated() -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in SOURCES.glob("*.js"))
    page = (SOURCES / "player.html").read_text(encoding="utf-8")
    texts = set(re.findall(r'\bw\(\s*"([^"]+)"', code)) | set(re.findall(r'data-(?:word|name)="([^"]+)"', page))
    assert len(texts) > 40
    assert texts <= set(WORDS)
    unused = [word for word in WORDS if word not in code + page + (SOURCES / "overview_words.json").read_text("utf-8")]
    assert unused == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("feed", ["full", "seeds&seeds=9", "slow"])
def test_accessible(show: Open, axe: Callable[..., list[str]], feed: str, dark: bool) -> None:
    page = show(feed, width=390, height=844, dark=dark)
    page.wait_for_timeout(300)
    assert axe(page) == []
    small = page.locator(".player :is(button, select, input):visible").evaluate_all(
        "all => all.filter(e => e.offsetHeight < 34 || e.offsetWidth < 34).map(e => e.className)"
    )
    assert small == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert said(page, "drawn")
