"""The script of a spec: the very source that a toy game consists of, without what the spec does not use.

`script(spec)` reads `toy_game.py` and what it imports, decides the conditions that the spec decides, cuts what is then
left over, and puts the spec on top as plain numbers and a short `main` at the end.
"""

from __future__ import annotations

import ast
import re
import textwrap
from typing import Any, Literal, get_origin

from gan_core import specs
from gan_core.script.files import File, keep_rows, settle, tidy
from gan_core.script.program import Program, joined_imports
from gan_core.specs import Spec, ToySpec

WIDTH = 120
SHOWN = 60  # characters of a setting in the header; a drawing has up to 800

# Each file comes after those that it imports; otherwise this is the order to read them in.
ORDER = (
    "seeds", "data.toy", "networks.stacked", "networks.mlp", "losses", "penalties", "optimizers",
    "training", "diagnostics.players", "diagnostics.divergence", "theory", "toy_game",
)  # fmt: skip

HEADER = '''\
"""A run of GAN Classroom: two small networks on points in the plane.

    python run.py                  a line for each frame
    python run.py --csv run.csv    the same numbers as a table, the one that the app saves

Needs Python 3.11 or newer, PyTorch and NumPy. Same machine and PyTorch version: same numbers as in the app. Elsewhere
the last digits differ at first, and a GAN makes more of them as it goes on.

{settings}

The code is the app's own (gan_core), joined into one file, without what this run does not use. To change a number, edit
SPEC; for another loss, another kind of data or a cure that is not here, export another script.

Licensed under the Apache License, Version 2.0: https://www.apache.org/licenses/LICENSE-2.0
"""

# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

'''

MAIN = '''\
import argparse
import csv
import math
import os
from types import SimpleNamespace

import torch

from gan_core.toy_game import ToyGame


def main() -> None:
    """Play the game of SPEC from the start: a line for each frame, and a table of them if one is asked for."""
    parser = argparse.ArgumentParser(description="Repeat a run of GAN Classroom.")
    parser.add_argument("--csv", metavar="FILE", help="write the numbers as a table too")
    target = parser.parse_args().csv or os.devnull
    torch.set_num_threads(1)  # more are slower for nets this small, and round their sums in another order
    toy = ToyGame(settings(SPEC))
    with open(target, "w", encoding="utf-8", newline="") as file:
        numbers = measured(toy)
        table = csv.DictWriter(file, numbers, lineterminator="\\n")
        table.writeheader()
        show(numbers, table)
        while toy.game.step < toy.spec.steps:
            toy.game.round()
            if toy.due():
                show(measured(toy), table)


def measured(toy: ToyGame) -> dict[str, float]:
    """The step and every metric, the median over the seeds where there are several; nan: not measured at this frame."""
    look, step = toy.look(), toy.game.step
    if not torch.stack([look.fake.sum((1, 2)), look.metrics["discriminator_loss"], look.pull.loss]).isfinite().all():
        raise SystemExit(f"The game blew up before step {step}: its numbers are no longer finite.")
    return {"step": step} | {name: float(values.nanmedian()) for name, values in look.metrics.items()}


def show(numbers: dict[str, float], table: csv.DictWriter) -> None:
    """One frame, on screen and in the table."""
    table.writerow(numbers)
    print("   ".join(f"{name} {value:.6g}" for name, value in numbers.items() if not math.isnan(value)), flush=True)


def settings(values: dict) -> SimpleNamespace:
    """SPEC's groups as objects, so that `spec.data.modes` can be written for SPEC["data"]["modes"]."""
    return SimpleNamespace(
        **{name: settings(value) if isinstance(value, dict) else value for name, value in values.items()}
    )
'''


def script(spec: ToySpec) -> str:
    """A Python script that repeats the run of a spec and prints the same numbers; it needs PyTorch and NumPy alone."""
    program = Program(MAIN, order=ORDER, types="specs")
    files = program.files
    keep_rows(files["data.toy"], "_MAKERS", [spec.data.kind])
    keep_rows(
        files["networks.mlp"], "ACTIVATIONS", [player.activation for player in (spec.generator, spec.discriminator)]
    )
    keep_rows(files["losses"], "LOSSES", [spec.loss])
    keep_rows(files["penalties"], "PENALTIES", spec.regularisation.penalties)
    keep_rows(files["optimizers"], "_STEPS", [spec.discriminator_optimizer.name])  # D's alone, for unrolling
    for path, known in decided(spec, files["losses"]).items():
        settle(files[path], known)
    program.prune()
    program.plain_annotations(instead="SimpleNamespace")
    parts = [
        HEADER.format(settings=_settings_in_words(spec)),
        joined_imports(files.values(), program.types_named()) + "\n",
        _literal(spec, _names_read(program)) + "\n",
        _types(program) + "\n\n",
        *(_section(file, program) + "\n\n" for file in files.values() if file.tree.body),
        'if __name__ == "__main__":\n    main()\n',
    ]
    return "".join(parts)


# What the spec decides -----------------------------------------------------------------------------------------------


def decided(spec: ToySpec, losses: File) -> dict[str, dict[str, bool]]:
    """The conditions that a spec decides, by file, as the file spells them.

    Left out is what only one of the two players decides, since both run the same code.
    """
    g, d, cures, smooth = spec.generator, spec.discriminator, spec.cures, spec.regularisation
    row = losses.definitions["LOSSES"].value.values[0]  # Loss(discriminator, generator, opinion, ..., pairs=True)
    pairs = any(keyword.arg == "pairs" and keyword.value.value for keyword in row.keywords)
    steps = (spec.generator_optimizer.name, spec.discriminator_optimizer.name)
    training: dict[str, Any] = {
        "rules.loss.pairs": pairs,
        "rules.consensus": cures.consensus,
        "rules.simultaneous": spec.order == "simultaneous",
        "rules.unrolled_steps": cures.unrolled_steps,
        "rules.mode_seeking": cures.mode_seeking,
        "rules.instance_noise": cures.instance_noise,
        "rules.ema": cures.ema,
        "self.average": cures.ema,
        "self.rules.apart": d.batch_norm or cures.minibatch_std,
        "rules.skip_below": cures.skip_below,
        "self.rules.weight_clip": smooth.weight_clip,
        "self.classifier": cures.generators > 1,
        # what pictures alone have
        "self.rules.shared_fakes": False,
        "self.in_hand": False,
        "self.average_over_team": False,
        "rules.augment": False,
        "rules.classes": False,
        "self.rules.mismatched": False,
        "rules.skip_above": False,
        "rules.penalised": False,
        "self.rules.bfloat16": False,
        "not self.rules.bfloat16": True,
        "labels is None": True,
    }
    if not spec.regularisation.penalties:
        training["self.penalty_is_due"] = False
    if not smooth.weight_clip:
        training["(clip := self.rules.weight_clip)"] = False
    return {
        "data.toy": {
            "self.island is None": spec.data.kind != "drawn",
            "self.island is not None": spec.data.kind == "drawn",
        },
        "networks.stacked": {
            **_agreed("spectral", False, d.spectral_norm),
            **_agreed("self.spectral", False, d.spectral_norm),
            **{
                text: truth
                for how in ("default", "orthogonal", "xavier")
                for text, truth in _agreed(f"how == '{how}'", g.initialisation == how, d.initialisation == how).items()
            },
        },
        "networks.mlp": {
            **_agreed("spec.batch_norm", g.batch_norm, d.batch_norm),
            **_agreed("self.input_scale != 1.0", False, d.input_scale != 1),
            **_agreed("self.batch_deviation", False, cures.minibatch_std),
            "generators > 1": cures.generators > 1,
            "spec.latent_law == 'normal'": g.latent_law == "normal",
        },
        "optimizers": {"self.shared": False, "self.clip": False}
        | {
            text: truth
            for name in ("adam", "rmsprop")
            for text, truth in _agreed(f"spec.name == '{name}'", *(step == name for step in steps)).items()
        },
        "training": {text: bool(value) for text, value in training.items()},
        "diagnostics.players": {"loss.pairs": pairs},
        "toy_game": {
            "cures.generators > 1": cures.generators > 1,
            "classifier": cures.generators > 1,
            "self.data.modes": spec.data.kind in ("ring", "grid", "drawn"),
            "self.loss.is_probability": ast.unparse(row.args[2]) == "probability",
        },
    }


def _agreed(text: str, generator: bool, discriminator: bool) -> dict[str, bool]:
    return {text: generator} if generator == discriminator else {}


# What stands around the code -----------------------------------------------------------------------------------------


def _settings_in_words(spec: ToySpec) -> str:
    changes = spec.changes()
    lines = ["Settings that differ from the app's defaults:" if changes else "All settings are the app's defaults."]
    if changes:
        lines.append("")
    for name, value in changes.items():
        lines.append(f"    {name} = {textwrap.shorten(str(value), SHOWN, placeholder='...')}")
    if spec.seeds > 1:
        last = spec.seed + spec.seeds - 1
        lines += ["", f"Seeds {spec.seed} to {last} play side by side; each number is the median over them."]
    return "\n".join(lines)


def _names_read(program: Program) -> set[str]:
    """Every attribute that the code reads, and every text in it, since some settings are read by `getattr`."""
    nodes = [node for file in program.files.values() for node in ast.walk(file.tree)]
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return attributes | {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _literal(spec: ToySpec, names: set[str]) -> str:
    """The settings that the code reads, as a nested dictionary with a comment on each."""
    lines = ["SPEC = {"]

    def write(group: Spec, margin: str) -> None:
        for name, field in type(group).model_fields.items():
            value = getattr(group, name)
            if name not in names or (group is spec and name == "kind"):
                continue
            if isinstance(value, Spec):
                lines.append(f'{margin}"{name}": {{')
                write(value, margin + "    ")
                lines.append(f"{margin}}},")
            else:
                lines.append(f'{margin}"{name}": {_python(value)},')
                if field.description:
                    comment = f"  # {field.description.partition('. ')[0].rstrip('.')}"
                    lines[-1] += comment if len(lines[-1] + comment) <= WIDTH else ""

    write(spec, "    ")
    return "\n".join([*lines, "}"]) + "\n"


def _python(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _types(program: Program) -> str:
    """Names for what annotations call the parts of SPEC."""
    used = program.types_named()
    texts = sorted(name for name in used if get_origin(getattr(specs, name)) is Literal)
    groups = sorted(used - set(texts))
    lines = ["# What annotations call the settings in SPEC."]
    lines += [" = ".join([*names, kind]) for names, kind in ((groups, "SimpleNamespace"), (texts, "str")) if names]
    return "\n".join(lines) + "\n"


def _section(file: File, program: Program) -> str:
    """A file's text under its name and what its docstring says of it."""
    title = f"# gan_core/{file.module.replace('.', '/')}.py " if file.module else "# The run "
    code = "\n".join(each.text.decode() for each in program.files.values())
    paragraphs = [
        textwrap.indent(text if text.startswith(" ") else textwrap.fill(text, WIDTH - 2), "# ") + "\n"
        for text in file.docstring.split("\n\n")
        if text and _is_about(text, code)
    ]
    return "\n".join([title.ljust(WIDTH, "-"), "#\n".join(["", *paragraphs]), "", tidy(file.text.decode())])


def _is_about(paragraph: str, code: str) -> bool:
    """Whether all that a paragraph names in `quotes` is there, and it speaks of no file."""
    names = re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", paragraph)))
    return not re.search(r"\w\.py\b", paragraph) and all(re.search(rf"\b{name}\b", code) for name in names)
