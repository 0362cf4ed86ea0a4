"""The canvas player's page: `pytest_plugins = ["tests.browser.player_fixtures"]` in a test module takes `show`."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.tools import Server, start_server

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def player_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = start_server(tmp_path_factory.mktemp("player"), "tests/browser/player_app.py", PYTHONPATH=".")
    yield server
    server.stop()


@pytest.fixture
def show(player_server: Server, open_page: Open) -> Open:
    """`show("film", ...)`: the page with that feed, once the player has drawn."""

    def show(feed: str, **options: object) -> Page:
        page = open_page(f"{player_server.url}/?feed={feed}", **options)
        page.wait_for_selector(".player[data-drawn]")
        return page

    return show
