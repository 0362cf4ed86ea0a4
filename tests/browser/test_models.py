"""Models in a real browser, with a hub on this machine: fetch, draw, verify, remove; and what goes wrong there."""

import re

import pytest
from playwright.sync_api import expect

from gan_core.shelf import bundled
from tests.hub_server import HubServer


def test_a_repository_is_fetched_verified_and_removed(serve, open_page, settled, axe, hub: HubServer, tmp_path) -> None:
    folder = next(model for model in bundled() if model.name == "fashion-mlp-28").folder
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.name != "samples.png"}
    stranger = b"---\nlicense: mit\n---\n\n# Clothes\n\nSee ![them](http://192.0.2.1/them.png).\n"
    hub.add("model", "ada/gan", files | {"README.md": stranger}, card={"license": "mit"})
    page = open_page(f"{serve(**hub.environment(tmp_path / 'hf')).url}/models?model=ada/gan")
    expect(page.get_by_text("one worker ready")).to_be_visible(timeout=60_000)
    field = page.get_by_role("textbox", name="Another model, from the hub")
    expect(field).to_have_value("ada/gan")
    download = page.get_by_role("button", name="Download", exact=True)

    field.fill("ada/nothing")
    download.click()
    expect(page.get_by_text("ada/nothing is neither a model that came with the app")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("heading", name="cats-64")).to_be_visible()

    hub.fail("GET /stored/", "hang")
    field.fill("ada/gan")
    download.click()
    expect(page.get_by_text(re.compile(r"of \d+\.\d MB"))).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled.")).to_be_visible(timeout=10_000)

    hub.mend()
    download.click()
    expect(page.get_by_role("heading", name="ada/gan")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("img", name="New samples of ada/gan")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Verify").first.click()
    expect(page.get_by_text("Every byte is as it should be.")).to_be_visible(timeout=20_000)
    page.get_by_text("Model card").click()
    expect(page.get_by_role("link", name="them")).to_be_visible()  # its picture is not fetched from anywhere
    page.get_by_text("Files and check sums").click()
    assert axe(page) == []
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Remove for good").click()
    expect(page.get_by_text("ada/gan was removed")).to_be_visible(timeout=20_000)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_passes_axe_and_fits(app, open_page, settled, axe, width: int, dark: bool) -> None:
    link = f"{app.url}/models?model=fashion-cdcgan-32"
    page = open_page(link, width=width, height=720 if width == 1280 else 844, dark=dark)
    expect(page.get_by_text("one worker ready")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("5.5 MB of memory")).to_be_visible(timeout=20_000)
    settled(page)
    page.wait_for_timeout(600)  # a chosen option's colour has come to rest
    assert axe(page) == []
    content, window = page.locator("[data-testid=stMain]").evaluate("main => [main.scrollWidth, main.clientWidth]")
    assert content <= window
    if width == 1280:
        expect(page.get_by_role("img", name="Samples of fashion-cdcgan-32")).to_be_in_viewport(ratio=0.95)
        expect(page.get_by_role("button", name="Draw new ones")).to_be_in_viewport()
