"""What a worker does for a style spec: paint, and show each half second what lies on the canvas.

    for event in train(StyleSpec()):
        ...

Same spec and seed, same canvas: to the bit on one machine's CPU, wherever it was stopped and went on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import torch

from gan_core.devices import best_device
from gan_core.events import Change, Event, TrainingFailed, never, unchanged
from gan_core.specs import StyleSpec
from gan_core.style.budget import PROBE, probing, within
from gan_core.style.canvas import Pictures
from gan_core.style.eyes import eyes_of
from gan_core.style.painting import Painting
from gan_core.style_pictures import Own

LOOK_SECONDS = 0.5  # between two previews


def train(
    spec: StyleSpec,
    checkpoint: bytes | None = None,
    *,
    stop: Callable[[], bool] = never,
    checkpoint_due: Callable[[], bool] = never,
    changes: Callable[[int], dict[str, Any]] = unchanged,
    own: Own | None = None,
) -> Iterator[Event]:
    """Paint what `spec` describes, from the start or from a checkpoint, saying what happens.

    Yields a `Header`, another whenever the plan changes, and a `Frame` about every half second and at both ends. `stop`
    and `changes` are asked before every step, `checkpoint_due` after every frame; a stop and the end leave a
    `Checkpoint` as the last event. A budget in seconds becomes a number of steps by a `Change`, as soon as the first
    steps have been timed.

    Args:
        own: a visitor's own pictures that the spec names, by id.

    Raises:
        TrainingFailed: the loss stayed no number, or the GPU's memory does not hold the canvas.
        SpecError, DataError: a picture or a network cannot be had, or a change makes no sense.
    """
    try:
        yield from _painted(spec, checkpoint, stop, checkpoint_due, changes, own or {})
    except torch.OutOfMemoryError:
        raise TrainingFailed(
            f"The GPU's memory does not hold a canvas of {spec.size} px; make it smaller (size)."
        ) from None


def _painted(
    spec: StyleSpec, checkpoint: bytes | None, stop: Callable[[], bool], checkpoint_due: Callable[[], bool],
    changes: Callable[[int], dict[str, Any]], own: Own,
) -> Iterator[Event]:  # fmt: skip
    device = best_device()
    eyes, plan = eyes_of(spec, device), probing(spec).stages
    if spec.weights == "torchvision":  # which may have to be fetched, and is better missing now than later
        for network in {stage.network for stage in (*plan, *spec.stages)}:
            eyes(network)
    painting = Painting(spec, Pictures.named(spec, own, device), eyes, plan)
    if checkpoint:
        painting.load(checkpoint)
    planned = not spec.seconds or painting.step >= PROBE
    yield painting.header(own)
    if painting.step == 0:
        yield painting.look()
    begun = shown = time.perf_counter()
    before, first, looked = painting.seconds, painting.step, painting.step
    while True:
        if settings := changes(painting.step):
            planned = planned or "steps" in settings
            painting.change(painting.spec.changed(settings))
            yield Change(painting.step, settings)
            if "steps" in settings:
                yield painting.header(own)  # with another plan
        if (planned and painting.step >= painting.spec.steps) or stop():
            break
        painting.paint()
        now = time.perf_counter()
        painting.seconds = before + now - begun
        if painting.step == first + 1:
            warm, warmed = now, painting.step
        if not planned and painting.step == PROBE:
            each = (now - warm) / max(1, painting.step - warmed)
            settings, planned = within(spec, painting.step, each or LOOK_SECONDS, spec.seconds - painting.seconds), True
            painting.change(painting.spec.changed(settings))
            painting.plan = painting.spec.stages
            yield Change(painting.step, settings)
            yield painting.header(own)
        if planned and painting.step >= painting.spec.steps:
            painting.settle()
        if now - shown > LOOK_SECONDS or painting.step == first + 1 or painting.step >= painting.spec.steps:
            shown, looked = now, painting.step
            yield painting.look()
            if checkpoint_due():
                yield painting.checkpoint()
    if looked != painting.step:  # whoever stopped it wants to see what it reached
        yield painting.look()
    yield painting.checkpoint()
