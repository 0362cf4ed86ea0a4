"""The frame in a real browser: themes, widths, cold deep links, the engine's state, the visitor's runs."""

import hashlib
import re

import pytest
from playwright.sync_api import Page, expect

from gan_core.runs import RunStore
from gan_core.specs import ToySpec
from pages.parts.visitor import _token
from tests.browser.tools import settled

PAGES = {
    "": "GAN Classroom",
    "toy_lab": "Toy lab",
    "train": "Train",
    "latent_space": "Latent space",
    "style_transfer": "Style transfer",
    "models": "Models",
}
NOWHERE = "tcp://127.0.0.1:9"  # a scheduler that never answers: a server without workers starts fast


def owner(page: Page) -> str:
    """The name that the app gives this page's browser."""
    cookie = next(cookie for cookie in page.context.cookies() if cookie["name"] == "_streamlit_xsrf")
    return hashlib.sha256(b"gan-classroom" + _token(cookie["value"])).hexdigest()[:16]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_passes_axe(app, open_page, axe, path: str, width: int, dark: bool) -> None:
    page = open_page(f"{app.url}/{path}", width=width, height=720 if width == 1280 else 844, dark=dark)
    expect(page.get_by_text("worker ready")).to_be_visible(timeout=60_000)
    settled(page)
    page.wait_for_timeout(600)  # a chosen option's colour has come to rest
    background = page.locator("[data-testid=stApp]").evaluate("app => getComputedStyle(app).backgroundColor")
    assert (max(map(int, re.findall(r"\d+", background)[:3])) < 64) is dark
    assert axe(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_phone(app, open_page, path: str) -> None:
    page = open_page(f"{app.url}/{path}", width=390, height=844)
    wide = "main => [main.scrollWidth, main.clientWidth]"
    content, window = page.locator("[data-testid=stMain]").evaluate(wide)
    assert content <= window


@pytest.mark.parametrize(
    ("link", "title"),
    [
        ("", "GAN Classroom"),
        ("?from=a+friend", "GAN Classroom"),
        ("toy_lab", "Toy lab"),
        ("toy_lab?preset=collapse&seed=3", "Toy lab"),
        ("toy_lab?run=gone&loss=nonsense", "Toy lab"),
        ("train?preset=digits", "Train"),
        ("latent_space?model=cats-64&view=walk", "Latent space"),
        ("style_transfer?preset=quick", "Style transfer"),
        ("models?model=cats-64", "Models"),
    ],
)
def test_a_deep_link_to_a_cold_server_shows_the_frame(serve, open_page, link: str, title: str) -> None:
    page = open_page(f"{serve(GAN_CLASSROOM_SCHEDULER=NOWHERE).url}/{link}")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_test_id("stSidebarNavLink")).to_have_count(len(PAGES))
    expect(page.get_by_role("button", name="Runs")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)  # no “page not found”


def test_home_plays_before_the_engine_is_ready(serve, open_page) -> None:
    page = open_page(serve(GAN_CLASSROOM_SCHEDULER=NOWHERE).url)
    position = page.get_by_role("slider", name="Position")
    before = position.input_value()
    expect(position).not_to_have_value(before, timeout=10_000)


def test_the_engine_gets_ready_without_a_click(serve, open_page) -> None:
    page = open_page(serve().url)
    expect(page.get_by_text("one worker ready")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("PyTorch")).to_be_visible()  # the page has heard of it too


def test_a_setting_that_cannot_be_used_is_explained(serve, browser) -> None:
    page = browser.new_page()
    page.goto(serve(GAN_CLASSROOM_WORKERS="none").url)
    expect(page.get_by_role("alert")).to_contain_text("GAN_CLASSROOM_WORKERS", timeout=30_000)
    page.close()


def test_the_ways_on_open_the_lab(app, open_page, settled) -> None:
    page = open_page(app.url)
    page.get_by_role("link", name="See it collapse").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Toy lab")
    settled(page)
    expect(page.get_by_role("combobox", name="Experiment")).to_have_value("Mode collapse")


def test_a_visitor_finds_and_deletes_a_run_after_a_reload_and_nobody_else_sees_it(app, open_page, settled, axe) -> None:
    page = open_page(app.url, dark=True)
    store = RunStore(app.home, 1e9)
    run = store.create(ToySpec.from_flat({"data.modes": 5, "seed": 11}), owner(page))
    store.set_status(run, "stopped", wait=True)

    page.reload()
    settled(page)
    page.get_by_role("button", name="Runs").click()
    link = page.get_by_role("link", name="seed 11")
    expect(link).to_have_attribute("href", re.compile(rf"toy_lab\?run={re.escape(run)}$"))
    assert axe(page) == []

    other = open_page(app.url)
    other.get_by_role("button", name="Runs").click()
    expect(other.get_by_text("Nothing here yet.")).to_be_visible()

    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Keep").click()
    assert store.get(run)
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete for good").click()
    expect(link).to_have_count(0)
    assert store.get(run) is None
    store.close()


def test_the_server_idles_under_250_megabytes(app, open_page) -> None:
    page = open_page(app.url)
    expect(page.get_by_text("worker ready")).to_be_visible(timeout=60_000)
    assert app.process.memory_info().rss < 250e6
