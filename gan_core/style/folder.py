"""A style transfer on disk: what the command line paints into, and goes on from.

spec.json                what is painted
picture.png              the canvas as it is shown, at its full size
errors.csv               a row for each look
checkpoint.safetensors   all that is needed to go on
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from gan_core.events import Change, Checkpoint, Frame
from gan_core.frames import metadata
from gan_core.on_disk import forget_after, interruptible, note, put_whole
from gan_core.specs import OWN, SpecError, StyleSpec, read_spec
from gan_core.style.budget import PROBE
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
    """Paint, or go on, until the last step or an interrupt; nothing is lost by either.

    Raises:
        SpecError: another picture is painted there.
    """
    said, kept, table = folder / "spec.json", folder / "checkpoint.safetensors", folder / "errors.csv"
    if said.exists() and said.read_text(encoding="utf-8").strip() != spec.json_text():
        raise SpecError(f"{folder} holds another picture; choose another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    said.write_text(spec.json_text() + "\n", encoding="utf-8")
    checkpoint = kept.read_bytes() if kept.exists() else None
    if checkpoint:
        spec = read_spec(metadata(checkpoint)["spec"])  # with what a budget in seconds has come to
    forget_after(table, int(metadata(checkpoint)["step"]) if checkpoint else -1)
    last = time.monotonic()

    def due() -> bool:
        return time.monotonic() - last > KEEP_SECONDS

    with interruptible() as interrupted:
        for event in train(spec, checkpoint, own=own, stop=interrupted, checkpoint_due=due):
            if isinstance(event, Frame):
                note(table, event)
                numbers = event.metrics
                say(
                    f"step {event.step:5d} of {spec.steps}   {numbers['side']:4.0f} px   style {numbers['style']:.4f}"
                    f"   content {numbers['content']:.4f}   {numbers['seconds']:6.1f} s"
                )
            elif isinstance(event, Change):
                spec = spec.changed(event.settings)
            elif isinstance(event, Checkpoint):
                last = time.monotonic()
                put_whole(kept, event.packed)
                shown_image(event.packed).save(folder / "picture.png")
    of = "" if spec.seconds and event.step < PROBE else f" of {spec.steps}"
    ended = "" if event.step >= spec.steps else f", at step {event.step}{of}; the same line goes on"
    say(f"{folder / 'picture.png'}{ended}")
