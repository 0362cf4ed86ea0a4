"""The Train page in a real browser: samples change, a rate too, reload, pause, go on, take away, own pictures."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import tools
from tests.browser.tools import Server, settled
from tests.hub_server import TOKEN, HubServer
from tests.unit.test_hub_sets import parquet

SMALL = "data.source=digits&data.limit=500&network.generator_width=8&network.discriminator_width=8&batch=16&samples=10"
SHORT = f"{SMALL}&steps=40&frame_every=10&score_every=2&score_samples=100"
LONG = f"{SMALL}&steps=5000&frame_every=10&score_every=0"

until = partial(tools.until, part="sheets")


def train(page: Page) -> str:
    """Press Train, wait for the first samples, and return the run's id."""
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function("location.search.includes('run=')")
    until(page, "frames >= 1")
    return page.evaluate("new URL(location.href).searchParams.get('run')")


def encoded(seed: int) -> bytes:
    """A small picture in colour, as PNG."""
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (12, 12, 3), np.uint8)).save(file, "PNG")
    return file.getvalue()


def photographs(folder: Path) -> Path:
    """A zip of two kinds of pictures, with odd files among them."""
    rng, path = np.random.default_rng(0), folder / "pets.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for index in range(40):
            file = io.BytesIO()
            Image.fromarray(rng.integers(0, 256, (40, 60, 3), np.uint8)).save(file, "JPEG")
            archive.writestr(f"pets/{('cats', 'dogs')[index % 2]}/{index}.jpg", file.getvalue())
        archive.writestr("pets/notes.txt", "no picture")
        archive.writestr("pets/cats/broken.jpg", b"\xff\xd8\xff half")
        archive.writestr("__MACOSX/._x.jpg", b"")
    return path


def test_from_the_start_to_the_end_and_away(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/train?{SHORT}")
    expect(page.get_by_text("on this")).to_be_visible(timeout=60_000)  # how long it will take
    expect(page.get_by_text("parameters")).to_be_visible()
    train(page)
    until(page, "status == 'finished' && frames == 5")
    expect(page.get_by_text("Step 40 of 40", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Save").click()
    for name, ending in (("Numbers (CSV)", ".csv"), ("Settings (JSON)", ".json"), ("Checkpoint", ".safetensors")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        assert download.value.suggested_filename.endswith(ending)
    page.get_by_role("button", name="Model (zip)").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Model (zip) ·").click(timeout=60_000)
    with zipfile.ZipFile(download.value.path()) as model:
        assert "model.safetensors" in model.namelist()


def test_samples_change_a_rate_changes_and_a_reload_loses_nothing(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/train?{LONG}")
    run = train(page)
    until(page, "frames > 4 && step > 20")
    page.get_by_text("Change while it trains").click()
    slider = page.get_by_role("slider", name="Generator: Learning rate")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("From step")).to_be_visible(timeout=20_000)
    page.reload()
    settled(page)
    until(page, f"run == '{run}' && status == 'running' && frames > 5")
    page.get_by_role("button", name="Pause", exact=True).first.click()
    until(page, "status == 'paused'")
    page.get_by_role("button", name="Go on").click()
    until(page, "status == 'running'")
    theirs = open_page(f"{app.url}/train?run={run}")
    until(theirs, f"run == '{run}' && frames > 5")
    page.get_by_role("button", name="Pause", exact=True).first.click()
    until(theirs, "status == 'paused'")
    theirs.get_by_text("Change while it trains").click()
    expect(theirs.get_by_text("From step")).to_be_visible()


def test_own_pictures_with_odd_files_among_them(app: Server, open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page(f"{app.url}/train?{SHORT}&network.conditional=true")
    page.locator(".st-key-train_pictures").get_by_role("combobox").click()
    page.get_by_role("option", name="Your own pictures").click()
    chooser = page.locator("input[type=file]").first
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"PK\x03\x04 nothing")
    chooser.set_input_files(bad)
    expect(page.get_by_text("damaged zip")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Remove bad.zip").click()
    page.locator("input[type=file]").first.set_input_files(photographs(tmp_path))
    expect(page.get_by_text("40 pictures")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("2 left out")).to_be_visible()
    page.get_by_role("button", name="Use these pictures").click()
    page.wait_for_function("location.search.includes('own%3A') || location.search.includes('own:')")
    expect(page.get_by_text("cats, dogs", exact=False).first).to_be_visible(timeout=30_000)
    train(page)
    until(page, "status == 'finished'")


def test_pictures_of_the_hub_and_a_model_for_it(
    serve: Callable[..., Server], open_page: Callable[..., Page], hub: HubServer, tmp_path: Path
) -> None:
    cells = [encoded(index) for index in range(60)]
    hub.add("dataset", "ada/pets", {"data/train-0.parquet": parquet(cells)}, card={"license": "mit"})
    server = serve(**hub.environment(tmp_path / "hf"))
    page = open_page(f"{server.url}/train?{SHORT}")
    expect(page.get_by_text("one worker ready")).to_be_visible(timeout=60_000)
    page.locator(".st-key-train_pictures").get_by_role("combobox").click()
    page.get_by_role("option", name="From the hub").click()
    for name, words in (("ada/nothing", "ada/nothing is neither"), ("ada/pets", "60 pictures")):
        field = page.locator(".st-key-train_set").get_by_role("combobox")
        field.fill(name)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Fetch").click()
        expect(page.get_by_text(words)).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Use these pictures").click()
    page.wait_for_function("location.search.includes('data.revision=')")  # pinned
    run = train(page)
    until(page, "status == 'finished'")

    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Push to the hub").click()
    page.get_by_label("Repository").fill("nobody/model")
    page.get_by_label("Token").fill("hf_wrong")
    page.get_by_role("button", name="Push", exact=True).click()
    expect(page.get_by_text("does not let this token write to nobody/model")).to_be_visible(timeout=30_000)
    expect(page.get_by_label("Token")).to_have_value("")
    page.get_by_label("Repository").fill("ada/model")
    page.get_by_text("Private", exact=True).click()  # everybody may see it
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Push", exact=True).click()
    expect(page.get_by_text("It is there: ada/model@")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("link", name="ada/model@")).to_have_attribute("href", f"{hub.url}/ada/model")
    pushed = hub.repositories["model", "ada/model"]
    assert {*pushed.commits[pushed.refs["main"]]} >= {"config.json", "model.safetensors", "README.md", "samples.png"}
    assert TOKEN not in page.url
    kept = [file for place in (server.home, tmp_path / "hf") for file in place.rglob("*") if file.is_file()]
    assert not [file for file in [*kept, server.log] if TOKEN.encode() in file.read_bytes()]
    assert run in page.url

    page.goto(f"{server.url}/models?model=ada/model")
    settled(page)
    page.get_by_role("button", name="Download", exact=True).click()
    expect(page.get_by_role("heading", name="ada/model")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("img", name="Samples of ada/model")).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_that_axe_complains_about(
    app: Server, open_page: Callable[..., Page], axe: Callable[[Page], list[str]], dark: bool
) -> None:
    page = open_page(f"{app.url}/train?{SHORT}", dark=dark)
    train(page)
    until(page, "status == 'finished'")
    page.get_by_text("More diagnostics").click()
    page.get_by_text("Change while it trains").click()
    page.get_by_text("What to try when it fails").click()
    settled(page)
    assert axe(page) == []


def test_a_phone_has_everything_one_below_the_other(app: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{app.url}/train?{SHORT}", width=390, height=844)
    train(page)
    until(page, "status == 'finished'")
    wide, seen = page.locator("[data-testid=stMain]").evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert wide <= seen
    sheet = page.locator(".sheets").first.bounding_box()
    assert sheet["width"] <= 390
    assert sheet["x"] >= 0
