"""The Latent space page in a real browser: a knob, a walk, the map, a search; every view for axe and on a phone."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from pages.parts.grip import VIEWS
from tests.browser.tools import Server, settled

READY = "one worker ready"
TOLD = "fashion-cdcgan-32"  # which class to draw


def ready(page: Page) -> None:
    expect(page.get_by_text(READY)).to_be_visible(timeout=60_000)
    settled(page)


def picture(page: Page) -> str:
    """What the bank shows, once it has answered the last move."""
    root = page.locator(".knobs[data-pictures]")
    expect(root).to_have_attribute("data-moves", "false", timeout=30_000)
    expect(root).to_have_attribute("data-busy", "false", timeout=60_000)
    if sent := root.get_attribute("data-sent"):
        expect(root).to_have_attribute("data-shown", sent, timeout=60_000)
    return root.locator("canvas").evaluate("canvas => canvas.toDataURL()")


def test_a_knob_moves_the_picture_and_the_address(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/latent_space?model=digits-cdcgan-32&seed=3")
    ready(page)
    slider = page.get_by_role("slider", name="Direction 1").first
    expect(slider).to_be_visible(timeout=30_000)
    before = picture(page)
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("location.search.includes('knobs=pc0')", timeout=60_000)
    turned = picture(page)
    assert turned != before
    page.reload()
    ready(page)
    assert "knobs=pc0" in page.url
    assert picture(page) == turned
    page.get_by_role("button", name="Shuffle").click()
    page.wait_for_function("new URL(location).searchParams.get('seed') !== '3'", timeout=60_000)
    assert picture(page) not in (before, turned)


def test_a_walk_plays_and_is_exported(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/latent_space?model=cats-64&view=walk")
    ready(page)
    expect(page.get_by_role("img", name="16 pictures along the way")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Keep", exact=True).first.click()
    expect(page.get_by_role("button", name="Remove", exact=True)).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Animation (GIF)").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Animation (GIF) ·").click(timeout=60_000)
    with Image.open(io.BytesIO(download.value.path().read_bytes())) as film:
        assert film.n_frames > 20
    expect(page.get_by_role("img", name="The walk, there and back, over and over")).to_be_visible()


def test_a_picture_on_the_map_is_taken_in_hand(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/latent_space?model=fashion-cdcgan-32&view=map")
    ready(page)
    canvas = page.locator(".atlas canvas").first
    expect(canvas).to_be_visible(timeout=30_000)
    page.wait_for_timeout(500)
    canvas.click(position={"x": 60, "y": 60})
    page.wait_for_function("!location.search.includes('view=map')", timeout=30_000)
    expect(page.get_by_role("button", name="Shuffle")).to_be_visible(timeout=60_000)


def test_a_search_goes_on_by_itself_and_can_be_stopped(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/latent_space?model=digits-cdcgan-32&view=find")
    ready(page)
    page.get_by_text("Compare looks too").click()
    page.get_by_role("button", name="Take G's own picture").click()
    expect(page.get_by_text("Step", exact=False).first).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Stop").click(timeout=30_000)
    page.get_by_role("button", name="Go on").click(timeout=30_000)
    page.get_by_role("button", name="Stop").click(timeout=30_000)
    page.get_by_role("button", name="Take it in hand").click(timeout=30_000)
    expect(page.get_by_role("button", name="Shuffle")).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_view_passes_axe_and_fits(
    app: Server, open_page: Callable[..., Page], axe: Callable[[Page], list[str]], width: int, dark: bool
) -> None:
    page = open_page(f"{app.url}/latent_space?model=fashion-mlp-28", width=width, height=844, dark=dark)
    ready(page)
    complaints = {}
    # One that is told classes has a menu of them, and words of its own under the map.
    for model, view in [*(("fashion-mlp-28", view) for view in VIEWS), (TOLD, "hold"), (TOLD, "map")]:
        page.goto(f"{app.url}/latent_space?model={model}&view={view}")
        ready(page)
        if view == "hold":
            expect(page.get_by_label("Class")).to_be_visible(visible=model == TOLD, timeout=60_000)
        page.wait_for_timeout(1500)  # pictures come, and a chosen option's colour comes to rest
        complaints[model, view] = axe(page)
        content, window = page.locator("[data-testid=stMain]").evaluate("main => [main.scrollWidth, main.clientWidth]")
        assert content <= window, (model, view)
    assert {where: found for where, found in complaints.items() if found} == {}
