"""Make `checkpoints/vgg19-slim`: read pictures, distil, measure on photographs that were kept out, write the card.

    python -m gan_core distill photographs.zip --to runs/slim
    python -m gan_core distill photographs.zip --to runs/slim --ship checkpoints/vgg19-slim

The same line goes on where it was interrupted. Photographs may be any: thousand of many kinds are good.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan_core.data import gallery, own
from gan_core.distill import Distillation, Recipe, correlations
from gan_core.networks.weights import fill, read_tensors

SIDE = 288  # px of the squares that photographs are kept at
KEPT_OUT = 20  # every so-manieth photograph is measured on, and not learnt from
WINDOWS = 40  # cut out of each painting
SAY_EVERY = 100  # steps
KEEP_SECONDS = 60.0


def distill_into(
    folder: Path, photographs: Path, recipe: Recipe, minutes: float = 0.0, start: Path | None = None,
    say: Callable[[str], None] = print,
) -> Distillation:  # fmt: skip
    """Distil, or go on, until the recipe's last step or `minutes` from now.

    Args:
        start: a folder with an earlier student's weights, to begin with these.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    learnt, kept_out = read_photographs(photographs)
    say(f"{len(learnt):,} photographs to learn from, {len(kept_out):,} kept out, on {device}")
    game = Distillation(learnt, painted(recipe.seed), recipe, device)
    checkpoint = folder / "checkpoint.safetensors"
    folder.mkdir(parents=True, exist_ok=True)
    if checkpoint.exists():
        game.load(checkpoint.read_bytes())
    elif start:
        fill(game.student, read_tensors(start), start)
    begun = last = time.monotonic()
    first = game.step
    sums: dict[str, Tensor] = {}
    while game.step < recipe.steps and not (minutes and time.monotonic() - begun > 60 * minutes):
        for name, part in game.train().items():
            sums[name] = sums.get(name, 0) + part
        if game.step % SAY_EVERY == 0 or game.step == first + 1:
            seen = SAY_EVERY if game.step % SAY_EVERY == 0 else 1
            numbers = "   ".join(f"{name} {float(part) / seen:.4f}" for name, part in sums.items())
            rate = (game.step - first) / (time.monotonic() - begun)
            say(
                f"step {game.step:6d}   {numbers}   {rate:.1f} steps/s   {(recipe.steps - game.step) / rate:.0f} s left"
            )
            sums.clear()
            if time.monotonic() - last > KEEP_SECONDS:
                last = time.monotonic()
                _keep(checkpoint, game.save())
    _keep(checkpoint, game.save())
    for name, value in correlations(game.student, game.teacher, measured(kept_out, device)).items():
        say(f"{name}: correlation with VGG19 {value:.3f}")
    return game


def read_photographs(source: Path) -> tuple[Tensor, Tensor]:
    """Squares uint8 (N, 3, SIDE, SIDE): to learn from, and kept out. Raises DataError where there are too few."""
    pictures = torch.from_numpy(own.read(source, SIDE).pictures).permute(0, 3, 1, 2)
    out = torch.arange(len(pictures)) % KEPT_OUT == 0
    return pictures[~out].contiguous(), pictures[out].contiguous()


def painted(seed: int) -> Tensor:
    """Windows of the gallery's paintings at two scales: uint8 (N, 3, SIDE, SIDE)."""
    random = np.random.default_rng(seed)
    windows = []
    for name in gallery.paintings():
        whole = gallery.image_of(name)
        for scale in (1.0, SIDE / min(whole.size)):
            image = whole.resize((round(whole.width * scale), round(whole.height * scale)))
            for _ in range(WINDOWS // 2):
                left, top = (int(random.integers(0, side - SIDE + 1)) for side in image.size)
                windows.append(np.asarray(image.crop((left, top, left + SIDE, top + SIDE))))
    return torch.from_numpy(np.stack(windows)).permute(0, 3, 1, 2).contiguous()


def measured(pictures: Tensor, device: str) -> Tensor:
    """As networks take them."""
    return (pictures.float() / 127.5 - 1).to(device)


def _keep(file: Path, packed: bytes) -> None:
    """In one move, so that a crash leaves the old one or the new one."""
    part = file.with_suffix(".part")
    part.write_bytes(packed)
    part.replace(file)
