"""Sheets as the browser gets them: what it may lack of a run, frame for frame, and real pictures once."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gan_core.events import Frame
from gan_core.frames import pack, unpack
from gan_core.specs import PictureSpec
from pages.parts import sheet_films
from pages.parts.services import store

SPEC = PictureSpec(steps=100, frame_every=20, samples=9)
HEADER = pack({"real": np.frombuffer(b"real pictures", np.uint8)}, size=28, samples=9, columns=3, classes=[])
KEYS = (f"test_sheets_{number}" for number in itertools.count())  # of components that were sent nothing yet


def begun(*steps: int) -> str:
    run = store().create(SPEC, "somebody")
    put(run, *steps)
    return run


def put(run: str, *steps: int) -> None:
    """A sheet for each step, as long as its step."""
    for step in steps:
        store().put_frame(run, Frame(step, {}, pack({"samples": np.full(step + 1, step, np.uint8)})))
    store().flush()


def news(run: str, key: str, header: bytes | None = HEADER, **about: object):
    return unpack(sheet_films.news(store().get(run), header, key, **about))


def test_every_sheet_lies_between_its_ends() -> None:
    arrays, about = news(begun(0, 20, 40), next(KEYS))
    assert list(arrays["step"]) == [0, 20, 40]
    sheets = np.split(arrays["pictures"], arrays["ends"][:-1])
    assert [(len(sheet), set(sheet)) for sheet in sheets] == [(1, {0}), (21, {20}), (41, {40})]
    assert (about["first"], about["steps"], about["columns"]) == (0, 100, 3)


def test_a_message_repeats_the_last_one_and_brings_real_pictures_until_the_browser_has_them() -> None:
    run, key = begun(0), next(KEYS)
    sent = []
    for step in (20, 40, 60):
        arrays, about = news(run, key)
        sent.append((about["first"], list(arrays["step"]), "real" in arrays))
        put(run, step)
    arrays, about = news(run, key)
    sent.append((about["first"], list(arrays["step"]), "real" in arrays))
    assert sent == [(0, [0], True), (0, [0, 20], True), (1, [20, 40], False), (2, [40, 60], False)]


def test_without_anything_new_the_message_stays_the_same() -> None:
    run, key = begun(0, 20), next(KEYS)
    first = sheet_films.news(store().get(run), HEADER, key)
    assert sheet_films.news(store().get(run), HEADER, key) == first


def test_sheets_are_counted_also_when_a_run_was_stopped_between_two() -> None:
    run, key = begun(0, 20, 27), next(KEYS)
    news(run, key)
    put(run, 40)
    news(run, key)
    put(run, 60)
    arrays, about = news(run, key)
    assert (about["first"], list(arrays["step"])) == (3, [40, 60])


def test_whoever_asks_for_everything_gets_it() -> None:
    run, key = begun(0), next(KEYS)
    for step in (20, 40, 60):
        news(run, key)
        put(run, step)
    sheet_films.forget(key)
    arrays, about = news(run, key)
    assert list(arrays["step"]) == [0, 20, 40, 60]
    assert about["first"] == 0
    assert "real" in arrays


def test_another_run_begins_anew() -> None:
    key = next(KEYS)
    news(begun(0, 20, 40), key)
    arrays, about = news(begun(0, 20), key)
    assert (about["first"], list(arrays["step"]), "real" in arrays) == (0, [0, 20], True)


@pytest.mark.parametrize(
    ("status", "shown", "waits"),
    [("queued", "running", True), ("running", "running", False), ("interrupted", "paused", False)],
)
def test_a_run_without_a_header_shows_an_empty_sheet(status: str, shown: str, waits: bool) -> None:
    run = begun()
    store().set_status(run, status, wait=True)
    arrays, about = news(run, next(KEYS), header=None, note="Calm")
    assert len(arrays["step"]) == len(arrays["pictures"]) == 0
    assert (about["status"], about["waits"], about["note"]) == (shown, waits, "Calm")
    assert (about["samples"], about["columns"], about["size"]) == (9, 3, 32)
