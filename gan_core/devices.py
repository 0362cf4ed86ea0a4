"""Where tensors live."""

from __future__ import annotations

import torch


def best_device() -> str:
    """The GPU where there is one."""
    return "cuda" if torch.cuda.is_available() else "cpu"
