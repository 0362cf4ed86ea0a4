"""For a command that keeps its work in a folder: whole files, a table of looks, an interrupt that loses nothing."""

from __future__ import annotations

import csv
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gan_core.events import Frame


def put_whole(file: Path, data: bytes) -> None:
    """Write a file in one move, so that a crash leaves the old one or the new one."""
    part = file.with_suffix(".part")
    part.write_bytes(data)
    part.replace(file)


def note(table: Path, frame: Frame) -> None:
    """A row with a look's numbers at the end of a CSV file, which begins with their names."""
    new = not table.exists()
    with table.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(["step", *frame.metrics])
        writer.writerow([frame.step, *frame.metrics.values()])


def forget_after(table: Path, step: int) -> None:
    """Drop the looks of a sitting that broke off after its last checkpoint, at `step`: they come again."""
    if table.exists():
        head, *rows = table.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [row for row in rows if int(row.split(",", 1)[0]) <= step]
        table.write_text("".join([head, *kept]), encoding="utf-8")


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Ctrl-C and a polite kill are remembered, not raised, so that the last step is kept; a second one is final."""
    asked = False

    def remember(*_: object) -> None:
        nonlocal asked
        if asked:
            sys.exit(130)
        asked = True

    before = {number: signal.signal(number, remember) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
