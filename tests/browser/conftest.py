"""Fixtures for the app in a real browser: `browser`, `serve`, `app`, `open_page`, `settled`, `axe`.

For a part by itself, in a module named after it: `harness`, `open_part`.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.browser import tools
from tests.browser.tools import Server, start_server

# On a deep link Streamlit's script asks for its server below the page's own address first, and then above it.
SEARCH = re.compile(r"/\w+/_stcore/(health|host-config)$")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}

# Where an installed browser of the Chromium family is found: by name on the PATH, or where installers put it.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)


def _installed() -> str | None:
    """An installed Chromium, Chrome or Edge."""
    on_path = (shutil.which(name) for name in NAMES)
    return next((found for found in on_path if found), next((place for place in PLACES if Path(place).exists()), None))


def _launch(playwright: Playwright) -> Browser:
    """An installed browser, else Playwright's own, else Playwright's own after fetching it.

    Raises:
        PlaywrightError: none of them starts.
    """
    options = {"args": ["--no-sandbox"], "executable_path": _installed()}
    try:
        return playwright.chromium.launch(**options)
    except PlaywrightError:
        if options["executable_path"]:
            raise
        fetch = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(fetch, check=False, capture_output=True, timeout=300)
        return playwright.chromium.launch(**options)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests. Without any, a test is skipped on a person's computer and fails in CI."""
    with sync_playwright() as playwright:
        try:
            browser = _launch(playwright)
        except PlaywrightError as error:
            reason = f"no Chromium, Chrome or Edge that starts, and none could be fetched: {str(error).splitlines()[0]}"
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
        yield browser
        browser.close()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """`serve(script="streamlit_app.py", **environment)`: a server of the test's own, stopped with all its children.

    A script may be given with its full path. Two servers of a test share a home unless GAN_CLASSROOM_HOME says else.
    """
    servers: list[Server] = []

    def serve(script: str = "streamlit_app.py", **environment: str) -> Server:
        servers.append(start_server(tmp_path, script, **environment))
        return servers[-1]

    yield serve
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that leave it as they found it."""
    server = start_server(tmp_path_factory.mktemp("app"))
    yield server
    server.stop()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`open_page(url, width=1280, height=720, dark=False)`: the page, settled, in a browser profile of its own.

    `beside=page` opens it in the profile of that page: the same visitor again. After the test, a line in the console
    that reports an error, an uncaught exception, or a request that leaves this computer makes the test fail.
    """
    complaints: list[str] = []
    contexts = []

    def listen(page: Page) -> None:
        page.on("console", lambda line: _note_error(line, complaints))
        page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
        page.on("request", lambda request: _note_foreign(request.url, complaints))

    def open_page(
        url: str,
        *,
        width: int = 1280,
        height: int = 720,
        dark: bool = False,
        beside: Page | None = None,
        **options: object,
    ) -> Page:
        if beside is None:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                locale="en-GB",
                **options,
            )
            contexts.append(context)
        else:
            context = beside.context
        page = context.new_page()
        listen(page)
        page.goto(url)
        tools.settled(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture(scope="module")
def part(request: pytest.FixtureRequest) -> str:
    """The part that a test module is named after: "brush" in `test_brush.py`."""
    return request.path.stem.removeprefix("test_")


@pytest.fixture(scope="module")
def harness(part: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of that part by itself, in `brush_app.py`."""
    server = start_server(tmp_path_factory.mktemp(part), f"tests/browser/{part}_app.py", PYTHONPATH=".")
    yield server
    server.stop()


@pytest.fixture
def open_part(part: str, harness: Server, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """`open_part("keep=1", ...)`: the part by itself with that address, once it has drawn; options of `open_page`."""

    def open_part(query: str = "", **options: object) -> Page:
        page = open_page(f"{harness.url}/?{query}", **options)
        page.wait_for_selector(f".{part}[data-drawn]")
        return page

    return open_part


def _note_error(line: ConsoleMessage, complaints: list[str]) -> None:
    if line.type == "error" and not SEARCH.search(line.location["url"]):
        complaints.append(f"{line.text} {line.location['url']}")


def _note_foreign(url: str, complaints: list[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOOPBACK:
        complaints.append(f"a request left this computer: {url}")


@pytest.fixture
def settled() -> Callable[[Page], None]:
    """`settled(page)` waits until the script has run and the page shows what it drew."""
    return tools.settled


@pytest.fixture
def axe() -> Callable[..., list[str]]:
    """`axe(page)` lists what axe-core has to complain about, a line for each element."""
    return tools.axe
