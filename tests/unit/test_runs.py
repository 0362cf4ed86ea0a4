"""The run store keeps what it is given, across threads, processes and crashes, within its limit."""

import math
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from gan_core.events import Frame
from gan_core.ledger import DiskError
from gan_core.runs import INTERRUPTED, OwnPictures, RunStore
from gan_core.specs import OWN, PictureSpec, ToySpec

ROOT = Path(__file__).parents[2]
ROOMY = 1e9


@pytest.fixture
def store(tmp_path):
    store = RunStore(tmp_path / "made" / "when missing", ROOMY)
    yield store
    store.close()


def frame(step: int, size: int = 10) -> Frame:
    return Frame(step, {"loss": step / 4, "modes": math.nan}, bytes([step % 256]) * size)


def test_a_new_run_waits_and_reads_back(store):
    spec = ToySpec(steps=50, loss="hinge")
    run = store.get(store.create(spec, "ann"))
    assert (run.spec, run.owner, run.status, run.step, run.steps) == (spec, "ann", "queued", 0, 50)
    assert (run.seconds, run.sentence, run.created) == (0, "", run.updated)
    assert abs(run.created - time.time()) < 60
    assert store.header(run.id) is store.checkpoint(run.id) is None
    assert store.frames(run.id) == []
    assert list(store.metrics(run.id)) == ["step"]


def test_ids_are_short_and_differ(store):
    ids = {store.create(ToySpec(), "ann") for _ in range(20)}
    assert len(ids) == 20
    assert {len(id) for id in ids} == {11}


def test_what_is_not_there_is_none(store):
    assert store.get("nonsense") is None
    assert store.header("nonsense") is None
    assert store.frames("nonsense") == []


def test_frames_read_in_order_after_a_step_and_up_to_a_limit(store):
    run = store.create(ToySpec(), "ann")
    for step in (0, 30, 15):
        store.put_frame(run, frame(step))
    store.put_frame(run, Frame(30, {"loss": 9.0, "modes": 1.0}, b"again"))
    store.flush()
    assert [f.step for f in store.frames(run)] == [0, 15, 30]
    assert store.frames(run, after=15) == [Frame(30, {"loss": 9.0, "modes": 1.0}, b"again")]
    assert [f.step for f in store.frames(run, after=-1, limit=2)] == [0, 15]
    metrics = store.metrics(run)
    np.testing.assert_array_equal(metrics["step"], [0, 15, 30])
    np.testing.assert_array_equal(metrics["loss"], [0, 3.75, 9])
    np.testing.assert_array_equal(metrics["modes"], [math.nan, math.nan, 1])


def test_parts_are_replaced_and_progress_never_goes_back(store):
    run = store.create(ToySpec(), "ann")
    store.put_header(run, b"header")
    store.put_checkpoint(run, 10, b"old")
    store.put_checkpoint(run, 20, b"new")
    store.set_progress(run, 20, 1.5)
    store.set_progress(run, 10, 2.5)
    store.set_status(run, "failed", "It blew up.")
    store.flush()
    assert (store.header(run), store.checkpoint(run)) == (b"header", b"new")
    found = store.get(run)
    assert (found.status, found.sentence, found.step, found.seconds) == ("failed", "It blew up.", 20, 2.5)
    assert found.updated >= found.created


def test_lists_are_newest_first_and_by_owner(store):
    runs = [store.create(ToySpec(seed=n), "ann" if n % 2 else "bob") for n in range(5)]
    assert [run.id for run in store.list()] == runs[::-1]
    assert [run.id for run in store.list(owner="ann")] == [runs[3], runs[1]]
    assert [run.id for run in store.list(limit=2)] == [runs[4], runs[3]]
    assert store.list(owner="eve") == []


def test_a_deleted_run_is_gone_with_all_it_had_and_late_frames_are_dropped(store):
    run = store.create(ToySpec(), "ann")
    store.put_frame(run, frame(0))
    store.put_checkpoint(run, 0, b"checkpoint")
    store.delete(run)
    assert store.get(run) is None
    assert store.frames(run) == []
    assert store.checkpoint(run) is None
    store.put_frame(run, frame(15))
    store.put_header(run, b"header")
    store.flush()
    assert store.frames(run) == []
    assert store.header(run) is None


def test_many_threads_read_while_frames_are_written(store):
    run = store.create(ToySpec(), "ann")
    wrong, done = [], threading.Event()

    def read():
        while not done.is_set():
            steps = [f.step for f in store.frames(run)]
            if steps != list(range(len(steps))):
                wrong.append(steps)

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    for step in range(300):
        store.put_frame(run, frame(step))
    store.flush()
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert len(store.frames(run)) == 300


def test_the_oldest_ended_runs_go_when_there_is_no_room(tmp_path):
    store = RunStore(tmp_path, 2_000_000)
    runs = [store.create(ToySpec(), "ann") for _ in range(6)]
    for run in runs:
        for step in range(5):
            store.put_frame(run, frame(step, size=100_000))
        store.set_status(run, "running" if run == runs[0] else "finished")
        store.flush()
    kept = [run for run in runs if store.get(run)]
    assert kept == [runs[0], *runs[-2:]]  # a live run stays, however old
    assert all(len(store.frames(run)) == 5 for run in kept)
    store.close()
    smaller = RunStore(tmp_path, 700_000)
    assert [run.id for run in smaller.list()] == [runs[0]]
    smaller.close()


def test_a_spec_of_another_version_is_passed_over(store, tmp_path):
    run, other = store.create(ToySpec(), "ann"), store.create(ToySpec(), "ann")
    with sqlite3.connect(tmp_path / "made" / "when missing" / "runs.sqlite") as db:
        db.execute("""UPDATE runs SET spec = '{"kind": "toy", "no_such_field": 1}' WHERE id = ?""", (run,))
    assert store.get(run) is None
    assert [run.id for run in store.list()] == [other]


def test_runs_of_a_dead_app_are_interrupted_and_those_of_a_living_one_are_not(store, tmp_path):
    mine = store.create(ToySpec(), "ann")
    script = """if True:
        import os, pathlib, sys
        from gan_core.runs import RunStore
        from gan_core.specs import ToySpec
        store = RunStore(pathlib.Path(sys.argv[1]), 1e9)
        run = store.create(ToySpec(), "bob")
        store.set_status(run, "running")
        ended = store.create(ToySpec(), "bob")
        store.set_status(ended, "stopped")
        store.flush()
        print(run, ended, flush=True)
        os._exit(1)
    """
    folder = tmp_path / "made" / "when missing"
    said = subprocess.run([sys.executable, "-c", script, str(folder)], cwd=ROOT, capture_output=True, text=True)
    run, ended = said.stdout.split()
    assert store.get(run).status == "running"  # as the dead left it
    again = RunStore(folder, ROOMY)
    assert (again.get(run).status, again.get(run).sentence) == ("interrupted", INTERRUPTED)
    assert again.get(ended).status == "stopped"
    assert again.get(mine).status == "queued"
    again.close()


def test_one_write_that_cannot_be_kept_takes_nothing_else_with_it(store):
    run = store.create(ToySpec(), "ann")
    store.put_frame(run, frame(1))
    store.put_checkpoint(run, 10**30, b"x")  # no column holds that
    store.put_frame(run, frame(2))
    store.flush()
    assert [f.step for f in store.frames(run)] == [1, 2]
    assert store.checkpoint(run) is None
    store.put_frame(run, frame(3))
    store.flush()
    assert store.trouble == ""
    assert [f.step for f in store.frames(run)] == [1, 2, 3]


def test_pictures_take_at_most_half_the_room_and_never_a_run(tmp_path):
    store = RunStore(tmp_path, 4_000_000)
    run = store.create(ToySpec(), "ann")
    store.put_frame(run, frame(1, size=500_000))
    store.set_status(run, "finished")
    first = store.put_pictures(OwnPictures("first", b"a" * 900_000))
    second = store.put_pictures(OwnPictures("second", b"b" * 900_000))
    assert store.name_of_pictures(second) == "second"
    third = store.put_pictures(OwnPictures("third", b"c" * 900_000))  # nobody uses the first two
    assert store.pictures(first) is None
    assert store.pictures(third).packed == b"c" * 900_000
    used = store.create(PictureSpec.from_flat({"data.source": OWN + third}), "ann")
    with pytest.raises(DiskError, match="give fewer"):
        store.put_pictures(OwnPictures("fourth", b"d" * 1_200_000))
    assert store.get(run)
    assert store.get(used)
    assert store.pictures(third)
    store.close()
