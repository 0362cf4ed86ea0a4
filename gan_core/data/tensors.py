"""Pictures between bytes, as they are kept, and numbers from -1 to 1, as networks take and make them."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from gan_core.data.pictures import PictureSet


def pictures_tensor(pictures: PictureSet) -> Tensor:
    """All pictures as bytes (N, C, H, W)."""
    return torch.from_numpy(pictures.pictures).permute(0, 3, 1, 2).contiguous()


def floats(pictures: Tensor) -> Tensor:
    """uint8 of any shape as numbers from -1 to 1."""
    return pictures.float().div_(127.5).sub_(1)


def scaled(pictures: Tensor) -> Tensor:
    """Bytes (N, H, W, C) as numbers from -1 to 1, (N, C, H, W), channels last in memory."""
    return floats(pictures.permute(0, 3, 1, 2))


def as_bytes(pictures: Tensor) -> np.ndarray:
    """The inverse of `scaled`, on the processor: (N, C, H, W) to uint8 (N, H, W, C)."""
    return pictures.float().add(1).mul(127.5).round().clamp(0, 255).byte().permute(0, 2, 3, 1).cpu().numpy()
