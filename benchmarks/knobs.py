"""The knobs under a hand, on this machine, in headless Chromium: python -m benchmarks.knobs

On the Latent space page a knob is dragged to and fro for ten seconds over the cats' generator (64 px) on a warm worker,
through a real server. From hand to picture is from the movement of the mouse that a picture answers to the first frame
that the browser shows after it.
"""

from __future__ import annotations

import math
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.live import say
from tests.browser.conftest import _launch
from tests.browser.tools import settled, start_server

SECONDS = 10.0
PERIOD = 4.0  # seconds of one way to and fro
LEGS = ("waits in the browser", "to the server and back", "decoded and drawn", "on screen")

# Each picture's times in milliseconds, by the number of its move.
LISTEN = """root => {
  const moves = (globalThis.moves = {});
  root.addEventListener("sent", ({ detail: { move, since, sent } }) => { moves[move] = [since, sent]; });
  root.addEventListener("shown", ({ detail: { move, heard, shown } }) => {
    if (moves[move]) requestAnimationFrame(() => moves[move].push(heard, shown, performance.now()));
  });
}"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = start_server(Path(folder))
        page = _launch(playwright).new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{server.url}/latent_space?model=cats-64")
        settled(page)
        page.wait_for_selector(".knobs[data-pictures]", timeout=60_000)
        drag(page, 2.0)  # warm: the directions are found, and kept
        page.locator(".knobs").evaluate(LISTEN)
        wall = drag(page, SECONDS)
        page.wait_for_timeout(500)
        times = np.array([each for each in page.evaluate("Object.values(moves)") if len(each) == 5])  # (pictures, 5)
        server.stop()
    whole = times[:, -1] - times[:, 0]
    say("pictures a second", f"{len(times) / wall:.1f}", "at least 12")
    say("from hand to picture, median", f"{np.median(whole):.0f} ms", "under 80 ms")
    say("from hand to picture, 95th percentile", f"{np.percentile(whole, 95):.0f} ms")
    for leg, taken in zip(LEGS, np.diff(times).T, strict=True):
        say(f"  {leg}", f"{np.median(taken):.1f} ms")


def drag(page: Page, seconds: float) -> float:
    """Drag the first knob to and fro for so long, as smoothly as a mouse moves; returns how long it took."""
    box = page.locator(".knob .slider").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    begin = time.perf_counter()
    while (passed := time.perf_counter() - begin) < seconds:
        page.mouse.move(x + 0.4 * box["width"] * math.sin(2 * math.pi * passed / PERIOD), y)
    page.mouse.up()
    return passed


if __name__ == "__main__":
    main()
