"""Whether the shipped generators still score what their cards say: python -m benchmarks.cards [NAME ...]

Samples and scores are computed anew from the weights and compared with `scores.json`. The latents are the card's own,
so on the machine that wrote it the difference is 0; elsewhere it has to stay within two of the card's standard errors.
With `--seed 1` other latents and other real pictures are drawn, and the two readings' errors add up.
"""

from __future__ import annotations

import argparse
import json
import math

from gan_core.data.load import load_pictures
from gan_core.evaluation import judge
from gan_core.model_folder import CHECKPOINTS
from gan_core.networks.families import load_network
from gan_core.picture_presets import picture_presets
from gan_core.specs import PictureSpec


def check(name: str, seed: int, source: str | None) -> bool:
    """Print a line a score; whether all lie within their errors."""
    folder = CHECKPOINTS / name
    about = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    settings = picture_presets()[about["preset"]].settings | ({"data.source": source} if source else {})
    judgement = judge(
        load_network(folder), load_pictures(PictureSpec.from_flat(settings).data, local=True), about["n"], seed
    )
    good = True
    for card, now in zip(about["scores"], judgement.scores, strict=True):
        error = card["error"] if seed == 0 else math.hypot(card["error"], now.error)
        apart = abs(now.value - card["value"])
        within = apart <= 2 * error + 1e-9
        good &= within
        print(
            f"{name:20} {card['name']:48} card {card['value']:9.4f}   now {now.value:9.4f}   "
            f"{apart / error if error else 0:4.1f} errors apart{'' if within else '   TOO FAR'}",
            flush=True,
        )
    return good


def main() -> int:
    have = [folder.parent.name for folder in sorted(CHECKPOINTS.glob("*/scores.json"))]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all whose pictures ship")
    parser.add_argument("--seed", type=int, default=0, help="of latents and of the choice of real pictures")
    parser.add_argument("--source", help="the pictures of cats-64, which do not ship")
    given = parser.parse_args()
    if unknown := set(given.names) - set(have):
        parser.error(f"{min(unknown)} has no scores; there are {', '.join(have)}.")
    kept = [
        check(name, given.seed, given.source)
        for name in given.names or [name for name in have if not name.startswith("cats")]
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    raise SystemExit(main())
