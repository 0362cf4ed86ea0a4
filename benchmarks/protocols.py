"""Play the papers' experiments, print ours beside what they published, and write ours into gan_core/protocols.json:

python -m benchmarks.protocols [--seeds 4] [NAME ...]

The seeds of a protocol are trained side by side on one thread; what is printed are their means at the last step, by the
paper's own scoring. With MALLOC_TRIM_THRESHOLD_ and MALLOC_MMAP_THRESHOLD_ set to 256000000 it is faster.
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np
import torch

from gan_core.events import Frame, TrainingFailed
from gan_core.outcomes import History, taken
from gan_core.protocols import FILE, Ours, Protocol, protocols
from gan_core.specs import ToySpec
from gan_core.toy import train

LINE = "{name:22} {steps:>18}   {modes:>5} {published_modes:>9}   {good:>6} {published_good:>9}   {method:14} {time}"


def measured(spec: ToySpec, seeds: int) -> Ours:
    """Means over the first seeds at the end of the run.

    Raises:
        TrainingFailed: a seed blew up.
    """
    quick = ToySpec.from_flat(spec.flat() | {"seed": 0, "seeds": seeds, "frame_every": min(spec.steps, 10_000)})
    history = History.of([event for event in train(quick) if isinstance(event, Frame)])
    modes, good = (taken(history, name, "end") for name in ("modes", "good"))  # (S,) each
    counted = bool(np.isfinite(modes).all())  # a curve has no modes
    return Ours(
        modes=round(float(modes.mean()), 2) if counted else None, good=round(float(good.mean()), 3), seeds=seeds
    )


def line(name: str, protocol: Protocol, ours: Ours, seconds: float) -> str:
    """A row of the table: modes and good samples, ours and then the first row that the paper has for this method."""
    theirs = protocol.published[0] if protocol.published else None
    return LINE.format(
        name=name,
        steps=f"{protocol.spec.steps:,} of {protocol.paper_steps:,}",
        modes="-" if ours.modes is None else f"{ours.modes:g}",
        good=f"{ours.good:.1%}",
        published_modes=f"{theirs.modes:g}" if theirs else "-",
        published_good=f"{theirs.good:.1%}" if theirs and theirs.good is not None else "-",
        method=theirs.method if theirs else "-",
        time=f"{seconds / ours.seeds:.0f} s a seed",
    )


def write(name: str, ours: Ours) -> None:
    table = json.loads(FILE.read_text(encoding="utf-8"))  # read again: another run may have written meanwhile
    table[name]["ours"] = ours.model_dump()
    FILE.write_text(json.dumps(table, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="protocols to play; all when none is named")
    parser.add_argument("--seeds", type=int, default=4)
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(protocols()):
        parser.error(f"no protocol {', '.join(sorted(unknown))}; there are {', '.join(protocols())}")
    print(LINE.format(name="protocol", steps="steps", modes="modes", published_modes="published", good="good",
                      published_good="published", method="method", time="time"))  # fmt: skip
    for name in arguments.names or protocols():
        begin = time.perf_counter()
        try:
            ours = measured(protocols()[name].spec, arguments.seeds)
        except TrainingFailed as failure:
            print(f"{name:22} {failure}", flush=True)
            continue
        write(name, ours)
        print(line(name, protocols()[name], ours, time.perf_counter() - begin), flush=True)


if __name__ == "__main__":
    main()
