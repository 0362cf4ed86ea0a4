"""The script of a toy game: which files it is joined from, what a spec decides in them, and its `main`."""

from __future__ import annotations

import ast
from typing import Any

from gan_core.script.files import File, agreed, keep_rows, settle
from gan_core.script.program import Program
from gan_core.script.trees import is_given
from gan_core.script.writing import settings_in_words, written
from gan_core.specs import ToySpec

# Each file comes after those that it imports; otherwise this is the order to read them in.
ORDER = (
    "seeds", "data.toy", "networks.stacked", "networks.mlp", "losses", "penalties", "optimizers",
    "training", "diagnostics.players", "diagnostics.divergence", "theory", "toy_game",
)  # fmt: skip

ABOUT = """\
two small networks on points in the plane.

    python run.py                  a line for each frame
    python run.py --csv run.csv    the same numbers as a table, the one that the app saves
"""

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
    words = settings_in_words(spec)
    if spec.seeds > 1:
        last = spec.seed + spec.seeds - 1
        words += f"\n\nSeeds {spec.seed} to {last} play side by side; each number is the median over them."
    return written(program, spec, ABOUT, words)


def decided(spec: ToySpec, losses: File) -> dict[str, dict[str, bool]]:
    """The conditions that a spec decides, by file, as the file spells them.

    Left out is what only one of the two players decides, since both run the same code.
    """
    g, d, cures, smooth = spec.generator, spec.discriminator, spec.cures, spec.regularisation
    row = losses.definitions["LOSSES"].value.values[0]  # Loss(discriminator, generator, opinion, ..., pairs=True)
    pairs = is_given(row, "pairs")
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
            **agreed("spectral", False, d.spectral_norm),
            **agreed("self.spectral", False, d.spectral_norm),
            **{
                text: truth
                for how in ("default", "orthogonal", "xavier")
                for text, truth in agreed(f"how == '{how}'", g.initialisation == how, d.initialisation == how).items()
            },
        },
        "networks.mlp": {
            **agreed("spec.batch_norm", g.batch_norm, d.batch_norm),
            **agreed("self.input_scale != 1.0", False, d.input_scale != 1),
            **agreed("self.batch_deviation", False, cures.minibatch_std),
            "generators > 1": cures.generators > 1,
            "spec.latent_law == 'normal'": g.latent_law == "normal",
        },
        "optimizers": {"self.shared": False, "self.clip": False}
        | {
            text: truth
            for name in ("adam", "rmsprop")
            for text, truth in agreed(f"spec.name == '{name}'", *(step == name for step in steps)).items()
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
