"""The frozen networks whose features pictures are scored in."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from gan_core.data.tensors import floats
from gan_core.model_folder import CHECKPOINTS
from gan_core.networks import vgg
from gan_core.networks.classifier import Classifier, framed

BATCH = 100  # pictures at a time


class Seen(NamedTuple):
    """What a frozen network says of N pictures, on the CPU."""

    features: Tensor  # (N, d)
    logits: Tensor | None  # (N, K), where the network is a classifier


class Features(Protocol):
    """A frozen network. It takes square pictures (N, C, H, H), grey or RGB, as bytes or as floats in [-1, 1]."""

    name: str  # as a score's name says it: "FID (fashion-classifier features)"
    size: int  # px, of the pictures that the network itself sees

    def __call__(self, pictures: Tensor) -> Seen: ...


class ClassifierFeatures:
    """The last hidden layer of a bundled set's classifier, 128 features, and its logits.

    A classifier knows its set at one scale, so `data.load` is undone for pictures of another size: a frame of up to a
    third of the set's size is cut off (28 px in 32 px are left, as the classifier was trained with that frame), and
    anything else is resized (bilinear, antialiased).
    """

    def __init__(self, name: str, classifier: Classifier):
        self.name, self.classifier = name, classifier
        self.size = framed(classifier.size)
        self.classes = classifier.classes

    @torch.no_grad()
    def __call__(self, pictures: Tensor) -> Seen:
        device = self.classifier.last.weight.device
        seen = [self.classifier(self._prepared(batch.to(device))) for batch in pictures.split(BATCH)]
        features, logits = (torch.cat(parts).cpu() for parts in zip(*seen, strict=True))
        return Seen(features, logits)

    def _prepared(self, pictures: Tensor) -> Tensor:
        pictures = in_channels(as_floats(pictures), self.classifier.channels)
        own, given = self.classifier.size, pictures.shape[-1]
        if given in (own, self.size):
            return pictures
        if own < given <= own * 4 // 3:
            edge = (given - own) // 2
            return pictures[..., edge : edge + own, edge : edge + own]
        return resized(pictures, own)


class VGGFeatures:
    """The mean over the picture of each of VGG19's 512 channels at relu5_1; no logits.

    Pictures of another size than 64 px are brought there first (bilinear, antialiased), so that a score does not
    depend on how often relu5_1 fits into the picture: at 64 px it answers at 4 x 4 places. Grey becomes three equal
    channels.
    """

    name = "VGG19 relu5_1"
    size = 64

    def __init__(self, network: vgg.VGG19):
        self.network = network

    @torch.no_grad()
    def __call__(self, pictures: Tensor) -> Seen:
        device = self.network.mean.device
        seen = []
        for batch in pictures.split(BATCH):
            batch = in_channels(as_floats(batch.to(device)), 3)
            if batch.shape[-1] != self.size:
                batch = resized(batch, self.size)
            seen.append(self.network(batch)[vgg.LAST].mean((2, 3)).cpu())
        return Seen(torch.cat(seen), None)


def classifier_features(name: str, device: str = "cpu") -> ClassifierFeatures:
    """Of a bundled set with a classifier, such as "fashion". Raises ValueError where none is shipped."""
    folder = f"{name}-classifier"
    return ClassifierFeatures(folder, Classifier.load(CHECKPOINTS / folder).to(device))


def vgg19_features(device: str = "cpu") -> VGGFeatures:
    """For sets without a classifier. On one CPU thread some 30 pictures a second, where a classifier does 3,000."""
    return VGGFeatures(vgg.load().to(device))


def as_floats(pictures: Tensor) -> Tensor:
    """Bytes to [-1, 1]; floats as they are."""
    return floats(pictures) if pictures.dtype == torch.uint8 else pictures.float()


def in_channels(pictures: Tensor, channels: int) -> Tensor:
    """Grey repeated for a network that takes RGB, RGB averaged by ITU-R 601's weights for one that takes grey."""
    if pictures.shape[1] == channels:
        return pictures
    if channels == 3:
        return pictures.expand(-1, 3, -1, -1)
    red, green, blue = pictures.unbind(1)
    return (0.299 * red + 0.587 * green + 0.114 * blue)[:, None]


def resized(pictures: Tensor, size: int) -> Tensor:
    return interpolate(pictures, (size, size), mode="bilinear", antialias=True)
