"""The generators that a process has in its hands: those of models on this machine, and of runs whose weights came.

What asks for a run's generator that is not here yet is answered with None, and asks again with the checkpoint: a worker
keeps nothing that matters, and the weights of a run lie with the app.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from gan_core import models, shelf
from gan_core.data import bundled
from gan_core.data.pictures import DataError
from gan_core.data.tensors import as_bytes
from gan_core.export import stand_in
from gan_core.model_folder import CHECKPOINTS
from gan_core.networks.pictures import PictureGenerator
from gan_core.networks.weights import read_config
from gan_core.picture_checkpoint import kept
from gan_core.pictures import PictureRun
from gan_core.specs import SpecError

MOST = 3  # generators in a process, some 10 MB each
BATCH = 64  # pictures at a time
RUN = "run:"  # and its id and step: "run:a1b2@400"

P, T = ParamSpec("P"), TypeVar("T")


class Absent(Exception):
    """The weights of a run that this process has not got."""


def may_lack_weights(function: Callable[P, T]) -> Callable[P, T | None]:
    """Have it return None where it wants a run's checkpoint and was not given one."""

    @wraps(function)
    def asked(*args: P.args, **named: P.kwargs) -> T | None:
        try:
            return function(*args, **named)
        except Absent:
            return None

    return asked


@dataclass(frozen=True, eq=False)
class Held:
    """A generator, frozen, which is told a class in numbers: between those of two classes lie others."""

    model: str
    generator: PictureGenerator
    embedding: nn.Embedding | None  # a class's numbers, (classes, E); None where it is told none
    labels: tuple[str, ...]  # names of the classes
    data: str  # the bundled set that it learnt from; empty for any other
    found: dict[str, tuple[Tensor, Tensor]] = field(default_factory=dict)  # directions by kind, see `directions.py`

    @property
    def latent_size(self) -> int:
        return self.generator.latent_size

    @property
    def pixels(self) -> int:
        """Numbers in a picture."""
        return self.generator.channels * self.generator.size**2

    def told(self, labels: Tensor) -> Tensor | None:
        """What classes (n,) are in numbers, (n, E); None where none are told."""
        return None if self.embedding is None else self.embedding(labels)

    def draw(self, z: Tensor, told: Tensor | None) -> Tensor:
        """Pictures (n, C, H, W) from -1 to 1 of latents (n, d) and the numbers of classes (n, E), or (1, E) for all."""
        return self.generator(z, None if told is None else told.expand(len(z), -1))

    @torch.inference_mode()
    def pictures(self, z: Tensor, told: Tensor | None) -> Tensor:
        """As `draw`, any number of them, without gradients."""
        each = [None] * len(z) if told is None else told.expand(len(z), -1).split(BATCH)
        return torch.cat([self.draw(*batch) for batch in zip(z.split(BATCH), each, strict=False)])

    def shown(self, z: Tensor, told: Tensor | None) -> np.ndarray:
        """As `pictures`, as bytes (n, H, W, C)."""
        return as_bytes(self.pictures(z, told))


def held(model: str, checkpoint: bytes | None = None) -> Held:
    """A generator by the name of its model, or "run:ID@STEP" with the run's checkpoint at that step.

    Raises:
        Absent: it is a run's, this process has not got it, and no checkpoint came.
        DataError: the model is not on this machine, does not load, or makes no pictures.
        SpecError: the checkpoint is damaged.
    """
    with _lock:
        if model in _held:
            _held.move_to_end(model)
            return _held[model]
    one = _of_run(model, checkpoint) if model.startswith(RUN) else _of_model(model)
    with _lock:
        _held[model] = one
        while len(_held) > MOST:
            _held.popitem(last=False)
    return one


_held: OrderedDict[str, Held] = OrderedDict()
_lock = threading.Lock()  # runs, calls and errands share a process


def frozen(model: str, generator: PictureGenerator, labels: tuple[str, ...] | list[str] = (), data: str = "") -> Held:
    """A generator in the hand; what was given stays as it was, but for where its weights lie in memory.

    Args:
        labels: names of its classes; numbers where there are not as many.
    """
    generator = generator.eval().requires_grad_(False).to(memory_format=torch.channels_last)
    embedding = generator.embedding
    if embedding is not None:
        generator = copy(generator)
        generator._modules = generator._modules | {"embedding": nn.Identity()}  # takes numbers, where it took a class
    named = labels if len(labels) == generator.classes else range(generator.classes)
    return Held(model, generator, embedding, tuple(map(str, named)), data)


def _of_model(name: str) -> Held:
    model = shelf.find(name)
    if (what := shelf.kind(model)) in models.KINDS:
        raise DataError(f"{name} is {models.KINDS[what]}.")
    generator = models.load(model)
    data = name.partition("-")[0] if model.origin == "bundled" else ""
    data = data if data in bundled.NAMES else ""
    labels = read_config(model.folder).get("labels")
    if not isinstance(labels, list):
        labels = json.loads((bundled.FOLDER / data / "about.json").read_text("utf-8"))["classes"] if data else []
    return frozen(name, generator, labels, data)


def _of_run(name: str, checkpoint: bytes | None) -> Held:
    if checkpoint is None:
        raise Absent(name)
    known = kept(checkpoint)
    if name.partition("@")[2] not in ("", str(known.step)):
        raise SpecError(f"The run of {name} has gone on to step {known.step:,}; choose it again.")
    try:
        run = PictureRun(known.spec, stand_in(known), "cpu")
        run.load(checkpoint)
        run.settle()
    except SpecError:
        raise
    except Exception as error:  # whatever tensors of the wrong name, shape or type lead torch to
        raise SpecError(f"The checkpoint of {name} is damaged ({type(error).__name__}); take another one.") from None
    if not all(tensor.isfinite().all() for tensor in run.generator.state_dict().values()):
        raise SpecError(f"The generator of {name} holds numbers that are not finite: its run had blown up.")
    source = known.spec.data.source
    return frozen(name, run.generator, known.classes, source if source in bundled.NAMES else "")


def has_classifier(data: str) -> bool:
    """Whether a classifier of a bundled set ships."""
    return bool(data) and (CHECKPOINTS / f"{data}-classifier").is_dir()
