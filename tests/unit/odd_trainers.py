"""Trainers for the engine's tests, imported by its workers: the toy trainer with a hold on its pace, and bad ones."""

import os
import time
from dataclasses import replace

from gan_core.events import Frame
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
