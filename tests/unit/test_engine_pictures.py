"""The engine with picture runs: changes on the way, errands, one's own pictures, checkpoints from elsewhere, faults."""

from __future__ import annotations

import io
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_core import worker
from gan_core.data.parcel import parcel
from gan_core.engine import Engine
from gan_core.events import Change
from gan_core.picture_checkpoint import kept
from gan_core.refusals import CallFailed, NotChangeable
from gan_core.runs import OwnPictures, RunStore
from gan_core.settings import Settings
from gan_core.specs import OWN, PictureSpec, SpecError

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds; only a broken engine needs them
RATE = "generator_optimizer.learning_rate"
SPEC = PictureSpec.from_flat({
    "data.source": "digits", "data.size": 8, "data.limit": 300, "network.generator_width": 8,
    "network.discriminator_width": 8, "batch": 16, "steps": 60, "frame_every": 5, "samples": 4, "score_every": 4,
    "score_samples": 100, "bfloat16": False,
})  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[RunStore]:
    store = RunStore(folder, 1e9)
    yield store
    store.close()


@pytest.fixture(scope="module")
def engine(store: RunStore) -> Iterator[Engine]:
    engine = Engine(Settings(workers=1), store)
    engine.wait_ready(PATIENCE)
    yield engine
    engine.close()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def ended(store: RunStore, run: str, status: str = "finished") -> None:
    until(lambda: store.get(run).status not in ("queued", "running"))
    assert store.get(run).status == status, store.get(run).sentence


def seen(store: RunStore, run: str) -> list[tuple]:
    """All that the frames show, without the time that they took."""
    frames = store.frames(run)
    numbers = [{name: value for name, value in f.metrics.items() if name != "seconds"} for f in frames]
    return [(f.step, str(own), f.packed) for f, own in zip(frames, numbers, strict=True)]


# Changes on the way --------------------------------------------------------------------------------------------------


def test_a_change_counts_from_a_step_on_and_makes_the_same_run_again(engine: Engine, store: RunStore) -> None:
    long = SPEC.changed({"steps": 5000, "frame_every": 50, "score_every": 0})
    run = engine.start(long, "ann")
    until(lambda: len(store.frames(run)) > 2)
    engine.change(run, {RATE: 1e-3, "skip_above": 0.9})
    until(lambda: store.changes(run))
    (change,) = store.changes(run)
    assert change.settings == {RATE: 1e-3, "skip_above": 0.9}
    assert 0 < change.step < 5000
    until(lambda: store.frames(run)[-1].step > change.step + 50)
    engine.stop(run)
    ended(store, run, "stopped")
    reached = store.last_checkpoint(run).step
    assert kept(store.checkpoint(run)).spec == long.changed(change.settings)
    # Played again from the start, with the change at its step, it is the same to the bit.
    again = store.create(long.changed({"steps": reached}), "ann")
    store.put_change(again, change)
    store.set_status(again, "stopped")
    store.flush()
    engine.resume(again)
    ended(store, again)
    first, second = seen(store, run), seen(store, again)
    assert second[: len(first)] == first
    assert store.changes(again) == [change]


def test_what_cannot_be_changed_is_said(engine: Engine, store: RunStore) -> None:
    run = engine.start(SPEC, "ann")
    with pytest.raises(NotChangeable, match="'batch' cannot be changed"):
        engine.change(run, {"batch": 32})
    with pytest.raises(SpecError, match="must be at most 1"):
        engine.change(run, {RATE: 2.0})
    with pytest.raises(NotChangeable, match="not kept"):
        engine.change("nothing", {RATE: 1e-3})
    ended(store, run)
    assert store.changes(run) == []


def test_a_change_of_a_run_that_rests_counts_when_it_goes_on(engine: Engine, store: RunStore) -> None:
    run = engine.start(SPEC, "ann")
    ended(store, run)
    engine.change(run, {"steps": 80, RATE: 5e-4})
    assert store.get(run).status == "stopped"
    engine.resume(run)
    ended(store, run)
    assert (store.get(run).steps, store.frames(run)[-1].step) == (80, 80)
    assert store.changes(run) == [Change(60, {"steps": 80, RATE: 5e-4})]
    assert kept(store.checkpoint(run)).spec == SPEC.changed({"steps": 80, RATE: 5e-4})


def test_changes_outlive_a_lost_worker(engine: Engine, store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(worker.TRAINERS, "pictures", "tests.unit.odd_trainers:dies_once")
    spec = SPEC.changed({"steps": 400, "score_every": 0})
    run = engine.start(spec, "ann")
    until(lambda: len(store.frames(run)) > 2)
    engine.change(run, {RATE: 1e-3})
    ended(store, run)
    (change,) = store.changes(run)
    monkeypatch.undo()
    again = store.create(spec, "ann")
    store.put_change(again, change)
    store.set_status(again, "stopped")
    store.flush()
    engine.resume(again)
    ended(store, again)
    assert seen(store, again) == seen(store, run)


# From elsewhere ------------------------------------------------------------------------------------------------------


def test_a_paused_run_goes_on_in_another_app_to_the_bit(engine: Engine, store: RunStore, tmp_path: Path) -> None:
    spec = SPEC.changed({"steps": 300, "frame_every": 10, "network.conditional": True})
    undisturbed = engine.start(spec, "ann")
    ended(store, undisturbed)
    first = RunStore(tmp_path, 1e9)
    app = Engine(Settings(workers=1), first)
    app.wait_ready(PATIENCE)
    run = app.start(spec, "bob")
    until(lambda: len(first.frames(run)) > 3)
    app.stop(run)
    ended(first, run, "stopped")
    app.close()
    first.close()
    second = RunStore(tmp_path, 1e9)
    assert 0 < second.get(run).step < 300
    app = Engine(Settings(workers=1), second)
    app.wait_ready(PATIENCE)
    app.resume(run)
    ended(second, run)
    whole = {step: (packed, numbers) for step, numbers, packed in seen(store, undisturbed)}
    parts = {step: (packed, numbers) for step, numbers, packed in seen(second, run)}
    assert {step: packed for step, (packed, _) in parts.items() if step in whole} == {
        step: packed for step, (packed, _) in whole.items()
    }
    app.close()
    second.close()


def test_a_checkpoint_begins_a_run_of_its_own(engine: Engine, store: RunStore) -> None:
    run = engine.start(SPEC, "ann")
    ended(store, run)
    checkpoint = store.checkpoint(run)
    engine.call("gan_core.export:check", checkpoint, timeout=PATIENCE)
    longer = engine.start(SPEC.changed({"steps": 100}), "bob", checkpoint)
    ended(store, longer)
    assert [frame.step for frame in store.frames(longer)] == [*range(65, 101, 5)]
    for damaged, words in ((checkpoint[:-100], "damaged"), (b"nothing", "damaged")):
        with pytest.raises(CallFailed, match=words):
            engine.call("gan_core.export:check", damaged, timeout=PATIENCE)


def test_own_pictures_travel_with_the_run(engine: Engine, store: RunStore) -> None:
    rng, files = np.random.default_rng(0), []
    for index in range(40):
        file = io.BytesIO()
        Image.fromarray(rng.integers(0, 256, (20, 30, 3), np.uint8)).save(file, "PNG")
        files.append((f"{'ab'[index % 2]}/{index}.png", file.getvalue()))
    errand = engine.errand("gan_core.data.parcel:parcel", [*files, ("notes.txt", b"hello")])
    until(lambda: errand.done)
    found = errand.result()
    assert (found.count, found.classes, found.colour) == (40, ("a", "b"), True)
    assert [(each.file, each.reason) for each in found.skipped] == [("notes.txt", "is not a picture")]
    assert parcel([*files, ("notes.txt", b"hello")]).packed == found.packed
    id = store.put_pictures(OwnPictures("mine", found.packed))
    spec = SPEC.changed({"data.source": OWN + id, "data.colour": True, "network.conditional": True, "steps": 10})
    run = engine.start(spec, "ann")
    ended(store, run)
    gone = engine.start(spec.changed({"data.source": f"{OWN}ffff"}), "ann")
    ended(store, gone, "failed")
    assert "choose them again" in store.get(gone).sentence


# Errands -------------------------------------------------------------------------------------------------------------


def test_an_errand_tells_how_far_it_is_and_can_be_cancelled(engine: Engine) -> None:
    errand = engine.errand("tests.unit.odd_trainers:count", 5, 0.3)
    until(lambda: errand.progress[0] > 1)
    assert errand.progress[1] == 5
    until(lambda: errand.done)
    assert errand.result() == "counted to 5"
    endless = engine.errand("tests.unit.odd_trainers:count", 100_000, 0.05)
    until(lambda: endless.progress[0] > 1)
    endless.cancel()
    assert endless.done
    with pytest.raises(CallFailed, match="Cancelled"):
        endless.result()
    until(lambda: engine.call("tests.unit.odd_trainers:counting") == 0)  # the function was told to stop


@pytest.mark.parametrize(
    "function, words",
    [("refuses", "must be otherwise"), ("breaks", r"could not do this \(ZeroDivisionError\)")],
)
def test_an_errand_that_fails_says_so(function: str, words: str, engine: Engine) -> None:
    errand = engine.errand(f"tests.unit.odd_trainers:{function}")
    until(lambda: errand.done)
    with pytest.raises(CallFailed, match=words):
        errand.result()


# What a machine can do to a run --------------------------------------------------------------------------------------


def test_half_the_batch_where_the_memory_is_full_and_once_only(
    engine: Engine, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(worker.TRAINERS, "pictures", "tests.unit.odd_trainers:little_memory")
    run = engine.start(SPEC.changed({"batch": 32, "penalised": 20, "steps": 10}), "ann")
    ended(store, run)
    assert store.changes(run) == [Change(0, {"batch": 16, "penalised": 16})]
    assert kept(store.checkpoint(run)).spec.batch == 16
    too_large = engine.start(SPEC.changed({"batch": 64, "steps": 10}), "ann")
    ended(store, too_large, "failed")
    assert "does not hold a batch of 32" in store.get(too_large).sentence


def test_a_lost_gpu_is_said_and_the_worker_is_renewed(
    engine: Engine, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = engine.call("os:getpid")
    monkeypatch.setitem(worker.TRAINERS, "pictures", "tests.unit.odd_trainers:loses_its_gpu")
    run = engine.start(SPEC, "ann")
    ended(store, run, "stopped")
    assert "The GPU broke off" in store.get(run).sentence
    assert store.frames(run)
    monkeypatch.undo()
    engine.resume(run)
    ended(store, run)
    assert engine.call("os:getpid") != before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size")
def test_a_full_disk_is_said_and_what_was_kept_stays(tmp_path: Path) -> None:
    script = """if True:
        import pathlib, resource, sys
        from gan_core.events import Frame
        from gan_core.ledger import DiskError
        from gan_core.runs import RunStore
        from gan_core.specs import PictureSpec
        store = RunStore(pathlib.Path(sys.argv[1]), 1e9)
        run = store.create(PictureSpec(), "ann")
        store.put_frame(run, Frame(0, {}, b"x" * 1000))
        store.flush()
        assert store.trouble == ""
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, resource.RLIM_INFINITY))
        store.put_frame(run, Frame(1, {}, b"x" * 4_000_000))
        store.flush()
        assert "make room" in store.trouble, store.trouble
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        store.put_frame(run, Frame(2, {}, b"x"))
        store.flush()
        assert store.trouble == ""
        assert [frame.step for frame in store.frames(run)] == [0, 2]
    """
    result = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert sqlite3.connect(tmp_path / "runs.sqlite").execute("PRAGMA integrity_check").fetchone() == ("ok",)
