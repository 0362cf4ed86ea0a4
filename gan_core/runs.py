"""The run store: every run's spec, status, numbers, frames and last checkpoint, in one SQLite file. Torch-free.

One process writes (the app), through one thread; any thread reads, and sees what has been committed. What waits is
committed together, so a burst of frames costs one commit, and whoever writes never waits for the disk.

Times are seconds since 1970, sizes bytes.
"""

from __future__ import annotations

import json
import logging
import queue
import secrets
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import psutil

from gan_core.events import Frame
from gan_core.specs import Spec, SpecError, read_spec

logger = logging.getLogger(__name__)

Status = Literal["queued", "running", "stopped", "finished", "failed", "interrupted"]
LIVE = ("queued", "running")
INTERRUPTED = "The app was closed before this run had ended. Resume it to go on from its last checkpoint."

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, spec TEXT NOT NULL, owner TEXT NOT NULL, status TEXT NOT NULL,
    step INTEGER NOT NULL DEFAULT 0, steps INTEGER NOT NULL, seconds REAL NOT NULL DEFAULT 0,
    sentence TEXT NOT NULL DEFAULT '', created REAL NOT NULL, updated REAL NOT NULL,
    process INTEGER NOT NULL, process_started REAL NOT NULL  -- the app that carries it out
);
CREATE INDEX IF NOT EXISTS runs_of_owner ON runs (owner, created);
CREATE TABLE IF NOT EXISTS frames (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, step INTEGER NOT NULL,
    metrics TEXT NOT NULL, packed BLOB NOT NULL, UNIQUE (run, step)
);
CREATE TABLE IF NOT EXISTS parts (  -- name is 'header' or 'checkpoint'
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, name TEXT NOT NULL,
    step INTEGER NOT NULL, packed BLOB NOT NULL, UNIQUE (run, name)
);
"""
COLUMNS = "id, spec, owner, status, step, steps, seconds, sentence, created, updated"


@dataclass(frozen=True)
class Run:
    """A spec being carried out, as far as the store knows."""

    id: str
    spec: Spec
    owner: str
    status: Status
    step: int
    steps: int
    seconds: float  # of training, all its turns together
    sentence: str  # for the visitor: why it stopped or failed; empty when there is nothing to say
    created: float
    updated: float


class RunStore:
    """Runs in `folder`/runs.sqlite, pruned to `limit_bytes`: beyond it the runs that ended longest ago are deleted.

    Opening it marks the runs of an app that is gone as interrupted; those of an app that is alive are left alone.
    """

    def __init__(self, folder: Path, limit_bytes: float):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._path = folder / "runs.sqlite"
        self._limit_bytes = limit_bytes
        self._process = psutil.Process()
        self._readers: deque[sqlite3.Connection] = deque()
        self._writes: queue.SimpleQueue[tuple[str, tuple[Any, ...], Future[None] | None] | None] = queue.SimpleQueue()
        db = self._connect()
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(SCHEMA)
        self._mark_interrupted(db)
        self._prune(db)
        self._writer = threading.Thread(target=self._write, args=(db,), name="run-store", daemon=True)
        self._writer.start()

    def close(self) -> None:
        """Commit what waits, and let go of the file."""
        self._writes.put(None)
        self._writer.join()
        while self._readers:
            self._readers.pop().close()

    # Reading --------------------------------------------------------------------------------------------------------

    def get(self, run: str) -> Run | None:
        """A run, or None when there is none of that id (never was, or was pruned)."""
        return next(self._runs("WHERE id = ?", run), None)

    def list(self, owner: str | None = None, limit: int = 50) -> list[Run]:
        """The newest runs first, of one owner or of all."""
        whose = ("", ()) if owner is None else ("WHERE owner = ?", (owner,))
        return list(self._runs(f"{whose[0]} ORDER BY created DESC, rowid DESC LIMIT ?", *whose[1], limit))

    def header(self, run: str) -> bytes | None:
        """What holds for the whole run; None until its trainer has said it."""
        return self._part(run, "header")

    def checkpoint(self, run: str) -> bytes | None:
        """All that is needed to go on; None until there is a first one."""
        return self._part(run, "checkpoint")

    def frames(self, run: str, after: int = -1, limit: int | None = None) -> list[Frame]:
        """The frames later than step `after`, in order; at most `limit`, the earliest."""
        rows = self._read(
            "SELECT step, metrics, packed FROM frames WHERE run = ? AND step > ? ORDER BY step LIMIT ?",
            run, after, -1 if limit is None else limit,
        )  # fmt: skip
        return [Frame(step, json.loads(metrics), packed) for step, metrics, packed in rows]

    def metrics(self, run: str) -> dict[str, np.ndarray]:
        """A column of numbers for each metric, one number a frame, and their steps under "step"."""
        rows = self._read("SELECT step, metrics FROM frames WHERE run = ? ORDER BY step", run)
        columns: dict[str, np.ndarray] = {"step": np.array([step for step, _ in rows], dtype=np.int64)}  # (T,)
        numbers = [json.loads(metrics) for _, metrics in rows]
        for name in numbers[0] if numbers else ():
            columns[name] = np.array([row[name] for row in numbers], dtype=np.float64)  # (T,)
        return columns

    def _part(self, run: str, name: str) -> bytes | None:
        rows = self._read("SELECT packed FROM parts WHERE run = ? AND name = ?", run, name)
        return rows[0][0] if rows else None

    def _runs(self, condition: str, *values: Any) -> Iterator[Run]:
        for id, spec, *rest in self._read(f"SELECT {COLUMNS} FROM runs {condition}", *values):
            try:
                yield Run(id, read_spec(spec), *rest)
            except SpecError:  # an older version wrote it; nothing of today can show or resume it
                continue

    def _read(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._reader() as db:
            return db.execute(statement, values).fetchall()

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        """A connection for one reading: Streamlit's threads come and go, the connections stay."""
        try:
            db = self._readers.pop()
        except IndexError:
            db = self._connect()
        try:
            yield db
        finally:
            self._readers.append(db)

    # Writing: returns at once, but `create` and `delete` return when it is done --------------------------------------

    def create(self, spec: Spec, owner: str) -> str:
        """A new run, queued. Returns its id, which is short, fits into an address, and cannot be guessed."""
        run, now = secrets.token_urlsafe(8), time.time()
        self._put(
            "INSERT INTO runs (id, spec, owner, status, steps, created, updated, process, process_started) "
            "VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?)",
            run, spec.json_text(), owner, spec.steps, now, now, self._process.pid, self._process.create_time(),
            wait=True,
        )  # fmt: skip
        return run

    def delete(self, run: str) -> None:
        """Forget a run. One that is training is stopped first by whoever asks; its late frames are dropped."""
        self._put("DELETE FROM runs WHERE id = ?", run, wait=True)

    def set_status(self, run: str, status: Status, sentence: str = "", *, wait: bool = False) -> None:
        """A live status also says that this process now carries the run out."""
        self._put(
            "UPDATE runs SET status = ?, sentence = ?, updated = ?, process = ?, process_started = ? WHERE id = ?",
            status, sentence, time.time(), self._process.pid, self._process.create_time(), run, wait=wait,
        )  # fmt: skip

    def set_progress(self, run: str, step: int, seconds: float) -> None:
        """Progress never goes back: after a lost worker the same steps are done again."""
        self._put(
            "UPDATE runs SET step = MAX(step, ?), seconds = ?, updated = ? WHERE id = ?",
            step, seconds, time.time(), run,
        )  # fmt: skip

    def put_frame(self, run: str, frame: Frame) -> None:
        """A frame of the same step is replaced: it is the same frame, computed again."""
        self._put(
            "INSERT OR REPLACE INTO frames (run, step, metrics, packed) SELECT id, ?, ?, ? FROM runs WHERE id = ?",
            frame.step, json.dumps(frame.metrics), frame.packed, run,
        )  # fmt: skip

    def put_header(self, run: str, packed: bytes) -> None:
        self._put_part(run, "header", 0, packed)

    def put_checkpoint(self, run: str, step: int, packed: bytes) -> None:
        self._put_part(run, "checkpoint", step, packed)

    def flush(self) -> None:
        """Return when everything handed over so far is committed."""
        self._put("SELECT 1", wait=True)

    def _put_part(self, run: str, name: str, step: int, packed: bytes) -> None:
        self._put(
            "INSERT OR REPLACE INTO parts (run, name, step, packed) SELECT id, ?, ?, ? FROM runs WHERE id = ?",
            name, step, packed, run,
        )  # fmt: skip

    def _put(self, statement: str, *values: Any, wait: bool = False) -> None:
        done: Future[None] | None = Future() if wait else None
        self._writes.put((statement, values, done))
        if done:
            done.result()

    def _write(self, db: sqlite3.Connection) -> None:
        """The writing thread: everything that waits goes into one transaction."""
        closing = False
        while not closing:
            batch = [self._writes.get()]
            while not self._writes.empty():
                batch.append(self._writes.get())
            closing = None in batch
            writes = [write for write in batch if write]
            try:
                with db:
                    for statement, values, _ in writes:
                        db.execute(statement, values)
                self._prune(db)
            except sqlite3.Error as error:  # a full disk: whoever waits is told, and the next batch may fit
                logger.exception("%d writes to the run store are lost", len(writes))
                for _, _, done in writes:
                    if done:
                        done.set_exception(error)
            else:
                for _, _, done in writes:
                    if done:
                        done.set_result(None)
        db.close()

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=30, check_same_thread=False)
        db.execute("PRAGMA synchronous = NORMAL")  # with WAL: a power cut can lose the last commits, never the file
        db.execute("PRAGMA foreign_keys = ON")
        return db

    def _mark_interrupted(self, db: sqlite3.Connection) -> None:
        with db:
            live = db.execute(f"SELECT id, process, process_started FROM runs WHERE status IN {LIVE}").fetchall()
            for run, process, started in live:
                if not _alive(process, started):
                    db.execute("UPDATE runs SET status = 'interrupted', sentence = ? WHERE id = ?", (INTERRUPTED, run))

    def _prune(self, db: sqlite3.Connection) -> None:
        while self._used_bytes(db) > self._limit_bytes:
            with db:
                gone = db.execute(
                    f"DELETE FROM runs WHERE id = (SELECT id FROM runs WHERE status NOT IN {LIVE} "
                    "ORDER BY updated LIMIT 1)"
                ).rowcount
            if not gone:  # only live runs are left
                return

    def _used_bytes(self, db: sqlite3.Connection) -> int:
        """Bytes of the file that hold something; the rest is used again before the file grows."""
        pages, free, size = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in
                             ("page_count", "freelist_count", "page_size"))  # fmt: skip
        return (pages - free) * size


def _alive(process: int, started: float) -> bool:
    """Whether that very process still runs: its number may have been given to another since."""
    try:
        return abs(psutil.Process(process).create_time() - started) < 2  # seconds; clocks are adjusted a little
    except psutil.Error:
        return False
