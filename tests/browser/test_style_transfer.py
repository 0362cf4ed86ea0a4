"""The Style transfer page in a real browser: paint, move a slider, stop, larger, wipe, download, own pictures."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser import tools
from tests.browser.tools import Server, settled

SHORT = "size=96&network=slim&refined=0&steps=12"
LONG = "size=128&network=slim&refined=0&steps=5000"

until = partial(tools.until, part="easel")


def paint(page: Page) -> str:
    """Press Paint, wait for the first preview, and return the run's id."""
    page.locator(".st-key-style_paint button").click()
    page.wait_for_function("location.search.includes('run=')")
    until(page, "frames >= 1")
    return run_of(page)


def run_of(page: Page) -> str:
    return page.evaluate("new URL(location.href).searchParams.get('run')")


def box(page: Page, name: str) -> Locator:
    """The button that opens a choice of pictures: of the content, or of the styles."""
    return page.locator(f".st-key-style_{name}_box").get_by_role("button").first


def picture(path: Path, width: int = 90, height: int = 60) -> Path:
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)).save(path)
    return path


def test_paint_larger_wipe_and_away(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/style_transfer?{SHORT}")
    first = paint(page)
    until(page, "status == 'finished'")
    expect(page.get_by_text("Step 12 of 12", exact=False).first).to_be_visible()
    page.get_by_role("slider", name="Before and after").focus()
    page.keyboard.press("ArrowRight")
    until(page, "wipe == 'open'")
    page.get_by_role("button", name="Larger").click()
    page.wait_for_function(f"!location.search.includes('{first}')")
    until(page, f"run != '{first}' && status == 'finished'")
    assert "size=192" in page.url
    page.get_by_role("button", name="Save").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Picture (PNG)").click()
    assert Image.open(io.BytesIO(download.value.path().read_bytes())).size == (192, 128)
    for name, ending in (("Numbers (CSV)", ".csv"), ("Settings (JSON)", ".json")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        assert download.value.suggested_filename.endswith(ending)
    page.get_by_role("button", name="Animation (GIF)").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Animation (GIF) ·").click(timeout=60_000)
    assert download.value.path().read_bytes().startswith(b"GIF89a")


def test_a_slider_moves_while_it_paints_and_a_reload_loses_nothing(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/style_transfer?{LONG}")
    run = paint(page)
    until(page, "frames > 2")
    page.get_by_role("slider", name="Style").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("From step")).to_be_visible(timeout=20_000)
    page.reload()
    settled(page)
    until(page, f"run == '{run}' && status == 'running' && frames > 3")
    page.get_by_role("button", name="Stop", exact=True).first.click()
    until(page, "status == 'paused'")
    page.get_by_role("button", name="Go on", exact=True).click()
    until(page, "status == 'running'")
    page.get_by_role("button", name="Stop", exact=True).first.click()
    until(page, "status == 'paused'")


def test_back_to_an_earlier_preview_and_on_from_there(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/style_transfer?{SHORT}")
    first = paint(page)
    until(page, "status == 'finished' && frames > 1")
    expect(page.get_by_role("button", name="Go on from here")).to_be_hidden()
    page.get_by_label("Position").first.fill("0")
    page.get_by_role("button", name="Go on from here").click(timeout=20_000)
    page.wait_for_function(f"!location.search.includes('{first}')")
    until(page, f"run != '{first}' && status == 'finished'")


def test_own_pictures_and_what_is_none(app: Server, open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page(f"{app.url}/style_transfer?{SHORT}")
    box(page, "content").click()
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"nothing")
    page.locator("input[type=file]").first.set_input_files(bad)
    expect(page.get_by_text("bad.png is not a picture")).to_be_visible(timeout=30_000)
    page.locator("input[type=file]").first.set_input_files(picture(tmp_path / "mine.png"))
    page.wait_for_function("location.search.includes('own')")
    expect(box(page, "content")).to_contain_text("mine.png")
    page.keyboard.press("Escape")
    paint(page)
    until(page, "status == 'finished'")


def test_two_styles_are_mixed(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/style_transfer?{SHORT}")
    box(page, "styles").click()
    page.get_by_text("Mix several").click()
    settled(page)
    page.get_by_role("button", name="The Great Wave off Kanagawa").click()
    page.wait_for_function("location.search.includes('styles=starry_night,great_wave') || "
                           "location.search.includes('styles=starry_night%2Cgreat_wave')")  # fmt: skip
    expect(page.get_by_role("slider", name="Share of The Great Wave off Kanagawa")).to_be_visible()
    page.keyboard.press("Escape")
    paint(page)
    until(page, "status == 'finished'")


def test_two_brushes_each_in_its_place(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/style_transfer?{SHORT}&styles=starry_night,great_wave")
    box(page, "styles").click()
    page.get_by_role("button", name="Choose where").click()
    canvas = page.get_by_role("application", name="Picture to paint a mask on").or_(
        page.locator(".brush [tabindex='0']").first
    )
    canvas.first.focus()
    page.keyboard.press("Space")
    page.wait_for_function("location.search.includes('mask=')", timeout=30_000)
    page.get_by_role("button", name="Done").click()
    paint(page)
    until(page, "status == 'finished'")


def test_what_a_layer_sees(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/style_transfer?{SHORT}&sight=texture&layer=relu1_1")
    expect(page.get_by_text("one worker ready")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Make it").click()
    page.wait_for_selector(".st-key-style_sight_stage .easel[data-status=finished]", timeout=60_000)
    (source,) = page.locator(".st-key-style_sight_stage .source").all_inner_texts()
    assert source.startswith("Style")  # the content has no say
    stage = page.locator(".st-key-style_sight_stage")
    expect(stage.get_by_role("button", name="Style", exact=True)).to_be_visible()
    expect(stage.get_by_role("slider", name="Before and after")).to_have_attribute(
        "aria-valuetext", "0 % style, 100 % canvas"
    )
    page.get_by_text("Gram matrix", exact=True).first.click()
    expect(page.get_by_text("Style error of this layer")).to_be_visible(timeout=30_000)
    page.get_by_text("Feature maps", exact=True).first.click()
    expect(page.get_by_role("img", name="Feature maps of")).to_be_visible(timeout=30_000)


def test_a_lesson_leads_back_to_the_top_and_then_lets_go(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/style_transfer?{SHORT}")
    main = page.locator("[data-testid=stMain]")
    page.locator("[data-testid=stExpander] summary", has_text="Too much style").click()
    link = page.locator("[data-testid=stExpander] a", has_text="Too much style")
    link.scroll_into_view_if_needed()
    assert main.evaluate("e => e.scrollTop") > 0
    link.click()
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop === 0")
    expect(page.get_by_label("Way of painting")).to_have_value("Too much style")
    page.get_by_text("Feature maps", exact=True).first.click()  # scrolls there
    settled(page)
    assert main.evaluate("e => e.scrollTop") > 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_that_axe_complains_about(
    app: Server, open_page: Callable[..., Page], axe: Callable[[Page], list[str]], dark: bool
) -> None:
    page = open_page(f"{app.url}/style_transfer?{SHORT}&sight=gram", dark=dark)
    paint(page)
    until(page, "status == 'finished'")
    page.locator("[data-testid=stExpander] summary", has_text="Too much style").click()
    page.get_by_text("Show the code").click()
    settled(page)
    assert axe(page) == []
    box(page, "styles").click()
    page.get_by_text("Mix several").hover()  # away from the button, whose tip would fade meanwhile
    expect(page.get_by_text("Whose brush.")).to_be_hidden()
    assert [line for line in axe(page) if "data-floating-ui-portal" not in line] == []  # Streamlit's own place for it


def test_a_phone_has_everything_one_below_the_other(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/style_transfer?{SHORT}", width=390, height=844)
    paint(page)
    until(page, "status == 'finished'")
    wide, seen = page.locator("[data-testid=stMain]").evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert wide <= seen
    easel = page.locator(".easel").first.bounding_box()
    assert easel["width"] <= 390
    assert easel["x"] >= 0
    box(page, "styles").click()
    expect(page.get_by_text("Mix several")).to_be_visible()
