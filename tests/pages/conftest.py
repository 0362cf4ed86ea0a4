"""Pages without a browser: `run_page`, a warm `lab`, and one engine for all of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import services

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session", autouse=True)
def closed_engine() -> Iterator[None]:
    """The engine that the pages share ends with the tests."""
    yield
    services.engine().close()
    services.store().close()


@pytest.fixture
def run_page() -> Callable[..., AppTest]:
    """`run_page("toy_lab", preset="collapse")`: a new session's first look at a page, by its link."""

    def run_page(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
        app.switch_page(f"pages/{page}.py")
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    return run_page


@pytest.fixture
def open_lab(run_page: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """`open_lab(preset="collapse")`: the Toy lab by its link, with an engine that is ready."""
    services.engine().wait_ready(120)
    return lambda **query: run_page("toy_lab", **query)


@pytest.fixture
def lab(open_lab: Callable[..., AppTest]) -> AppTest:
    return open_lab()


@pytest.fixture
def open_train(run_page: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """`open_train(preset="digits")`: the Train page by its link, with an engine that is ready."""
    services.engine().wait_ready(120)
    return lambda **query: run_page("train", **query)


@pytest.fixture
def open_style(run_page: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """`open_style(preset="noise")`: the Style transfer page by its link, with an engine that is ready."""
    services.engine().wait_ready(120)
    return lambda **query: run_page("style_transfer", **query)
