"""Why a manifold at all: drawn whole, pictures are counted, walks are taken, and what is told is what was measured."""

import json
import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from gan_core.data import triples
from gan_core.errands import CANCELLED
from pages.parts import hypercube, manifold, pixel_walk, services
from tests.pages.lab_tools import texts

APP = Path(__file__).parent.parent / "browser" / "manifold_app.py"


@pytest.fixture
def section() -> AppTest:
    """The section by itself, with an engine that is ready."""
    services.engine().wait_ready(120)
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    assert not app.exception
    return app


def until(app: AppTest, done: Callable[[AppTest], bool]) -> None:
    """Run the page again and again, as a browser would."""
    end = time.monotonic() + 60
    while not done(app):
        assert time.monotonic() < end
        time.sleep(0.2)
        app.run()
        assert not app.exception


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_it_begins_with_one_picture_and_says_what_was_measured(section: AppTest) -> None:
    assert metrics(section) == {"Variance along the long axis": "86%", "Meaningful so far": "0 of 1"}
    assert len(section.subheader) == 4
    assert len(section.get("image")) == 1
    assert len(section.get("vega_lite_chart")) == 1
    assert not section.error


def test_the_cube_is_told_the_shares_that_were_counted(section: AppTest) -> None:
    told = next(
        json.loads(element.proto.json) for element in section.get("bidi_component") if "clouds" in element.proto.json
    )
    shares = {cloud["colour"]: cloud["share"] for cloud in told["clouds"]}
    counted = triples.share_near(triples.cat_triples(manifold.COUNTED), manifold.WITHIN)
    assert shares == {
        "neutral": triples.share_of_all(manifold.WITHIN),
        "real": triples.share_near(triples.clothes_triples(manifold.COUNTED), manifold.WITHIN),
        "fake": counted,
    }
    assert all(len(cloud["values"]) == 3 * manifold.DOTS for cloud in told["clouds"])
    assert np.ptp(told["clouds"][0]["values"]) > 250


def test_each_picture_counts_and_so_do_many(section: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hypercube, "MANY", 40)
    first = section.get("image")[0].proto.imgs[0]
    section.button(key="manifold_drawn_one").click().run()
    second = section.get("image")[0].proto.imgs[0]
    assert metrics(section)["Meaningful so far"] == "0 of 2"
    assert first.url != second.url
    section.button(key="manifold_drawn_thousand").click().run()
    until(section, lambda app: metrics(app)["Meaningful so far"] == "0 of 42")
    assert section.get("image")[0].proto.imgs[0].caption.startswith("The one of 40 that is most like anything known")
    assert any("fewer than 1 in 14." in caption.value for caption in section.caption)
    section.run()
    assert metrics(section)["Meaningful so far"] == "0 of 42"  # counted once


def test_each_cube_has_its_own_size_and_count(section: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hypercube, "MANY", 40)
    section.button(key="manifold_drawn_one").click().run()
    assert f"{math.floor(64 * 64 * 3 * math.log10(256)) + 1:,} digits" in texts(section).replace("\n", " ")
    section.button(key="manifold_drawn_thousand").click().run()
    section.toggle(key=hypercube.COLOUR).set_value(False).run()
    assert metrics(section)["Meaningful so far"] == "0 of 1"
    said = texts(section).replace("\n", " ")
    assert f"{math.floor(64 * 64 * math.log10(256)) + 1:,} digits" in said
    assert "12,288" not in said
    section.toggle(key=hypercube.COLOUR).set_value(True).run()
    until(section, lambda app: metrics(app)["Meaningful so far"] == "0 of 42")  # begun in colour, counted there


def test_many_can_be_cancelled_and_count_nothing(section: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hypercube, "MANY", 5000)
    section.button(key="manifold_drawn_thousand").click().run()
    section.button(key="manifold_drawn_many_cancel").click().run()
    until(section, lambda app: not app.button(key="manifold_drawn_thousand").disabled)
    assert metrics(section)["Meaningful so far"] == "0 of 1"
    assert [error.value for error in section.error] == [CANCELLED]


def test_a_walk_is_taken_and_another_one(section: AppTest) -> None:
    strips = []
    for label in ("Walk", "New walk"):
        button = section.button(key=f"{pixel_walk.KEY}_go")
        assert button.label == label
        button.click().run()
        until(section, lambda app: len(app.get("image")) == 3)
        strips.append([each.proto.imgs[0] for each in section.get("image")[1:]])
        pixels, latent = (strip.caption for strip in strips[-1])
        assert pixels.startswith("**Through all pictures**: after 30 steps")
        assert pixels.endswith("is the first that means nothing.")
        assert latent.endswith("and meaningful all the way.")
    assert len({strip.url for pair in strips for strip in pair}) == 4
