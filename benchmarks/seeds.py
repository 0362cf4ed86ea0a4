"""Sixteen seeds as one stack against sixteen runs one after another, on one thread: python -m benchmarks.seeds

All play the same game (ring of eight, non-saturating, alternating, Adam, batch 256). The plain run is the tutorial loop
of `benchmarks.loop`; our own loop with one seed stands beside it. They take turns in short stretches; a figure is the
median of the ratios. The memory settings are those that the app gives its workers.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable

import torch

from benchmarks.loop import our_loop, plain_loop

SEEDS, BATCH = 16, 256
BURN_IN, STRETCH, TURNS = 30, 60, 9
KEEP_MEMORY = {"MALLOC_TRIM_THRESHOLD_": "256000000", "MALLOC_MMAP_THRESHOLD_": "256000000"}


def seconds(play: Callable[[int], None]) -> float:
    start = time.perf_counter()
    play(STRETCH)
    return (time.perf_counter() - start) / STRETCH


def main() -> None:
    if not KEEP_MEMORY.items() <= os.environ.items():  # read by the C library when the process starts
        os.execve(sys.executable, [sys.executable, "-m", "benchmarks.seeds"], os.environ | KEEP_MEMORY)
    torch.set_num_threads(1)
    print(
        f"{SEEDS} seeds, batch {BATCH}; {TURNS} turns of {STRETCH} steps after {BURN_IN} of burn-in; medians, ms a step"
    )
    print("width   plain run   our run   stack of 16   against 16 plain runs   against 16 of ours")
    for width in (32, 128):
        loops = [plain_loop(width, BATCH), our_loop(width, BATCH), our_loop(width, BATCH, SEEDS)]
        for play in loops:
            play(BURN_IN)
        turns = [[seconds(play) for play in loops] for _ in range(TURNS)]
        plain, ours, stack = (1e3 * statistics.median(column) for column in zip(*turns, strict=True))
        ratios = [statistics.median(SEEDS * turn[i] / turn[2] for turn in turns) for i in (0, 1)]
        print(f"{width:5}   {plain:9.3f}   {ours:7.3f}   {stack:11.3f}   {ratios[0]:21.2f}   {ratios[1]:18.2f}")


if __name__ == "__main__":
    main()
