"""From a run on disk to a checkpoint that can be handed on: weights, samples, scores and a model card.

python -m gan_core ship runs/fashion --to checkpoints/fashion-cdcgan-32
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from PIL import Image

from gan_core.data import bundled
from gan_core.data.load import load_pictures
from gan_core.data.pictures import PictureSet
from gan_core.data.tensors import as_bytes
from gan_core.evaluation import Judgement, judge
from gan_core.networks.families import load_network
from gan_core.networks.pictures import PictureGenerator, weights_file
from gan_core.networks.weights import CONFIG
from gan_core.picture_checkpoint import Kept, kept
from gan_core.picture_game import generated
from gan_core.picture_presets import picture_presets, shipped_presets
from gan_core.pictures import sheet_image
from gan_core.run_folder import RunFolder
from gan_core.seeds import stream
from gan_core.specs import PictureSpec, SpecError

LEAST = 100  # samples that scores mean anything of
SHEET = 10  # samples along each side of samples.png; a row shares its latents, a column its class


def ship(run: RunFolder, target: Path, n: int) -> Judgement:
    """Write the checkpoint `target` from a run, scored on n samples against n real pictures.

    Raises:
        SpecError: the run is of no preset, has not been trained, or its pictures are not there or too few.
    """
    if not run.checkpoint.exists():
        raise SpecError(f"{run.path} holds no run; train one with “python -m gan_core train --to {run.path}”.")
    checkpoint = kept(run.checkpoint.read_bytes())
    spec = checkpoint.spec
    name = target.name
    if name not in shipped_presets():
        raise SpecError(f"{name} is no preset that ships; choose {', '.join(shipped_presets())}.")
    told, own = picture_presets()[name].spec.flat(), spec.flat()
    free = ("data.limit", "data.source") if told["data.source"] not in bundled.NAMES else ("data.limit",)
    same = [key for key in told | own if key.startswith(("data.", "network.")) and key not in free]
    if differ := [key for key in same if told.get(key) != own.get(key)]:
        raise SpecError(
            f"{run.path} was trained with another {differ[0]} ({own.get(differ[0])}) than the preset {name} says "
            f"({told.get(differ[0])}), so its card would be wrong."
        )
    pictures = load_pictures(spec.data, local=True)
    if not LEAST <= n <= len(pictures):
        raise SpecError(
            f"n is {n:,}; it must be from {LEAST} to {len(pictures):,}, because samples are scored against as many "
            "real pictures."
        )
    run.export(pictures)  # of this very checkpoint
    with TemporaryDirectory() as made:  # nothing that stood there is lost before all is well
        folder = Path(made)
        for file in (CONFIG, *map(weights_file, ("generator", "discriminator"))):
            shutil.copyfile(run.path / file, folder / file)
        generator = load_network(folder)
        judgement = show_and_judge(folder, generator, name, pictures, n, checkpoint.step)
        text = card(name, run, checkpoint, generator, pictures, judgement)
        (folder / "README.md").write_text(text, encoding="utf-8")
        shutil.copytree(folder, target, dirs_exist_ok=True)
    return judgement


def show_and_judge(
    target: Path, generator: PictureGenerator, preset: str, pictures: PictureSet, n: int, step: int
) -> Judgement:
    """Write `samples.png` and `scores.json` of a generator into its folder, judged on the preset's pictures."""
    sample_sheet(generator).save(target / "samples.png", optimize=True)
    judgement = judge(generator, pictures, n)
    about = {"preset": preset, "step": step, "n": n} | judgement._asdict()
    about["scores"] = [asdict(score) for score in judgement.scores]
    (target / "scores.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return judgement


def score_table(judgement: Judgement) -> str:
    """The scores as Markdown, with recall between two halves of the real set and how often each class came."""
    rows = [
        f"| {score.name} | {_number(score.value)} ± {_number(score.error)} | "
        f"{'' if score.floor is None else _number(score.floor)} | {score.n:,} |"
        for score in judgement.scores
    ]
    halves = (
        f"Recall between two halves of the real set, {judgement.half_n:,} pictures each: {judgement.half_recall:.3f}."
    )
    parts = [
        "\n".join(["| score | value ± standard error | a perfect generator's | n |", "|---|---|---|---|", *rows]),
        halves,
    ]
    if judgement.per_class:
        shares = ", ".join(f"{label} {share:.1%}" for label, share in judgement.per_class.items())
        parts.append(f"**Asked for and got**, by class, as the classifier sees it: {shares}.")
    return "\n\n".join(parts)


def sample_sheet(generator: PictureGenerator, seed: int = 0) -> Image.Image:
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
    name: str, run: RunFolder, checkpoint: Kept, generator: PictureGenerator, pictures: PictureSet, judgement: Judgement
) -> str:
    """The model card: data, recipe, command, time, scores with n, licence, limits."""
    preset, (spec, step, seconds, on, _), real = picture_presets()[name], checkpoint, len(pictures)
    commit = f" Commit {pictures.revision}." if pictures.revision else ""
    stretches = _stretches(run, step)
    seen = sum(steps * each.batch for each, steps in stretches)
    changes = spec.changes()
    asked = "z, torch.arange(8)" if generator.classes else "z"
    late = ", at the end; see the commands" if len(stretches) > 1 else ""
    changes |= {"data.source": _source(spec), "steps": step}
    settings = "\n".join(f"- `{key}`: {value}" for key, value in changes.items())
    return f"""---
license: apache-2.0
library_name: gan-classroom
{"" if generator.classes else "pipeline_tag: unconditional-image-generation" + chr(10)}---

# {name}: {preset.title}

{preset.why}

![samples](samples.png)

A generator with {generator.parameter_count:,} parameters: {generator.latent_size} standard normal numbers
{"and a class " if generator.classes else ""}become a picture of {generator.size} px. The weights are a running average
(EMA) over training. `discriminator.safetensors` is the discriminator that taught it. The samples above were not chosen.

{score_table(judgement)}

“Classes off” is the share of samples that would have to be of another class for the classes to come as often as in the
data. Scores compare only with others of the same name and n.

**Use.**

```python
import torch
from pathlib import Path
from gan_core.networks.families import load_network

generator = load_network(Path("checkpoints/{name}"))
z = torch.randn(8, {generator.latent_size})
pictures = generator({asked})
# (8, {generator.channels}, {generator.size}, {generator.size}), from -1 to 1
```

**Data.** {real:,} pictures. {preset.origin}{commit}

**Recipe.** The settings that differ from the defaults{late}:

{settings}

**Trained** for {step:,} steps, {seen:,} pictures in all, in {max(1, round(seconds / 60)):,} min on {on}, by

```bash
{_commands(name, stretches)}
python -m gan_core ship runs/{name} --to checkpoints/{name}
```

**Licence of the weights.** Apache-2.0, as the project.

**Limits.** Scores in these features compare with each other at one n, and never with published scores in Inception's
features. The generator knows its {real:,} training pictures' world and no other.
"""


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def _source(spec: PictureSpec) -> str:
    """Of the pictures; of one's own the name alone, for where they lie is nobody's business."""
    return Path(spec.data.source).name if Path(spec.data.source).exists() else spec.data.source


def _stretches(run: RunFolder, step: int) -> list[tuple[PictureSpec, int]]:
    """Each set of settings that was in force, and for how many steps."""
    history = run.history()
    begins = [stretch["step"] for stretch in history]
    ends = [*begins[1:], step]
    return [
        (PictureSpec.from_flat(stretch["settings"]), end - begin)
        for stretch, begin, end in zip(history, begins, ends, strict=True)
        if end > begin
    ]


def _commands(name: str, stretches: list[tuple[PictureSpec, int]]) -> str:
    """What was typed, one line for each stretch of the run with settings of its own."""
    preset, lines, end = picture_presets()[name].spec.flat(), [], 0
    for spec, steps in stretches:
        end += steps
        own = spec.flat() | {"steps": end, "data.source": _source(spec)}
        changed = [
            f" --{key} {value}" for key, value in own.items() if value != preset.get(key) and key != "frame_every"
        ]
        lines.append(f"python -m gan_core train --preset {name}{''.join(changed)} --to runs/{name}")
    return "\n".join(lines)
