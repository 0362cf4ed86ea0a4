"""The engine: carries out specs on Dask workers, and answers calls. Torch-free; it lives in the app's process.

    engine = Engine(settings, store)            # returns at once; the workers start meanwhile
    run = engine.start(ToySpec(), owner="me")   # trains as soon as it is its turn; watch it in the store
    engine.change(run, {"skip_below": 0.5})     # of what a spec allows to change on the way
    engine.call("gan_core.toy:preview", spec.json_text())
    engine.errand("gan_core.hub:resolve", "owner/name")

The workers are of our own (`cluster.py`) or, when a scheduler's address is configured, that cluster's; only
`connection.py` knows which. What a worker does is in `worker.py`, who goes next in `turns.py`.

Every method may be called from any thread. Dask's own thread brings the events; it never waits for the disk.
"""

from __future__ import annotations

import atexit
import secrets
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from gan_core.connection import Connection
from gan_core.data.pictures import DataError
from gan_core.errands import Errand
from gan_core.events import Change, Frame, TrainingFailed
from gan_core.frames import metadata
from gan_core.jobs import Job, own_pictures, with_changes
from gan_core.ledger import DiskError
from gan_core.refusals import (
    CallFailed,
    CallTimedOut,
    EngineNotReady,
    LimitReached,
    NotChangeable,
    NotKept,
    NotResumable,
)
from gan_core.runs import INTERRUPTED, LIVE, Kept, RunStore
from gan_core.settings import Settings
from gan_core.specs import Spec, SpecError
from gan_core.turns import Turns

if TYPE_CHECKING:
    from distributed import Client, Future

FRUITLESS = 3  # times a run may lose its worker without a new frame between, before it is taken for the cause

STOPPED = "Stopped."  # what a run says that somebody stopped
STARTING = "The workers are starting. This takes a few seconds."
LOST = (
    f"This run lost its worker {FRUITLESS + 1} times without a new frame; perhaps it needs more memory than there is. "
    "Make it smaller, or resume it to try again."
)


@dataclass(frozen=True)
class EngineState:
    status: Literal["starting", "ready", "lost"]
    workers: int  # that are warm: imported torch and took a step
    device: str  # "CPU" or the name of the GPU; empty while no worker is warm
    torch: str  # version; likewise
    running: int
    queued: int
    sentence: str  # what is going on when it is not ready


class Engine:
    """Runs and calls for all visitors. The constructor returns at once; see `state` and `wait_ready`."""

    def __init__(self, settings: Settings, store: RunStore):
        self._settings = settings
        self._store = store
        self._topic = f"gan-classroom-{secrets.token_hex(8)}"  # events of this app alone
        self._lock = threading.RLock()  # over all below; held for moments, never while waiting
        self._jobs: dict[str, Job] = {}
        self._errands: dict[str, Errand] = {}
        self._turns = Turns()
        self._client: Client | None = None
        self._warm: dict[str, dict[str, str]] = {}  # address of a worker: its device, its torch
        self._status: Literal["starting", "ready", "lost"] = "starting"
        self._sentence = STARTING
        self._changed = threading.Condition(self._lock)
        self._admission = threading.Lock()  # one start at a time, so that the limit holds
        self._connection = Connection(
            settings, self._topic, connected=self._connected, hear=self._hear, lost=self._lost
        )
        atexit.register(self.close)

    # What pages ask --------------------------------------------------------------------------------------------------

    @property
    def state(self) -> EngineState:
        """How things stand now."""
        with self._lock:
            about = next(iter(self._warm.values()), {"device": "", "torch": ""})
            queued = len(self._turns)
            return EngineState(
                self._status, len(self._warm), about["device"], about["torch"], len(self._jobs) - queued, queued,
                self._sentence,
            )  # fmt: skip

    def start(self, spec: Spec, owner: str, checkpoint: bytes | None = None) -> str:
        """Queue a new run, maybe from a checkpoint of another, and return its id; it trains as soon as it is its turn.

        Raises:
            LimitReached: the owner's running and queued runs are as many as one visitor may have.
            NotKept: the disk is full.
        """
        with self._admission:
            self._admit(owner)
            try:
                run = self._store.create(spec, owner)
            except DiskError as error:
                raise NotKept(str(error)) from error
            kept = Kept(int(metadata(checkpoint)["step"]), checkpoint) if checkpoint else None
            if kept:
                self._store.put_checkpoint(run, *kept)
                self._store.set_progress(run, kept.step, 0.0)
            self._queue(run, spec, owner, checkpoint=kept)
        return run

    def resume(self, run: str) -> None:
        """Queue an ended run again, from its last checkpoint. One that trains or waits is left as it is.

        Raises:
            NotResumable: it has finished, or is not kept any more.
            LimitReached: as in `start`.
        """
        with self._admission:
            with self._lock:
                if run in self._jobs:
                    return
            known = self._store.get(run)
            if known is None:
                raise NotResumable("This run is not kept any more.")
            if known.status == "finished":
                raise NotResumable("This run has finished; there is nothing left to train.")
            if known.status in LIVE:
                return
            self._admit(known.owner)
            self._store.set_status(run, "queued")
            self._queue(run, known.spec, known.owner, known.seconds, self._store.last_checkpoint(run))
            self._store.flush()

    def change(self, run: str, settings: dict[str, Any]) -> None:
        """Change settings of a run on its way: from its next step on, or from where it will go on.

        A finished run with more `steps` than it has played can be resumed.

        Raises:
            NotChangeable: the run is not kept any more, or they are settings that stay as they were.
            SpecError: a value is wrong.
        """
        known = self._store.get(run)
        if known is None:
            raise NotChangeable("This run is not kept any more.")
        if fixed := [name for name in settings if name not in known.spec.changeable]:
            raise NotChangeable(f"{fixed[0]!r} cannot be changed while a run goes on; start another run with it.")
        with self._lock:
            job = self._jobs.get(run)
            if job:
                wished = [change.settings for change in job.changes] + [*job.wishes, settings]
                with_changes(known.spec, wished)
                job.wishes.append(settings)
                if job.begun:
                    self._tell_wish(job, settings)
                return
        self._store.flush()  # it may have ended just now
        known, kept = self._store.get(run) or known, self._store.last_checkpoint(run)
        with_changes(known.spec, [*(change.settings for change in self._store.changes(run)), settings])
        self._store.put_change(run, Change(kept.step if kept else 0, settings))
        if known.status == "finished" and settings.get("steps", 0) > known.step:
            self._store.set_status(run, "stopped")
        self._store.flush()

    def stop(self, run: str) -> None:
        """End a run; it keeps what it has, and can be resumed. One that does not train or wait is left as it is."""
        with self._lock:
            job = self._jobs.get(run)
            if job is None:
                return
            job.stopping = True
            if job.worker is None:
                self._end(job, "stopped", STOPPED)
            elif job.begun:  # else as soon as it has: a task cancelled before it begins would never say that it ended
                self._cancel(job)
        self._store.flush()

    def place(self, run: str) -> int | None:
        """1 for the run that goes next, 2 for the one after; None for one that does not wait."""
        with self._lock:
            return self._turns.place(run)

    def call(self, function: str, *args: Any, timeout: float = 10.0, **named: Any) -> Any:
        """What "module:function" returns for the arguments on a warm worker, beside a training run if need be.

        Raises:
            EngineNotReady: no worker is warm.
            CallFailed: the function raised, or its worker was lost.
            CallTimedOut: no answer within `timeout` seconds.
        """
        from gan_core import worker

        with self._lock:
            client, workers = self._client, self._free() or list(self._warm)
            if client is None or not workers:
                raise EngineNotReady(self._sentence)
        future = client.submit(
            worker.call, function, args, named, pure=False, priority=10, workers=workers,
            key=f"call-{secrets.token_hex(8)}",
        )  # fmt: skip
        try:
            return future.result(timeout)
        except (TrainingFailed, SpecError, DataError) as error:
            raise CallFailed(str(error)) from error
        except TimeoutError:
            future.cancel()
            raise CallTimedOut(f"The workers did not answer within {timeout:g} seconds. Try again.") from None
        except Exception as error:
            raise CallFailed(f"A worker could not answer ({type(error).__name__}: {error}). Try again.") from error

    def errand(self, function: str, *args: Any, **named: Any) -> Errand:
        """Begin longer work, `function` as in `call`; it is told `progress` and `stop` as keyword arguments.

        Raises:
            EngineNotReady: no worker is warm.
        """
        from gan_core import worker

        errand = Errand()
        with self._lock:
            client = self._client
            if client is None or not self._warm:
                raise EngineNotReady(self._sentence)
            self._errands[errand.id] = errand
            workers = self._free() or list(self._warm)
        future = client.submit(
            worker.run_errand, function, self._topic, errand.id, args, named, pure=False, priority=10, key=errand.id,
            workers=workers, allow_other_workers=True,
        )  # fmt: skip
        future.add_done_callback(lambda _: self._errands.pop(errand.id, None))
        errand.follow(future, lambda: client.loop.add_callback(future.cancel))
        return errand

    def wait_ready(self, timeout: float = 60.0, workers: int = 1) -> None:
        """Return when so many workers are warm.

        Raises:
            EngineNotReady: that took longer than `timeout` seconds.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._warm) >= workers, timeout):
                raise EngineNotReady(self._sentence)

    def close(self) -> None:
        """End the workers. Runs that train or wait are marked as interrupted, and can be resumed later."""
        atexit.unregister(self.close)
        with self._lock:
            for job in self._jobs.values():
                self._keep_wishes(job)
                self._store.set_status(job.run, "interrupted", INTERRUPTED)
            self._jobs.clear()
            self._turns = Turns()
        self._connection.close()
        self._store.flush()

    # Runs: all of this under the lock --------------------------------------------------------------------------------

    def _admit(self, owner: str) -> None:
        most = self._settings.runs_per_visitor
        with self._lock:
            if self._turns.held_by(owner) >= most:
                raise LimitReached(
                    f"You have {most} {'run' if most == 1 else 'runs'} training or waiting, as many as one visitor may "
                    "have here. Stop one, or wait until one ends."
                )

    def _queue(self, run: str, spec: Spec, owner: str, seconds: float = 0.0, checkpoint: Kept | None = None) -> None:
        job = Job(run, owner, spec, seconds, checkpoint, seconds + self._settings.run_seconds, self._store.changes(run))
        with self._lock:
            self._jobs[run] = job
            self._turns.join(run, owner)
            self._fill()

    def _free(self) -> list[str]:
        """Warm workers without a run."""
        taken = {job.worker for job in self._jobs.values()}
        return [worker for worker in self._warm if worker not in taken]

    def _fill(self) -> None:
        """Put runs on free workers: first those that lost theirs, then by turns."""
        for worker in self._free():
            waiting = next((job.run for job in self._jobs.values() if job.attempt and job.worker is None), None)
            run = waiting or self._turns.next()
            if run is None:
                return
            self._submit(self._jobs[run], worker)

    def _submit(self, job: Job, address: str) -> None:
        from gan_core import worker

        if job.attempt == 0:
            self._store.set_status(job.run, "running")
        job.attempt += 1
        job.worker = address
        own = {id: found for id in own_pictures(job.spec) if (found := self._store.pictures(id))}
        job.future = self._client.submit(
            worker.carry_out, worker.TRAINERS[job.spec.kind], self._topic, job.order(own), pure=False,
            workers=[address], key=f"{job.run}-{secrets.token_hex(4)}",
        )  # fmt: skip
        job.future.add_done_callback(lambda future, attempt=job.attempt: self._failed_to_begin(job, attempt, future))

    def _cancel(self, job: Job) -> None:
        # In Dask's thread: elsewhere it would wait for that thread, which may wait for the lock.
        self._client.loop.add_callback(job.future.cancel)

    def _tell_wish(self, job: Job, settings: dict[str, Any]) -> None:
        from gan_core import worker

        future = self._client.submit(
            worker.wish, job.run, settings, pure=False, priority=10, workers=[job.worker],
            key=f"wish-{secrets.token_hex(8)}",
        )  # fmt: skip
        job.telling.append(future)  # Dask drops a task that nobody holds

    def _keep_wishes(self, job: Job) -> None:
        """What came too late for this turn counts when the run goes on."""
        for settings in job.wishes:
            self._store.put_change(job.run, Change(job.begins, settings))

    def _end(self, job: Job, status: str, sentence: str) -> None:
        self._keep_wishes(job)
        self._store.set_status(job.run, status, sentence)
        del self._jobs[job.run]
        self._turns.leave(job.run)
        self._fill()

    def _lose_all(self, jobs: list[Job]) -> None:
        """Their worker is gone: on to another, from the last checkpoint."""
        for job in jobs:
            job.worker, job.future, job.begun = None, None, False
            job.seconds += job.seconds_of_attempt
            job.seconds_of_attempt = 0.0
            job.attempt += 1  # so that nothing that is still on its way from the lost worker counts
            job.fruitless += 1
            if job.stopping:
                self._end(job, "stopped", STOPPED)
            elif job.fruitless > FRUITLESS:
                self._end(job, "stopped", LOST)
        self._fill()

    def _failed_to_begin(self, job: Job, attempt: int, future: Future) -> None:
        """A task that raised never ran `carry_out`, which reports what it meets: its worker lacks the code."""
        from distributed import KilledWorker

        if future.status != "error":
            return
        error = future.exception()
        with self._lock:
            current = self._jobs.get(job.run) is job and job.attempt == attempt
            if current and not isinstance(error, KilledWorker):  # the loss of a worker is told by the scheduler
                self._end(job, "failed", f"The worker could not begin this run ({type(error).__name__}: {error}).")

    # What the connection tells, mostly in Dask's thread -------------------------------------------------------------

    def _connected(self, client: Client) -> None:
        with self._lock:
            self._client = client
            self._status, self._sentence = "starting", STARTING

    def _lost(self, sentence: str) -> None:
        with self._lock:
            self._client = None
            self._warm.clear()
            self._status, self._sentence = "lost", sentence
            self._lose_all([job for job in self._jobs.values() if job.worker])

    def _hear(self, client: Client, said: dict[str, Any]) -> None:
        """What a worker or the scheduler says: see `worker.py`."""
        with self._lock:
            if client is not self._client:  # the last words of a cluster that was given up
                return
            match said["kind"]:
                case "warm":
                    self._warm[said["worker"]] = {"device": said["device"], "torch": said["torch"]}
                    self._status, self._sentence = "ready", ""
                    self._changed.notify_all()
                    self._fill()
                case "left":
                    self._warm.pop(said["worker"], None)
                    if not self._warm:
                        self._status, self._sentence = "starting", STARTING
                    self._lose_all([job for job in self._jobs.values() if job.worker == said["worker"]])
                case "unfit":
                    self._sentence = f"A worker cannot train: {said['error']}."
                case "progress":
                    if errand := self._errands.get(said["errand"]):
                        errand.progress = said["done"], said["of"]
                case _:
                    job = self._jobs.get(said["run"])
                    if job is not None and job.attempt == said["attempt"]:
                        self._follow(job, said)

    def _follow(self, job: Job, said: dict[str, Any]) -> None:
        job.seconds_of_attempt = said["seconds"]
        seconds = job.seconds + said["seconds"]
        match said["kind"]:
            case "begun":
                job.begun = True
                if job.stopping:
                    self._cancel(job)
                for settings in job.wishes:
                    self._tell_wish(job, settings)
            case "header":
                self._store.put_header(job.run, said["packed"])
            case "frame":
                self._store.put_frame(job.run, Frame(said["step"], said["metrics"], said["packed"]))
                self._store.set_progress(job.run, said["step"], seconds)
                if said["step"] > job.last_step:
                    job.last_step, job.fruitless = said["step"], 0
            case "heard":
                job.wishes = job.wishes[said["wishes"] :]
            case "change":
                change = Change(said["step"], said["settings"])
                job.changed(change)
                self._store.put_change(job.run, change)
            case "checkpoint":
                job.checkpoint = Kept(said["step"], said["packed"])
                self._store.put_checkpoint(job.run, said["step"], said["packed"])
                self._store.set_progress(job.run, said["step"], seconds)
            case "end":
                if said.get("broken"):
                    self._renew(job.worker)
                self._end(job, said["status"], said["sentence"])

    def _renew(self, worker: str) -> None:
        """Have a worker's process replaced, and give it nothing to do until it is warm again."""
        self._warm.pop(worker, None)
        client = self._client
        threading.Thread(target=client.restart_workers, args=([worker],), kwargs={"raise_for_error": False}).start()
