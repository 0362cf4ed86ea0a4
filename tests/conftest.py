"""What all tests share: nothing of the runs of whoever starts them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.hub_server import HubServer

# As the app's workers train: small nets are slower on two threads, and far slower where others want the cores. Torch
# reads it when it is imported, which is later.
os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile("same every time", derandomize=True)
settings.load_profile("same every time")


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of the tests' own; no test reads or writes the runs of whoever starts them."""
    folder = tmp_path_factory.mktemp("home")
    os.environ["GAN_CLASSROOM_HOME"] = str(folder)
    os.environ["GAN_CLASSROOM_WORKERS"] = "1"
    for name in ("GAN_CLASSROOM_SCHEDULER", "GAN_CLASSROOM_LANGUAGE"):
        os.environ.pop(name, None)
    return folder


@pytest.fixture
def one_thread() -> Iterator[None]:
    """As a worker has it, and an exported script."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """A hub of one's own, and an empty cache."""
    with HubServer() as server:
        for name, value in server.environment(tmp_path / "hf").items():
            monkeypatch.setenv(name, value)
        yield server
