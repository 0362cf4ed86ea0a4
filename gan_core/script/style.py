"""The script of a style transfer: which files it is joined from, what a spec decides in them, and its `main`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from gan_core.events import Change
from gan_core.script.files import agreed, never, settle
from gan_core.script.program import Program
from gan_core.script.writing import WIDTH, changes_by_step, python, settings_in_words, written
from gan_core.specs import SpecError, StyleSpec
from gan_core.style.budget import PROBE, probing
from gan_core.style_pictures import SIDE
from gan_core.style_plan import IN_TILES, Stage, stage_of, until

# Each file comes after those that it imports; otherwise this is the order to read them in.
ORDER = (
    "seeds", "events", "style_plan", "networks.vgg", "style.seeing", "style_losses", "style.products",
    "style.objective", "style.tiles", "style.tiled", "style.descent", "style_pictures",
    "style.colours", "style.canvas", "style.painting",
)  # fmt: skip
UNREAD = ("data", "frames", "model_folder", "networks.weights", "style_checkpoint")  # reading and saving

ABOUT = """\
a picture painted in the style of {whose}.

    python run.py                  a line for every tenth step, and at the end painted.png
    python run.py --csv run.csv    the numbers as a table too

{files}
"""
PICTURES = """\
What it paints lies beside it in pictures.npz, each picture as bytes: `content` and `style0`{more}, of shape \
(height, width, 3){mask}.\
"""
MASK = ", and `mask`, of shape (height, width)"
WEIGHTS = " What its networks have learnt lies in weights.npz, tensors by the network's name and their own."
NOT_READ = ("kind", "start", "content", "network", "size")  # of the spec, though other things have these names

MAIN = '''\
import argparse
import copy
import csv
import math
import os
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from PIL import Image

from gan_core.events import TrainingFailed
from gan_core.networks.vgg import VGG19, SlimVGG
from gan_core.style.canvas import Pictures, as_image
from gan_core.style.painting import Painting
from gan_core.style.seeing import Eye, begin, number_format
from gan_core.style_plan import Stage

HERE = Path(__file__).parent


def main() -> None:
    """Paint what SPEC asks for, stage by stage: now and then a line of numbers, and at the end painted.png."""
    parser = argparse.ArgumentParser(description="Repeat a style transfer of GAN Classroom.")
    parser.add_argument("--csv", metavar="FILE", help="write the numbers as a table too")
    parser.add_argument("--every", type=int, default=10, metavar="STEPS", help="from one line to the next")
    parser.add_argument("--device", default="cpu", help="cuda is much faster, and rounds differently")
    parser.add_argument("--threads", type=int, default=1, help="more are faster, and round sums in another order")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    eyes, plan = partial(eye, device=asked.device), [Stage(**stage) for stage in STAGES]
    painting = Painting(settings(SPEC), read_pictures(asked.device), eyes, plan)
    with open(asked.csv or os.devnull, "w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ["step", *painting.numbers()], lineterminator="\\n")
        table.writeheader()
        try:
            paint(painting, asked.every, table)
        except TrainingFailed as failure:
            raise SystemExit(str(failure)) from None
        finally:
            as_image(painting.shown).save(HERE / "painted.png")


def paint(painting: Painting, every: int, table: csv.DictWriter) -> None:
    """All steps. A loss is that of the canvas before the step; the last canvas is judged once more."""
    while True:
        if CHANGES:
            if painting.step in CHANGES:
                painting.change(changed(painting.spec, CHANGES[painting.step]))
        if painting.step >= painting.spec.steps:
            break
        painting.paint()
        if painting.step >= painting.spec.steps:
            painting.settle()
        if painting.step % every == 0 or painting.step >= painting.spec.steps:
            look(painting, table)


def read_pictures(device: str) -> Pictures:
    """What pictures.npz beside this file holds."""
    with np.load(HERE / "pictures.npz") as file:
        content, *styles = (
            Image.fromarray(file[name]) for name in ["content", *(f"style{i}" for i in range(len(SPEC["styles"])))]
        )
        mask = Image.fromarray(file["mask"]) if masked else None
        return Pictures(content, styles, device, mask=mask)


@cache
def eye(name: str, device: str) -> Eye:
    """A network by its name, with what it has learnt."""
    network = SlimVGG(SPEC["pooling"]) if name == "slim" else VGG19(SPEC["pooling"])
    if untaught:
        begin(network)
    else:
        with np.load(HERE / "weights.npz") as file:
            tensors = {own: torch.from_numpy(file[f"{name}.{own}"]) for own in network.state_dict()}
        network.load_state_dict(tensors)
    return Eye(network.eval().requires_grad_(False), device, number_format(device))


def look(painting: Painting, table: csv.DictWriter) -> None:
    """The numbers of the last step, on screen and in the table."""
    numbers = {"step": painting.step} | painting.numbers()
    table.writerow(numbers)
    shown = {name: value for name, value in numbers.items() if "." not in name and not math.isnan(value)}
    print("   ".join(f"{name} {value:.6g}" for name, value in shown.items()), flush=True)


def changed(spec: SimpleNamespace, values: dict[str, float]) -> SimpleNamespace:
    """The settings with other values for some of them, by dotted name."""
    spec = copy.deepcopy(spec)
    for name, value in values.items():
        group, _, leaf = name.rpartition(".")
        setattr(getattr(spec, group) if group else spec, leaf, value)
    return spec


def settings(values: dict) -> SimpleNamespace:
    """SPEC's groups as objects, so that `spec.start` can be written for SPEC["start"]."""
    return SimpleNamespace(
        **{name: settings(value) if isinstance(value, dict) else value for name, value in values.items()}
    )
'''


def script(spec: StyleSpec, changes: Sequence[Change] = ()) -> str:
    """A Python script that repeats a painting from pictures and weights beside it: PyTorch, NumPy and Pillow.

    Raises:
        SpecError: it had a budget in seconds, and was stopped before that had become a number of steps; or something
            was changed on its way that stays as it was.
    """
    begun, stages = as_played(spec, changes)
    forms = forms_of(begun, changes)
    program = Program(MAIN, order=ORDER, types="specs", unread=UNREAD)
    for path, known in decided(forms, stages).items():
        settle(program.files[path], known)
    program.prune()
    count = len(spec.styles)
    files = PICTURES.format(more=f" to `style{count - 1}`" * (count > 1), mask=MASK * bool(spec.mask))
    files += WEIGHTS * (spec.weights != "random")
    about = ABOUT.format(whose="another" if count == 1 else "others", files=textwrap.fill(files, WIDTH))
    said = [
        Change(change.step, {name: form.flat()[name] for name in change.settings})
        for change, form in zip(changes, forms[1:], strict=True)
    ]
    layers = {
        f"{group}.{name}"
        for group in ("content_layers", "style_layers")
        for form in forms
        for name, weight in getattr(form, group).flat().items()
        if weight
    }
    return written(
        program, begun, about, settings_in_words(spec), _stages(stages) + changes_by_step(said), read=layers,
        unread=[*NOT_READ, *(name for name in ("average", "shares") if not any(getattr(form, name) for form in forms))],
        what="the painter",
        other="other stages edit STAGES; for other pictures, networks or colours",
    )  # fmt: skip


def forms_of(spec: StyleSpec, changes: Iterable[Change]) -> list[StyleSpec]:
    """The settings from the start on, and what each change made of them.

    Raises:
        SpecError: something was changed that stays as it was.
    """
    forms = [spec]
    for change in changes:
        for name in change.settings:
            if name not in StyleSpec.changeable:
                raise SpecError(
                    f"{name} was changed at step {change.step}; a script repeats changes of weights, shares, the "
                    "learning rate and steps."
                )
        forms.append(forms[-1].changed(change.settings))
    return forms


def as_played(spec: StyleSpec, changes: Iterable[Change]) -> tuple[StyleSpec, list[Stage]]:
    """The settings and stages that a run begins with, as if what a budget in seconds comes to had been known before.

    Raises:
        SpecError: it never came to anything.
    """
    if not spec.seconds:
        return spec, spec.stages
    planned = next((change for change in changes if "steps" in change.settings), None)
    if planned is None:
        raise SpecError(
            f"The painting was stopped before its {spec.seconds:g} seconds had become a number of steps; let it go on "
            "for a moment, and then save the script."
        )
    counts = {name: value for name, value in planned.settings.items() if name in ("steps", "refined")}
    begun, probe = spec.changed(counts), probing(spec).stages
    if planned.step < PROBE:  # somebody said how many
        return begun, until(probe, begun.steps)
    first, then = probe[0]._replace(end=PROBE), stage_of(begun.stages, PROBE)
    later = [stage for stage in begun.stages if stage.first > then.first]
    if (then.side, then.network) == (first.side, first.network):
        return begun, [then._replace(first=0), *later]
    return begun, [first, then._replace(first=PROBE), *later]


def decided(forms: Sequence[StyleSpec], stages: Sequence[Stage]) -> dict[str, dict[str, bool]]:
    """The conditions that a spec decides, by file, as the file spells them; left out is what changes on the way.

    Args:
        forms: the spec, and what each change on the way made of it.
    """
    spec = forms[0]
    guided, masked, untaught = any(stage.guided for stage in stages), bool(spec.mask), spec.weights == "random"
    judging, networks = {stage.network for stage in stages}, networks_of(stages)
    largest = [max(stage.side, min(round(stage.side * spec.style_scale), SIDE)) for stage in stages]
    grey = spec.colours == "luminance"
    lengthened = any(form.steps != spec.steps for form in forms)
    return {
        "": {
            "CHANGES": len(forms) > 1,
            "masked": masked,
            "untaught": untaught,
            **agreed("name == 'slim'", *(name == "slim" for name in networks)),
        },
        "style.seeing": {
            "network.distilled": not untaught,
            **agreed("isinstance(network, SlimVGG)", *(name == "slim" for name in networks)),
        },
        "style.products": never(not masked, "place_shares is not None"),
        "style_losses": agreed("metric is None", *(name == "vgg19" or untaught for name in judging)),
        "style.objective": {
            "mask is None": not masked,
            "self.masks": masked,
            **agreed("spec.shares", *(form.shares for form in forms)),
            **never(not guided, "f'{key}.at' in self.guide"),
        },
        "style.tiled": {
            "tiles": False,
            "self.masks": masked,
            **agreed("len(self.tiles) == 1", *(stage.side <= IN_TILES for stage in stages)),
            **never(not guided, "f'{key}.at' in self.guide"),
        },
        "style.canvas": {
            "spec.start == 'noise'": spec.start == "noise",
            "spec.start == 'style'": spec.start == "style",
            "spec.colours == 'histogram'": spec.colours == "histogram",
            "spec.colours == 'luminance'": grey,
        },
        "style.painting": {
            "plan": True,
            "spec.optimizer == 'lbfgs'": spec.optimizer == "lbfgs",
            "isinstance(self.descent, Adam)": spec.optimizer == "adam",
            "self.spec.colours == 'luminance'": grey,
            "self.spec.average": bool(spec.average),
            "self.pictures.mask": masked,
            **agreed("is_large([content, *styles])", *(side > IN_TILES for side in largest)),
            **never(not guided, "stage.guided", "self.stage.guided"),
            **never(not lengthened, "spec.steps != self.spec.steps"),
        },
    }  # fmt: skip


def networks_of(stages: Iterable[Stage]) -> list[str]:
    """All that look at the canvas in these stages."""
    return sorted({name for stage in stages for name in [stage.network, *(["vgg19"] if stage.guided else [])]})


def _stages(stages: Iterable[Stage]) -> str:
    """The stages as dictionaries."""
    rows = [", ".join(f'"{name}": {python(value)}' for name, value in stage._asdict().items()) for stage in stages]
    head = "# Stretches of steps: the canvas's longer side in px, who judges it, whether VGG19 guides the slim network."
    return "\n".join([head, "STAGES = [", *(f"    {{{row}}}," for row in rows), "]"]) + "\n\n"
