"""The engine on real workers: runs, calls, turns, limits, and what happens when something is killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from gan_core import engine as engine_module
from gan_core import worker
from gan_core.engine import Engine
from gan_core.refusals import CallFailed, CallTimedOut, EngineNotReady, LimitReached, NotResumable
from gan_core.runs import RunStore
from gan_core.settings import Settings
from gan_core.specs import Generator, Optimizer, ToySpec

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds; only a broken engine needs them
TINY = Generator(width=16, depth=1)
SPEC = ToySpec(generator=TINY, batch=32, steps=400, frame_every=10, evaluation_samples=200)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = RunStore(tmp_path_factory.mktemp("runs"), 1e9)
    yield store
    store.close()


@pytest.fixture(scope="module")
def the_engine(store):
    engine = Engine(Settings(workers=2, runs_per_visitor=4), store)
    yield engine
    engine.close()


@pytest.fixture
def engine(the_engine, store):
    """The engine with both workers warm; whatever a test leaves behind is stopped."""
    the_engine.wait_ready(PATIENCE, workers=2)
    yield the_engine
    for run in store.list():
        the_engine.stop(run.id)
    until(lambda: the_engine.state.running == 0)


@pytest.fixture
def trainer(monkeypatch) -> Callable[[str], None]:
    """Have toy specs trained by one of `odd_trainers.py`."""
    return lambda name: monkeypatch.setitem(worker.TRAINERS, "toy", f"tests.unit.odd_trainers:{name}")


@pytest.fixture(scope="module")
def undisturbed(the_engine, store) -> list[tuple]:
    """The frames of SPEC when nothing happens."""
    the_engine.wait_ready(PATIENCE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(worker.TRAINERS, "toy", "tests.unit.odd_trainers:eager")
        run = the_engine.start(SPEC, "nobody")
    ended(store, run, "finished")
    return pictures(store, run)


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def ended(store: RunStore, run: str, status: str) -> None:
    until(lambda: store.get(run).status not in ("queued", "running"))
    assert store.get(run).status == status, store.get(run).sentence


def reached(store: RunStore, run: str, step: int) -> None:
    until(lambda: store.get(run).step >= step)


def pictures(store: RunStore, run: str) -> list[tuple]:
    """All that the frames say but who made them."""
    return [
        (f.step, {name: value for name, value in f.metrics.items() if name not in ("process", "began")}, f.packed)
        for f in store.frames(run)
    ]


def process(store: RunStore, run: str) -> int:
    """The process that made the run's last frame."""
    until(lambda: store.frames(run))
    return int(store.frames(run)[-1].metrics["process"])


def occupied(dask_worker) -> bool:
    """Whether a trainer still works there, wanted or not."""
    return bool(dask_worker.state.long_running)


def kill(pid: int) -> None:
    os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))


# Runs ----------------------------------------------------------------------------------------------------------------


def test_a_run_leaves_header_frames_checkpoint_and_time(engine, store):
    run = engine.start(SPEC, "ann")
    ended(store, run, "finished")
    found = store.get(run)
    assert (found.step, found.steps, found.sentence) == (400, 400, "")
    assert [f.step for f in store.frames(run)] == list(range(0, 401, 10))
    assert store.header(run)
    assert store.checkpoint(run)
    assert found.seconds > 0


def test_stopped_and_resumed_equals_undisturbed(engine, store, trainer, undisturbed):
    trainer("eager")
    run = engine.start(SPEC, "ann")
    reached(store, run, 100)
    engine.stop(run)
    ended(store, run, "stopped")
    before = store.get(run)
    assert 100 <= before.step < 400
    engine.resume(run)
    assert store.get(run).status in ("queued", "running")
    engine.resume(run)  # a second press changes nothing
    ended(store, run, "finished")
    assert pictures(store, run) == undisturbed
    assert store.frames(run)[-1].metrics["began"] > 0  # it went on, not back
    assert store.get(run).seconds > before.seconds


def test_a_waiting_run_can_be_stopped_and_resumed(engine, store, trainer):
    trainer("idle")
    first = [engine.start(SPEC, "ann") for _ in range(2)]
    waiting = engine.start(SPEC, "ann")
    assert engine.place(waiting) == 1
    engine.stop(waiting)
    assert store.get(waiting).status == "stopped"
    assert engine.place(waiting) is None
    engine.resume(waiting)
    assert (store.get(waiting).status, engine.place(waiting)) == ("queued", 1)
    engine.stop(first[0])
    until(lambda: store.get(waiting).status == "running")


def test_a_stop_that_comes_before_the_run_has_begun_still_ends_it(engine, store, trainer):
    trainer("idle")
    runs = []
    for _ in range(5):
        runs.append(engine.start(SPEC, "ann"))
        engine.stop(runs[-1])
    for run in runs:
        ended(store, run, "stopped")


def test_numbers_that_blow_up_end_the_run_with_a_sentence_and_keep_the_last_good_frame(engine, store):
    wild = Optimizer(name="sgd", learning_rate=1.0)
    spec = SPEC.model_copy(update={"loss": "wasserstein", "generator_optimizer": wild, "discriminator_optimizer": wild})
    run = engine.start(spec, "ann")
    ended(store, run, "failed")
    assert "no longer finite" in store.get(run).sentence
    frames = store.frames(run)
    assert frames[0].step == 0
    last = frames[-1].metrics
    assert all(abs(last[name]) < float("inf") for name in ("discriminator_loss", "generator_loss", "gradient_norm"))
    assert engine.state.running == 0


def test_an_error_in_a_trainer_ends_the_run_with_one_sentence(engine, store, trainer):
    trainer("break_off")
    run = engine.start(SPEC, "ann")
    ended(store, run, "failed")
    said = "Training broke off with an unexpected error (ZeroDivisionError: division by zero)."
    assert store.get(run).sentence == said
    assert len(store.frames(run)) == 1


def test_a_run_that_is_finished_or_gone_cannot_be_resumed(engine, store):
    run = engine.start(SPEC.model_copy(update={"steps": 1}), "ann")
    ended(store, run, "finished")
    with pytest.raises(NotResumable, match="has finished"):
        engine.resume(run)
    store.delete(run)
    with pytest.raises(NotResumable, match="not kept"):
        engine.resume(run)
    engine.stop(run)  # nothing to stop is nothing to complain about


# Visitors -------------------------------------------------------------------------------------------------------------


def test_two_visitors_take_fair_turns_and_see_their_places(engine, store, trainer):
    trainer("idle")
    anns = [engine.start(SPEC, "ann") for _ in range(4)]
    bobs = engine.start(SPEC, "bob")
    assert [engine.place(run) for run in [*anns, bobs]] == [None, None, 2, 3, 1]
    assert [store.get(run).status for run in anns[2:]] == ["queued", "queued"]
    assert (engine.state.running, engine.state.queued) == (2, 3)
    engine.stop(anns[0])
    until(lambda: store.get(bobs).status == "running")
    assert [engine.place(run) for run in anns[2:]] == [1, 2]


def test_two_visitors_train_at_the_same_time_and_get_the_same(engine, store, trainer, undisturbed):
    trainer("eager")
    runs = [engine.start(SPEC, owner) for owner in ("ann", "bob")]
    until(lambda: engine.state.running == 2)
    assert process(store, runs[0]) != process(store, runs[1])
    for run in runs:
        ended(store, run, "finished")
        assert pictures(store, run) == undisturbed


def test_a_visitor_has_so_many_runs_and_no_more(engine, store, trainer):
    trainer("idle")
    runs = [engine.start(SPEC, "ann") for _ in range(4)]
    with pytest.raises(LimitReached, match="4 runs"):
        engine.start(SPEC, "ann")
    assert store.list(owner="ann", limit=1)[0].id == runs[-1]  # the refused one left nothing
    engine.start(SPEC, "bob")
    engine.stop(runs[3])
    engine.start(SPEC, "ann")
    with pytest.raises(LimitReached):
        engine.resume(runs[3])
    assert store.get(runs[3]).status == "stopped"


def test_the_limit_holds_when_many_threads_start_at_once(engine, trainer):
    trainer("idle")
    outcomes = []

    def start():
        try:
            outcomes.append(engine.start(SPEC, "ann"))
        except LimitReached:
            outcomes.append(None)

    threads = [threading.Thread(target=start) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(outcome is not None for outcome in outcomes) == 4


def test_a_run_whose_time_is_up_makes_room_and_can_be_resumed(engine, store, trainer, monkeypatch):
    trainer("idle")
    monkeypatch.setattr(engine, "_settings", engine._settings.model_copy(update={"run_seconds": 0.3}))
    run = engine.start(SPEC, "ann")
    ended(store, run, "stopped")
    assert "time is up" in store.get(run).sentence
    spent = store.get(run).seconds
    engine.resume(run)
    until(lambda: store.get(run).status == "running")
    ended(store, run, "stopped")
    assert store.get(run).seconds >= spent


# Calls ----------------------------------------------------------------------------------------------------------------


def test_calls_are_answered_while_every_worker_trains(engine, store, trainer):
    trainer("idle")
    busy = {process(store, engine.start(SPEC, "ann")) for _ in range(2)}
    assert len(busy) == 2
    header, frame = engine.call("gan_core.toy:preview", SPEC.json_text(), timeout=PATIENCE)
    assert header
    assert frame.step == 0
    assert engine.call("os:getpid") in busy
    assert engine.state.running == 2


def test_a_call_prefers_a_worker_that_does_not_train(engine, store, trainer):
    trainer("idle")
    busy = process(store, engine.start(SPEC, "ann"))
    assert busy not in {engine.call("os:getpid") for _ in range(5)}


def test_a_call_that_fails_says_so(engine):
    with pytest.raises(CallFailed, match="Steps"):
        engine.call("gan_core.toy:preview", '{"kind": "toy", "steps": -1}')
    with pytest.raises(CallFailed, match="ValueError"):
        engine.call("builtins:int", "nonsense")
    with pytest.raises(CallTimedOut, match=r"0\.1 seconds"):
        engine.call("time:sleep", 0.5, timeout=0.1)


def test_state_names_the_device(engine):
    state = engine.state
    assert (state.status, state.workers, state.sentence) == ("ready", 2, "")
    assert state.device
    assert state.torch.startswith("2.")


# Losses ---------------------------------------------------------------------------------------------------------------


def test_a_killed_worker_is_only_a_pause(engine, store, trainer, undisturbed):
    trainer("eager")
    run = engine.start(SPEC, "ann")
    reached(store, run, 100)
    kill(process(store, run))
    seen = set()
    until(lambda: seen.add(store.get(run).status) or store.get(run).status == "finished")
    assert seen == {"running", "finished"}
    assert pictures(store, run) == undisturbed
    last = store.frames(run)[-1].metrics
    assert last["began"] > 0  # from the checkpoint
    until(lambda: engine.state.workers == 2)  # and another takes its place


def test_a_run_that_kills_its_workers_is_stopped_in_the_end(engine, store, trainer, monkeypatch):
    trainer("die")
    monkeypatch.setattr(engine_module, "FRUITLESS", 1)
    run = engine.start(SPEC, "ann")
    ended(store, run, "stopped")
    assert "lost its worker" in store.get(run).sentence


def test_a_killed_cluster_is_replaced_and_its_runs_go_on(engine, store, trainer, undisturbed):
    trainer("eager")
    run = engine.start(SPEC, "ann")
    reached(store, run, 100)
    cluster = psutil.Process(process(store, run)).parent()
    cluster.kill()
    until(lambda: engine.state.status == "lost")
    assert engine.state.sentence
    with pytest.raises(EngineNotReady):
        engine.call("os:getpid")
    ended(store, run, "finished")
    assert pictures(store, run) == undisturbed
    assert store.frames(run)[-1].metrics["began"] > 0


APP = """if True:
    import pathlib, sys, json, time
    from gan_core import worker
    from gan_core.engine import Engine
    from gan_core.runs import RunStore
    from gan_core.settings import Settings
    from gan_core.specs import read_spec
    worker.TRAINERS["toy"] = "tests.unit.odd_trainers:eager"
    store = RunStore(pathlib.Path(sys.argv[1]), 1e9)
    engine = Engine(Settings(workers=1), store)
    run = engine.start(read_spec(sys.argv[2]), "ann")
    while store.get(run).step < 100:
        time.sleep(0.01)
    print(json.dumps({"run": run, "torch": "torch" in sys.modules}), flush=True)
    time.sleep(1000)
"""


def test_a_killed_app_takes_its_workers_along_and_its_run_can_be_resumed(engine, store, trainer, undisturbed):
    app = subprocess.Popen(
        [sys.executable, "-c", APP, str(store.folder), SPEC.json_text()], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    said = json.loads(app.stdout.readline())
    children = psutil.Process(app.pid).children(recursive=True)
    assert len(children) >= 2  # the cluster and its worker
    app.kill()
    app.wait()
    until(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children))
    assert not said["torch"]

    run = said["run"]
    RunStore(store.folder, 1e9).close()  # what a new app does first
    assert store.get(run).status == "interrupted"
    trainer("eager")
    engine.resume(run)
    ended(store, run, "finished")
    assert pictures(store, run) == undisturbed
    assert store.frames(run)[-1].metrics["began"] > 0


def test_a_cluster_of_others_serves_alike_and_forgets_the_app_that_goes(engine, store, trainer, undisturbed, tmp_path):
    address = engine._client.scheduler.address
    other_store = RunStore(tmp_path, 1e9)
    guest = Engine(Settings(scheduler=address), other_store)
    guest.wait_ready(PATIENCE, workers=2)
    trainer("eager")
    run = guest.start(SPEC, "ann")
    ended(other_store, run, "finished")
    assert pictures(other_store, run) == undisturbed

    trainer("idle")
    left = guest.start(SPEC, "ann")
    until(lambda: other_store.frames(left))
    assert any(engine._client.run(occupied).values())
    guest.close()
    assert other_store.get(left).status == "interrupted"
    # The workers stay, and the run that nobody wants any more ends.
    until(lambda: not any(engine._client.run(occupied).values()))
    assert engine.state.workers == 2
    other_store.close()


def test_a_scheduler_that_cannot_be_reached_is_named_while_runs_wait(tmp_path):
    store = RunStore(tmp_path, 1e9)
    engine = Engine(Settings(scheduler="tcp://127.0.0.1:1"), store)
    until(lambda: engine.state.status == "lost")
    assert "tcp://127.0.0.1:1 cannot be used" in engine.state.sentence
    run = engine.start(SPEC, "ann")
    assert (store.get(run).status, engine.place(run)) == ("queued", 1)
    with pytest.raises(EngineNotReady, match="cannot be used"):
        engine.call("os:getpid")
    engine.close()
    assert store.get(run).status == "interrupted"
    store.close()
