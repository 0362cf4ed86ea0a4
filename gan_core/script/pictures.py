"""The script of a picture GAN: which files it is joined from, what a spec decides in them, and its `main`."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from gan_core.events import Change
from gan_core.script.files import File, agreed, keep_rows, never, settle
from gan_core.script.program import Program
from gan_core.script.trees import is_given
from gan_core.script.writing import WIDTH, changes_by_step, settings_in_words, written
from gan_core.specs import PictureSpec, SpecError

CHANGEABLE = (*PictureSpec.changeable, "batch", "penalised")  # the last two are halved where a GPU is too small

# Each file comes after those that it imports; otherwise this is the order to read them in.
ORDER = (
    "seeds", "data.pictures", "data.tensors", "networks.pictures", "networks.picture_mlp", "networks.dcgan",
    "networks.residual", "networks.families", "losses", "penalties", "optimizers", "augmentation", "networks.stacked",
    "training", "picture_game",
)  # fmt: skip
UNREAD = ("networks.weights", "networks.vae", "captured", "team")  # saving, another model, GPUs and many of them

ABOUT = """\
a GAN on pictures.

    python run.py                  a line for each look, and the same noise as a picture each time
    python run.py --csv run.csv    the numbers as a table too

{files}
"""

FILES = """\
What it learns from lies beside it in pictures.npz: `pictures`, bytes of shape (N, {size}, {size}, {channels}), and
`labels`, the class of each, whole numbers of shape (N,) from 0{classes}. It leaves samples-0000100.png and the like
beside itself, and at the end generator.npz, G's weights by name.
"""

MAIN = '''\
import argparse
import csv
import math
import os
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

from gan_core.data.pictures import PictureSet, columns, mosaic
from gan_core.picture_game import SUMMED, PictureGame

HERE = Path(__file__).parent


def main() -> None:
    """Play the game of SPEC from the start: at each look a line of numbers and the samples, at the end G's weights."""
    parser = argparse.ArgumentParser(description="Repeat a run of GAN Classroom.")
    parser.add_argument("--csv", metavar="FILE", help="write the numbers as a table too")
    parser.add_argument("--threads", type=int, default=1, help="more are faster, and round sums in another order")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    run = PictureGame(settings(SPEC), read_pictures())
    with open(asked.csv or os.devnull, "w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ["step", *SUMMED], lineterminator="\\n")
        table.writeheader()
        look(run, table)
        while True:
            if CHANGES:
                change(run, CHANGES.get(run.game.step, {}))
            if run.game.step >= run.spec.steps:
                break
            run.round()
            if run.game.step % run.spec.frame_every == 0 or run.game.step == run.spec.steps:
                look(run, table)
    weights = run.generator.state_dict()
    np.savez(HERE / "generator.npz", **{name: tensor.numpy(force=True) for name, tensor in weights.items()})


def read_pictures() -> PictureSet:
    """What pictures.npz beside this file holds."""
    size = SPEC["data"]["size"]
    with np.load(HERE / "pictures.npz") as file:
        pictures = file["pictures"]
        if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[1:3] != (size, size):
            right = f"uint8 (N, {size}, {size}, 1 or 3)"
            raise SystemExit(
                f"`pictures` in pictures.npz is {pictures.dtype} {pictures.shape}; it must be {right}."
            )
        named = tuple(file["classes"].tolist()) if told_classes else ()
        return PictureSet("pictures.npz", pictures, file["labels"], classes=named)


def look(run: PictureGame, table: csv.DictWriter) -> None:
    """The means since the last look, on screen and in the table, and what G makes of the same noise now."""
    played = run.rounds
    numbers = run.numbers()
    if played and not all(map(math.isfinite, numbers.values())):
        raise SystemExit(f"The game blew up before step {run.game.step}: its numbers are no longer finite.")
    numbers = {"step": run.game.step} | numbers
    table.writerow(numbers)
    print("   ".join(f"{name} {value:.6g}" for name, value in numbers.items() if not math.isnan(value)), flush=True)
    sheet = mosaic(run.samples(), columns(run.spec.samples, run.classes))
    (HERE / f"samples-{run.game.step:07d}.png").write_bytes(png(sheet))


def change(run: PictureGame, values: dict[str, float]) -> None:
    """Put other values in force, by dotted name."""
    for name, value in values.items():
        group, _, leaf = name.rpartition(".")
        setattr(getattr(run.spec, group) if group else run.spec, leaf, value)
    rules = {name: value for name, value in values.items() if hasattr(run.game.rules, name)}
    run.game.rules = replace(run.game.rules, **rules)


def png(picture: np.ndarray) -> bytes:
    """A picture uint8 (H, W, 1 or 3) as a file: for so plain a one no library is needed."""
    height, width, channels = picture.shape
    head = struct.pack(">2I5B", width, height, 8, 2 if channels == 3 else 0, 0, 0, 0)
    rows = b"".join(b"\\0" + row.tobytes() for row in picture)  # not filtered

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\\x89PNG\\r\\n\\x1a\\n" + chunks


def settings(values: dict) -> SimpleNamespace:
    """SPEC's groups as objects, so that `spec.data.size` can be written for SPEC["data"]["size"]."""
    return SimpleNamespace(
        **{name: settings(value) if isinstance(value, dict) else value for name, value in values.items()}
    )
'''


def script(spec: PictureSpec, changes: Sequence[Change] = ()) -> str:
    """A Python script that repeats the run of a spec on pictures beside it; it needs PyTorch and NumPy alone.

    Raises:
        SpecError: the run did not begin with first weights, or something was changed on its way that a script keeps.
    """
    if spec.start:
        raise SpecError(
            f"Begin with (start) is {spec.start}; a script draws first weights of its own, so export a run that did."
        )
    for change in changes:
        for name in change.settings:
            if name not in CHANGEABLE:
                raise SpecError(
                    f"{name} was changed at step {change.step}; a script repeats changes of {', '.join(CHANGEABLE)}."
                )
    program = Program(MAIN, order=ORDER, types="specs", unread=UNREAD)
    files = program.files
    keep_rows(files["networks.families"], "FAMILIES", [spec.network.kind])
    keep_rows(files["losses"], "LOSSES", [spec.loss])
    keep_rows(files["penalties"], "PENALTIES", spec.regularisation.penalties)
    for path, known in decided(spec, changes, files["losses"]).items():
        settle(files[path], known)
    program.prune()
    channels, told = (3 if spec.data.colour else 1), spec.network.conditional
    files = FILES.format(size=spec.data.size, channels=channels, classes=", and `classes`, their names" * told)
    about = ABOUT.format(files=textwrap.fill(files, WIDTH))
    return written(program, spec, about, settings_in_words(spec), changes_by_step(changes))


def decided(spec: PictureSpec, changes: Sequence[Change], losses: File) -> dict[str, dict[str, bool]]:
    """The conditions that a spec decides, by file, as the file spells them; left out is what changes on the way."""
    network, smooth = spec.network, spec.regularisation
    told, kind = network.conditional, network.kind
    batch_norm = kind != "residual" and network.batch_norm  # G's
    norm = getattr(network, "discriminator_norm", "none")
    spectral = norm == "spectral" or getattr(network, "spectral_norm", False)
    steps = spec.generator_optimizer.name, spec.discriminator_optimizer.name
    row = losses.definitions["LOSSES"].value.values[0]

    def ever(name: str) -> list[Any]:
        return [getattr(spec, name), *(change.settings[name] for change in changes if name in change.settings)]

    training: dict[str, Any] = {
        "rules.loss.pairs": is_given(row, "pairs"),
        "self.penalty_is_due": False,
        "rules.penalised": spec.penalised,
        "rules.instance_noise": spec.instance_noise,
        "rules.ema": spec.ema,
        "self.average": spec.ema,
        "self.rules.apart": norm == "batch",
        "self.rules.weight_clip": smooth.weight_clip,
        "self.rules.shared_fakes": spec.shared_fakes,
        "self.in_hand": spec.shared_fakes,
        "rules.augment": any(spec.augmentation.flat().values()),
        "rules.classes": told,
        "labels is None": not told,
        "self.rules.mismatched": spec.mismatched,
        "self.rules.bfloat16": spec.bfloat16,
        # what points in the plane alone have, and several processes
        "rules.consensus": False,
        "rules.simultaneous": False,
        "rules.unrolled_steps": False,
        "rules.mode_seeking": False,
        "self.classifier": False,
        "self.average_over_team": False,
    }
    if smooth.penalties:
        del training["self.penalty_is_due"]  # in some rounds
    if spec.shared_fakes and spec.generator_steps > 1:
        del training["self.in_hand"]  # for the first of G's steps
    return {
        "": {"CHANGES": bool(changes), "told_classes": told},
        "networks.pictures": {
            "classes": told,
            "self.classes": told,
            "self.embedding": told,
            "labels is None": not told,
        }
        | never(not told, "isinstance(module, nn.Embedding)")
        | never(not spectral, "hasattr(module, 'parametrizations')", "weight is not module.weight"),
        "networks.picture_mlp": {"batch_norm": batch_norm, "norm == 'spectral'": spectral},
        "networks.dcgan": {
            "batch_norm": batch_norm,
            "norm == 'spectral'": spectral,
            "norm == 'batch'": norm == "batch",
        },
        "networks.families": {
            "spec.kind == 'residual'": kind == "residual",
            "spec.kind == 'mlp'": kind == "mlp",
            "spec.kind == 'dcgan'": kind == "dcgan",
            "own": kind == "residual",
            "spec.conditional": told,
            "spec.spectral_norm": spectral,
        },
        "optimizers": {
            "self.shared": False,
            "self.clip": bool(spec.clip_gradient),
            **{
                text: truth
                for name in ("adam", "rmsprop")
                for text, truth in agreed(f"spec.name == '{name}'", *(step == name for step in steps)).items()
            },
        },
        "augmentation": {
            f"self.spec.{name}": bool(strength) for name, strength in spec.augmentation.flat().items()
        },
        "training": {text: bool(value) for text, value in training.items()}
        | agreed("rules.skip_below", *ever("skip_below"))
        | agreed("rules.skip_above", *ever("skip_above")),
        "picture_game": {
            "device": False,
            "team": False,
            "self.team": False,
            "captured": False,
            "self.captured": False,
            "spec.has_batch_norm": False,  # or rather, with batches that the spec has found large enough
            "spec.network.conditional": told,
            "self.classes": told,
            "labels is None": not told,
            "self.mirrored": spec.data.mirrored,
            "self.game.average": bool(spec.ema and batch_norm),  # what has statistics of its own
            "any(spec.augmentation.flat().values())": any(spec.augmentation.flat().values()),
        },
    }  # fmt: skip
