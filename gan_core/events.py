"""What a trainer says while it works.

Torch-free: workers say it, engine.py carries it, and runs.py keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Header:
    """What holds for the whole run, packed by `frames.pack`; said once, first."""

    packed: bytes


@dataclass(frozen=True)
class Frame:
    """One tick: numbers by name, and the picture that belongs to them, packed by `frames.pack`."""

    step: int
    metrics: dict[str, float]
    packed: bytes


@dataclass(frozen=True)
class Checkpoint:
    """All that is needed to go on from `step` as if nothing had happened, as safetensors bytes."""

    step: int
    packed: bytes


@dataclass(frozen=True)
class Change:
    """Settings, by dotted name, that were changed while the run went on: in force from `step` on."""

    step: int
    settings: dict[str, Any]


Event = Header | Frame | Checkpoint | Change


def never() -> bool:
    """What a trainer is told by default: nobody asks it to stop, nor for a checkpoint."""
    return False


def unchanged(step: int) -> dict[str, Any]:
    """What a trainer is told by default: no setting changes at this step."""
    return {}


class TrainingFailed(RuntimeError):
    """Training cannot go on. The message is one sentence for the person who watches."""
