"""A style transfer on disk: what the command line paints into, and goes on from.

spec.json                what is painted
picture.png              the canvas as it is shown, at its full size
errors.csv               a row for each look
checkpoint.safetensors   all that is needed to go on
"""

from __future__ import annotations

import csv
import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from gan_core.events import Change, Checkpoint, Frame
from gan_core.frames import metadata
from gan_core.specs import OWN, SpecError, StyleSpec, read_spec
from gan_core.style.run import train
from gan_core.style_checkpoint import shown_image
from gan_core.style_pictures import Own, one_picture

KEEP_SECONDS = 30.0
PICTURES = ("content", "styles", "mask")


def with_files(given: dict[str, str]) -> tuple[dict[str, str], dict[str, tuple[str, bytes]]]:
    """Settings in which files of this machine stand for pictures: these under the ids of what they hold, and by id.

    Raises DataError for a file that is no picture.
    """
    settings, own = dict(given), {}

    def named(source: str) -> str:
        path = Path(source)
        if not path.is_file():
            return source
        picture = one_picture(path.name, path.read_bytes())
        id = hashlib.sha256(picture.packed).hexdigest()[:16]
        own[id] = (picture.name, picture.packed)
        return OWN + id

    for name in PICTURES:
        if name in settings:
            settings[name] = ",".join(named(source.strip()) for source in settings[name].split(","))
    return settings, own


def paint_into(folder: Path, spec: StyleSpec, own: Own, say: Callable[[str], None] = print) -> None:
    """Paint, or go on.

    Raises:
        SpecError: another picture is painted there.
    """
    said, kept = folder / "spec.json", folder / "checkpoint.safetensors"
    if said.exists() and said.read_text(encoding="utf-8").strip() != spec.json_text():
        raise SpecError(f"{folder} holds another picture; choose another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    said.write_text(spec.json_text() + "\n", encoding="utf-8")
    checkpoint = kept.read_bytes() if kept.exists() else None
    if checkpoint:
        spec = read_spec(metadata(checkpoint)["spec"])  # with what a budget in seconds has come to
    last = time.monotonic()

    def due() -> bool:
        return time.monotonic() - last > KEEP_SECONDS

    for event in train(spec, checkpoint, own=own, checkpoint_due=due):
        if isinstance(event, Frame):
            _note(folder / "errors.csv", event)
            numbers = event.metrics
            say(
                f"step {event.step:5d} of {spec.steps}   {numbers['side']:4.0f} px   style {numbers['style']:.4f}"
                f"   content {numbers['content']:.4f}   {numbers['seconds']:6.1f} s"
            )
        elif isinstance(event, Change):
            spec = spec.changed(event.settings)
        elif isinstance(event, Checkpoint):
            last = time.monotonic()
            part = kept.with_suffix(".part")
            part.write_bytes(event.packed)
            part.replace(kept)
            shown_image(event.packed).save(folder / "picture.png")
    say(f"{folder / 'picture.png'}")


def _note(table: Path, frame: Frame) -> None:
    new = not table.exists()
    with table.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(["step", *frame.metrics])
        writer.writerow([frame.step, *frame.metrics.values()])
