"""What browser tests work with: servers of their own, a settled page, axe's opinion."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from socket import socket

import psutil
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ROOT = Path(__file__).parent.parent.parent
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


@dataclass(frozen=True)
class Server:
    """A running Streamlit server."""

    url: str
    process: psutil.Process
    home: Path
    """Its GAN_CLASSROOM_HOME."""
    log: Path
    """What it printed."""

    def stop(self) -> None:
        """End the server as a person would, then whatever it left behind."""
        children = self.process.children(recursive=True)
        self.process.terminate()
        left = psutil.wait_procs([self.process, *children], timeout=5)[1]
        for member in left:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        psutil.wait_procs(left, timeout=5)


def start_server(folder: Path, script: str = "streamlit_app.py", **environment: str) -> Server:
    """A server on a free port, ready to answer. `folder` takes its log, and its runs unless the environment says else.

    The server runs in the project's folder, with one worker unless GAN_CLASSROOM_WORKERS says otherwise.
    """
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    defaults = {"GAN_CLASSROOM_HOME": str(folder / "home"), "GAN_CLASSROOM_WORKERS": "1"}
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        script,
        "--server.port",
        str(port),
        "--server.headless",
        "true",
    ]
    log = folder / f"server-{port}.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            [*command, "--server.address", "127.0.0.1"],
            cwd=ROOT,
            env=os.environ | defaults | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 60
    while time.monotonic() < until and child.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.05)
        else:
            home = Path(environment.get("GAN_CLASSROOM_HOME", defaults["GAN_CLASSROOM_HOME"]))
            return Server(url, psutil.Process(child.pid), home, log)
    child.kill()
    raise RuntimeError(f"The server did not start:\n{log.read_text(errors='replace')}")


def settled(page: Page) -> None:
    """Wait until the script has run and the page shows what it drew."""
    page.wait_for_selector(SETTLED, timeout=30_000)
    page.wait_for_selector("[data-testid=stMain] h1", timeout=30_000)


# What the first such part of a page says of itself. Parts live in shadow roots, where `document.querySelector` does not
# look.
_SAID = """(() => {{
  const find = (root) => root.querySelector(".{part}")
    ?? [...root.querySelectorAll("*")].map((e) => e.shadowRoot && find(e.shadowRoot)).find(Boolean);
  return find(document)?.dataset ?? {{}};
}})()"""


def player_data(page: Page) -> dict[str, str]:
    """What the player says of itself: run, status, frames, shown, step, drawn; empty when there is none."""
    return page.evaluate(f"({{...{_SAID.format(part='player')}}})")


def until(page: Page, condition: str, timeout: float = 60_000, part: str = "player") -> None:
    """Wait for a condition on what a part says of itself: `until(page, "status == 'finished' && frames > 3")`.

    `part`: player, sheets or easel; only the easel knows of `wipe`.
    """
    page.wait_for_function(
        f"(() => {{ const {{ status, frames, shown, step, run, drawn, live, wipe }} = {_SAID.format(part=part)};"
        f" return {condition}; }})()",
        timeout=timeout,
    )


def axe(page: Page) -> list[str]:
    """What axe-core has to complain about: a line for each element, with its rule."""
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in Axe().run(page).response["violations"]
        for node in rule["nodes"]
        if not _streamlits_own(page, rule["id"], node["target"][0])
    ]


def _streamlits_own(page: Page, rule: str, selector: str) -> bool:
    """What Streamlit 1.67 itself gets wrong: sections of its navigation are div in ul, and the place where files are
    dropped has a role that says it has none."""
    place = {"list": "stSidebarNav", "listitem": "stSidebarNav", "presentation-role-conflict": "stFileUploaderDropzone"}
    inside = f"element => element.closest('[data-testid={place.get(rule)}]') !== null"
    return rule in place and page.locator(selector).first.evaluate(inside)
