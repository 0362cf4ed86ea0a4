"""The app as a visitor meets it, on this machine, in headless Chromium: python -m benchmarks.live

A line a figure: server start to usable page, Train to first frame cold and warm, a rerun's server time, a page change,
frames a second that arrive and that are drawn, blank frames in a screencast, and the training loop's speed with and
without anybody watching (taking turns, medians of the ratios).
"""

from __future__ import annotations

import base64
import io
import os
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from gan_core.runs import RunStore
from gan_core.specs import ToySpec
from tests.browser.conftest import _launch
from tests.browser.tools import ROOT, SETTLED, Server, player_data, settled, start_server, until

LONG = "steps=40000&frame_every=40"  # 128 wide, batch 256: the defaults
WATCHED = 7.0  # seconds of each stretch: all of them fit into the run
TURNS = 3


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = _launch(playwright)
        cold, warm, change = starts(browser, Path(folder))
        say("server start to usable page", f"{cold[0]:.2f} s", "under 5 s")
        say("first Train after it, to first frame", f"{cold[1]:.2f} s", "under 8 s")
        say("warm: Train to first frame", f"{statistics.median(warm):.2f} s", "under 1 s")
        say("page change", f"{1e3 * statistics.median(change):.0f} ms", "under 300 ms")
        server = start_server(Path(folder))
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        live(page, server)
        server.stop()
        rerun(Path(folder))


def say(what: str, figure: str, bar: str = "") -> None:
    print(f"{what:42} {figure:>14}   {bar}", flush=True)


def starts(browser: Browser, folder: Path) -> tuple[tuple[float, float], list[float], list[float]]:
    """A cold server and its first Train; then warm ones, and walks from page to page."""
    begin = time.perf_counter()
    server = start_server(folder)
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{server.url}/toy_lab")
    page.get_by_role("button", name="Train").wait_for()
    page.wait_for_selector(SETTLED)
    usable = time.perf_counter() - begin
    first = train(page)
    warm, change = [], []
    for _ in range(7):
        page.get_by_role("button", name="Stop").click()
        page.get_by_role("button", name="Go on").wait_for()
        page.wait_for_timeout(500)
        warm.append(train(page))
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Go on").wait_for()
    for _ in range(5):
        for link, mark in (("Home", "Watch it learn"), ("Toy lab", "New seed")):
            begin = time.perf_counter()
            page.get_by_test_id("stSidebarNav").get_by_role("link", name=link).click()
            page.get_by_role("button", name=mark).wait_for()
            change.append(time.perf_counter() - begin)
            page.wait_for_selector(SETTLED)
    page.close()
    server.stop()
    return (usable, first), warm, change


def train(page: Page) -> float:
    """Seconds from pressing Train to a frame of the new run on the canvas."""
    before = page.url
    begin = time.perf_counter()
    page.get_by_role("button", name="Train").click()
    page.wait_for_function("before => location.href !== before", arg=before)
    until(page, "status == 'running' && frames >= 1")
    return time.perf_counter() - begin


def live(page: Page, server: Server) -> None:
    """One long run: watched and unwatched in turns, then a screencast."""
    page.goto(f"{server.url}/toy_lab?{LONG}")
    settled(page)
    train(page)
    where = page.url
    run = where.split("run=")[1].split("&")[0]
    store = RunStore(server.home, 1e9)
    page.wait_for_timeout(3000)
    ratios, arriving, drawing = [], [], []
    for _ in range(TURNS):
        watched, arrive, drawn = stretch(page, store, run)
        page.goto("about:blank")
        time.sleep(1)
        alone, *_ = stretch(None, store, run)
        page.goto(where)
        settled(page)
        until(page, "status == 'running'")
        page.wait_for_timeout(2000)
        ratios.append(watched / alone)
        arriving.append(arrive)
        drawing.append(drawn)
    say("steps a second watched / unwatched", f"{statistics.median(ratios):.2f}", "at least 0.90")
    say("frames a second that arrive", f"{statistics.median(arriving):.1f}", "at least 5")
    say("frames a second drawn", f"{statistics.median(drawing):.1f}", "at least 50")
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Go on").wait_for()
    train(page)
    page.wait_for_timeout(2000)
    blank, shots = screencast(page)
    say("blank frames in a screencast", f"{blank} of {shots}", "0")


def stretch(page: Page | None, store: RunStore, run: str) -> tuple[float, float, float]:
    """Steps a second of training, frames a second arriving and drawn, over one stretch."""
    before = counts(page)
    step, seconds, begin = store.get(run).step, store.get(run).seconds, time.perf_counter()
    page.wait_for_timeout(1000 * WATCHED) if page else time.sleep(WATCHED)
    wall = time.perf_counter() - begin
    after = counts(page)
    rate = (store.get(run).step - step) / (store.get(run).seconds - seconds)
    return rate, (after[0] - before[0]) / wall, (after[1] - before[1]) / wall


def counts(page: Page | None) -> tuple[int, int]:
    """Frames that the player has, and times that it has drawn."""
    data = player_data(page) if page else {"frames": 0, "drawn": 0}
    return int(data["frames"]), int(data["drawn"])


def screencast(page: Page) -> tuple[int, int]:
    """Captured frames of the page in which the canvas or a chart is blank, and all of them."""
    boxes = [element.bounding_box() for element in page.locator(".player canvas, [data-testid=stVegaLiteChart]").all()]
    boxes = [box for box in boxes if box and box["y"] + box["height"] <= 720]
    shots: list[bytes] = []
    client = page.context.new_cdp_session(page)

    def take(event: dict) -> None:
        shots.append(base64.b64decode(event["data"]))
        client.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    client.on("Page.screencastFrame", take)
    client.send("Page.startScreencast", {"format": "png", "everyNthFrame": 3})
    page.wait_for_timeout(10_000)
    client.send("Page.stopScreencast")
    client.remove_listener("Page.screencastFrame", take)
    blank = 0
    for shot in shots:
        picture = np.asarray(Image.open(io.BytesIO(shot)).convert("L"), dtype=float)
        cut = [
            picture[int(b["y"]) : int(b["y"] + b["height"]), int(b["x"]) : int(b["x"] + b["width"])] for b in boxes
        ]  # fmt: skip
        blank += any(part.std() < 1 for part in cut)
    return blank, len(shots)


def rerun(folder: Path) -> None:
    """Server time of a whole rerun of the Toy lab beside a live run, by AppTest: more than a live fragment's."""
    os.environ |= {"GAN_CLASSROOM_HOME": str(folder / "rerun"), "GAN_CLASSROOM_WORKERS": "1"}
    from streamlit.testing.v1 import AppTest

    from pages.parts.services import engine

    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.run()
    engine().wait_ready(60)
    run = engine().start(ToySpec(steps=20_000, frame_every=40), "benchmark")
    app.switch_page("pages/toy_lab.py")
    app.query_params["run"] = run
    app.run()
    time.sleep(2)
    times = []
    for _ in range(30):
        begin = time.perf_counter()
        app.run()
        times.append(time.perf_counter() - begin)
        time.sleep(0.3)
    engine().close()
    say("a whole rerun beside a live run", f"{1e3 * statistics.median(times):.0f} ms", "a live one under 50 ms")


if __name__ == "__main__":
    main()
