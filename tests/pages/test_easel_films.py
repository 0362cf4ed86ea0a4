"""The easel's films as the browser gets them: what it may lack of a run, and the sources until it has them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gan_core.events import Frame
from gan_core.frames import pack, unpack
from gan_core.specs import StyleSpec
from pages.parts import easel_films
from pages.parts.services import store

SPEC = StyleSpec(steps=80)
STAGES = [stage._asdict() for stage in SPEC.stages]
HEADER = easel_films.standing(
    b"content", [b"one", b"other"], b"mask", width=256, height=192, content="A cat", styles=["A", "B"], stages=STAGES
)
SOURCES = {"content", "style0", "style1", "mask"}
KEYS = (f"test_easel_{number}" for number in itertools.count())  # of components that were sent nothing yet


def begun(*steps: int) -> str:
    run = store().create(SPEC, "somebody")
    put(run, *steps)
    return run


def put(run: str, *steps: int) -> None:
    """A preview for each step, as many bytes long."""
    for step in steps:
        picture = pack({"picture": np.full(step, step, np.uint8)})
        store().put_frame(run, Frame(step, {"side": 100 + step, "loss": 1.0}, picture))
    store().flush()


def news(run: str, key: str, header: bytes | None = HEADER, **about: object):
    return unpack(easel_films.news(store().get(run), header, key, **about))


def test_every_preview_lies_between_its_ends_and_has_its_side() -> None:
    arrays, about = news(begun(1, 20, 40), next(KEYS))
    assert list(arrays["step"]) == [1, 20, 40]
    assert list(arrays["side"]) == [101, 120, 140]
    previews = np.split(arrays["pictures"], arrays["ends"][:-1])
    assert [(len(preview), set(preview)) for preview in previews] == [(1, {1}), (20, {20}), (40, {40})]
    assert (about["first"], about["steps"], about["width"], about["height"]) == (0, 80, 256, 192)
    assert (about["content"], about["styles"], about["stages"]) == ("A cat", ["A", "B"], STAGES)


def test_a_message_repeats_the_last_one_and_brings_the_sources_until_the_browser_has_them() -> None:
    run, key = begun(1), next(KEYS)
    sent = []
    for step in (20, 40, 60, 80):
        arrays, about = news(run, key)
        sent.append((about["first"], list(arrays["step"]), set(arrays) >= SOURCES))
        put(run, step)
    assert sent == [(0, [1], True), (0, [1, 20], True), (1, [20, 40], False), (2, [40, 60], False)]


def test_whoever_asks_for_everything_gets_it() -> None:
    run, key = begun(1), next(KEYS)
    for step in (20, 40, 60):
        news(run, key)
        put(run, step)
    easel_films.forget(key)
    arrays, about = news(run, key)
    assert (about["first"], list(arrays["step"]), set(arrays) >= SOURCES) == (0, [1, 20, 40, 60], True)


def test_without_anything_new_the_message_stays_the_same() -> None:
    run, key = begun(1, 20), next(KEYS)
    first = easel_films.news(store().get(run), HEADER, key)
    assert easel_films.news(store().get(run), HEADER, key) == first


@pytest.mark.parametrize(
    ("status", "shown", "waits"),
    [("queued", "running", True), ("running", "running", False), ("interrupted", "paused", False)],
)
def test_a_run_without_a_header_shows_an_empty_canvas(status: str, shown: str, waits: bool) -> None:
    run = begun()
    store().set_status(run, status, wait=True)
    arrays, about = news(run, next(KEYS), header=None, note="Calm")
    assert len(arrays["step"]) == len(arrays["pictures"]) == len(arrays["side"]) == 0
    assert (about["status"], about["waits"], about["note"]) == (shown, waits, "Calm")
    assert (about["width"], about["height"], about["stages"]) == (256, 256, STAGES)


def test_what_the_page_knows_better_takes_the_headers_place() -> None:
    later = [{"side": 256, "network": "vgg19", "guided": False, "first": 0, "end": 90}]
    about = news(begun(1), next(KEYS), stages=later, steps=90)[1]
    assert (about["stages"], about["steps"]) == (later, 90)


def test_a_preview_has_the_chosen_pictures_and_no_frames() -> None:
    about = {"width": 256, "height": 192, "content": "A cat", "styles": ["A"]}
    arrays, said = unpack(easel_films.preview(b"content", [b"one"], **about))
    assert arrays["content"].tobytes() == b"content"
    assert arrays["style0"].tobytes() == b"one"
    assert "mask" not in arrays
    assert len(arrays["step"]) == 0
    assert (said["status"], said["content"], said["styles"]) == ("preview", "A cat", ["A"])


def test_another_choice_is_another_preview() -> None:
    about = {"width": 256, "height": 192}
    chosen = [(b"a", [b"b"]), (b"a", [b"c"]), (b"c", [b"b"]), (b"a", [b"b"], b"mask"), (b"a", [b"b"])]
    runs = [unpack(easel_films.preview(*pictures, **about))[1]["run"] for pictures in chosen]
    assert len(set(runs)) == 4
    assert runs[0] == runs[-1]
