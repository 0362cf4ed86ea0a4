"""The Toy lab in a real browser: train, scrub, watch together, reload, by keyboard, on a phone, in both themes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gan_core.presets import presets
from gan_core.specs import ToySpec
from tests.browser.lab_tools import LONG, SHORT, train
from tests.browser.tools import Server, player_data, settled, until


def tab_to(page: Page, name: str, tag: str = "") -> None:
    """Press Tab until an element with that text or class, not one that holds half the page, has the focus; with a tag,
    until one of that, such as BUTTON, since a page may bear the same name."""
    for _ in range(80):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "() => { let e = document.activeElement;"
            " while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;"
            " return e.innerText.length > 100 ? '' : `${e.tagName} ${e.innerText} ${e.className}`; }"
        )
        if name in inside and inside.startswith(tag):
            return
    raise AssertionError(f"Tab never reaches {name!r}")


def test_train_to_the_end_then_scrub(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/toy_lab?{SHORT}")
    train(page)
    until(page, "status == 'finished' && frames == 31")
    expect(page.get_by_text("Step 300 of 300")).to_be_visible()
    scrub = page.locator(".player input.scrub")
    scrub.fill("0")
    until(page, "shown == 0 && step == 0")
    scrub.fill("30")
    until(page, "step == 300")


def test_another_browser_watches_the_same_run_and_its_end(app: Server, open_page: Callable[..., Page]) -> None:
    mine = open_page(f"{app.url}/toy_lab?{LONG}")
    run = train(mine)
    theirs = open_page(f"{app.url}/toy_lab?run={run}")
    until(theirs, f"run == '{run}' && status == 'running' && frames > 3")
    mine.get_by_role("button", name="Stop").click()
    until(theirs, "status == 'paused'")
    expect(theirs.get_by_role("button", name="Go on")).to_be_visible()


def test_a_reload_loses_nothing(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/toy_lab?{LONG}")
    run = train(page)
    until(page, "frames > 5")
    page.reload()
    until(page, f"run == '{run}' && status == 'running' && frames > 6")
    assert "generator.width=32" in page.url
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Go on").wait_for()
    frames = int(player_data(page)["frames"])
    page.get_by_role("button", name="Go on").click()
    until(page, f"status == 'running' && frames > {frames}")
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Go on").wait_for()


def test_a_run_that_waits_for_a_worker_says_so_on_its_picture(app: Server, open_page: Callable[..., Page]) -> None:
    first, second = open_page(f"{app.url}/toy_lab?{LONG}"), open_page(f"{app.url}/toy_lab?{LONG}&seed=1")
    pill = second.locator(".player .pill")
    train(first)  # on the only worker
    expect(pill).to_be_hidden()
    second.get_by_role("button", name="Train").click()
    expect(pill).to_have_text("Waiting", timeout=30_000)
    expect(pill).to_be_visible()
    first.get_by_role("button", name="Stop").click()
    until(second, "status == 'running' && frames >= 1")
    expect(pill).to_be_hidden()
    second.get_by_role("button", name="Stop").click()


def test_leaving_the_page_and_coming_back_keeps_the_run_on_stage(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/toy_lab?{SHORT}")
    run = train(page)
    until(page, "status == 'finished' && frames == 31")
    navigation = page.get_by_test_id("stSidebarNav")
    navigation.get_by_role("link", name="Home").click()
    page.get_by_role("button", name="Watch it learn").wait_for()
    navigation.get_by_role("link", name="Toy lab").click()
    until(page, f"run == '{run}' && frames == 31")


def test_keyboard_alone(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/toy_lab?{SHORT}")
    page.get_by_role("button", name="Train").wait_for()
    tab_to(page, "Train", "BUTTON")
    page.keyboard.press("Enter")
    until(page, "status == 'finished' && frames == 31")
    tab_to(page, "stage")
    page.keyboard.press("Home")
    until(page, "shown == 0")
    page.keyboard.press("ArrowRight")
    until(page, "shown == 1")
    page.keyboard.press("End")
    until(page, "shown == 30")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_with_a_run_on_stage(
    app: Server, open_page: Callable[..., Page], axe: Callable[[Page], list[str]], dark: bool
) -> None:
    page = open_page(f"{app.url}/toy_lab?{SHORT}", dark=dark)
    train(page)
    until(page, "status == 'finished'")
    page.get_by_test_id("stExpander").get_by_text("Show the code").click()
    page.get_by_test_id("stExpander").get_by_text("Generator").first.click()
    page.wait_for_timeout(500)
    assert axe(page) == []


def test_on_a_phone(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/toy_lab?{SHORT}", width=390, height=844, has_touch=True, is_mobile=True)
    train(page)
    until(page, "status == 'finished'")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    box = page.locator(".player .plane").bounding_box()
    assert box["x"] >= 0
    assert 300 <= box["width"] <= 390


def test_a_link_with_nonsense_gets_a_sentence_and_a_working_page(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/toy_lab?data.modes=many&colour=red")
    expect(page.get_by_text("Modes (data.modes) is 'many'; it must be a whole number.")).to_be_visible()
    expect(page.get_by_role("button", name="Train")).to_be_enabled()
    page = open_page(f"{app.url}/toy_lab?run=gone&loss=hinge")
    expect(page.get_by_text("no longer kept on this server")).to_be_visible()
    assert "loss=hinge" in page.url


def choose(page: Page, box: str, option: str) -> None:
    """An option of one of the row's lists."""
    page.get_by_role("combobox", name=box).click()
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)


def test_a_preset_its_cure_and_the_way_back(app: Server, open_page: Callable[..., Page]) -> None:
    vanishing = presets()["vanishing"]
    cure = vanishing.cures["non_saturating"]
    page = open_page(f"{app.url}/toy_lab")
    choose(page, "Experiment", vanishing.title)
    page.wait_for_function("location.search.includes('loss=minimax')")
    choose(page, "Cure", cure.title)
    page.wait_for_function("!location.search.includes('loss=')")
    expect(page.get_by_text(cure.predict)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("location.search.includes('loss=minimax')")


def test_slow_motion_and_back(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/toy_lab?{SHORT}")
    run = train(page)
    until(page, "status == 'finished' && frames == 31")
    page.get_by_role("button", name="Slow motion").click()
    until(page, "run.startsWith('slow') && frames == 20")
    expect(page.get_by_text("D gives each point a score")).to_be_visible()
    page.get_by_role("button", name="Back to the run").last.click()
    until(page, f"run == '{run}' && frames == 31")
    page.get_by_role("button", name="Slow motion").click()
    until(page, "run.startsWith('slow')")
    page.locator(".player .close").click()  # the player's own way back
    until(page, f"run == '{run}' && frames == 31")
    expect(page.get_by_role("button", name="Slow motion")).to_be_visible()


def test_more_diagnostics_and_what_is_saved(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/toy_lab?{SHORT}")
    train(page)
    until(page, "status == 'finished'")
    charts = page.locator("[data-testid=stVegaLiteChart]")
    expect(charts).to_have_count(2)
    page.get_by_text("More diagnostics").click()
    expect(charts).to_have_count(7)
    page.get_by_role("button", name="Save").click()
    for name, ending in (("Numbers (CSV)", ".csv"), ("Settings (JSON)", ".json"), ("Script (Python)", ".py")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        assert download.value.suggested_filename.endswith(ending)
    page.get_by_role("button", name="Animation (GIF)").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile(r"Animation \(GIF\) · [\d.]+ MB")).click(timeout=60_000)
    assert download.value.path().read_bytes().startswith(b"GIF89a")


def test_settings_from_a_file_and_a_file_that_has_none(
    app: Server, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    newer, good = tmp_path / "newer.json", tmp_path / "good.json"
    newer.write_text('{"kind": "toy", "version": 99}')
    good.write_text(ToySpec(loss="hinge", steps=400).json_text())
    page = open_page(f"{app.url}/toy_lab")
    page.get_by_test_id("stSidebar").get_by_role("button", name="Open").click()
    chooser = page.get_by_role("dialog").locator("input[type=file]")
    chooser.set_input_files(newer)
    expect(page.get_by_text("a newer GAN Classroom wrote this spec")).to_be_visible()
    chooser.first.set_input_files(good)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.wait_for_function("location.search.includes('loss=hinge')")


def test_nothing_jumps_while_a_run_goes_on(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/toy_lab?{LONG}")
    train(page)
    expect(page.locator("[data-testid=stVegaLiteChart]")).to_have_count(2, timeout=20_000)
    where = "all => all.map((e) => e.getBoundingClientRect().top)"
    places = "[data-testid=stButton], .player .stage, [data-testid=stVegaLiteChart], [data-testid=stExpander]"
    before, frames = page.locator(places).evaluate_all(where), int(player_data(page)["frames"])
    assert len(before) > 8
    until(page, f"frames > {frames + 5}")
    page.wait_for_timeout(2500)  # the panel's own pace
    assert page.locator(places).evaluate_all(where) == before
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Go on").wait_for()


def test_all_of_the_player_is_on_a_projectors_screen(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/toy_lab?preset=collapse")
    until(page, "status == 'preview'")
    bar, stage = page.locator(".player .bar").bounding_box(), page.locator(".player .stage").bounding_box()
    assert bar["y"] + bar["height"] <= 720
    assert stage["width"] >= 360
    row = [page.get_by_role("button", name=name).bounding_box()["y"] for name in ("Train", "New seed")]
    assert row[0] == row[1]  # one row


def test_a_run_that_blows_up_says_so_and_keeps_its_last_good_frame(app: Server, open_page: Callable[..., Page]) -> None:
    wild = "&".join(
        f"{player}_optimizer.{setting}" for player in ("generator", "discriminator")
        for setting in ("name=sgd", "learning_rate=1")
    )  # fmt: skip
    page = open_page(f"{app.url}/toy_lab?loss=wasserstein&frame_every=5&{wild}")
    train(page)
    until(page, "status == 'failed'")
    expect(page.get_by_text("its numbers are no longer finite")).to_be_visible()
    assert int(player_data(page)["frames"]) >= 1
