"""A picture run on disk: what the command line trains into, goes on from, and ships.

history.json                 the settings, and the step that each came in force at
checkpoint.safetensors       all that is needed to go on
metrics.csv                  a row for each look
samples/000500.webp          the fixed noise at that step
config.json, model.safetensors, discriminator.safetensors    both players, once it has ended or been stopped
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.data.load import load_pictures
from gan_core.data.pictures import PictureSet
from gan_core.events import Checkpoint, Frame
from gan_core.frames import unpack
from gan_core.networks.pictures import save_network
from gan_core.networks.weights import CONFIG, SINGLE, read_config, write_config
from gan_core.on_disk import forget_after, interruptible, note, put_whole
from gan_core.picture_checkpoint import kept
from gan_core.pictures import PictureRun, train
from gan_core.specs import PictureSpec, SpecError

if TYPE_CHECKING:
    from gan_core.team import Team

CHECKPOINT_SECONDS = 60.0  # so much work is done again after a crash
STAYS = ("data.", "network.", "seed")  # of a run that goes on; all else may be changed, and is noted


class RunFolder:
    """A folder for one run."""

    def __init__(self, path: Path):
        self.path = path
        self.checkpoint = path / "checkpoint.safetensors"
        self.table = path / "metrics.csv"

    def begin(self, spec: PictureSpec) -> bytes | None:
        """Make it ready for a run; the checkpoint to go on from, if there is one.

        Raises:
            SpecError: another run lies there.
        """
        kept_here = self.checkpoint.read_bytes() if self.checkpoint.exists() else None
        step = 0
        if kept_here is not None:
            before, step = kept(kept_here)[:2]
            old, new = before.flat(), spec.flat()
            if Path(old["data.source"]).resolve() == Path(new["data.source"]).resolve():  # one folder, two spellings
                old["data.source"] = new["data.source"]
            fixed = [name for name in old | new if name.startswith(STAYS)]
            if differ := [name for name in fixed if old.get(name) != new.get(name)]:
                raise SpecError(
                    f"{self.path} holds a run with another {differ[0]} ({old.get(differ[0])}, not "
                    f"{new.get(differ[0])}); go on with its own, or choose another folder."
                )
            if bool(before.ema) != bool(spec.ema):
                raise SpecError(f"{self.path} holds a run with EMA {before.ema:g}; it cannot be turned on or off now.")
        elif any((self.path / name).exists() for name in (CONFIG, SINGLE)):
            raise SpecError(f"{self.path} holds something that is no run; choose another folder.")
        (self.path / "samples").mkdir(parents=True, exist_ok=True)
        forget_after(self.table, step)
        history = self.history()
        if history and history[-1]["step"] == step:  # nothing was trained with these
            history.pop()
        if not history or history[-1]["settings"] != spec.changes():
            history.append({"step": step, "settings": spec.changes()})
            text = json.dumps(history, indent=1) + "\n"
            (self.path / "history.json").write_text(text, encoding="utf-8")
        return kept_here

    def history(self) -> list[dict[str, Any]]:
        """The settings, as differences from the defaults, and the step that each came in force at."""
        path = self.path / "history.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []

    def keep(self, checkpoint: Checkpoint) -> None:
        put_whole(self.checkpoint, checkpoint.packed)

    def note(self, frame: Frame) -> None:
        """A look's numbers and samples."""
        note(self.table, frame)
        samples = unpack(frame.packed)[0]["samples"].tobytes()
        (self.path / "samples" / f"{frame.step:07d}.webp").write_bytes(samples)

    def export(self, pictures: PictureSet) -> None:
        """Write both players from the checkpoint."""
        spec = kept(packed := self.checkpoint.read_bytes()).spec
        run = PictureRun(spec, pictures, "cpu")
        run.load(packed)
        run.settle()
        save_network(run.generator, self.path)
        save_network(run.game.discriminator.network, self.path)
        if run.classes:
            write_config(self.path, read_config(self.path) | {"labels": list(pictures.classes)})


def train_into(folder: RunFolder, spec: PictureSpec, minutes: float = 0.0, say: Callable[[str], None] = print) -> None:
    """Train, or go on, until the spec's last step, `minutes` from now, or an interrupt; nothing is lost by any."""
    team = launched()
    leads = team is None or team.leads
    if not leads:
        say = lambda line: None  # noqa: E731
    if minutes < 0:
        raise SpecError(f"minutes is {minutes:g}; it must be 0 for no limit, or more.")
    pictures = load_pictures(spec.data, local=True, progress=_progress(say))
    checkpoint = folder.begin(spec) if leads else None
    if team:
        checkpoint = team.handed_out(checkpoint)
    say(f"{len(pictures):,} pictures of {pictures.name}")
    for skipped in pictures.skipped[:20]:
        say(f"  skipped {skipped.file}: {skipped.reason}")
    if (more := len(pictures.skipped) - 20) > 0:
        say(f"  and {more:,} more")
    begun = last = time.monotonic()
    with interruptible() as interrupted:

        def stop() -> bool:
            return interrupted() or bool(minutes and time.monotonic() - begun > 60 * minutes)

        def due() -> bool:
            return time.monotonic() - last > CHECKPOINT_SECONDS

        first: tuple[int, float] | None = None
        for event in train(spec, checkpoint, stop=stop, checkpoint_due=due, pictures=pictures, team=team):
            if not leads:
                continue
            if isinstance(event, Frame):
                folder.note(event)
                first = first or (event.step, event.metrics["seconds"])
                say(_line(event, spec, first))
            elif isinstance(event, Checkpoint):
                folder.keep(event)
                last = time.monotonic()
    if leads:
        folder.export(pictures)
    ended = "" if event.step >= spec.steps else f" of {spec.steps:,}; the same line goes on"
    say(f"{folder.path} holds both players, at step {event.step:,}{ended}.")


def launched() -> Team | None:
    """The team, if this process was launched as one of several."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return None
    from gan_core.team import Team  # brings accelerate, which takes a second

    return Team()


def _line(frame: Frame, spec: PictureSpec, first: tuple[int, float]) -> str:
    numbers = frame.metrics
    if math.isnan(numbers["discriminator_loss"]):
        return f"step {frame.step:7d}   {spec.samples} samples of both players as they are"
    steps, seconds = frame.step - first[0], numbers["seconds"] - first[1]
    speed = f"{steps * spec.batch / seconds:6.0f} pictures/s" if seconds else ""
    left = f"   {(spec.steps - frame.step) * seconds / steps / 60:5.1f} min left" if steps else ""
    return (
        f"step {frame.step:7d}   D loss {numbers['discriminator_loss']:7.4g}   G loss {numbers['generator_loss']:7.4g}"
        f"   D right on real {numbers['accuracy_real']:4.0%}, on fake {numbers['accuracy_fake']:4.0%}   {speed}{left}"
    )


def _progress(say: Callable[[str], None]) -> Callable[[int, int], None]:
    """Says each tenth of the way."""
    said = -1

    def progress(done: int, of: int) -> None:
        nonlocal said
        tenth = 10 * done // max(of, 1)
        if tenth > said and of > 1000:
            said = tenth
            say(f"reading {done:,} of {of:,}")

    return progress
