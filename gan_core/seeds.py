"""Randomness: one independent stream for each purpose, all made from a spec's seed.

Because data, weights, latents, penalties and evaluation draw from streams of their own, changing one (a larger
evaluation, another network) leaves the numbers that the others draw as they were. Seeds that train together draw each
from its own streams, so that each is the run that it would have been alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

STREAMS = ("data", "generator", "discriminator", "classifier", "latents", "penalties", "noise", "evaluation")
OF_PICTURES = ("data", "latents", "penalties", "noise", "augmentation", "evaluation")


def stream(seed: int | str, purpose: str, device: str = "cpu") -> torch.Generator:
    """A generator that depends on the seed and on what it is for, and on nothing else."""
    if purpose not in (*STREAMS, *OF_PICTURES):
        raise ValueError(f"{purpose!r} is not one of the streams {(*STREAMS, *OF_PICTURES)}")
    digest = hashlib.sha256(f"{purpose}:{seed}".encode()).digest()
    return torch.Generator(device).manual_seed(int.from_bytes(digest[:8], "little") >> 1)


class Streams:
    """The streams of several seeds, by purpose."""

    def __init__(self, seeds: Sequence[int | str], purposes: Sequence[str] = STREAMS, device: str = "cpu"):
        self.of = {purpose: [stream(seed, purpose, device) for seed in seeds] for purpose in purposes}

    def draw(self, purpose: str, one: Callable[[torch.Generator], Tensor]) -> Tensor:
        """What `one` draws from each seed's stream, stacked: (S, ...)."""
        drawn = [one(generator) for generator in self.of[purpose]]
        return drawn[0][None] if len(drawn) == 1 else torch.stack(drawn)

    def state(self) -> dict[str, Tensor]:
        """Where each stream stands, tensors by name; `load_state` takes it back."""
        return {
            f"{purpose}.{index}": generator.get_state()
            for purpose, generators in self.of.items()
            for index, generator in enumerate(generators)
        }

    def load_state(self, state: dict[str, Tensor]) -> None:
        for purpose, generators in self.of.items():
            for index, generator in enumerate(generators):
                generator.set_state(state[f"{purpose}.{index}"])
