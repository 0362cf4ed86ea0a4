"""What the two networks of a picture spec are made of, layer by layer, read off the networks themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from gan_core.networks.families import players
from gan_core.networks.pictures import PictureNetwork
from gan_core.picture_game import first_weights_streams
from gan_core.specs import PictureSpec

FOLLOWS = {  # what a layer's name is not changed by, but is worth knowing of it
    nn.BatchNorm1d: "BatchNorm", nn.BatchNorm2d: "BatchNorm", nn.ReLU: "ReLU", nn.LeakyReLU: "leaky ReLU",
}  # fmt: skip


def layers(spec: PictureSpec, classes: int) -> dict[str, Any]:
    """Both players, "generator" and "discriminator", each from what goes in to what comes out. JSON can say it.

    Each has its number of `parameters`, and `layers`: rows with a `name` for what makes it of the row before, such as
    "conv 4×4, stride 2", the `shape` that comes out (without the batch), its `parameters`, and what `follows` in it,
    such as ["BatchNorm", "ReLU"]. Their parameters add up to the player's.

    Args:
        classes: that the pictures have; heard by networks that are conditional.
    """
    channels = 3 if spec.data.colour else 1
    with torch.device("meta"):  # shapes alone: no weight is made, nothing is computed
        generator, discriminator = players(
            spec.network, spec.data.size, channels, classes, first_weights_streams(spec.seed)
        )
        labels = torch.zeros(2, dtype=torch.long) if spec.network.conditional else None
        z = torch.zeros(2, spec.network.latent_size)
        x = torch.zeros(2, channels, spec.data.size, spec.data.size)
        return {
            "generator": _player(generator, "latent", z, labels),
            "discriminator": _player(discriminator, "picture", x, labels),
        }


def _player(network: PictureNetwork, name: str, given: Tensor, labels: Tensor | None) -> dict[str, Any]:
    passed: list[tuple[nn.Module, Tensor, Tensor]] = []  # a part, what goes in and what comes out, as it happens
    for part in _parts(network):
        part.register_forward_hook(lambda part, inputs, out: passed.append((part, inputs[0], out)))
    final = network(given, labels)
    rows = [{"name": name, "shape": [*given.shape[1:]], "parameters": 0, "follows": []}]
    inputs = [into for _, into, _ in passed[1:]] + [final]
    resized = 0  # parameters of a change of width, which counts with the blocks after it
    for (part, into, out), following in zip(passed, inputs, strict=True):
        own = sum(parameter.numel() for parameter in part.parameters())
        if type(part) in FOLLOWS:
            rows[-1]["parameters"] += own
            rows[-1]["follows"].append(FOLLOWS[type(part)])
        elif isinstance(part, nn.Embedding) and name == "picture":  # of the class, on the features
            rows[-1]["parameters"] += own
            rows[-1]["follows"].append("class projection")
            continue
        elif part in [*getattr(network, "changes", [])]:
            resized = own
            continue
        else:
            rows.append({"name": _name(part), "shape": [], "parameters": own + resized, "follows": []})
            if resized:
                before, now = rows[-2]["shape"][-1], into.shape[-1]
                how = f"enlarge ×{now // before}" if now > before else f"shrink ÷{before // now}"
                rows[-1]["name"] = f"{how}, {rows[-1]['name']}"
                resized = 0
            if hasattr(part, "parametrizations"):
                rows[-1]["follows"].append("spectral norm")
        rows[-1]["shape"] = _shape(part, out, following)
    return {"layers": rows, "parameters": network.parameter_count}


def _parts(network: PictureNetwork) -> Iterator[nn.Module]:
    """What a student would name: layers, and the residual blocks of one resolution as one."""
    for child in network.children():
        if isinstance(child, nn.ModuleList) or child is getattr(network, "layers", None):
            yield from child
        else:
            yield child


def _name(part: nn.Module) -> str:
    if isinstance(part, nn.Sequential):
        return "residual block" if len(part) == 1 else f"{len(part)} residual blocks"
    if isinstance(part, nn.Embedding):
        return "class embedding"
    if isinstance(part, nn.Linear):
        return "linear"
    name = "transposed conv" if isinstance(part, nn.ConvTranspose2d) else "conv"
    strided = f", stride {part.stride[0]}" if part.stride[0] > 1 else ""
    return f"{name} {part.kernel_size[0]}×{part.kernel_size[1]}{strided}" + (", depthwise" if part.groups > 1 else "")


def _shape(part: nn.Module, out: Tensor, following: Tensor) -> list[int]:
    """What a part hands on, without the batch: as whoever gets it sees it, where that is more than a row of numbers."""
    if isinstance(part, nn.Embedding):
        return [*following.shape[1:]]  # joined with what there was
    if out.numel() == following.numel() and following.ndim > out.ndim:
        out = following
    return [*out.shape[1:]]
