"""What a worker does for a picture spec: load the pictures, play the game, show each tick as numbers and samples."""

from __future__ import annotations

import io
import json
import math
import platform
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load, save

from gan_core.data.load import load_pictures
from gan_core.data.pictures import PictureSet, mosaic, spread
from gan_core.events import Checkpoint, Event, Frame, Header, TrainingFailed, never
from gan_core.frames import metadata, pack
from gan_core.picture_game import PictureGame
from gan_core.seeds import OF_PICTURES, Streams
from gan_core.specs import PictureSpec, SpecError, read_spec

if TYPE_CHECKING:
    from gan_core.team import Team

SHEET_QUALITY = 92  # of WebP, from 1 to 100: no difference to be seen at a tenth of the bytes


class PictureRun(PictureGame):
    """A picture game that shows itself and can be kept."""

    def __init__(self, spec: PictureSpec, pictures: PictureSet, device: str | None = None, team: Team | None = None):
        super().__init__(spec, pictures, device, team)
        self.seconds = 0.0  # trained so far, earlier sittings included

    def header(self) -> Header:
        """What holds for the whole run."""
        spec = self.spec
        return Header(pack(
            {"real": sheet(self.set.pictures[spread(len(self.set), spec.samples)], columns(spec.samples))},
            size=spec.data.size, channels=self.set.pictures.shape[3], samples=spec.samples,
            columns=columns(spec.samples), classes=list(self.set.classes), conditional=bool(self.classes),
            pictures=len(self.set), name=self.set.name, licence=self.set.licence,
            skipped=[[each.file, each.reason] for each in self.set.skipped], device=self.device, loss=spec.loss,
            parameters={
                "generator": self.game.generator.network.parameter_count,
                "discriminator": self.game.discriminator.network.parameter_count,
            },
        ))  # fmt: skip

    def look(self) -> Frame:
        """Numbers since the last look, and the samples now.

        Raises:
            TrainingFailed: a number is no longer finite.
        """
        played, step = self.rounds, self.game.step
        numbers = self.numbers()
        if played:
            self.demand_finite(numbers.values())
        return Frame(step, numbers | {"seconds": self.seconds}, pack({"samples": sheet(self.samples())}))

    def demand_finite(self, numbers: Iterable[float]) -> None:
        """Raises TrainingFailed where a number is none."""
        if not all(map(math.isfinite, numbers)):
            raise TrainingFailed(
                f"The game blew up before step {self.game.step}: its numbers are no longer finite. Lower the learning "
                "rates, or add a penalty or spectral norm to D; the last good frame is kept."
            )

    def save(self) -> bytes:
        """All that is needed to go on, as safetensors bytes.

        Raises:
            TrainingFailed: a number is no longer finite; the checkpoint before is the last good one.
        """
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in self.game.state().items()}
        tensors |= {"tick.sums": self.sums.cpu(), "tick.rounds": torch.tensor(self.rounds)}
        self.demand_finite(self.sums.tolist())
        about = {"step": self.game.step, "seconds": self.seconds, "device": self.device, "on": machine(self.device),
                 "classes": self.set.classes}  # fmt: skip
        return save(
            tensors, {name: json.dumps(value) for name, value in about.items()} | {"spec": self.spec.json_text()}
        )

    def load(self, checkpoint: bytes) -> None:
        """Go on where `save` was called.

        On another kind of device the random streams begin anew, since they cannot be carried over.
        """
        about, tensors = metadata(checkpoint), load(checkpoint)
        step = int(about["step"])
        classes = tuple(json.loads(about.get("classes", "null")) or self.set.classes)
        if self.classes and classes != self.set.classes:
            raise SpecError(
                f"The run was begun with the classes {', '.join(classes)}, and the pictures now have "
                f"{', '.join(self.set.classes)}; give it the pictures that it began with."
            )
        if json.loads(about["device"]).split(":")[0] != self.device.split(":")[0]:
            fresh = Streams([f"{self.spec.seed}/{step}"], OF_PICTURES, self.device)
            tensors |= {f"streams.{name}": state for name, state in fresh.state().items()}
        self.sums.copy_(tensors.pop("tick.sums"))
        self.rounds = int(tensors.pop("tick.rounds"))
        self.game.load_state(tensors, step)
        if self.team:
            self.streams.of |= self.team.streams_of_its_own(self.spec.seed, self.device, step)
        self.seconds = float(about["seconds"])


def columns(count: int) -> int:
    """Of a sheet of so many pictures: as square as they allow."""
    return math.ceil(math.sqrt(count))


def sheet(pictures: np.ndarray, across: int | None = None) -> np.ndarray:
    """Pictures uint8 (N, H, W, C), row by row, as the bytes of one WebP picture, uint8 (bytes,)."""
    file = io.BytesIO()
    sheet_image(pictures, across).save(file, "WEBP", quality=SHEET_QUALITY)
    return np.frombuffer(file.getvalue(), np.uint8)


def sheet_image(pictures: np.ndarray, across: int | None = None) -> Image.Image:
    """Pictures uint8 (N, H, W, C) as one, row by row; places that are left over are black."""
    whole = mosaic(pictures, across or columns(len(pictures)))
    return Image.fromarray(whole[..., 0] if whole.shape[2] == 1 else whole)


def train(
    spec: PictureSpec,
    checkpoint: bytes | None = None,
    *,
    stop: Callable[[], bool] = never,
    checkpoint_due: Callable[[], bool] = never,
    pictures: PictureSet | None = None,
    team: Team | None = None,
) -> Iterator[Event]:
    """Play the game that `spec` describes, from the start or from a checkpoint, saying what happens.

    Yields a `Header`, then a `Frame` every `spec.frame_every` steps and at both ends. `stop` is asked after every
    round, `checkpoint_due` after every frame; a stop and the end leave a `Checkpoint` as the last event. Every process
    of a `team` says the same.

    Raises:
        TrainingFailed: the numbers blew up; every frame so far is good.
        SpecError: the pictures cannot be had, or have no classes where the networks want them.
    """
    pictures = pictures or load_pictures(spec.data, stop=stop)  # of a visitor: nothing that lies on this machine
    if spec.network.conditional and len(pictures.classes) < 2:
        raise SpecError(
            f"Conditional (network.conditional) is on, but {pictures.name} has no classes; switch it off, or sort the "
            "pictures into folders, one for each class."
        )
    run = PictureRun(spec, pictures, team=team)
    game = run.game
    ends = (lambda: team.any(stop())) if team else stop
    if checkpoint:
        run.load(checkpoint)
    yield run.header()
    if game.step == 0:
        yield run.look()
    last = time.perf_counter()
    while game.step < spec.steps and not ends():
        run.round()
        run.seconds, last = run.seconds + time.perf_counter() - last, time.perf_counter()
        if game.step % spec.frame_every == 0 or game.step == spec.steps:
            yield run.look()
            if checkpoint_due():
                yield Checkpoint(game.step, run.save())
    if run.rounds:  # it was stopped between two looks: whoever stopped it wants to see what it reached
        yield run.look()
    yield Checkpoint(game.step, run.save())


def machine(device: str) -> str:
    """What a run is trained on, in words for a card."""
    if device.startswith("cuda"):
        return f"{torch.cuda.get_device_name(device)}, torch {torch.__version__}"
    threads = torch.get_num_threads()
    return f"{threads} thread{'s' if threads > 1 else ''} of a CPU ({platform.machine()}), torch {torch.__version__}"


class Kept(NamedTuple):
    """What a checkpoint says of itself."""

    spec: PictureSpec
    step: int
    seconds: float  # trained, earlier sittings included
    on: str  # machine


def kept(checkpoint: bytes) -> Kept:
    try:
        about = metadata(checkpoint)
        return Kept(read_spec(about["spec"]), int(about["step"]), float(about["seconds"]), json.loads(about["on"]))
    except (ValueError, KeyError, TypeError):
        raise SpecError("The checkpoint is damaged, or no picture run's; begin anew in another folder.") from None
