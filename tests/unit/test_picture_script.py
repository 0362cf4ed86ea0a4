"""Exported scripts of picture runs: alone with their pictures they print and draw what the run did, to the bit."""

from __future__ import annotations

import ast
import csv
import io
import re
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gan_core.data.load import load_pictures
from gan_core.data.pictures import PictureSet, columns, mosaic
from gan_core.events import Change, Frame
from gan_core.losses import LOSSES
from gan_core.picture_game import SUMMED
from gan_core.pictures import PictureRun, train
from gan_core.script import picture_archive, script
from gan_core.script.archive import of_run
from gan_core.script.files import ROOT
from gan_core.script.pictures import CHANGEABLE, MAIN, ORDER, UNREAD, decided
from gan_core.script.program import Program
from gan_core.source import loss_functions
from gan_core.specs import PictureSpec, SpecError
from tests.unit.script_tools import lint, run_alone

SMALL = {
    "data.size": 8, "network.generator_width": 8, "network.discriminator_width": 8, "network.latent_size": 8,
    "batch": 16, "steps": 6, "frame_every": 2, "samples": 9, "score_every": 0,
}  # fmt: skip
COLOUR = {"data.colour": True}

# Between them: every family, told classes and not, every loss, every penalty, and whatever else can be switched on.
RUNS: dict[str, dict[str, Any]] = {
    "plain": {},
    "conditional": {"network.conditional": True, "data.mirrored": True, "penalised": 4, "regularisation.every": 3},
    "wrong classes": {"network.conditional": True, "mismatched": 0.5, "loss": "minimax", "bfloat16": False},
    "augmented": {
        **COLOUR, "augmentation.colour": 1, "augmentation.shift": 0.125, "augmentation.cutout": 0.5,
        "instance_noise": 0.1, "instance_noise_until": 4, "ema": 0.9, "regularisation.r2": 0.5,
    },
    "residual": {
        **COLOUR, "network.kind": "residual", "network.conditional": True, "network.blocks": 2, "loss": "relativistic",
        "regularisation.r2": 1, "regularisation.every": 1, "generator_steps": 2,
    },
    "residual, no average": {"network.kind": "residual", "ema": 0, "loss": "least_squares", "shared_fakes": False},
    "mlp": {
        "network.kind": "mlp", "network.spectral_norm": True, "loss": "hinge", "regularisation.r1": 0,
        "discriminator_optimizer.name": "rmsprop", "seed": 5,
    },
    "mlp, conditional": {
        "network.kind": "mlp", "network.conditional": True, "network.batch_norm": False, "skip_below": 0.5,
        "clip_gradient": 0.5, "generator_optimizer.name": "sgd",
    },
    "critic": {
        "loss": "wasserstein", "regularisation.gradient_penalty": 10, "regularisation.weight_clip": 0.05, "ema": 0,
        "regularisation.one_sided_gradient_penalty": 1, "discriminator_steps": 2, "network.batch_norm": False,
    },
    "of the paper": {"network.discriminator_norm": "batch", "regularisation.r1": 0, "skip_above": 0.6},
    "spectral": {"network.discriminator_norm": "spectral", "regularisation.r1": 0, "generator_steps": 2},
    "changed": {"frame_every": 1},
    "changed often": {"skip_above": 0.6, "loss": "hinge"},
}  # fmt: skip
CHANGES: dict[str, list[Change]] = {
    "changed": [
        Change(4, {"skip_above": 0.5, "steps": 8}), Change(2, {"generator_optimizer.learning_rate": 0.01}),
    ],
    "changed often": [
        Change(0, {"discriminator_optimizer.learning_rate": 0.003}), Change(1, {"batch": 8}),
        Change(3, {"skip_above": 0}), Change(3, {"skip_below": 0.1}), Change(6, {"steps": 7}),  # when it had ended
    ],
}  # fmt: skip

# Runs every script in one interpreter, since loading PyTorch takes longer than they do. -I hides this folder.
RUNNER = """
import pathlib, runpy, sys
for name in ("gan_core", "pages", "pydantic", "safetensors", "PIL", "streamlit"):
    sys.modules[name] = None  # any import of it raises
for file in sorted(pathlib.Path().glob("*/run.py")):
    sys.argv = [file.name, "--csv", str(file.with_name("run.csv"))]
    runpy.run_path(str(file), run_name="__main__")
"""


def pictures(channels: int) -> PictureSet:
    rng = np.random.default_rng(0)
    shape = (40, 8, 8, channels)
    return PictureSet("squares", rng.integers(0, 256, shape, np.uint8), np.arange(40) % 4, ("a", "b", "c", "d"))


def spec_of(name: str) -> PictureSpec:
    return PictureSpec.from_flat(SMALL | RUNS[name])


def set_of(name: str) -> PictureSet:
    return pictures(3 if spec_of(name).data.colour else 1)


@cache
def script_of(name: str) -> str:
    return script(spec_of(name), CHANGES.get(name, ()))


def changes_at(name: str, step: int) -> dict[str, Any]:
    made = [change.settings for change in CHANGES.get(name, ()) if change.step == step]
    return {key: value for settings in made for key, value in settings.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What all scripts wrote, each beside itself, in an interpreter that has none of this project."""
    folder = tmp_path_factory.mktemp("scripts")
    for name in RUNS:
        with zipfile.ZipFile(io.BytesIO(picture_archive(spec_of(name), CHANGES.get(name, ()), set_of(name)))) as all_of:
            all_of.extractall(folder / name)
    run_alone(folder, RUNNER)
    return folder


# What they do --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RUNS)
def test_a_script_repeats_the_run_to_the_last_digit(name: str, folder: Path, one_thread: None) -> None:
    told = train(spec_of(name), pictures=set_of(name), changes=lambda step: changes_at(name, step))
    frames = [event for event in told if isinstance(event, Frame)]
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["step", *SUMMED])
    writer.writerows([frame.step, *(frame.metrics[name] for name in SUMMED)] for frame in frames)
    assert (folder / name / "run.csv").read_bytes().decode() == table.getvalue()
    assert len(frames) > 3


@pytest.mark.parametrize("name", RUNS)
def test_a_script_leaves_samples_and_the_generator(name: str, folder: Path, one_thread: None) -> None:
    run = PictureRun(spec_of(name), set_of(name))
    while True:
        if settings := changes_at(name, run.game.step):
            run.change(settings)
        if run.game.step >= run.spec.steps:
            break
        run.round()
        if run.game.step % run.spec.frame_every == 0 or run.game.step == run.spec.steps:
            with Image.open(folder / name / f"samples-{run.game.step:07d}.png") as image:
                shown = np.asarray(image)
            sheet = mosaic(run.samples(), columns(9, run.classes))
            assert np.array_equal(shown.reshape(sheet.shape), sheet)
    with np.load(folder / name / "generator.npz") as weights:
        assert {*weights} == {*run.generator.state_dict()}
        for part, tensor in run.generator.state_dict().items():
            assert np.array_equal(weights[part], tensor.numpy())


def test_the_runs_here_leave_nothing_out() -> None:
    specs = [spec_of(name) for name in RUNS]
    assert {spec.network.kind for spec in specs} == {"mlp", "dcgan", "residual"}
    assert {(spec.network.kind, spec.network.conditional) for spec in specs} == {
        (kind, told) for kind in ("mlp", "dcgan", "residual") for told in (True, False)
    }
    assert {spec.loss for spec in specs} == set(LOSSES)
    changing = {name for changes in CHANGES.values() for change in changes for name in change.settings}
    assert changing == {*CHANGEABLE} - {"penalised"}
    changed = {name for spec in specs for name in spec.changes()}
    without = ("data.source", "data.revision", "data.limit", "data.without_grey", "start", "score_samples")
    fields = {name for name in PictureSpec().flat() if not name.startswith((*without, "network.", "generator_opt"))}
    fields = {name for name in fields if not re.search(r"learning_rate|beta", name)}
    assert fields - changed == set()


# What they are -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RUNS)
def test_a_script_imports_pytorch_and_numpy_alone(name: str) -> None:
    tree = ast.parse(script_of(name))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {module.split(".")[0] for module in imported} - sys.stdlib_module_names == {"torch", "numpy"}


def test_every_script_is_sound(tmp_path: Path) -> None:
    """No name is missing, annotations included, no import or definition superfluous, nothing left of what was cut."""
    for name in RUNS:
        text = script_of(name)
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        assert not re.search(r"\n{4}|gan_core\.|fmt: skip|type: ignore|self\.team|Team|Captured|SpecError|{\n *}", text)
        assert max(map(len, text.splitlines())) <= 120
    found = lint(tmp_path)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("loss", LOSSES)
def test_a_script_holds_the_loss_in_force_and_no_other(loss: str) -> None:
    defined = {node.name for node in ast.parse(script(PictureSpec(loss=loss))).body if hasattr(node, "name")}
    ours = set(loss_functions(loss))
    assert ours <= defined
    assert defined & {name for other in LOSSES for name in loss_functions(other)} == ours


def test_a_script_holds_what_is_on_and_not_what_is_off() -> None:
    parts = {
        "mlp": ("class MlpGenerator", "_ = module.weight", "def hinge_discriminator(", "rmsprop("),
        "augmented": ("class DiffAugment", "def shifted(", "def cut_out(", "rules.instance_noise * left", "def r2("),
        "residual": ("class Block", "def start_as_identity(", "nn.Embedding(", 'file["classes"]'),
        "changed": ("CHANGES = {", "def change(", "def too_good("),
        "plain": ("nn.BatchNorm2d", "def settle("),
    }  # fmt: skip
    for name, own in parts.items():
        assert [part for part in own if part not in script_of(name)] == []
        assert name == "plain" or [part for part in own if part in script_of("plain")] == []
    for part in ("class Optimizer", "def load_state(", "def unrolled(", "class Encoder", "class Team", "import PIL"):
        assert [part in script_of(name) for name in RUNS] == [part == "class Optimizer"] * len(RUNS)


def test_the_head_says_what_it_is() -> None:
    said = ast.get_docstring(ast.parse(script_of("residual")))
    assert "A run of GAN Classroom: a GAN on pictures." in said
    assert re.search(r"bytes of\s+shape \(N, 8, 8, 3\)", said) and "`classes`" in said
    assert "network.kind = residual\n" in said
    assert "`classes`" not in ast.get_docstring(ast.parse(script_of("plain")))


def test_what_changed_on_the_way_is_said_by_its_step() -> None:
    (changes,) = [
        ast.literal_eval(node.value)
        for node in ast.parse(script_of("changed often")).body
        if isinstance(node, ast.Assign) and node.targets[0].id == "CHANGES"
    ]
    assert list(changes) == [0, 1, 3, 6]
    assert changes[3] == {"skip_above": 0, "skip_below": 0.1}


def test_every_condition_that_a_spec_decides_stands_in_its_file() -> None:
    """A condition that was rewritten would be decided no more, and the script say too much."""
    files = Program(MAIN, order=ORDER, types="specs", unread=UNREAD).files
    for path, known in decided(PictureSpec(), (), files["losses"]).items():
        spelt = {ast.unparse(node) for node in ast.walk(files[path].tree) if isinstance(node, ast.expr)}
        assert set(known) - spelt == set(), path


@pytest.mark.parametrize(
    "changes, flat, sentence",
    [
        ((), {"start": "cats-64"}, r"^Begin with \(start\) is cats-64; a script draws first weights of its own"),
        (
            [Change(7, {"ema": 0.5})],
            {},
            r"^ema was changed at step 7; a script repeats changes of generator_optimizer\.lear",
        ),
    ],
)
def test_what_a_script_cannot_repeat_is_refused(changes: list[Change], flat: dict, sentence: str) -> None:
    with pytest.raises(SpecError, match=sentence):
        script(PictureSpec.from_flat(flat), changes)


# What lies beside them -----------------------------------------------------------------------------------------------


def test_an_archive_has_all_that_is_needed() -> None:
    packed = picture_archive(spec_of("conditional"), (), pictures(1))
    assert packed == picture_archive(spec_of("conditional"), (), pictures(1))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["run.py", "pictures.npz", "README.txt"]
        assert archive.read("run.py").decode() == script_of("conditional")
        assert "40 pictures of squares" in archive.read("README.txt").decode()
        assert all(file.external_attr >> 16 == 0o644 for file in archive.infolist())
        with np.load(io.BytesIO(archive.read("pictures.npz"))) as arrays:
            assert np.array_equal(arrays["pictures"], pictures(1).pictures)
            assert np.array_equal(arrays["labels"], pictures(1).labels)
            assert arrays["classes"].tolist() == ["a", "b", "c", "d"]


def test_a_run_takes_the_pictures_of_its_spec_along() -> None:
    spec = spec_of("plain").changed({"data.limit": 50})
    with zipfile.ZipFile(io.BytesIO(of_run(spec, []))) as archive:
        assert "50 pictures of" in archive.read("README.txt").decode()
        with np.load(io.BytesIO(archive.read("pictures.npz"))) as arrays:
            assert np.array_equal(arrays["pictures"], load_pictures(spec.data).pictures)


def test_pictures_of_another_size_get_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text(script_of("plain"), encoding="utf-8")
    np.savez(tmp_path / "pictures.npz", pictures=np.zeros((4, 9, 9, 1), np.uint8), labels=np.zeros(4, np.int64))
    command = [sys.executable, "-I", "run.py"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.strip() == (
        "`pictures` in pictures.npz is uint8 (4, 9, 9, 1); it must be uint8 (N, 8, 8, 1 or 3)."
    )


def test_making_a_script_does_not_load_torch() -> None:
    code = (
        "import sys; from gan_core.script import script; from gan_core.specs import PictureSpec\n"
        "assert len(script(PictureSpec())) > 10_000 and 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT.parent, check=True)
