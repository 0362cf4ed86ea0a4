"""Find my picture: an uploaded picture's latent, in slices short enough to be shown one after another.

    state, seen = start(json, upload)         # checks, and the first slice
    while not seen["sentence"] and seen["step"] < 300:
        state, seen = go_on(state)            # any worker; not asking again is how it is cancelled

A state is bytes of `gan_core.frames`: the page keeps it, the worker nothing.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from gan_core.data.own import MOST_BYTES, READABLE, Refused, decoded
from gan_core.data.pictures import DataError, fitted
from gan_core.data.tensors import as_bytes, scaled
from gan_core.frames import pack, unpack
from gan_core.latent.hand import png
from gan_core.latent.held import Held, held, may_lack_weights
from gan_core.latent.point import demand_class, read
from gan_core.latent.search import Search, begin, descend
from gan_core.latent.walks import GREY
from gan_core.specs import SpecError

MOST_STARTS = 16
RATE = 0.1  # Adam's, in standard deviations a step
PERCEPTUAL = 0.1  # at the end of a search the features then weigh two to three times as much as the pixels
FLAT = 1.0  # grey level of 255: of a picture that varies by less, an error is no share of that
STEPS = 10  # of a slice: at most a second for 64 px and four starts, and less as they become fewer

LOST = (
    "The search ran away after {step} steps: no start is left near where noise lives. The best picture so far is kept; "
    "to look further, begin again with more starts or another seed."
)


@may_lack_weights
def start(
    spec: str, upload: bytes, starts: int = 4, any_class: bool = True, rate: float = RATE,
    perceptual: float = PERCEPTUAL, steps: int = STEPS, checkpoint: bytes | None = None,
) -> tuple[bytes, dict[str, Any]]:  # fmt: skip
    """Begin a search for the latent of a picture.

    Args:
        spec: a latent spec, JSON; its model is searched, its seed draws the starts.
        upload: a file's bytes; the square in its middle is taken.
        starts: latents to begin at, the worse half of which is given up every 30 steps.
        any_class: of a model that is told classes, try them in turn; else only the spec's own.
        rate: of Adam, in standard deviations a step.
        perceptual: weight of VGG19's features beside the pixels; 0 leaves them out, which is several times as fast.
        steps: of this slice.

    Returns:
        the state, for `go_on`, and what there is to see: step; starts, how many are left; loss of the best so far;
        label, its class; norm of its latent, and expected, the root of the number of coordinates; target, found and
        missed, PNG, the last one their difference, in levels around mid grey; error, its root mean square in levels of
        255; unsaid, its mean square as a share of the target's variance, which may be over 1, or None of a flat
        picture; own, the latent packed as "base"; sentence, what went wrong, or "".

    Raises:
        DataError: the upload is no picture, or too large, or the model cannot be had.
        SpecError: a number is out of bounds.
    """
    for name, value, least, most in (
        ("starts", starts, 1, MOST_STARTS), ("rate", rate, 1e-4, 100), ("perceptual", perceptual, 0, 10),
    ):  # fmt: skip
        if not least <= value <= most:
            raise SpecError(f"The search's {name} is {value:g}; it must be from {least:g} to {most:g}.")
    wanted = read(spec)
    one = held(wanted.model, checkpoint)
    demand_class(one, wanted.label)
    target = scaled(torch.tensor(_square(upload, one))[None])
    search = begin(one, target, starts, None if any_class else wanted.label, wanted.seed)
    return _sliced(one, search, steps, rate, perceptual)


@may_lack_weights
def go_on(state: bytes, steps: int = STEPS, checkpoint: bytes | None = None) -> tuple[bytes, dict[str, Any]]:
    """Another slice of so many steps. Returns as `start`."""
    arrays, about = unpack(state)
    rate, perceptual, model = (about.pop(name) for name in ("rate", "perceptual", "model"))
    about["loss"] = math.inf if about["loss"] is None else about["loss"]
    tensors = {name: torch.tensor(array) for name, array in arrays.items()}
    return _sliced(held(model, checkpoint), Search(**tensors, **about), steps, rate, perceptual)


def _sliced(one: Held, search: Search, steps: int, rate: float, perceptual: float) -> tuple[bytes, dict[str, Any]]:
    search = descend(one, search, steps, rate, perceptual)
    fields = vars(search)
    arrays = {name: value.numpy() for name, value in fields.items() if isinstance(value, torch.Tensor)}
    about = {name: value for name, value in fields.items() if name not in arrays}
    about["loss"] = search.loss if math.isfinite(search.loss) else None  # which JSON can say
    state = pack(arrays, rate=rate, perceptual=perceptual, model=one.model, **about)
    return state, _seen(one, search)


def _seen(one: Held, search: Search) -> dict[str, Any]:
    made = one.pictures(search.best, one.told(torch.tensor([search.best_label])))
    missed = search.target - made
    error, spread = (GREY * each.item() for each in (missed.square().mean().sqrt(), search.target.std(correction=0)))
    return {
        "step": search.step,
        "starts": len(search.z),
        "loss": search.loss,
        "label": search.best_label,
        "norm": search.best.norm().item(),
        "expected": one.latent_size**0.5,
        "target": png(as_bytes(search.target)[0]),
        "found": png(as_bytes(made)[0]),
        "missed": png(as_bytes(missed / 2)[0]),
        "error": error,
        "unsaid": None if spread < FLAT else (error / spread) ** 2,
        "own": pack({"base": search.best[0].numpy()}),
        "sentence": LOST.format(step=search.step) if search.lost else "",
    }


def _square(upload: bytes, one: Held) -> np.ndarray:
    """An uploaded picture as the model would make it, uint8 (H, W, C)."""
    if len(upload) > MOST_BYTES:
        raise DataError(f"The picture is larger than {MOST_BYTES // 10**6} MB; give a smaller one.")
    try:
        image = decoded(upload, one.generator.size)
    except Refused as refused:
        raise DataError(f"The picture {refused}; give one as {READABLE}.") from None
    return fitted(image, one.generator.size, one.generator.channels)
