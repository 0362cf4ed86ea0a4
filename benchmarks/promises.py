"""Whether the picture presets do what they say, and how long that takes: written into `gan_core/picture_presets.json`.

    python -m benchmarks.promises [--preset NAME] [--seeds 3]

Each preset that promises something is trained to its end with each seed, on one thread, as a worker does it. The
figures do not depend on what else the machine does; the seconds do.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

import torch

from gan_core.events import Frame
from gan_core.picture_presets import FILE, PicturePreset, picture_presets
from gan_core.pictures import train


def main() -> None:
    promising = {name: preset for name, preset in picture_presets().items() if preset.promise}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", choices=promising, help="only this one (default: all that promise something)")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="seeds 0 to N - 1 (default %(default)s)")
    given = parser.parse_args()
    torch.set_num_threads(1)
    for name in [given.preset] if given.preset else promising:
        measured = [played(promising[name], seed) for seed in range(given.seeds)]
        values, seconds = zip(*measured, strict=True)
        promise = promising[name].promise
        found = {
            "kept": sum(map(promise.holds, values)), "seeds": given.seeds,
            "median": float(f"{statistics.median(values):.3g}"), "seconds": round(statistics.median(seconds), 1),
        }  # fmt: skip
        write(name, found)
        print(f"{name:18} {promise.metric} {', '.join(f'{value:.3g}' for value in values)}   {found}", flush=True)


def played(preset: PicturePreset, seed: int) -> tuple[float, float]:
    """The promised metric at the end of a run, and the seconds that the run took, looks and scores with it."""
    begun = time.perf_counter()
    for event in train(preset.spec.changed({"seed": seed})):
        if isinstance(event, Frame):
            last = event
    return last.metrics[preset.promise.metric], time.perf_counter() - begun


def write(name: str, found: dict[str, float]) -> None:
    """Put what was found beside the promise."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    rows[name]["promise"] |= found
    FILE.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
