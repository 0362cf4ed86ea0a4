"""Make `checkpoints/vgg19-slim`: read pictures, distil, measure on photographs that were kept out, write the card.

    python -m gan_core distill photographs.zip --to runs/slim --from checkpoints/vgg19-slim
    python -m gan_core distill photographs.zip --to runs/slim --ship checkpoints/vgg19-slim

The first line again goes on where it was interrupted. Photographs may be any: thousand of many kinds are good.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load
from torch import Tensor

from gan_core.data import gallery, own
from gan_core.data.pictures import DataError
from gan_core.data.tensors import floats
from gan_core.distill import Distillation, Recipe, correlations
from gan_core.frames import metadata
from gan_core.model_folder import CARD
from gan_core.networks import vgg
from gan_core.networks.vgg import DEVIATION, LAYERS, MEAN, SlimVGG
from gan_core.networks.weights import read_config, write_config, write_tensors
from gan_core.on_disk import interruptible, put_whole
from gan_core.teaching import LAYERS as TAUGHT
from gan_core.thinning import fit_heads

SIDE = 288  # px of the squares that photographs are kept at
KEPT_OUT = 20  # every so-manieth photograph is measured on, and not learnt from
WINDOWS = 40  # cut out of each painting
FITTED = 64  # photographs that the heads of layers which were not taught are fitted to
SAY_EVERY = 20  # steps
KEEP_SECONDS = 120.0
CHECKPOINT, SITTINGS = "checkpoint.safetensors", "sittings.json"


def distill_into(
    folder: Path, photographs: Path, recipe: Recipe, minutes: float = 0.0, start: Path | None = None,
    say: Callable[[str], None] = print,
) -> Distillation:  # fmt: skip
    """Distil, or go on, until the recipe's last step, `minutes` from now, or an interrupt.

    Args:
        start: a folder with an earlier student, to begin with it.

    Raises:
        DataError: there are too few photographs, or the folder holds a run with another recipe.
    """
    begun = last = time.monotonic()
    learnt, kept_out = read_photographs(photographs)
    say(f"{len(learnt):,} photographs to learn from, {len(kept_out):,} kept out")
    game = Distillation(learnt, painted(recipe.seed), recipe, vgg.load_slim(start) if start else None)
    checkpoint = folder / CHECKPOINT
    if checkpoint.exists():
        game.load(checkpoint.read_bytes())
    else:
        folder.mkdir(parents=True, exist_ok=True)
        before = read_config(start)["sittings"] if start else []
        (folder / SITTINGS).write_text(json.dumps(before), encoding="utf-8")
        game.prepare()
    say(f"prepared in {time.monotonic() - begun:.0f} s")
    sums: dict[str, list[Tensor]] = {}
    with interruptible() as interrupted:
        while game.step < recipe.steps and not (interrupted() or (minutes and time.monotonic() - begun > 60 * minutes)):
            for name, part in game.train().items():
                sums.setdefault(name, []).append(part)
            if game.step % SAY_EVERY == 0:
                numbers = "   ".join(f"{name} {float(sum(parts)) / len(parts):.4f}" for name, parts in sums.items())
                say(f"step {game.step:6d}   {numbers}   {time.monotonic() - begun:.0f} s")
                sums.clear()
                if time.monotonic() - last > KEEP_SECONDS:
                    last = time.monotonic()
                    put_whole(checkpoint, game.save())
    put_whole(checkpoint, game.save())
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


# What ships ----------------------------------------------------------------------------------------------------------


def ship(run: Path, photographs: Path, folder: Path) -> dict[str, float]:
    """Write a run's student with config.json and the model card. Returns its correlations with VGG19, by layer.

    The heads of layers that were not taught are fitted to the network that is now below them.

    Raises:
        DataError: the run has not begun, or there are too few photographs.
    """
    if not (run / CHECKPOINT).exists():
        raise DataError(f"{run} holds no checkpoint; distil into it first.")
    packed = (run / CHECKPOINT).read_bytes()
    about = {name: json.loads(metadata(packed)[name]) for name in ("step", "recipe")}
    student, teacher = SlimVGG(), vgg.load()
    prefix = "student."
    student.load_state_dict(
        {name.removeprefix(prefix): each for name, each in load(packed).items() if name.startswith(prefix)}
    )
    student.eval().requires_grad_(False)
    learnt, kept_out = read_photographs(photographs)
    few = learnt[:: max(1, len(learnt) // FITTED)]
    fit_heads(student, teacher, floats(few), [name for name in LAYERS if name not in TAUGHT])
    stored = {name: each.to(torch.float16) for name, each in student.state_dict().items()}
    student.load_state_dict(stored)
    measured = correlations(student, teacher, floats(kept_out), LAYERS)
    sittings = [*json.loads((run / SITTINGS).read_text(encoding="utf-8")), _sitting(about)]
    files = write_tensors(folder, stored)
    shape = {"layers": list(LAYERS), "dtype": "float16", "value_range": [-1, 1], "mean": MEAN, "std": DEVIATION}
    numbers = {name: round(value, 3) for name, value in measured.items()}
    config = {"model": "vgg19-slim", **shape, "correlations": numbers, "photographs": len(kept_out)}
    write_config(folder, {**config, "sittings": sittings})
    card = MODEL_CARD.format(
        parameters=sum(each.numel() for each in student.parameters()), megabytes=files[0].stat().st_size / 1e6,
        n=len(kept_out), n_learnt=len(learnt), every=KEPT_OUT, fitted=len(few),
        rows="\n".join(f"| {name} | {value:.3f} |{_taught(name)}" for name, value in numbers.items()),
        sittings="\n".join(f"{index}. {each}" for index, each in enumerate(sittings, 1)),
    )  # fmt: skip
    (folder / CARD).write_text(card, encoding="utf-8")
    return measured


def _sitting(about: dict) -> str:
    recipe = Recipe(**about["recipe"])
    between = (
        f" every {recipe.slopes_every} steps, and {2 * recipe.batch} pictures at those between"
        if recipe.slopes_every > 1 else ""
    )  # fmt: skip
    return (
        f"{about['step']:,} of {recipe.steps:,} steps of {recipe.batch} canvases and {recipe.batch} pictures{between}, "
        f"at {recipe.size} px, learning rate {recipe.learning_rate:g}, seed {recipe.seed}, on one core of a CPU."
    )


def _taught(name: str) -> str:
    return (
        " answers, slopes, Gram matrices |"
        if name in TAUGHT and name != TAUGHT[-1]
        else (" answers, slopes |" if name in TAUGHT else " a head fitted afterwards |")
    )


MODEL_CARD = """---
license: cc-by-4.0
library_name: gan-classroom
pipeline_tag: image-feature-extraction
---

# vgg19-slim: VGG19 from conv1_1 to conv5_1 at a quarter of its width

{parameters:,} parameters, float16, {megabytes:.2f} MB: a fourteenth of VGG19's multiplications. A 1x1 convolution a
layer (its head) turns what the layer answers into what VGG19's would. Distilled by this project from
`checkpoints/vgg19-conv`, so that GAN Classroom's style transfer can sketch quickly what VGG19 then refines.

**Input.** RGB in [-1, 1]; the network itself moves that to ImageNet's mean and standard deviation.

**Correlation with VGG19** through the heads, each channel's mean taken off, on n = {n:,} photographs that were kept out
(every {every}th of those that it was trained with), and what each layer was taught:

| layer | correlation | taught |
|---|---|---|
{rows}

**Recipe.** Begun by least squares from VGG19's own channels (`gan_core.thinning`), then trained (`gan_core.distill`) to
give VGG19's answers, its Gram matrices, and its slopes: the gradients with respect to a canvas's pixels, on canvases
that the network itself was painting (`gan_core.teaching`). Sittings, one after another:

{sittings}

A sitting from the shipped weights on, and what ships after it, are made by

```bash
python -m gan_core distill photographs.zip --to runs/slim --from checkpoints/vgg19-slim
python -m gan_core distill photographs.zip --to runs/slim --ship checkpoints/vgg19-slim
```

where the second line fits the heads of the layers that were not taught to {fitted:,} of the photographs.

**Data.** {n_learnt:,} photographs, one each of as many of ImageNet's classes, whose terms allow research; they do not
ship, and the gallery's photographs are not among them. The gallery's paintings, which are in the public domain.
Textures from formulas (`gan_core.data.textures`).

**Licence.** [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/), as VGG19's weights by Simonyan and Zisserman
(Visual Geometry Group, University of Oxford), of which these are a derivative: rescaled by Gatys, Ecker and Bethge,
thinned out and trained by this project.

**Limits.** The deeper a layer, the less it knows of what VGG19 answers there, and the less its slopes point where
VGG19's do: it sketches, and VGG19 has to finish. Distances in its features are not VGG19's. It was trained with max
pooling, on pictures of 144 to 192 px.
"""
