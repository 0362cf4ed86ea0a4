"""Exported scripts: alone in an empty folder they print what the run printed, and hold what ran and nothing else."""

from __future__ import annotations

import ast
import csv
import io
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from gan_core.losses import LOSSES
from gan_core.presets import presets
from gan_core.script import script
from gan_core.script.files import ROOT
from gan_core.script.program import Program
from gan_core.script.toy import ORDER, decided
from gan_core.source import loss_functions
from gan_core.specs import DISTRIBUTIONS, LossName, SpecError, ToySpec
from tests.unit.script_tools import lint, run_alone

SMALL = {
    "generator.width": 16, "discriminator.width": 16, "batch": 48, "steps": 24, "frame_every": 9,
    "evaluation_samples": 500, "mode_threshold": 5,
}  # fmt: skip

# Between them: every loss, every kind of data, every penalty, every cure, every optimiser, several seeds.
RUNS: dict[str, dict[str, object]] = {
    "healthy": {"steps": 60},
    "packed": {"cures.packing": 4, "loss": "hinge", "seed": 7},
    "unrolled": {"cures.unrolled_steps": 3, "regularisation.weight_clip": 0.2, "discriminator_steps": 2},
    "unrolled by rmsprop": {"cures.unrolled_steps": 2, "discriminator_optimizer.name": "rmsprop"},
    "three generators": {"cures.generators": 3, "cures.mode_seeking": 0.3, "data.weights": "1,2,1,1,1,1,1,4"},
    "batch norm": {"generator.batch_norm": True, "discriminator.batch_norm": True, "data.kind": "moons"},
    "batch norm in G": {"generator.batch_norm": True, "generator.activation": "tanh", "data.kind": "spiral"},
    "relativistic": {
        "loss": "relativistic", "regularisation.r1": 0.2, "regularisation.r2": 0.1, "regularisation.every": 4
    },
    "drawn": {"data.kind": "drawn", "cures.minibatch_std": True, "generator.depth": 0},
    "grid": {
        "data.kind": "grid", "discriminator.spectral_norm": True, "discriminator.input_scale": 0.5,
        "generator.initialisation": "orthogonal", "discriminator.initialisation": "xavier",
    },
    "three seeds": {"seeds": 3, "seed": 5, "cures.ema": 0.9},
    "consensus": {
        "order": "simultaneous", "cures.consensus": 0.5, "loss": "minimax", "generator_optimizer.name": "sgd",
        "discriminator_optimizer.name": "sgd",
    },
    "simultaneous": {"order": "simultaneous", "generator_optimizer.name": "rmsprop", "generator.latent_size": 9},
    "noisy": {
        "loss": "least_squares", "cures.instance_noise": 0.4, "cures.instance_noise_until": 15, "cures.skip_below": 0.2,
        "data.kind": "line",
    },
    "critic": {
        "loss": "wasserstein", "regularisation.gradient_penalty": 1.0, "regularisation.one_sided_gradient_penalty": 1.0,
        "data.kind": "swiss_roll", "generator.latent_law": "uniform",
    },
    "blows up": {
        "loss": "wasserstein", "steps": 200, "frame_every": 2, "seeds": 2, "discriminator_optimizer.name": "sgd",
        "discriminator_optimizer.learning_rate": 1.0,
    },
}  # fmt: skip

# Runs several scripts in one interpreter, since loading PyTorch takes longer than they do. -I hides this folder.
RUNNER = """
import contextlib, io, pathlib, runpy, sys
for name in ("gan_core", "pages", "pydantic", "safetensors", "streamlit"):
    sys.modules[name] = None  # any import of it raises
for file in sorted(pathlib.Path().glob("*.py")):
    sys.argv, said = [file.name, "--csv", file.stem + ".csv"], io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            runpy.run_path(file.name, run_name="__main__")
    except SystemExit as ended:
        print(ended, file=said)
    file.with_suffix(".txt").write_text(said.getvalue(), encoding="utf-8")
"""


def spec_of(name: str) -> ToySpec:
    return ToySpec.from_flat(SMALL | RUNS[name])


@cache
def script_of(name: str) -> str:
    return script(spec_of(name))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What all scripts printed and wrote, each run once in an interpreter that has none of this project."""
    folder = tmp_path_factory.mktemp("scripts")
    for name in RUNS:
        (folder / f"{name}.py").write_text(script_of(name), encoding="utf-8")
    run_alone(folder, RUNNER)
    return folder


# What they print -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RUNS)
def test_a_script_repeats_the_run_to_the_last_digit(name: str, folder: Path, one_thread: None) -> None:
    from gan_core.events import Frame, TrainingFailed
    from gan_core.toy import train

    rows, failed = [], False
    try:
        for event in train(spec_of(name)):
            if isinstance(event, Frame):
                rows.append({"step": event.step} | event.metrics)
    except TrainingFailed:
        failed = True
    assert failed == (name == "blows up")
    table = io.StringIO()  # as pages/parts/take_away.py saves it
    csv.writer(table, lineterminator="\n").writerows([list(rows[0]), *(row.values() for row in rows)])
    assert (folder / f"{name}.csv").read_bytes().decode() == table.getvalue()
    lines = (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    if failed:
        assert lines.pop().startswith("The game blew up before step ")
    assert [dict(zip(*[iter(line.split())] * 2, strict=True)) for line in lines] == [
        {name: f"{value:.6g}" for name, value in row.items() if value == value} for row in rows
    ]


def test_the_runs_here_leave_nothing_out() -> None:
    specs = [spec_of(name) for name in RUNS]
    assert {spec.loss for spec in specs} == set(get_args(LossName))
    assert {spec.data.kind for spec in specs} == set(DISTRIBUTIONS)
    changed = {name for spec in specs for name in spec.changes()}
    for group in ("cures", "regularisation"):
        fields = {f"{group}.{name}" for name in getattr(ToySpec(), group).flat()}
        assert fields - changed <= {"cures.diversity"}


# What they are -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RUNS)
def test_a_script_imports_pytorch_and_numpy_alone(name: str) -> None:
    tree = ast.parse(script_of(name))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {module.split(".")[0] for module in imported} - sys.stdlib_module_names == {"torch", "numpy"}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_script_holds_the_loss_in_force_and_no_other(loss: str) -> None:
    defined = {node.name for node in ast.parse(script(ToySpec(loss=loss))).body if isinstance(node, ast.FunctionDef)}
    ours = set(loss_functions(loss))
    assert ours <= defined
    assert defined & {name for other in LOSSES for name in loss_functions(other)} == ours


def test_a_script_holds_what_is_on_and_not_what_is_off() -> None:
    off, on = script(ToySpec()), script(ToySpec.from_flat({"cures.unrolled_steps": 2, "regularisation.r1": 1.0}))
    for part in ("def unrolled(", "def stepped(", "def r1(", '"unrolled_steps": 2', '"r1": 1.0'):
        assert part in on and part.partition(":")[0] not in off
    for part in ("def gradient_penalty(", "def _moons(", "def consensus_backward(", "def load_state(", "class Curve"):
        assert part not in on and part not in off
    assert len(off.splitlines()) < len(on.splitlines())


def test_the_head_says_what_it_is() -> None:
    text = script(ToySpec.from_flat({"loss": "hinge", "data.modes": 5}))
    said = ast.get_docstring(ast.parse(text))
    assert "data.modes = 5\n    loss = hinge\n" in said
    assert "python run.py --csv" in said and "Apache License, Version 2.0" in said
    assert "All settings are the app's defaults." in script(ToySpec())
    assert "Seeds 5 to 7 play side by side" in script_of("three seeds")


@pytest.mark.parametrize("name", RUNS)
def test_the_settings_of_a_script_are_those_of_the_spec(name: str) -> None:
    spec = spec_of(name)
    (literal,) = [node for node in ast.parse(script(spec)).body if isinstance(node, ast.Assign)][:1]
    flat, tree = {}, [("", ast.literal_eval(literal.value))]
    for prefix, group in tree:
        for key, value in group.items():
            tree.append((f"{prefix}{key}.", value)) if isinstance(value, dict) else flat.update({prefix + key: value})
    assert flat.items() <= (spec.flat() | {"data.kind": spec.data.kind}).items()
    assert {"seed", "batch", "data.sigma", "discriminator_optimizer.learning_rate"} <= flat.keys()


def any_specs(count: int) -> Iterator[ToySpec]:
    """Specs at random out of the settings above and the presets', those that the spec accepts."""
    flats = [*RUNS.values(), *(preset.settings for preset in presets().values())]
    settings = [item for flat in flats for item in flat.items() if item[0].partition(".")[0] != "data"]
    chance = random.Random(0)
    while count:
        flat = {"data.kind": chance.choice(list(DISTRIBUTIONS))} | dict(chance.sample(settings, 8))
        try:
            yield ToySpec.from_flat(flat)
            count -= 1
        except SpecError:
            pass


def test_every_script_is_sound(tmp_path: Path) -> None:
    """No name is missing, annotations included, no import or definition superfluous."""
    texts = {name: script_of(name) for name in RUNS}
    texts |= {f"random {number}": script(spec) for number, spec in enumerate(any_specs(6))}
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        assert not re.search(r"\n{4}|gan_core\.|fmt: skip|type: ignore", text)
    found = lint(tmp_path)
    assert found.returncode == 0, found.stdout


def test_making_a_script_does_not_load_torch() -> None:
    code = (
        "import sys; from gan_core.script import script; from gan_core.specs import ToySpec\n"
        "assert len(script(ToySpec())) > 10_000 and 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT.parent, check=True)


def test_every_condition_that_a_spec_decides_stands_in_its_file() -> None:
    """A condition that was rewritten would be decided no more, and the script say too much."""
    spec = ToySpec()
    files = Program("from gan_core.toy_game import ToyGame", order=ORDER, types="specs").files
    for path, known in decided(spec, files["losses"]).items():
        spelt = {ast.unparse(node) for node in ast.walk(files[path].tree) if isinstance(node, ast.expr)}
        assert set(known) - spelt == set(), path
