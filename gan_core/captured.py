"""A round on a GPU, recorded once and played back: the processor asks once a round instead of a thousand times.

A small GAN's step is a thousand short kernels, and a large GPU is done with each before the next is asked for. A CUDA
graph holds them all. What it holds is fixed: shapes, addresses, and every number that Python knew while recording, so a
round must read what changes (random streams, step counts) from the device.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable

import torch

WARM_UP = 3  # rounds of each kind before recording, for libraries to choose their kernels


class Captured:
    """Rounds of a few kinds, each recorded after its first plays."""

    def __init__(self, play: Callable[[], None], streams: Iterable[torch.Generator]):
        """`play` takes and returns nothing but what lies on the device; it draws from `streams` alone."""
        self.play, self.streams = play, list(streams)
        self.played: Counter[Hashable] = Counter()
        self.graphs: dict[Hashable, torch.cuda.CUDAGraph] = {}
        self.side = torch.cuda.Stream()  # recording is not allowed on the default stream, nor is warming up for it

    def __call__(self, kind: Hashable) -> None:
        """Play one round of this kind."""
        if kind not in self.graphs and self.played[kind] < WARM_UP:
            self.side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(self.side):
                self.play()
            torch.cuda.current_stream().wait_stream(self.side)
            self.played[kind] += 1
            return
        if kind not in self.graphs:
            self.graphs[kind] = self._recorded()
        self.graphs[kind].replay()

    def _recorded(self) -> torch.cuda.CUDAGraph:
        graph = torch.cuda.CUDAGraph()
        for stream in self.streams:
            graph.register_generator_state(stream)
        with torch.cuda.graph(graph, stream=self.side):
            self.play()  # nothing is computed yet
        return graph
