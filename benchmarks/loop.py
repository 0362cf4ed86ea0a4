"""The toy loop against a plain readable one, on one thread: python -m benchmarks.loop

Both play the same game (ring of eight, non-saturating, alternating, Adam) on the same networks, batch and machine,
taking turns in short stretches; the figure is the median of the ratios. The plain loop is what tutorials write: a
backward pass for real and another for fake, gradients into D during G's step, PyTorch's default Adam, and every number
read at every step.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable

import torch
from torch import nn

from gan_core.specs import Discriminator, Generator, ToySpec
from gan_core.toy_game import ToyGame

BURN_IN, STRETCH, TURNS = 100, 200, 11


def plain_loop(width: int, batch: int) -> Callable[[int], None]:
    """The loop that everybody writes first."""
    generator = nn.Sequential(
        nn.Linear(2, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 2)
    )  # fmt: skip
    discriminator = nn.Sequential(
        nn.Linear(2, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 1)
    )  # fmt: skip
    generator_optimizer = torch.optim.Adam(generator.parameters(), 1e-3, betas=(0.5, 0.9))
    discriminator_optimizer = torch.optim.Adam(discriminator.parameters(), 1e-3, betas=(0.5, 0.9))
    criterion = nn.BCEWithLogitsLoss()
    ones, zeros = torch.ones(batch, 1), torch.zeros(batch, 1)
    angles = 2 * math.pi * torch.arange(8) / 8
    centres = 2 * torch.stack([angles.cos(), angles.sin()], 1)
    history = []

    def play(steps: int) -> None:
        for _ in range(steps):
            discriminator.zero_grad()
            real = centres[torch.randint(8, (batch,))] + 0.1 * torch.randn(batch, 2)
            logits = discriminator(real)
            real_loss = criterion(logits, ones)
            real_loss.backward()
            real_score = logits.mean().item()
            logits = discriminator(generator(torch.randn(batch, 2)).detach())
            fake_loss = criterion(logits, zeros)
            fake_loss.backward()
            fake_score = logits.mean().item()
            discriminator_optimizer.step()

            generator.zero_grad()
            logits = discriminator(generator(torch.randn(batch, 2)))
            generator_loss = criterion(logits, ones)
            generator_loss.backward()
            answer = logits.mean().item()
            generator_optimizer.step()
            history.append(
                (
                    real_loss.item() + fake_loss.item(),
                    generator_loss.item(),
                    real_score,
                    fake_score,
                    answer,
                )
            )

    return play


def our_loop(width: int, batch: int, seeds: int = 1) -> Callable[[int], None]:
    run = ToyGame(
        ToySpec(
            generator=Generator(width=width),
            discriminator=Discriminator(width=width),
            batch=batch,
            seeds=seeds,
        )
    )

    def play(steps: int) -> None:
        for _ in range(steps):
            run.game.round()

    return play


def seconds(play: Callable[[int], None]) -> float:
    start = time.perf_counter()
    play(STRETCH)
    return (time.perf_counter() - start) / STRETCH


def main() -> None:
    torch.set_num_threads(1)
    print(f"batch 256, {TURNS} turns of {STRETCH} steps each after {BURN_IN} of burn-in; medians")
    print("width   plain ms/step   ours ms/step   ratio")
    for width in (32, 128):
        plain, ours = plain_loop(width, 256), our_loop(width, 256)
        plain(BURN_IN), ours(BURN_IN)
        pairs = [(seconds(plain), seconds(ours)) for _ in range(TURNS)]
        ratio = statistics.median(a / b for a, b in pairs)
        mid = [1e3 * statistics.median(column) for column in zip(*pairs, strict=True)]
        print(f"{width:5}   {mid[0]:13.3f}   {mid[1]:12.3f}   {ratio:5.2f}")


if __name__ == "__main__":
    main()
