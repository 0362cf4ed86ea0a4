"""A against B and many seeds in a real browser: one clock for two players, one sentence for all seeds."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab_tools import SHORT, both, fold_out, players, train
from tests.browser.tools import Server, settled, until

Open = Callable[..., Page]


def test_a_against_b_on_one_clock_and_one_scrub_bar(app: Server, open_page: Open) -> None:
    page = open_page(f"{app.url}/toy_lab?{SHORT}&mode=versus&b.loss=hinge")
    both(page, "p.status == 'preview'")
    assert [player["role"] for player in players(page)] == ["A", "B"]
    expect(page.get_by_role("cell", name="Hinge")).to_be_visible()
    page.get_by_role("button", name="Train").click()
    both(page, "p.status == 'finished' && p.frames == 31")
    bars = page.get_by_label("Position").filter(visible=True)
    expect(bars).to_have_count(1)
    for index in (0, 12, 30):
        bars.fill(str(index))
        both(page, f"p.shown == {index} && p.step == {10 * index}")
    bars.press("ArrowLeft")
    both(page, "p.shown == 29")
    page.get_by_role("button", name="Play", exact=True).filter(visible=True).click()
    both(page, "p.shown == 30 && p.step == 300")


def test_stop_and_go_on_act_on_both(serve: Callable[..., Server], open_page: Open) -> None:
    app = serve(GAN_CLASSROOM_WORKERS="2")
    page = open_page(f"{app.url}/toy_lab?steps=50000&frame_every=100&generator.width=16&mode=versus&b.loss=hinge")
    page.get_by_text("2 workers ready").wait_for(timeout=60_000)
    page.get_by_role("button", name="Train").click()
    both(page, "p.status == 'running' && p.frames > 2")
    page.get_by_role("button", name="Stop").click()
    both(page, "p.status == 'paused'")
    frames = [int(player["frames"]) for player in players(page)]
    page.get_by_role("button", name="Go on").click()
    both(page, f"p.status == 'running' && p.frames > {max(frames)}")
    page.get_by_role("button", name="Stop").click()
    both(page, "p.status == 'paused'")


def test_b_gets_settings_of_its_own_and_they_trade_places(app: Server, open_page: Open) -> None:
    page = open_page(f"{app.url}/toy_lab?mode=versus")
    expect(page.get_by_text("Nothing differs yet")).to_be_visible()
    page.get_by_test_id("stSidebar").get_by_role("radio", name="B").click()
    settled(page)
    fold_out(page, "Cures")
    page.get_by_text("Minibatch deviation").click()
    page.wait_for_function("location.search.includes('b.cures.minibatch_std=true')")
    row = page.get_by_role("row", name="Minibatch deviation")
    expect(row).to_have_text(re.compile(r"Minibatch deviation\s*off\s*on"))
    page.get_by_role("button", name="Swap A and B").click()
    page.wait_for_function("location.search.includes('b.cures.minibatch_std=false')")
    page.get_by_role("button", name="Keep B as A").click()
    expect(page.get_by_text("Nothing differs yet")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("location.search.includes('b.cures.minibatch_std=false')")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_with_two_players(app: Server, open_page: Open, axe: Callable[[Page], list[str]], dark: bool) -> None:
    page = open_page(f"{app.url}/toy_lab?{SHORT}&mode=versus&b.loss=hinge", dark=dark)
    page.get_by_role("button", name="Train").click()
    both(page, "p.status == 'finished'")
    page.wait_for_timeout(500)
    assert axe(page) == []


def test_two_players_on_a_phone(app: Server, open_page: Open) -> None:
    page = open_page(f"{app.url}/toy_lab?{SHORT}&mode=versus", width=390, height=844, has_touch=True, is_mobile=True)
    both(page, "p.status == 'preview'")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    boxes = [canvas.bounding_box() for canvas in page.locator(".player .plane").all()]
    assert [300 <= box["width"] <= 390 for box in boxes] == [True, True]


# Many seeds ----------------------------------------------------------------------------------------------------------


def test_many_seeds_and_their_rate_of_success(app: Server, open_page: Open) -> None:
    page = open_page(f"{app.url}/toy_lab?{SHORT}")
    page.get_by_role("radio", name="Many seeds").click()
    page.get_by_role("radio", name="4 seeds").click()
    page.wait_for_function("location.search.includes('seeds=4')")
    train(page)
    until(page, "status == 'finished' && frames == 31")
    pictures = page.get_by_role("group", name="Seeds").get_by_role("button")
    expect(pictures).to_have_count(4)
    covered = [int(re.search(r"(\d) of 8 modes", label.get_attribute("aria-label"))[1]) for label in pictures.all()]
    kept = sum(count == 8 for count in covered)
    expect(page.get_by_text(f"{kept} of 4 seeds cover all 8 modes at the end: {kept / 4:.0%}")).to_be_visible()
    charts = page.get_by_test_id("stMain").locator("[data-testid=stVegaLiteChart]")
    expect(charts).to_have_count(2)
    pictures.nth(2).click()
    expect(page.get_by_role("button", name="Back to all seeds")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_with_many_seeds(app: Server, open_page: Open, axe: Callable[[Page], list[str]], dark: bool) -> None:
    page = open_page(f"{app.url}/toy_lab?{SHORT}&seeds=4", dark=dark)
    train(page)
    until(page, "status == 'finished'")
    page.wait_for_timeout(500)
    assert axe(page) == []
