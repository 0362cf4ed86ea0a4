"""Trainers for the engine's tests, imported by its workers: real trainers with a hold on their pace, and bad ones."""

import itertools
import os
import time
from dataclasses import replace

import torch

from gan_core import pictures
from gan_core.events import Change, Frame
from gan_core.pictures import PictureRun
from gan_core.specs import SpecError
from gan_core.toy import train


def eager(spec, checkpoint=None, *, stop, checkpoint_due):
    """The toy trainer, with a checkpoint after every frame and time to interfere between two frames.

    Its frames say which process made them, and at which step that process began.
    """
    began = None
    for event in train(spec, checkpoint, stop=stop, checkpoint_due=lambda: True):
        if isinstance(event, Frame):
            began = event.step if began is None else began
            event = replace(event, metrics={**event.metrics, "process": os.getpid(), "began": began})
            time.sleep(0.02)
        yield event


def idle(spec, checkpoint=None, *, stop, checkpoint_due):
    """Trains nothing until it is told to stop."""
    yield Frame(0, {"process": os.getpid()}, b"")
    while not stop():
        time.sleep(0.01)


def break_off(spec, checkpoint=None, *, stop, checkpoint_due):
    yield Frame(0, {}, b"")
    raise ZeroDivisionError("division by zero\nand a second line")


def die(spec, checkpoint=None, *, stop, checkpoint_due):
    os._exit(1)
    yield


# Of pictures ---------------------------------------------------------------------------------------------------------


def dies_once(spec, checkpoint=None, *, stop, checkpoint_due, changes):
    """The picture trainer, whose process dies once, some frames after its last checkpoint and after a change."""
    changed = []  # at which steps
    for event in pictures.train(spec, checkpoint, stop=stop, checkpoint_due=lambda: not changed, changes=changes):
        yield event
        if isinstance(event, Change):
            changed.append(event.step)
        if isinstance(event, Frame):
            time.sleep(0.02)  # to interfere between two frames
            if checkpoint is None and changed and event.step > changed[0] + 20:
                time.sleep(0.5)  # so that what was said arrives
                os._exit(1)


def little_memory(spec, checkpoint=None, *, stop, checkpoint_due, changes):
    """The picture trainer on a GPU whose memory holds 16 pictures."""
    play = PictureRun.round

    def round(run):
        if run.spec.batch > 16:
            raise torch.OutOfMemoryError("CUDA out of memory")
        play(run)

    PictureRun.round = round
    try:
        yield from pictures.train(spec, checkpoint, stop=stop, checkpoint_due=checkpoint_due, changes=changes)
    finally:
        PictureRun.round = play


def loses_its_gpu(spec, checkpoint=None, *, stop, checkpoint_due, changes):
    yield from itertools.islice(
        pictures.train(spec, checkpoint, stop=stop, checkpoint_due=checkpoint_due, changes=changes), 3
    )
    raise RuntimeError("CUDA error: an illegal memory access was encountered\nand more lines")


# Errands -------------------------------------------------------------------------------------------------------------

COUNTING = 0  # errands that count at the moment


def count(to, pause, *, progress, stop):
    """Counts, with pauses."""
    global COUNTING
    COUNTING += 1
    try:
        for number in range(to):
            progress(number, to)
            if stop():
                return "stopped"
            time.sleep(pause)
    finally:
        COUNTING -= 1
    return f"counted to {to}"


def counting():
    return COUNTING


def refuses(*, progress, stop):
    raise SpecError("It is as it is; it must be otherwise.")


def breaks(*, progress, stop):
    raise ZeroDivisionError("with a secret in its words")
