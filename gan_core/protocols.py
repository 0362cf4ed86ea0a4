"""Protocols: experiments of the literature as specs, with the scoring that each paper used, read from `protocols.json`.

What a paper printed stands beside what `python -m benchmarks.protocols` measured here. Torch-free.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from gan_core.specs import ToySpec

FILE = Path(__file__).with_name("protocols.json")

Settings = dict[str, bool | int | float | str]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Published(_Entry):
    """A row of a paper's table."""

    method: str
    modes: float  # covered on average, by the paper's own rule
    good: float | None = None  # share of samples within 3 sigma of a mode, 0 to 1; None where the paper has none
    note: str = ""  # the table and what is averaged


class Ours(_Entry):
    """What the shortened run came to here: means over the first seeds, written by the benchmark."""

    modes: float | None  # None where the data have no modes
    good: float
    seeds: int


class Protocol(_Entry):
    """An experiment of a paper as flat changes to `ToySpec`'s defaults."""

    title: str
    paper: str
    settings: Settings
    paper_steps: int  # of the generator, in the paper; our own are in the settings
    published: tuple[Published, ...] = ()
    differs: str  # from the paper
    ours: Ours | None = None

    @property
    def spec(self) -> ToySpec:
        return ToySpec.from_flat(self.settings)


@cache
def protocols() -> dict[str, Protocol]:
    """Every protocol under its name, oldest paper first."""
    return {name: Protocol(**values) for name, values in json.loads(FILE.read_text(encoding="utf-8")).items()}
