"""From a run on disk to a checkpoint that can be handed on: weights, samples, scores and a model card.

python -m gan_core ship runs/fashion --to checkpoints/fashion-cdcgan-32
"""

from __future__ import annotations

import json
import platform
import shutil
from dataclasses import asdict
from pathlib import Path

import torch

from gan_core.data.load import load_pictures
from gan_core.evaluation import Judgement, judge
from gan_core.networks.families import load_network
from gan_core.networks.pictures import DISCRIMINATOR, PictureGenerator
from gan_core.networks.weights import CONFIG, SINGLE
from gan_core.picture_game import as_bytes, generated
from gan_core.picture_presets import picture_presets
from gan_core.pictures import kept, sheet_image
from gan_core.run_folder import RunFolder
from gan_core.seeds import stream
from gan_core.specs import PictureSpec, SpecError

SHEET = 10  # samples along each side of samples.png; a row shares its latents, a column its class


def ship(run: RunFolder, target: Path, n: int) -> Judgement:
    """Write the checkpoint `target` from a run, scored on n samples against n real pictures.

    Raises:
        SpecError: the run is of no preset, has not been trained, or its pictures are not there or too few.
    """
    if not run.checkpoint.exists():
        raise SpecError(f"{run.path} holds no run; train one with “python -m gan_core train --to {run.path}”.")
    spec, step, seconds = kept(run.checkpoint.read_bytes())
    name = target.name
    if name not in picture_presets():
        raise SpecError(f"{name} is no preset, so nobody could train it again; choose {', '.join(picture_presets())}.")
    pictures = load_pictures(spec.data)
    target.mkdir(parents=True, exist_ok=True)
    for file in (CONFIG, SINGLE, DISCRIMINATOR):
        shutil.copyfile(run.path / file, target / file)
    generator = load_network(target)
    sample_sheet(generator).save(target / "samples.png", optimize=True)
    try:
        judgement = judge(generator, pictures, n)
    except ValueError as error:
        raise SpecError(str(error)) from None
    about = {
        "scores": [asdict(score) for score in judgement.scores],
        "per_class": judgement.per_class,
        "half_recall": judgement.half_recall,
        "half_n": judgement.half_n,
        "n": n,
        "step": step,
    }
    (target / "scores.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    text = card(name, spec, run, step, seconds, generator, len(pictures), judgement)
    (target / "README.md").write_text(text, encoding="utf-8")
    return judgement


def sample_sheet(generator: PictureGenerator, seed: int = 0):
    """A hundred samples, never chosen: with classes a column for each, else as they come."""
    latents = stream(seed, "latents")
    if not generator.classes:
        return sheet_image(
            as_bytes(generated(generator, torch.randn(SHEET**2, generator.latent_size, generator=latents)))
        )
    z = torch.randn(SHEET, generator.latent_size, generator=latents).repeat_interleave(generator.classes, 0)
    asked = torch.arange(generator.classes).repeat(SHEET)
    return sheet_image(as_bytes(generated(generator, z, asked)), across=generator.classes)


def card(
    name: str, spec: PictureSpec, run: RunFolder, step: int, seconds: float, generator: PictureGenerator, real: int,
    judgement: Judgement,
) -> str:  # fmt: skip
    """The model card: data, recipe, command, time, scores with n, licence, limits."""
    preset = picture_presets()[name]
    rows = "\n".join(
        f"| {score.name} | {_number(score.value)} ± {_number(score.error)} | {score.n:,} |"
        for score in judgement.scores
    )
    classes = ""
    if judgement.per_class:
        shares = ", ".join(f"{label} {share:.1%}" for label, share in judgement.per_class.items())
        classes = f"\n**Asked for and got**, by class, as the classifier sees it: {shares}.\n"
    settings = "\n".join(f"- `{key}`: {value}" for key, value in spec.changes().items())
    return f"""---
license: apache-2.0
library_name: gan-classroom
pipeline_tag: unconditional-image-generation
---

# {name}: {preset.title}

{preset.why}

![samples](samples.png)

A generator with {generator.parameter_count:,} parameters: {generator.latent_size} standard normal numbers
{"and a class " if generator.classes else ""}become a picture of {generator.size} px. The weights are a running average
(EMA) over training. `discriminator.safetensors` is the discriminator that taught it. The samples above were not chosen.

| score | value ± standard error | n |
|---|---|---|
{rows}

Recall between two halves of the real set, {judgement.half_n:,} pictures each: {judgement.half_recall:.3f}.
{classes}
**Data.** {real:,} pictures. {preset.origin}

**Recipe.** The settings that differ from the defaults:

{settings}

**Trained** for {step:,} steps of {spec.batch} pictures, {step * spec.batch:,} pictures in all, in
{seconds / 60:,.0f} minutes on one thread of a shared CPU ({platform.machine()}), torch {torch.__version__}, by

```bash
{_commands(name, run, step)}
python -m gan_core ship runs/{name} --to checkpoints/{name}
```

**Licence of the weights.** Apache-2.0, as the project.

**Limits.** Scores in these features compare with each other at one n, and never with published scores in Inception's
features. The generator knows its {real:,} training pictures' world and no other.
"""


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def _commands(name: str, run: RunFolder, step: int) -> str:
    """What was typed, one line for each stretch of the run with settings of its own."""
    history = run.history()
    preset, ends = picture_presets()[name].spec.flat(), [*(each["step"] for each in history[1:]), step]
    lines = []
    for stretch, end in zip(history, ends, strict=True):
        own = PictureSpec.from_flat(stretch["settings"]).flat() | {"steps": end}
        if own["data.source"] != preset["data.source"]:
            own["data.source"] = Path(own["data.source"]).name
        changed = [
            f" --{key} {value}" for key, value in own.items() if value != preset.get(key) and key != "frame_every"
        ]
        lines.append(f"python -m gan_core train --preset {name}{''.join(changed)} --to runs/{name}")
    return "\n".join(lines)
