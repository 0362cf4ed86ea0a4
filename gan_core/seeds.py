"""Randomness: one independent stream for each purpose, all made from a spec's seed.

Because data, weights, latents, penalties and evaluation draw from streams of their own, changing one (a larger
evaluation, another network) leaves the numbers that the others draw as they were.
"""

from __future__ import annotations

import hashlib

import torch

STREAMS = ("data", "generator", "discriminator", "latents", "penalties", "evaluation")


def stream(seed: int, purpose: str, device: str = "cpu") -> torch.Generator:
    """A generator that depends on the seed and on what it is for, and on nothing else."""
    if purpose not in STREAMS:
        raise ValueError(f"{purpose!r} is not one of the streams {STREAMS}")
    digest = hashlib.sha256(f"{purpose}:{seed}".encode()).digest()
    return torch.Generator(device).manual_seed(int.from_bytes(digest[:8], "little") >> 1)
