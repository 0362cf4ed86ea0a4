"""A small convolutional classifier: its last hidden layer is what generated pictures are scored in."""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_core.networks.weights import fill, read_config, read_tensors, write_config, write_tensors

FEATURES = 128
BLACK = -1.0


class Classifier(nn.Module):
    """Pictures (N, channels, size, size) in [-1, 1] -> features (N, 128) and logits (N, classes).

    Five 3x3 convolutions with batch normalisation and ReLU, halved by max pooling after the first, third and fifth,
    then the mean over what is left of the picture. At width 32: 32, 64, 64, 128 and 128 channels. The features are
    that mean, which is never negative; the logits are linear in it.

    Pictures whose size cannot be halved three times get a black frame: 28 px become 32 px. A classifier made for 28 px
    also takes 32 px that were framed so before.
    """

    def __init__(self, size: int, channels: int, classes: tuple[str, ...], width: int = 32):
        super().__init__()
        self.size, self.channels, self.classes, self.width = size, channels, classes, width
        self.layers = nn.Sequential(
            *_block(channels, width), nn.MaxPool2d(2),
            *_block(width, 2 * width), *_block(2 * width, 2 * width), nn.MaxPool2d(2),
            *_block(2 * width, 4 * width), *_block(4 * width, FEATURES), nn.MaxPool2d(2),
        )  # fmt: skip
        self.last = nn.Linear(FEATURES, len(classes))

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        frame = (framed(pictures.shape[-1]) - pictures.shape[-1]) // 2
        if frame:
            pictures = F.pad(pictures, [frame] * 4, value=BLACK)
        features = self.layers(pictures).mean((2, 3))
        return features, self.last(features)

    def save(self, folder: Path, **more: object) -> None:
        """Write `config.json`, with `more` in it (what was measured, say), and `model.safetensors`."""
        shape = {"size": self.size, "channels": self.channels, "width": self.width, "classes": list(self.classes)}
        write_config(folder, {"model": "classifier", **shape, **more})
        write_tensors(folder, self.state_dict())

    @classmethod
    def load(cls, folder: Path) -> Classifier:
        """The classifier of a folder, in evaluation mode. Raises ValueError where the folder does not hold one."""
        config = read_config(folder)
        try:
            size, channels, width = (int(config[name]) for name in ("size", "channels", "width"))
            classes = tuple(str(name) for name in config["classes"])
            with torch.device("meta"):  # nothing is made of a config's word alone: it may ask for more than there is
                classifier = cls(size, channels, classes, width)
        except (KeyError, TypeError, ValueError, RuntimeError):
            raise ValueError(f"{folder / 'config.json'} does not describe a classifier.") from None
        fill(classifier, read_tensors(folder), folder)
        return classifier.eval().requires_grad_(False)


def framed(size: int) -> int:
    """The next size that can be halved three times."""
    return -(-size // 8) * 8


def _block(channels_in: int, channels_out: int) -> tuple[nn.Module, ...]:
    convolution = nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=False)  # the normalisation has a bias
    return convolution, nn.BatchNorm2d(channels_out), nn.ReLU(inplace=True)
