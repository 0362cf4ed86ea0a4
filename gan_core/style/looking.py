"""What a layer sees: its feature maps of a picture, and Gram matrices as pictures. Short calls, for a page."""

from __future__ import annotations

import io
import math

import numpy as np
import torch
from PIL import Image

from gan_core.devices import best_device
from gan_core.frames import pack
from gan_core.networks.vgg import LAYERS
from gan_core.specs import SpecError, StyleSpec, read_spec
from gan_core.style.canvas import Pictures
from gan_core.style.colours import luminance
from gan_core.style.eyes import eye
from gan_core.style.objective import Aim, Objective
from gan_core.style.seeing import Eye
from gan_core.style.tiled import TiledObjective, is_large
from gan_core.style_pictures import Own, fitted_in, floats_of, image_of

SIDE = 256  # px of what is looked at
MAPS = 12
SHOWN = 64  # channels of a Gram matrix that are drawn: the strongest


def feature_maps(spec_json: str, source: str, layer: str, own: Own, picture: bytes | None = None) -> bytes:
    """The channels of a layer that answer a picture most, packed: `maps` uint8 (N, h, w), black 0, white the most.

    Args:
        source: which picture of the spec; or `picture`, a file.

    `about` says of how many `channels`, and which are `chosen`.
    """
    spec, device = _asked(spec_json, layer), best_device()
    image = Image.open(io.BytesIO(picture)).convert("RGB") if picture else image_of(source, own)
    answer = _answer(_eye(spec, device), image, layer, device)  # (C, h, w)
    strength = answer.square().mean((1, 2))
    chosen = strength.argsort(descending=True)[:MAPS]
    maps = answer[chosen]
    maps = maps / maps.amax((1, 2), keepdim=True).clamp(min=1e-9)
    return pack(
        {"maps": (255 * maps).round().byte().cpu().numpy()}, channels=len(answer), chosen=chosen.tolist(), layer=layer
    )


def gram_pictures(spec_json: str, picture: bytes, layer: str, own: Own) -> bytes:
    """The Gram matrix of a layer for a picture, beside the style's, packed: `now` and `target`, uint8 (S, S).

    Drawn are the channels that are strongest in the style; white is the style's largest number. `about` says of how
    many `channels`, and the relative `error` over all of them.
    """
    spec, device = _asked(spec_json, layer), best_device()
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    seeing = _eye(spec, device)
    pictures = Pictures.named(spec, own, device)
    width, height = fitted_in(image, SIDE).size
    content, styles = pictures.targets(spec, height, width)
    objective = (TiledObjective if is_large([content, *styles]) else Objective)(seeing, content, styles)
    canvas = torch.from_numpy(floats_of(image.resize((width, height), Image.Resampling.LANCZOS)))[None].to(device)
    if spec.colours == "luminance":
        canvas = luminance(canvas)  # as it is painted; colours are put back only to be shown
    target = objective.wanted([layer], Aim.of(spec).shares)[layer][0]
    now = objective.see(canvas, [layer], []).grams[layer][0]
    channels = len(target)
    error = float((now - target).square().sum() / target.square().sum())
    chosen = target.diagonal().argsort(descending=True)[:SHOWN]
    now, target = now[chosen][:, chosen], target[chosen][:, chosen]
    most = float(target.max())
    return pack(
        {"now": _grey(now, most), "target": _grey(target, most)}, channels=channels,
        shown=len(chosen), error=error, layer=layer,
    )  # fmt: skip


def _asked(spec_json: str, layer: str) -> StyleSpec:
    if layer not in LAYERS:
        raise SpecError(f"layer is {layer!r}; it must be one of {', '.join(LAYERS)}.")
    return read_spec(spec_json)


def _eye(spec: StyleSpec, device: str) -> Eye:
    """The network that the spec's run ends with."""
    return eye(spec.stages[-1].network, spec.weights, spec.pooling, device)


@torch.no_grad()
def _answer(seeing: Eye, image: Image.Image, layer: str, device: str) -> torch.Tensor:
    canvas = torch.from_numpy(floats_of(fitted_in(image, SIDE)))[None].to(device)
    return seeing.answers(canvas, [layer])[layer][0].float()


def _grey(gram: torch.Tensor, most: float) -> np.ndarray:
    """Square roots, since a few channels are much stronger than all others."""
    share = (gram.clamp(min=0) / max(most, math.ulp(1.0))).clamp(max=1).sqrt()
    return (255 * share).round().byte().cpu().numpy()
