"""Count how many seeds keep the promise of each preset and of each cure, and write it into gan_core/presets.json:

python -m benchmarks.presets [--seeds 20] [NAME ...]

A NAME is a preset with all its cures, PRESET/CURE one of them, PRESET/ the preset alone; all when none is named. Seeds
count from 0 and play ten side by side. Each count is written as soon as it is known, so a measurement that was cut
short goes on with the names that are left. With MALLOC_TRIM_THRESHOLD_ and MALLOC_MMAP_THRESHOLD_ set to 256000000 it
is faster.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass

import numpy as np
import torch

from gan_core.events import Frame, TrainingFailed
from gan_core.outcomes import History, taken, wilson
from gan_core.presets import FILE, Promise, presets
from gan_core.specs import MOST_AT_ONCE, ToySpec
from gan_core.toy import train

TOGETHER = 10  # seeds in a stack: more gain little


@dataclass(frozen=True)
class Claim:
    """One promise, the run that it is about, and where it stands in the file."""

    name: str
    path: tuple[str, ...]
    spec: ToySpec
    promise: Promise


def claims() -> list[Claim]:
    """Every promise of every preset and cure, in the order of the file."""
    found = []
    for name, preset in presets().items():
        found.append(Claim(f"{name}/", (name, "promise"), preset.spec, preset.promise))
        for cure, cured in preset.cures.items():
            path = (name, "cures", cure, "promise")
            found.append(Claim(f"{name}/{cure}", path, preset.cured(cure), cured.promise))
    return found


def histories(spec: ToySpec, seeds: range) -> list[History | None]:
    """The runs of these seeds in stacks; None for one that blew up."""
    most = max(1, min(TOGETHER, MOST_AT_ONCE // spec.batch))
    if len(seeds) > most:
        return [
            found for start in seeds[::most] for found in histories(spec, range(start, min(start + most, seeds.stop)))
        ]
    several = spec.model_copy(update={"seed": seeds[0], "seeds": len(seeds)})
    try:
        return [History.of([event for event in train(several) if isinstance(event, Frame)])]
    except TrainingFailed:  # of one seed at least; the others have not deserved it
        return (
            [None] if len(seeds) == 1 else [found for seed in seeds for found in histories(spec, range(seed, seed + 1))]
        )


def measured(claim: Claim, seeds: int) -> int:
    """How many of the first seeds keep the promise; prints what was taken from each."""
    promise, kept = claim.promise, 0
    for history in histories(claim.spec, range(seeds)):
        if history is None:
            print("    blew up")
            continue
        kept += int(promise.kept_by(history).sum())
        for bound in (promise, *promise.also):
            values = taken(history, bound.metric, bound.taken)
            print(f"    {bound.metric} ({bound.taken}): " + " ".join(f"{value:.3g}" for value in np.atleast_1d(values)))
    return kept


def write(path: tuple[str, ...], kept: int, seeds: int) -> None:
    """Put a count into the file, which is read again: another run may have written meanwhile."""
    table = json.loads(FILE.read_text(encoding="utf-8"))
    place = table
    for part in path:
        place = place[part]
    place |= {"kept": kept, "seeds": seeds}
    FILE.write_text(json.dumps(table, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="what to measure; all when nothing is named")
    parser.add_argument("--seeds", type=int, default=20)
    arguments = parser.parse_args()
    known = claims()
    wanted = [claim for claim in known if not arguments.names or {claim.name, claim.path[0]} & {*arguments.names}]
    if strange := {*arguments.names} - {part for claim in known for part in (claim.name, claim.path[0])}:
        parser.error(f"{min(strange)!r} is not one of {', '.join(claim.name for claim in known)}")
    rows = []
    for claim in wanted:
        print(f"{claim.name}: {claim.promise.text}", flush=True)
        began = time.process_time()
        kept = measured(claim, arguments.seeds)
        write(claim.path, kept, arguments.seeds)
        low, high = wilson(kept, arguments.seeds)
        rows.append(
            f"{claim.name:32} {kept:3} of {arguments.seeds} ({low:4.0%} to {high:4.0%})  "
            f"{time.process_time() - began:4.0f} s  {claim.promise.text}"
        )
        print(rows[-1], flush=True)
    print("\n" + "\n".join(rows))


if __name__ == "__main__":
    main()
