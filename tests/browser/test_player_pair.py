"""A against B: two players on one page that move by one clock."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.player_films import FRAMES
from tests.browser.player_tools import Open, picture, redrawn, said, seek, the, until

pytest_plugins = ["tests.browser.player_fixtures"]
LAST, LAST_B = FRAMES - 1, 59  # B's run is shorter


@pytest.fixture
def pair(show: Open) -> Open:
    """`pair("live=1", ...)`: the page once both have frames."""

    def pair(more: str = "", **options: object) -> Page:
        page = show(f"pair&{more}", **options)
        for role in "AB":
            page.wait_for_selector(f".player[data-role={role}][data-shown]")
        return page

    return pair


def test_one_bar_moves_both_and_reaches_to_the_longer_films_end(pair: Open) -> None:
    page = pair()
    until(page, "A", follows="false", shown=LAST)
    until(page, "B", follows="true", shown=LAST_B)
    expect(the(page, "A").get_by_label("Position")).to_have_attribute("max", str(LAST))
    seek(page, 30, "A")
    until(page, "B", shown=30)
    seek(page, 70, "A")
    until(page, "B", shown=LAST_B)
    expect(the(page, "A").get_by_label("Position")).to_have_value("70")
    expect(the(page, "A").get_by_label("Position")).to_have_attribute("aria-valuetext", "Step 1,050 of 1,185.")


def test_b_shows_and_a_steers(pair: Open) -> None:
    page = pair()
    for part in (".scrub", ".bar", ".chips", ".note"):
        expect(the(page, "A").locator(part)).to_be_visible()
        expect(the(page, "B").locator(part)).to_be_hidden()
    for part in (".stage", ".readout", ".verdict", ".strip", ".badge"):
        expect(the(page, "B").locator(part)).to_be_visible()
    expect(the(page, "A").locator(".badge")).to_have_text("A")
    expect(the(page, "B").locator(".badge")).to_have_text("B")
    for role in "AB":
        assert (the(page, role).locator(".plane").get_attribute("aria-label") or "").startswith(f"{role}. Step")


def test_they_play_together_to_the_end(pair: Open) -> None:
    page = pair()
    the(page, "A").get_by_label("Speed", exact=True).select_option("2")
    the(page, "A").get_by_role("button", name="Play", exact=True).click()
    until(page, "A", mode="playing")
    players = [the(page, role).element_handle() for role in "AB"]
    for _ in range(10):
        a, b = page.evaluate("players => players.map(root => Number(root.dataset.shown))", players)
        assert b == min(a, LAST_B)
        page.wait_for_timeout(60)
    until(page, "A", shown=LAST, mode="still")
    until(page, "B", shown=LAST_B)


def test_switches_and_keys_go_for_both(pair: Open) -> None:
    page = pair()
    seek(page, 40, "A")
    for switch in ("fake", "surface", "grid"):
        assert redrawn(page, the(page, "A").locator(f"[data-switch={switch}]").click, "B")
    before = picture(page, "B")
    the(page, "A").get_by_role("button", name="Best possible D*").click()
    the(page, "A").locator("[data-switch=surface]").click()
    page.wait_for_timeout(200)
    assert picture(page, "B") != before
    the(page, "B").locator(".stage").press("ArrowLeft")
    until(page, "A", shown=39)
    until(page, "B", shown=39)
    the(page, "B").locator(".stage").click()
    until(page, "A", mode="playing")
    the(page, "A").locator(".stage").click()
    until(page, "A", mode="still")
    the(page, "A").get_by_role("button", name="Overview").click()
    until(page, "A", scenery="overview")
    until(page, "B", scenery="overview")


def test_a_live_pair_goes_as_far_as_the_slower_has_come(pair: Open) -> None:
    """B's first frame comes a second and a half after A's, and then half as fast."""
    page = pair("live=1&rate=16")
    until(page, "A", mode="following")
    while said(page, "status", "B") != "running" or int(said(page, "frames", "B") or 0) < 5:
        page.wait_for_timeout(50)
    players = [the(page, role).element_handle() for role in "AB"]
    ahead = 0
    for _ in range(8):
        (a, of_a), (b, of_b) = page.evaluate(
            "players => players.map(root => [Number(root.dataset.shown), Number(root.dataset.frames)])", players
        )
        assert a == b < of_b
        ahead = max(ahead, of_a - a)
        page.wait_for_timeout(150)
    assert ahead > 10
    until(page, "A", shown=LAST, mode="still")
    until(page, "B", shown=LAST)


def test_either_alone_is_a_player_like_any_other(pair: Open) -> None:
    page = pair()
    seek(page, 30, "A")
    page.get_by_text("A", exact=True).first.click()
    expect(the(page, "A")).to_have_count(0)
    until(page, "B", follows="false", shown=30)
    expect(the(page, "B").get_by_label("Position")).to_have_attribute("max", str(LAST_B))
    seek(page, 20, "B")
    the(page, "B").get_by_role("button", name="Next frame").click()
    until(page, "B", shown=21)
    page.get_by_text("A", exact=True).click()
    until(page, "B", follows="true")
    seek(page, 10, "A")
    until(page, "B", shown=10)
    page.get_by_text("B", exact=True).first.click()
    expect(the(page, "B")).to_have_count(0)
    seek(page, 75, "A")
    until(page, "A", follows="false")


def test_another_pair_takes_its_place(pair: Open) -> None:
    page = pair()
    seek(page, 30, "A")
    page.get_by_text("Second pair").click()
    until(page, "A", run="second A", shown=LAST)
    until(page, "B", run="second B", shown=LAST_B, follows="true")
    seek(page, 12, "A")
    until(page, "B", shown=12)


def test_a_run_of_one_seed_beside_one_of_several(pair: Open) -> None:
    page = pair("second=seeds")
    until(page, "A", scenery="plane")
    until(page, "B", scenery="seeds")
    the(page, "B").locator(".panel").nth(2).click()
    until(page, "B", scenery="plane")
    expect(the(page, "B").locator(".smaller")).to_contain_text("Seed 9")
    the(page, "B").locator(".smaller").click()
    until(page, "B", scenery="seeds")


def test_the_picture_that_is_saved_has_both(pair: Open) -> None:
    page = pair()
    seek(page, 30, "A")
    with page.expect_download() as download:
        the(page, "A").get_by_role("button", name="Picture as PNG").click()
    assert download.value.suggested_filename == "gan-first-A-first-B-step-450.png"
    image = Image.open(BytesIO(download.value.path().read_bytes()))
    assert image.width > 2 * image.height > 500


@pytest.mark.parametrize("width", [390, 1280])
def test_side_by_side_or_stacked(pair: Open, axe: Callable[..., list[str]], width: int) -> None:
    page = pair(width=width, height=800)
    a, b = (the(page, role).locator(".stage").bounding_box() for role in "AB")
    assert a is not None and b is not None
    assert (a["width"], a["height"]) == (b["width"], b["height"])
    if width == 390:
        assert b["y"] > a["y"] + a["height"] and b["x"] == a["x"]
    else:
        assert b["x"] > a["x"] + a["width"] and b["y"] == a["y"]
        strips = [the(page, role).locator(".strip").bounding_box() for role in "AB"]
        assert strips[0]["y"] == strips[1]["y"]
    assert axe(page) == []


def test_on_a_projector_a_pair_is_large_and_what_moves_it_is_in_sight(pair: Open) -> None:
    """The pictures matter most; switches of what is drawn may lie below the fold, the clock may not."""
    page = pair(width=1060, height=720)
    assert the(page, "A").locator(".plane").bounding_box()["width"] >= 340
    top = the(page, "A").evaluate("root => root.getBoundingClientRect().top")
    edges = (
        the(page, "A")
        .locator(":is(.scrub, .bar button, .bar select):visible")
        .evaluate_all("all => all.map(e => e.getBoundingClientRect().bottom)")
    )
    assert max(edges) - top <= 720 - 170
