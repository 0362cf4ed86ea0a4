"""Whether a model on this machine is what it says, and pictures of it: what a page asks of a worker.

A model may come from anywhere, so it is loaded strictly: every tensor has its name, its shape and finite numbers, or
there is one sentence that names the model and the file and no folder.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, get_args

import torch
from torch import nn

from gan_core import shelf
from gan_core.data.pictures import DataError
from gan_core.data.tensors import as_bytes
from gan_core.model_folder import nameless
from gan_core.networks import vgg
from gan_core.networks.classifier import Classifier
from gan_core.networks.families import Player, load_network
from gan_core.networks.weights import read_config
from gan_core.picture_game import generated
from gan_core.pictures import sheet_image
from gan_core.seeds import stream
from gan_core.shelf import Model, kind

MOST = 100  # samples at a time
KINDS = {  # what makes no pictures, in words
    "classifier": "a classifier: it says what a picture shows, and makes none",
    "vgg19": "a network that looks at pictures, and makes none",
    "vgg19-slim": "a network that looks at pictures, and makes none",
    "recording": "a recorded run without its networks; the Toy lab plays it",
}


def load(model: Model | str) -> nn.Module:
    """A model's own network in evaluation mode: a generator or decoder, a classifier, VGG19 or the slim one.

    Raises:
        DataError: it is not here, it is no network, or its files do not fit together.
    """
    model = _model(model)
    with _spoken(model):
        return _own(model, kind(model))


def inspect(name: str) -> dict[str, Any]:
    """What a model is, all its networks loaded to make sure.

    Returns:
        kind (see `shelf.kind`), family, size (px), channels, classes (how many it is told or tells apart, 0 for none),
        labels (their names), latent_size, parameters (of each of its networks by name), memory (bytes of them all as
        float32); of a recording kind alone.

    Raises:
        DataError: as `load` does.
    """
    model = _model(name)
    if (what := kind(model)) == "recording":
        return {"kind": what}
    with _spoken(model):
        config = read_config(model.folder)
        networks = {what if what in KINDS else "generator": (own := _own(model, what))}
        if what not in KINDS:
            others = [player for player in get_args(Player) if player in config]
            networks |= {player: load_network(model.folder, player) for player in others}
        classes = getattr(own, "classes", 0)
        names = list(map(str, classes)) if what == "classifier" else _labels(config, classes)
        counts = {player: sum(each.numel() for each in network.parameters()) for player, network in networks.items()}
        return {
            "kind": what,
            "family": str(config.get("family", "")),
            "size": getattr(own, "size", None),
            "channels": getattr(own, "channels", 3),
            "classes": len(names),
            "labels": names,
            "latent_size": getattr(own, "latent_size", None),
            "parameters": counts,
            "memory": 4 * sum(counts.values()),
        }


def samples(name: str, seed: int, count: int, label: int | None = None) -> bytes:
    """New samples as one PNG sheet, a square as far as they go; the same for the same seed.

    Args:
        label: the class to draw, for a generator that is told one; None draws all in turn.

    Raises:
        DataError: the model makes no pictures, or there is no such class or too many are wanted; or as `load` does.
    """
    model = _model(name)
    if (what := kind(model)) in KINDS:
        raise DataError(f"{model.name} is {KINDS[what]}.")
    if not 1 <= count <= MOST:
        raise DataError(f"{count} samples were asked for; it must be from 1 to {MOST}.")
    generator = load(model)
    if label is not None and not 0 <= label < generator.classes:
        told = f"from 0 to {generator.classes - 1}" if generator.classes else "none, for this model is told no class"
        raise DataError(f"The class to draw is {label}; it must be {told}.")
    z = torch.randn(count, generator.latent_size, generator=stream(seed, "latents"))
    labels = None
    if generator.classes:
        labels = torch.arange(count) % generator.classes if label is None else torch.full((count,), label)
    file = io.BytesIO()
    sheet_image(as_bytes(generated(generator, z, labels))).save(file, "PNG")
    return file.getvalue()


def _model(model: Model | str) -> Model:
    return shelf.find(model) if isinstance(model, str) else model


def _own(model: Model, what: str) -> nn.Module:
    if what == "recording":
        raise DataError(f"{model.name} is {KINDS[what]}.")
    loads = {"classifier": Classifier.load, "vgg19": vgg.load, "vgg19-slim": vgg.load_slim}.get(what, load_network)
    return loads(model.folder)


def _labels(config: dict[str, Any], classes: int) -> list[str]:
    """The names of the classes, which are numbers where the config gives none."""
    labels = config.get("labels")
    named = isinstance(labels, list) and len(labels) == classes
    return list(map(str, labels if named else range(classes)))


@contextmanager
def _spoken(model: Model) -> Iterator[None]:
    """What is wrong with its files, for a visitor."""
    try:
        yield
    except DataError:
        raise
    except ValueError as error:
        raise DataError(f"{model.name} does not load: {nameless(model.folder, str(error))}") from None
