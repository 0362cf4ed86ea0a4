"""What a worker does for a picture spec: load the pictures, play the game, show each tick as numbers and samples."""

from __future__ import annotations

import io
import json
import math
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load, save

from gan_core.beginning import begin_with
from gan_core.data.load import load_pictures
from gan_core.data.pictures import PictureSet, columns, mosaic, spread
from gan_core.events import Change, Checkpoint, Event, Frame, Header, TrainingFailed, never, unchanged
from gan_core.frames import metadata, pack
from gan_core.losses import LOSSES
from gan_core.picture_checkpoint import kept
from gan_core.picture_game import PictureGame
from gan_core.scoring import LEAST, Scorer, score_names
from gan_core.seeds import OF_PICTURES, Streams
from gan_core.specs import OWN, PictureSpec, SpecError

if TYPE_CHECKING:
    from gan_core.team import Team

SHEET_QUALITY = 92  # of WebP, from 1 to 100: no difference to be seen at a tenth of the bytes


class PictureRun(PictureGame):
    """A picture game that shows itself and can be kept."""

    def __init__(self, spec: PictureSpec, pictures: PictureSet, device: str | None = None, team: Team | None = None):
        super().__init__(spec, pictures, device, team)
        self.seconds = 0.0  # trained so far, earlier sittings included
        self.columns = columns(spec.samples, self.classes)
        scored = spec.score_every and len(pictures) >= LEAST
        self.score_names = score_names(pictures, bool(self.classes)) if scored else []
        self.scorer: Scorer | None = None

    def header(self) -> Header:
        """What holds for the whole run."""
        spec, loss = self.spec, LOSSES[self.spec.loss]
        return Header(pack(
            {"real": sheet(self.set.pictures[self.examples()], self.columns)},
            size=spec.data.size, channels=self.set.pictures.shape[3], samples=spec.samples,
            columns=self.columns, classes=list(self.set.classes), conditional=bool(self.classes),
            class_shares=(np.bincount(self.set.labels, minlength=len(self.set.classes)) / len(self.set)).tolist(),
            score_names=self.score_names, score_samples=min(spec.score_samples, len(self.set)),
            pictures=len(self.set), name=self.set.name, licence=self.set.licence,
            skipped=[[each.file, each.reason, each.count] for each in self.set.skipped],
            device=self.device, loss=spec.loss,
            references={} if spec.mismatched else {
                "discriminator_loss": loss.discriminator_equilibrium, "generator_loss": loss.generator_equilibrium
            },
            parameters={
                "generator": self.game.generator.network.parameter_count,
                "discriminator": self.game.discriminator.network.parameter_count,
            },
        ))  # fmt: skip

    def examples(self) -> np.ndarray:
        """Indices of as many real pictures as samples are watched, each of the class that the sample is asked for."""
        count = self.spec.samples
        if not self.classes:
            return spread(len(self.set), count)
        rows = -(-count // self.classes)
        of_class = [np.flatnonzero(self.set.labels == label) for label in range(self.classes)]
        spread_out = [own[np.arange(rows) * len(own) // rows] for own in of_class]  # few are shown again
        return np.stack(spread_out, 1).reshape(-1)[:count]

    def look(self) -> Frame:
        """Numbers since the last look, and the samples now; now and then their scores.

        Raises:
            TrainingFailed: a number is no longer finite.
        """
        played, step = self.rounds, self.game.step
        numbers = self.numbers()
        if played:
            self.demand_finite(numbers.values())
        samples = sheet(self.samples(), self.columns)
        numbers |= {"seconds": self.seconds} | dict.fromkeys(self.score_names, math.nan) | self.scores()
        return Frame(step, numbers, pack({"samples": samples}))

    def scores(self) -> dict[str, float]:
        """Of the samples now, where they are due: every so many frames, and at the end."""
        spec, step = self.spec, self.game.step
        if not self.score_names or not step:
            return {}
        if step % (spec.frame_every * spec.score_every) and step != spec.steps:
            return {}
        self.scorer = self.scorer or Scorer(self.set, spec.score_samples, spec.seed, self.device)
        return self.scorer.scores(self.generator, spec.bfloat16)

    def change(self, settings: dict[str, Any]) -> None:
        """Put other values for what may change on the way in force."""
        self.spec = spec = self.spec.changed(settings)
        together = self.team.size if self.team else 1
        self.game.rules = replace(
            self.game.rules, skip_below=spec.skip_below, skip_above=spec.skip_above, batch=spec.batch // together,
            penalised=spec.penalised // together,
        )  # fmt: skip
        self.game.generator_optimizer.spec = spec.generator_optimizer
        self.game.discriminator_optimizer.spec = spec.discriminator_optimizer

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
    changes: Callable[[int], dict[str, Any]] = unchanged,
    pictures: PictureSet | None = None,
    own: Mapping[str, tuple[str, bytes]] | None = None,
    team: Team | None = None,
) -> Iterator[Event]:
    """Play the game that `spec` describes, from the start or from a checkpoint, saying what happens.

    Yields a `Header`, then a `Frame` every `spec.frame_every` steps and at both ends. `stop` is asked after every
    round, `checkpoint_due` after every frame, `changes` before every step for settings that change at it; a stop and
    the end leave a `Checkpoint` as the last event. Every process of a `team` says the same. Where a GPU's memory does
    not hold the batch, it is halved, once, which is a `Change` too.

    Raises:
        TrainingFailed: the numbers blew up, or half a batch is still too large; every frame so far is good.
        SpecError: the pictures cannot be had, or have no classes where the networks want them.
    """
    own_zip = (own or {}).get(spec.data.source.removeprefix(OWN))
    pictures = pictures or load_pictures(spec.data, own_zip=own_zip, stop=stop)  # nothing that lies on this machine
    if spec.network.conditional and len(pictures.classes) < 2:
        raise SpecError(
            f"Conditional (network.conditional) is on, but {pictures.name} has no classes; switch it off, or sort the "
            "pictures into folders, one for each class."
        )
    about = {"stop": stop, "checkpoint_due": checkpoint_due, "pictures": pictures, "team": team}
    last, since = checkpoint, {}  # the last checkpoint, and the changes since, by their step
    try:
        for event in _played(spec, checkpoint, changes=changes, **about):
            if isinstance(event, Checkpoint):
                last, since = event.packed, {}
            elif isinstance(event, Change):
                since[event.step] = event.settings
            yield event
        return
    except torch.OutOfMemoryError:
        pass  # from here on, where what the first attempt held is free again
    if last:
        spec = kept(last).spec
    half = {"batch": spec.batch // 2, "penalised": min(spec.penalised, spec.batch // 2)}
    try:
        spec = spec.changed(half)
        yield Change(kept(last).step if last else 0, half)
        yield from _played(spec, last, changes=lambda step: since.get(step, {}) | changes(step), **about)
    except (torch.OutOfMemoryError, SpecError):
        raise TrainingFailed(
            f"The GPU's memory does not hold a batch of {half['batch']}; make the batch (batch), the widths (network) "
            "or the size (data.size) smaller."
        ) from None


def _played(
    spec: PictureSpec, checkpoint: bytes | None, *, stop: Callable[[], bool], checkpoint_due: Callable[[], bool],
    changes: Callable[[int], dict[str, Any]], pictures: PictureSet, team: Team | None,
) -> Iterator[Event]:  # fmt: skip
    """`train`, as far as the memory holds out."""
    run = PictureRun(spec, pictures, team=team)
    game = run.game
    ends = (lambda: team.any(stop())) if team else stop
    if checkpoint:
        run.load(checkpoint)
    elif spec.start:
        begin_with(run, spec.start, stop)
    yield run.header()
    if game.step == 0 or game.step >= run.spec.steps:  # one that is over already may be shown for the first time
        yield run.look()
    last = time.perf_counter()
    while True:
        if settings := changes(game.step):
            run.change(settings)
            yield Change(game.step, settings)
        if game.step >= run.spec.steps or ends():
            break
        run.round()
        run.seconds, last = run.seconds + time.perf_counter() - last, time.perf_counter()
        if game.step % spec.frame_every == 0 or game.step == run.spec.steps:
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
