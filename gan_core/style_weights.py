"""Which folder holds what a network that judges a canvas has learnt. Torch-free."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from gan_core.model_folder import CHECKPOINTS

TORCHVISION = "timm/vgg19.tv_in1k"  # on the hub


def folder_of(network: Literal["slim", "vgg19"], weights: Literal["bundled", "torchvision"]) -> Path:
    """Raises DataError where torchvision's weights are not here and cannot be fetched."""
    if network == "slim":
        return CHECKPOINTS / "vgg19-slim"
    if weights == "bundled":
        return CHECKPOINTS / "vgg19-conv"
    from gan_core import hub  # brings the hub's client, which nothing else here needs

    return hub.resolve(TORCHVISION).folder
