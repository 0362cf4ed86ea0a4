"""One SQLite file that one thread writes and any thread reads. Torch-free.

What waits to be written is committed together, so a burst costs one commit, and whoever writes never waits for the
disk. Whoever reads sees what has been committed.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)


Write = tuple[str, tuple[Any, ...], "Future[None] | None"]  # a statement, its values, and who waits for it


class DiskError(RuntimeError):
    """What was to be kept could not be. The message is one sentence for the visitor."""


class Ledger:
    """The file at `path`.

    Args:
        schema: SQL that makes the tables where they are missing.
        opened, committed: called with the writer's connection, once and after each commit.
    """

    def __init__(
        self, path: Path, schema: str, *,
        opened: Callable[[sqlite3.Connection], None], committed: Callable[[sqlite3.Connection], None],
    ):  # fmt: skip
        self.trouble = ""  # why the last commit failed, as a sentence; empty while all is well
        self._path, self._committed = path, committed
        self._readers: deque[sqlite3.Connection] = deque()
        self._writes: queue.SimpleQueue[Write | None] = queue.SimpleQueue()
        db = self._connect()
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(schema)
        opened(db)
        committed(db)
        self._writer = threading.Thread(target=self._write, args=(db,), name="ledger", daemon=True)
        self._writer.start()

    def close(self) -> None:
        """Commit what waits, and let go of the file."""
        self._writes.put(None)
        self._writer.join()
        while self._readers:
            self._readers.pop().close()

    def read(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._reader() as db:
            return db.execute(statement, values).fetchall()

    def put(self, statement: str, *values: Any, wait: bool = False) -> None:
        """Have a statement carried out; with `wait`, return when it is committed.

        Raises:
            DiskError: it was waited for, and cannot be kept.
        """
        done: Future[None] | None = Future() if wait else None
        self._writes.put((statement, values, done))
        if done:
            done.result()

    def flush(self) -> None:
        """Return when everything handed over so far is committed, or cannot be, which `trouble` says."""
        try:
            self.put("SELECT 1", wait=True)
        except DiskError:
            pass

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

    def _write(self, db: sqlite3.Connection) -> None:
        """The writing thread: everything that waits goes into one transaction."""
        closing = False
        while not closing:
            batch = [self._writes.get()]
            while not self._writes.empty():
                batch.append(self._writes.get())
            closing = None in batch
            writes = [write for write in batch if write]
            whys = [self._commit(db, writes)] * len(writes)
            if any(whys):  # one by one, so that what does not fit takes nobody else's with it
                whys = [self._commit(db, [write]) for write in writes]
            try:
                self._committed(db)
            except sqlite3.Error:
                logger.exception("%s could not be tidied", self._path.name)
            self.trouble = next(filter(None, whys), "")
            for (*_, done), why in zip(writes, whys, strict=True):
                if done and why:
                    done.set_exception(DiskError(why))
                elif done:
                    done.set_result(None)
        db.close()

    def _commit(self, db: sqlite3.Connection, writes: list[Write]) -> str:
        """One transaction; why it failed, as a sentence, or nothing."""
        try:
            with db:
                for statement, values, _ in writes:
                    db.execute(statement, values)
        except Exception as error:  # a full disk, or a value that no column holds: the thread has to go on
            logger.exception("%d writes to %s failed", len(writes), self._path.name)
            return f"What is trained now cannot be kept ({error}): make room on the disk of this server."
        return ""

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=30, check_same_thread=False)
        db.execute("PRAGMA synchronous = NORMAL")  # with WAL: a power cut can lose the last commits, never the file
        db.execute("PRAGMA foreign_keys = ON")
        return db
