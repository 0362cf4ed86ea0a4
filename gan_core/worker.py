"""What the engine has a cluster do: get warm, carry out a run, answer a call. Torch-free until it does one of them.

Everything that a run has to say goes out as an event on the topic of the app that asked. A worker keeps nothing: when
it dies, the run goes on elsewhere from the last checkpoint that it sent.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from distributed import Scheduler, SchedulerPlugin, Worker, WorkerPlugin, get_worker, secede
from distributed.broker import Topic

from gan_core.data.pictures import DataError
from gan_core.events import Change, Checkpoint, TrainingFailed
from gan_core.specs import SpecError, read_spec

logger = logging.getLogger(__name__)

# Kind of spec: what trains it, as module:function.
TRAINERS = {"toy": "gan_core.toy:train", "pictures": "gan_core.pictures:train", "style": "gan_core.style.run:train"}

ERRANDS = threading.Semaphore(2)  # at a time in a process: others train beside them
WISHING = threading.Lock()
WISHES: dict[str, list[dict[str, Any]]] = {}  # by run: settings that somebody wants changed, not yet in force

GPU_LOST = "The GPU broke off ({why}). What was trained up to the last checkpoint is kept: go on, or try a smaller run."
PROGRESS_SECONDS = 0.2  # between two words on how far an errand is
CHECKPOINT_SECONDS = 2.0  # after a lost worker so much work is done again, and what is left to the next frame
CHECKPOINT_BYTES_PER_SECOND = 2e6  # large ones come more rarely, so that keeping them takes little of disk and link


class WarmUp(WorkerPlugin):
    """Makes each worker ready for its first run, those that join or are restarted later too, and says so."""

    def __init__(self, topic: str):
        self.topic = topic

    def setup(self, worker: Worker) -> None:
        self._warming = asyncio.ensure_future(self._warm(worker))  # the worker joins at once, and is warm later

    async def _warm(self, worker: Worker) -> None:
        try:
            about = await asyncio.to_thread(warm_up)
        except Exception as error:  # whatever importing torch can raise on a machine set up by others
            logger.exception("This worker cannot train")
            worker.log_event(self.topic, {"kind": "unfit", "worker": worker.address, "error": str(error)})
        else:
            worker.log_event(self.topic, {"kind": "warm", "worker": worker.address, **about})


class WorkerLeft(SchedulerPlugin):
    """Has the scheduler say when a worker is gone, and pass on what is said without keeping it.

    By itself it would keep 100,000 messages, frames and checkpoints and all. The subscription is made here, because the
    client's own takes another way and may come after the first words of workers that are warm already.
    """

    def __init__(self, topic: str, client: str):
        self.topic, self.client = topic, client

    async def start(self, scheduler: Scheduler) -> None:
        scheduler._broker._topics[self.topic] = Topic(maxlen=1)
        scheduler.subscribe_topic(self.topic, self.client)

    def remove_worker(self, scheduler: Scheduler, worker: str, **_: Any) -> None:
        scheduler.log_event(self.topic, {"kind": "left", "worker": worker})


def warm_up() -> dict[str, str]:
    """Import torch and take one step, which costs seconds the first time. Returns the device's name and the version."""
    import torch

    from gan_core.devices import best_device

    if os.environ.get("OMP_NUM_THREADS") == "1":
        torch.set_num_threads(1)
    device = best_device()
    net = torch.nn.Linear(2, 2, device=device)
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.zeros(4, 2, device=device)).sum().backward()
    optimizer.step()
    name = torch.cuda.get_device_name() if device == "cuda" else "CPU"
    return {"device": name, "torch": str(torch.__version__)}


def named(dotted: str) -> Callable[..., Any]:
    """The function that "module:function" names."""
    module, _, function = dotted.partition(":")
    return getattr(importlib.import_module(module), function)


def call(dotted: str, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Short work, beside a run if need be."""
    return named(dotted)(*args, **keywords)


def run_errand(
    dotted: str, topic: str, errand: str, args: tuple[Any, ...], keywords: dict[str, Any]
) -> tuple[bool, Any]:
    """Longer work: the function is told how to say `progress` and when to `stop`.

    Returns whether it went well, and the answer or the sentence that says why not. Never raises: Dask would log the
    arguments.
    """
    worker = get_worker()
    key = worker.get_current_task()
    secede()
    said = 0.0
    while not ERRANDS.acquire(timeout=PROGRESS_SECONDS):
        if unwanted(worker, key):
            return False, "Cancelled."

    def progress(done: int, of: int) -> None:
        nonlocal said
        if time.monotonic() > said + PROGRESS_SECONDS or done == of:
            said = time.monotonic()
            worker.log_event(topic, {"kind": "progress", "errand": errand, "done": done, "of": of})

    try:
        return True, named(dotted)(*args, **keywords, progress=progress, stop=lambda: unwanted(worker, key))
    except (TrainingFailed, SpecError, DataError) as failure:
        return False, str(failure)
    except Exception as error:
        logger.exception("An errand broke off: %s", dotted)
        return False, f"A worker could not do this ({type(error).__name__}). Try again."
    finally:
        ERRANDS.release()


def unwanted(worker: Worker, key: str) -> bool:
    """Whether a task is no longer wanted: somebody cancelled it, or the app is gone."""
    task = worker.state.tasks.get(key)
    return task is None or task.state == "cancelled"


def wish(run: str, settings: dict[str, Any]) -> None:
    """Have settings of a run that trains here changed before its next step."""
    with WISHING:
        WISHES.setdefault(run, []).append(settings)


def wishes_of(run: str) -> list[dict[str, Any]]:
    """What was wished since somebody asked last."""
    with WISHING:
        return WISHES.pop(run, [])


@dataclass(frozen=True)
class Order:
    """What `carry_out` is to carry out."""

    run: str
    attempt: int
    spec: str  # JSON, with all changes before the checkpoint in it
    checkpoint: bytes | None
    seconds: float  # that it may train
    changes: tuple[Change, ...] = ()  # from the checkpoint on, made before its worker was lost: they come again
    pictures: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # a visitor's own by id: name and bytes


def carry_out(trainer: str, topic: str, order: Order) -> None:
    """Iterate a trainer and send what it says, each message with the run, the attempt and the seconds trained so far.

    The last message is of kind "end" and says how it ended: "finished", "failed", or "stopped", which is when the task
    is no longer wanted or has trained for as long as it may. `broken` says that nothing can train in this process any
    more.
    """
    worker = get_worker()
    run, attempt, seconds = order.run, order.attempt, order.seconds
    spec = read_spec(order.spec)
    key = worker.get_current_task()
    secede()  # leaves the worker's thread free for calls
    begun = time.monotonic()

    def tell(kind: str, **said: Any) -> None:
        message = {"kind": kind, "run": run, "attempt": attempt, "seconds": time.monotonic() - begun, **said}
        worker.log_event(topic, message)

    stopped = ""  # why

    def stop() -> bool:
        nonlocal stopped
        if unwanted(worker, key):
            stopped = "Stopped."
        elif time.monotonic() - begun > seconds:
            stopped = "Stopped to make room for others: its time is up. Resume it to go on."
        return bool(stopped)

    next_checkpoint = begun + CHECKPOINT_SECONDS

    def checkpoint_due() -> bool:
        return time.monotonic() > next_checkpoint

    again = {change.step: change.settings for change in order.changes}
    wishes_of(run)  # of an earlier attempt here; whoever wished is told that this one begins, and wishes again

    def changes(step: int) -> dict[str, Any]:
        settings, wishes = again.pop(step, {}), wishes_of(run)
        if wishes:
            tell("heard", wishes=len(wishes))
        for wished in wishes:
            settings = settings | wished
        return settings

    more = ({"changes": changes} if spec.changeable else {}) | ({"own": order.pictures} if order.pictures else {})
    tell("begun")
    try:
        for event in named(trainer)(spec, order.checkpoint, stop=stop, checkpoint_due=checkpoint_due, **more):
            tell(type(event).__name__.lower(), **vars(event))
            if isinstance(event, Checkpoint):
                pause = max(CHECKPOINT_SECONDS, len(event.packed) / CHECKPOINT_BYTES_PER_SECOND)
                next_checkpoint = time.monotonic() + pause
    except (TrainingFailed, SpecError, DataError) as failure:
        tell("end", status="stopped" if stopped else "failed", sentence=stopped or str(failure))
    except Exception as error:
        logger.exception("Run %s broke off", run)
        reason = f"{type(error).__name__}: {error}".strip().splitlines()[0].removesuffix(".")
        if "CUDA error" in reason:  # which leaves the process without a GPU for good
            tell("end", status="stopped", sentence=GPU_LOST.format(why=reason), broken=True)
        else:
            tell("end", status="failed", sentence=f"Training broke off with an unexpected error ({reason}).")
    else:
        tell("end", status="stopped" if stopped else "finished", sentence=stopped)
