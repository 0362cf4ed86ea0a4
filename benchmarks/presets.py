"""Count how many seeds keep each preset's promise, and write it into gan_core/presets.json:

python -m benchmarks.presets [--seeds 10] [NAME ...]
"""

from __future__ import annotations

import argparse
import json

import torch

from gan_core.events import Frame
from gan_core.presets import FILE, Promise, presets
from gan_core.specs import ToySpec
from gan_core.toy import train


def kept(spec: ToySpec, promise: Promise, seeds: int) -> int:
    """How many of the first seeds end as promised."""
    count = 0
    for seed in range(seeds):
        quick = spec.model_copy(update={"seed": seed, "frame_every": spec.steps})  # only the last frame is asked about
        last = [event for event in train(quick) if isinstance(event, Frame)][-1]
        count += promise.holds(last.metrics)
        print(f"  seed {seed}: " + "  ".join(f"{k} {v:.3g}" for k, v in last.metrics.items()), flush=True)
    return count


def main() -> None:
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="presets to measure; all when none is named")
    parser.add_argument("--seeds", type=int, default=10)
    arguments = parser.parse_args()
    for name in arguments.names or presets():
        preset = presets()[name]
        both = (
            [("promise",), preset.spec, preset.promise],
            [("cure", "promise"), preset.cured, preset.cure and preset.cure.promise],
        )
        for path, spec, promise in both if preset.cure else both[:1]:
            print(f"{name} {' '.join(path)}: {promise.text}")
            count = kept(spec, promise, arguments.seeds)
            print(f"{count} of {arguments.seeds} seeds {promise.text}")
            table = json.loads(FILE.read_text(encoding="utf-8"))  # read again: another run may have written meanwhile
            place = table[name]
            for part in path:
                place = place[part]
            place |= {"kept": count, "seeds": arguments.seeds}
            FILE.write_text(json.dumps(table, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
