"""The run store: every run's spec, status, frames, changes and last checkpoint, in one SQLite file. Torch-free.

One process writes (the app), through one thread; see `ledger.py`. Beside the runs it keeps visitors' own pictures,
for as long as a run needs them.

Times are seconds since 1970, sizes bytes.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import psutil

from gan_core.events import Change, Frame
from gan_core.ledger import DiskError, Ledger
from gan_core.specs import OWN, Spec, SpecError, read_spec

Status = Literal["queued", "running", "stopped", "finished", "failed", "interrupted"]
LIVE = ("queued", "running")
INTERRUPTED = "The app was closed before this run had ended. Resume it to go on from its last checkpoint."
SHARE_OF_SETS = 0.5  # of the store's room: the rest is for runs
UNUSED_SECONDS = 3600.0  # for which pictures are kept that no run has been begun with

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
CREATE TABLE IF NOT EXISTS changes (  -- of settings, in force from that step on
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, step INTEGER NOT NULL,
    name TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (run, step, name)
);
CREATE TABLE IF NOT EXISTS sets (  -- visitors' own pictures, named by a hash of what they are
    id TEXT PRIMARY KEY, name TEXT NOT NULL, packed BLOB NOT NULL, created REAL NOT NULL
);
"""
# Those that no run names, and that were there at a moment already.
UNUSED_SETS = (
    f"DELETE FROM sets WHERE created <= ? AND NOT EXISTS (SELECT 1 FROM runs WHERE instr(spec, '{OWN}' || sets.id))"
)
COLUMNS = "id, spec, owner, status, step, steps, seconds, sentence, created, updated"


@dataclass(frozen=True)
class Run:
    """A spec being carried out, as far as the store knows."""

    id: str
    spec: Spec  # as it was begun with; see `RunStore.changes`
    owner: str
    status: Status
    step: int
    steps: int
    seconds: float  # of training, all its turns together
    sentence: str  # for the visitor: why it stopped or failed; empty when there is nothing to say
    created: float
    updated: float


class Kept(NamedTuple):
    """The last checkpoint of a run."""

    step: int
    packed: bytes


class OwnPictures(NamedTuple):
    """A visitor's pictures: the name of what was uploaded, and a zip that `data.own` made of it."""

    name: str
    packed: bytes


class RunStore:
    """Runs in `folder`/runs.sqlite, pruned to `limit_bytes`: beyond it the runs that ended longest ago are deleted.

    Opening it marks the runs of an app that is gone as interrupted; those of an app that is alive are left alone.
    """

    def __init__(self, folder: Path, limit_bytes: float):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._limit_bytes = limit_bytes
        self._process = psutil.Process()
        self._ledger = Ledger(folder / "runs.sqlite", SCHEMA, opened=self._mark_interrupted, committed=self._prune)
        self._put, self._read = self._ledger.put, self._ledger.read
        self.flush, self.close = self._ledger.flush, self._ledger.close

    @property
    def trouble(self) -> str:
        """Why nothing can be kept at the moment, as a sentence; empty while all is well."""
        return self._ledger.trouble

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

    def last_checkpoint(self, run: str) -> Kept | None:
        """The same with the step at which it was kept."""
        rows = self._read("SELECT step, packed FROM parts WHERE run = ? AND name = 'checkpoint'", run)
        return Kept(*rows[0]) if rows else None

    def checkpoint_step(self, run: str) -> int | None:
        """At which step the last checkpoint was kept, without reading it; None where there is none."""
        rows = self._read("SELECT step FROM parts WHERE run = ? AND name = 'checkpoint'", run)
        return rows[0][0] if rows else None

    def changes(self, run: str) -> list[Change]:
        """The settings that were changed on the way, in order."""
        changes: dict[int, dict[str, Any]] = {}
        for step, name, value in self._read(
            "SELECT step, name, value FROM changes WHERE run = ? ORDER BY step, rowid", run
        ):
            changes.setdefault(step, {})[name] = json.loads(value)
        return [Change(step, settings) for step, settings in changes.items()]

    def pictures(self, id: str) -> OwnPictures | None:
        """A visitor's own pictures by their id, where they are still kept."""
        rows = self._read("SELECT name, packed FROM sets WHERE id = ?", id)
        return OwnPictures(*rows[0]) if rows else None

    def name_of_pictures(self, id: str) -> str:
        """What they are called; empty where they are not kept any more."""
        rows = self._read("SELECT name FROM sets WHERE id = ?", id)
        return rows[0][0] if rows else ""

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

    # Writing: returns at once, but `create`, `delete` and `put_pictures` return when it is done ----------------------

    def create(self, spec: Spec, owner: str) -> str:
        """A new run, queued. Returns its id, which is short, fits into an address, and cannot be guessed.

        Raises:
            DiskError: it cannot be kept.
        """
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
        self._put(UNUSED_SETS, time.time() - UNUSED_SECONDS)

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

    def put_change(self, run: str, change: Change) -> None:
        """Note settings that change. The same again, when steps are done again, is the same note."""
        for name, value in change.settings.items():
            self._put(
                "INSERT OR REPLACE INTO changes (run, step, name, value) SELECT id, ?, ?, ? FROM runs WHERE id = ?",
                change.step, name, json.dumps(value), run,
            )  # fmt: skip
            if name == "steps":
                self._put("UPDATE runs SET steps = ? WHERE id = ?", value, run)

    def put_pictures(self, pictures: OwnPictures) -> str:
        """Keep a visitor's pictures. Returns their id: the same pictures have the same one.

        Raises:
            DiskError: they cannot be kept.
        """
        id = hashlib.sha256(pictures.packed).hexdigest()[:16]
        room = self._limit_bytes * SHARE_OF_SETS
        if self._bytes_of_sets() + len(pictures.packed) > room:
            self._put(UNUSED_SETS, time.time(), wait=True)
        if self._bytes_of_sets() + len(pictures.packed) > room:
            raise DiskError(
                f"Pictures take {len(pictures.packed) / 1e6:,.0f} MB, and of the {room / 1e6:,.0f} MB that this server "
                "keeps for all visitors' pictures less is free; delete runs on pictures of yours, or give fewer."
            )
        self._put("INSERT OR REPLACE INTO sets VALUES (?, ?, ?, ?)", id, *pictures, time.time(), wait=True)
        return id

    def _bytes_of_sets(self) -> int:
        return self._read("SELECT coalesce(sum(length(packed)), 0) FROM sets")[0][0]

    def _put_part(self, run: str, name: str, step: int, packed: bytes) -> None:
        self._put(
            "INSERT OR REPLACE INTO parts (run, name, step, packed) SELECT id, ?, ?, ? FROM runs WHERE id = ?",
            name, step, packed, run,
        )  # fmt: skip

    def _mark_interrupted(self, db: sqlite3.Connection) -> None:
        with db:
            live = db.execute(f"SELECT id, process, process_started FROM runs WHERE status IN {LIVE}").fetchall()
            for run, process, started in live:
                if not _alive(process, started):
                    db.execute("UPDATE runs SET status = 'interrupted', sentence = ? WHERE id = ?", (INTERRUPTED, run))

    def _prune(self, db: sqlite3.Connection) -> None:
        while self._used_bytes(db) > self._limit_bytes:
            with db:
                unused = db.execute(UNUSED_SETS, (time.time() - UNUSED_SECONDS,)).rowcount
            if unused:
                continue
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
