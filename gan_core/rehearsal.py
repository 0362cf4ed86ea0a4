"""A short measurement before a run: how large both players are, and how long their steps take on this machine.

The pictures are noise of the right shape: a network takes as long for them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from gan_core.data.pictures import PictureSet
from gan_core.events import never
from gan_core.pictures import PictureRun
from gan_core.specs import PictureSpec, read_spec

PICTURES = 256
ROUNDS = 8
ENOUGH = 5.0  # seconds, after which two rounds have to do


def rehearse(
    spec_json: str, classes: int, *, progress: Callable[[int, int], None] = lambda done, of: None,
    stop: Callable[[], bool] = never,
) -> dict[str, Any]:  # fmt: skip
    """Play a few rounds of a spec.

    Returns parameters by player, seconds for a round (penalties that come every so many rounds shared out) and for a
    look at the samples, and the device. Empty when told to stop.

    Args:
        classes: of the pictures, where the players are told them.
    """
    spec = read_spec(spec_json)
    run = PictureRun(spec.changed({"score_every": 0, "start": ""}), noise(spec, classes))
    every = spec.regularisation.every if spec.regularisation.penalties else 1
    seconds: dict[int, list[float]] = {0: [], 1: []}
    begun = time.monotonic()
    for number in range(ROUNDS):
        if stop():
            return {}
        if number >= 2 and time.monotonic() - begun > ENOUGH:
            break
        progress(number, ROUNDS)
        place = number % 2
        seconds[place].append(_round(run, place))
    penalised, plain = min(seconds[0]), min(seconds[1])  # the first ones make plans and take memory
    begun = time.perf_counter()
    run.look()
    look = time.perf_counter() - begun
    return {
        "parameters": {
            "generator": run.game.generator.network.parameter_count,
            "discriminator": run.game.discriminator.network.parameter_count,
        },
        "round": (plain * (every - 1) + penalised) / every, "look": look, "device": run.device,
    }  # fmt: skip


def _round(run: PictureRun, place: int) -> float:
    """Seconds of a round, the first (0) of those between two penalties, which pays them, or a later one (1)."""
    every = run.spec.regularisation.every
    run.game.step += (place - run.game.step) % every
    begun = time.perf_counter()
    run.round()
    run.numbers()
    return time.perf_counter() - begun


def noise(spec: PictureSpec, classes: int) -> PictureSet:
    """Pictures of a spec's shape with nothing on them."""
    size, channels = spec.data.size, 3 if spec.data.colour else 1
    rng = np.random.default_rng(0)
    return PictureSet(
        "noise", rng.integers(0, 256, (PICTURES, size, size, channels), np.uint8),
        np.arange(PICTURES) % max(classes, 1), tuple(map(str, range(classes))),
    )  # fmt: skip
