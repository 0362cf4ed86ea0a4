"""VGG19 up to conv5_1: the frozen network whose features compare textures, styles and generated pictures.

Simonyan and Zisserman 2014, table 1, column E. The weights in `checkpoints/vgg19-conv` are Gatys et al.'s, rescaled so
that every filter's mean activation over natural pictures is 1. They were trained with max pooling.

`SlimVGG` has a quarter of the width and a head a layer, which says what VGG19 would have answered (Wang et al.,
“Collaborative Distillation for Ultra-Resolution Universal Style Transfer”, 2020). `gan_core.distill` trains it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor, nn

from gan_core.model_folder import CHECKPOINTS
from gan_core.networks.weights import fill, read_tensors

FOLDER, SLIM_FOLDER = CHECKPOINTS / "vgg19-conv", CHECKPOINTS / "vgg19-slim"
BLOCKS = ((1, 2), (2, 2), (4, 4), (8, 4), (8, 1))  # channels in widths, convolutions; the fifth stops after its first
WIDTH = 64
SLIM_WIDTH = 16
LAYERS = tuple(f"relu{block}_{i}" for block, (_, n) in enumerate(BLOCKS, 1) for i in range(1, n + 1))
LAST = LAYERS[-1]  # relu5_1: 512 channels at a sixteenth of the picture's height and width
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet's red, green and blue in [0, 1]

Pooling = Literal["max", "average"]


class VGG19(nn.Module):
    """RGB pictures (N, 3, H, W) in [-1, 1], 16 px or more each way -> what chosen layers answer, by name.

    `features` has torchvision's numbering, so that its weights fit. Average pooling lets a gradient reach every pixel
    (Gatys et al. 2016), but is not what the weights were trained with.
    """

    width = WIDTH

    def __init__(self, pooling: Pooling = "max"):
        super().__init__()
        layers: list[nn.Module] = []
        self.positions: dict[str, int] = {}  # where in `features` a named layer stands
        names = iter(LAYERS)
        before = 3
        for widths, count in BLOCKS:
            channels = widths * self.width
            if layers:
                layers.append(nn.MaxPool2d(2) if pooling == "max" else nn.AvgPool2d(2))
            for _ in range(count):
                layers += [nn.Conv2d(before, channels, 3, padding=1), nn.ReLU(inplace=True)]
                self.positions[next(names)] = len(layers) - 1
                before = channels
        self.features = nn.Sequential(*layers)
        self.register_buffer("mean", torch.tensor(MEAN)[:, None, None], persistent=False)
        self.register_buffer("deviation", torch.tensor(DEVIATION)[:, None, None], persistent=False)

    def forward(self, pictures: Tensor, layers: Iterable[str] = (LAST,)) -> dict[str, Tensor]:
        """The layers asked for, each (N, C, h, w) after its ReLU; nothing beyond the deepest of them is computed."""
        wanted = {self.positions[name]: name for name in layers}
        x = ((pictures + 1) / 2 - self.mean) / self.deviation
        answers = {}
        for position in range(max(wanted) + 1):
            x = self.features[position](x)
            if position in wanted:
                answers[wanted[position]] = x
        return answers


class SlimVGG(VGG19):
    """VGG19 at a quarter of its width: a fourteenth of the work.

    `heads` turn a layer's answer (N, C, h, w) into VGG19's (N, 4 C, h, w). They are 1x1 convolutions without a bias, so
    that what is said of Gram matrices behind the heads can be computed before them.
    """

    width = SLIM_WIDTH

    def __init__(self, pooling: Pooling = "max"):
        super().__init__(pooling)
        wider = WIDTH // SLIM_WIDTH
        self.channels = {name: self.features[at - 1].out_channels for name, at in self.positions.items()}
        self.distilled = True  # whether the heads mean anything
        self.heads = nn.ModuleDict({name: nn.Conv2d(c, wider * c, 1, bias=False) for name, c in self.channels.items()})


def load(folder: Path = FOLDER, pooling: Pooling = "max") -> VGG19:
    """VGG19 with a folder's weights as float32, in evaluation mode. Raises ValueError where the folder has others."""
    return _filled(VGG19(pooling), folder)


def load_slim(folder: Path = SLIM_FOLDER, pooling: Pooling = "max") -> SlimVGG:
    """The slim network, likewise."""
    return _filled(SlimVGG(pooling), folder)


def _filled(network: VGG19, folder: Path) -> VGG19:
    fill(network, read_tensors(folder), folder)
    return network.eval().requires_grad_(False)
