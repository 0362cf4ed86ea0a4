"""An ant on the manifold: the local coordinates of the point in hand as knobs, and how many numbers pictures need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from gan_core.data.load import load_pictures
from gan_core.data.pictures import DataError
from gan_core.data.tensors import pictures_tensor
from gan_core.frames import pack
from gan_core.latent.held import held, may_lack_weights
from gan_core.latent.local import degrees_of_freedom, noise_values, spectrum
from gan_core.latent.point import point, read
from gan_core.metrics.dimension import intrinsic_dimension
from gan_core.metrics.resampling import Estimate
from gan_core.seeds import stream
from gan_core.specs import Pictures, SpecError

MOST_COORDINATES = 1024  # as our own networks have at most; a matrix of so many squared is kept
KNOBS = 12
SAMPLES = 2000  # pictures that a dimension is estimated from: all sets alike, for it grows with their number


@may_lack_weights
def local(spec: str, own: bytes | None = None, checkpoint: bytes | None = None, knobs: int = KNOBS) -> dict[str, Any]:
    """The local coordinates at a point; 2 s for a generator of 64 px with 128 coordinates.

    Returns:
        values (d,), by how many levels of grey, root mean square, a pixel changes for each standard deviation along
        each direction, at the pace that it has here; freedom, how many hold 90 % of the sum of squares; own, the first
        directions packed as "v", for knobs v0, v1, ...; noise (d,) and noise_freedom, the same of a random linear map
        that changes pictures as much.

    Raises:
        SpecError: the model has more coordinates than can be followed; or as `gan_core.latent.hand.picture`.
        DataError: the model cannot be had.
    """
    wanted = read(spec)
    one = held(wanted.model, checkpoint)
    if one.latent_size > MOST_COORDINATES:
        raise SpecError(
            f"{one.model} has {one.latent_size:,} coordinates; local ones are found of models with at most "
            f"{MOST_COORDINATES:,}."
        )
    z, told = point(one, wanted, own)
    found = spectrum(lambda latents: one.draw(latents, told), z)
    flat = noise_values(max(one.pixels, one.latent_size), one.latent_size, stream(wanted.seed, "noise"))
    alike = flat * (found.values.square().sum() / flat.square().sum()).sqrt()
    levels = 127.5 / one.pixels**0.5
    return {
        "values": (found.values * levels).numpy(),
        "freedom": degrees_of_freedom(found.values),
        "own": pack({"v": found.directions[:knobs].numpy()}),
        "noise": (alike * levels).numpy(),
        "noise_freedom": degrees_of_freedom(flat),
    }


@may_lack_weights
def dimensions(
    model: str, checkpoint: bytes | None = None, *, progress: Callable[[int, int], None] = lambda done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> dict[str, tuple[float, float]]:  # fmt: skip
    """The intrinsic dimension, and its standard error, from the nearest neighbours among 2,000 pictures each.

    Returns:
        samples (of the model), noise (pictures of independent pixels, whose true dimension is the number of numbers in
        a picture, three a pixel in colour: this shows how far the estimate falls short), and data (the bundled set
        that it learnt from, where there is one). Empty when told to stop. An errand of 10 s for 64 px.

    Raises:
        DataError: the model cannot be had, or makes hardly any pictures that differ.
    """
    one = held(model, checkpoint)
    random = stream(0, "evaluation")
    z = torch.randn(SAMPLES, one.latent_size, generator=random)
    labels = torch.arange(SAMPLES) % max(1, len(one.labels))
    sets: dict[str, Callable[[], torch.Tensor]] = {
        "samples": lambda: one.pictures(z, one.told(labels)),
        "noise": lambda: torch.rand(SAMPLES, one.pixels, generator=random),
    }
    if one.data:
        colour, size = one.generator.channels == 3, one.generator.size
        spec = Pictures(source=one.data, size=size, colour=colour, limit=SAMPLES)
        sets["data"] = lambda: pictures_tensor(load_pictures(spec)).float()
    found: dict[str, Estimate] = {}
    for done, (name, pictures) in enumerate(sets.items()):
        progress(done, len(sets))
        if stop():
            return {}
        try:
            found[name] = intrinsic_dimension(pictures(), random)
        except ValueError as few:  # only a model's samples can be so many copies
            raise DataError(f"The pictures that {model} makes have no dimension: {few}") from None
    progress(len(sets), len(sets))
    return {name: tuple(each) for name, each in found.items()}
