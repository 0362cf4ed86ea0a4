"""The script of a style transfer: it repeats the run to the bit, stands alone, and says nothing superfluous."""

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

from gan_core.events import Change, Checkpoint, Event, Frame
from gan_core.model_folder import CHECKPOINTS
from gan_core.script import archive, script, style_archive
from gan_core.script.files import ROOT
from gan_core.script.program import Program
from gan_core.script.style import MAIN, ORDER, UNREAD, as_played, decided
from gan_core.specs import OWN, SpecError, StyleSpec
from gan_core.style import run
from gan_core.style.budget import PROBE
from gan_core.style_checkpoint import shown_image
from gan_core.style_plan import Stage
from tests.unit.script_tools import lint, run_alone

ID = "0123456789abcdef"
SMALL = {"size": 64, "network": "slim", "steps": 5}
BOTH = {"size": 64, "network": "slim_then_vgg19", "steps": 9, "refined": 2}  # sketch, guided and refined

# Between them: every network, optimiser, start, way to keep colours, and whatever else can be switched on.
RUNS: dict[str, dict[str, Any]] = {
    "guided": BOTH,
    "adam from noise": SMALL | {"optimizer": "adam", "start": "noise", "average": 0.8, "seed": 5},
    "masked": BOTH | {"styles": "great_wave,poppies", "mask": f"{OWN}{ID}", "content": f"{OWN}{ID}"},
    "mixed in grey": BOTH | {"styles": "great_wave,poppies", "shares": "1,2", "colours": "luminance"},
    "the content's colours": SMALL | {"colours": "histogram", "start": "style", "variation_weight": 1, "average": 0.5},
    "average pooling": SMALL | {"network": "vgg19", "pooling": "average", "steps": 3},
    "untaught": BOTH | {"weights": "random"},
    "growing": SMALL | {"size": 182, "scales": 2, "style_scale": 0.5, "style_layers.relu4_1": 0},
    "in tiles": SMALL | {"size": 656, "steps": 1, "style_scale": 0.25},
    "with large styles": SMALL | {"size": 170, "steps": 2, "style_scale": 4},
    "changed": BOTH | {"steps": 10},
    "changed often": SMALL | {"optimizer": "adam"},
    "of so many seconds": BOTH | {"size": 256, "scales": 3, "seconds": 9},
}  # fmt: skip
CHANGES: dict[str, list[Change]] = {
    "changed": [
        Change(2, {"style_weight": 50.0, "content_layers.relu2_2": 1.0}), Change(5, {"variation_weight": 5.0}),
        Change(10, {"steps": 12, "refined": 4}),  # when it had ended
    ],
    "changed often": [
        Change(0, {"content_weight": 2.0}), Change(2, {"learning_rate": 0.1, "shares": "1"}), Change(3, {"steps": 4}),
    ],
    "of so many seconds": [Change(PROBE, {"steps": 10, "refined": 1, "style_layers.relu1_1": 2.0})],
}  # fmt: skip

# Runs every script in one interpreter, since loading PyTorch takes longer than they do. -I hides this folder.
RUNNER = """
import pathlib, runpy, sys
for name in ("gan_core", "pages", "pydantic", "safetensors", "streamlit"):
    sys.modules[name] = None  # any import of it raises
for file in sorted(pathlib.Path().glob("*/run.py")):
    sys.argv = [file.name, "--csv", str(file.with_name("run.csv")), "--every", "1"]
    runpy.run_path(str(file), run_name="__main__")
"""


def own() -> dict[str, tuple[str, bytes]]:
    """A picture of one's own, dark on the right, which serves as a mask too."""
    picture = Image.linear_gradient("L").rotate(90).resize((96, 64))
    file = io.BytesIO()
    picture.convert("RGB").save(file, "PNG")
    return {ID: ("slope.png", file.getvalue())}


def spec_of(name: str) -> StyleSpec:
    return StyleSpec.from_flat(RUNS[name])


@cache
def script_of(name: str) -> str:
    return script(spec_of(name), CHANGES.get(name, ()))


def archive_of(name: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(style_archive(spec_of(name), CHANGES.get(name, ()), own())))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What all scripts wrote, each beside itself, in an interpreter that has none of this project."""
    folder = tmp_path_factory.mktemp("scripts")
    for name in RUNS:
        with archive_of(name) as made:
            made.extractall(folder / name)
    run_alone(folder, RUNNER)
    return folder


def painted(name: str, monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What the app says of a run, with a look at each step."""
    monkeypatch.setattr(run, "LOOK_SECONDS", 0.0)
    changes = CHANGES.get(name, [])
    if spec_of(name).seconds:  # how long a step takes here is not what it took there
        (plan,) = changes
        monkeypatch.setattr(run, "within", lambda *_: plan.settings)
        changes = []
    asked = {change.step: change.settings for change in changes}
    return list(run.train(spec_of(name), own=own(), changes=lambda step: asked.get(step, {})))


# What they do --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RUNS)
def test_a_script_repeats_the_run_to_the_bit(
    name: str, folder: Path, one_thread: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = painted(name, monkeypatch)
    frames = {event.step: event.metrics for event in events if isinstance(event, Frame) and event.step}
    rows = list(csv.DictReader((folder / name / "run.csv").read_text(encoding="utf-8").splitlines()))
    assert [int(row["step"]) for row in rows] == [*frames]
    for row, (step, metrics) in zip(rows, frames.items(), strict=True):
        assert row == {"step": str(step)} | {column: str(metrics[column]) for column in row if column != "step"}
    assert {"loss", "content", "side"} < {*rows[0]} and np.isfinite(float(rows[-1]["loss"]))
    last = events[-1]
    assert isinstance(last, Checkpoint)
    with Image.open(folder / name / "painted.png") as picture:
        assert np.array_equal(np.asarray(picture), np.asarray(shown_image(last.packed)))


def test_the_runs_here_leave_nothing_out() -> None:
    specs = [spec_of(name) for name in RUNS]
    for setting in ("start", "network", "pooling", "colours", "optimizer"):
        wanted = StyleSpec.model_fields[setting].annotation.__args__
        assert {getattr(spec, setting) for spec in specs} == {*wanted}
    changed = {name.partition(".")[0] for spec in specs for name in spec.changes()}
    changed |= {name.partition(".")[0] for changes in CHANGES.values() for each in changes for name in each.settings}
    assert {*StyleSpec.model_fields} - changed == {"kind"}


# What they are -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RUNS)
def test_a_script_imports_pytorch_numpy_and_pillow_alone(name: str) -> None:
    tree = ast.parse(script_of(name))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {module.split(".")[0] for module in imported} - sys.stdlib_module_names == {"torch", "numpy", "PIL"}


def test_every_script_is_sound(tmp_path: Path) -> None:
    """No name is missing, annotations included, no import or definition superfluous, nothing left of what was cut."""
    for name in RUNS:
        text = script_of(name)
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        assert not re.search(r"\n{4}|gan_core\.|fmt: skip|type: ignore|SpecError|Own\b|{\n *}", text)
        assert max(map(len, text.splitlines())) <= 120
    found = lint(tmp_path)
    assert found.returncode == 0, found.stdout


def test_a_script_holds_what_is_on_and_not_what_is_off() -> None:
    parts = {
        "guided": ("class SlimVGG", "def follow(", "metric @ gram"),
        "adam from noise": ("class Adam", "def stream(", "torch.randn(", "self.mean_canvas"),
        "masked": ("def mask_at(", "def region_shares(", 'file["mask"]', "place_shares is not None"),
        "mixed in grey": ("def coloured(", "def matched_luminance("),
        "the content's colours": ("def matched_histograms(",),
        "untaught": ("def begin(",),
        "in tiles": ("class TiledObjective", "class Tile(", "def tiles_of("),
        "changed": ("CHANGES = {", "def change(", "def changed(", "def until("),
    }  # fmt: skip
    plain = script_of("average pooling")
    for name, own_parts in parts.items():
        assert [part for part in own_parts if part not in script_of(name)] == []
        assert [part for part in own_parts if part in plain] == []
    for part in ("metric", "mask", "follow", "Slim", "mean_canvas", "Tile", "Checkpoint", "webp", "safetensors"):
        assert not re.search(rf"\b{part}\w*\b", plain.partition("# What annotations")[2]), part


def test_the_head_says_what_it_is() -> None:
    said = ast.get_docstring(ast.parse(script_of("masked")))
    assert "A run of GAN Classroom: a picture painted in the style of others." in said
    assert "`style0` to `style1`" in said and "`mask`" in said and "weights.npz" in said
    assert "PyTorch, NumPy and Pillow" in said
    assert "colours = histogram\n" in ast.get_docstring(ast.parse(script_of("the content's colours")))
    assert "weights.npz" not in ast.get_docstring(ast.parse(script_of("untaught")))


def test_only_settings_that_count_are_shown() -> None:
    values = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(script_of("changed")).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("SPEC", "STAGES", "CHANGES")
    }
    assert values["SPEC"]["content_layers"] == {"relu2_2": 0, "relu4_2": 1}  # the first is asked for later
    assert not {"size", "network", "average", "seconds", "weights", "start"} & {*values["SPEC"]}
    assert [Stage(**stage) for stage in values["STAGES"]] == spec_of("changed").stages
    assert [*values["CHANGES"]] == [2, 5, 10]


def test_every_condition_that_a_spec_decides_stands_in_its_file() -> None:
    """A condition that was rewritten would be decided no more, and the script say too much."""
    files = Program(MAIN, order=ORDER, types="specs", unread=UNREAD).files
    for path, known in decided([spec_of("average pooling")], spec_of("average pooling").stages).items():
        spelt = {ast.unparse(node) for node in ast.walk(files[path].tree) if isinstance(node, ast.expr)}
        assert set(known) - spelt == set(), path


# Seconds, and what cannot be repeated --------------------------------------------------------------------------------


def test_a_budget_is_played_as_the_stages_that_it_came_to() -> None:
    spec = StyleSpec(seconds=30, size=256, scales=3)
    begun, stages = as_played(spec, [Change(PROBE, {"steps": 64, "refined": 20})])
    assert (begun.steps, begun.refined) == (64, 20)
    assert stages == spec.changed({"steps": 64, "refined": 20}).stages
    _, hurried = as_played(spec.changed({"scales": 6, "size": 1024}), [Change(PROBE, {"steps": 16, "refined": 2})])
    assert [(stage.side, stage.first, stage.end) for stage in hurried][:2] == [(181, 0, 4), (512, 4, 5)]
    assert [stage.first for stage in hurried[1:]] == [stage.end for stage in hurried[:-1]]
    assert as_played(spec, [Change(1, {"steps": 8})]) == (spec.changed({"steps": 8}), [Stage(128, "slim", False, 0, 8)])


@pytest.mark.parametrize(
    "changes, flat, sentence",
    [
        (
            [],
            {"seconds": 30},
            r"^The painting was stopped before its 30 seconds had become a number of steps; let it go on",
        ),
        (
            [Change(7, {"seed": 5})],
            {},
            r"^seed was changed at step 7; a script repeats changes of weights, shares, the learning rate and steps\.$",
        ),
    ],
)
def test_what_a_script_cannot_repeat_is_refused(changes: list[Change], flat: dict, sentence: str) -> None:
    with pytest.raises(SpecError, match=sentence):
        script(StyleSpec.from_flat(flat), changes)


# What lies beside them -----------------------------------------------------------------------------------------------


def test_an_archive_has_all_that_is_needed() -> None:
    spec = spec_of("masked")
    assert style_archive(spec, (), own()) == style_archive(spec, (), own())
    with archive_of("masked") as made:
        assert made.namelist() == ["run.py", "pictures.npz", "weights.npz", "README.txt"]
        assert made.read("run.py").decode() == script_of("masked")
        assert all(file.external_attr >> 16 == 0o644 for file in made.infolist())
        readme = made.read("README.txt").decode()
        for words in ("slope.png", "Katsushika Hokusai", "Public domain", "CC BY 4.0", "distilled by GAN Classroom"):
            assert words in readme
        with np.load(io.BytesIO(made.read("pictures.npz"))) as pictures:
            shapes = {name: pictures[name].shape[2:] for name in pictures}
        assert shapes == {"content": (3,), "style0": (3,), "style1": (3,), "mask": ()}
        with np.load(io.BytesIO(made.read("weights.npz"))) as weights:
            assert {name.partition(".")[0] for name in weights} == {"slim", "vgg19"}
            assert {str(weights[name].dtype) for name in weights} == {"float16"}


def test_only_weights_that_are_needed_are_taken_along() -> None:
    with archive_of("untaught") as made:
        assert made.namelist() == ["run.py", "pictures.npz", "README.txt"]
        assert "weights.npz" not in made.read("README.txt").decode()
    with archive_of("growing") as made, np.load(io.BytesIO(made.read("weights.npz"))) as weights:
        assert {name.partition(".")[0] for name in weights} == {"slim"}


def test_the_readme_says_whose_weights_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "folder_of", lambda network, weights: CHECKPOINTS / "vgg19-slim")
    spec = StyleSpec(weights="torchvision", network="vgg19")
    with zipfile.ZipFile(io.BytesIO(style_archive(spec, (), {}))) as made:
        assert "as trained by torchvision, from timm/vgg19.tv_in1k on the hub" in made.read("README.txt").decode()


def test_making_a_script_does_not_load_torch() -> None:
    code = (
        "import sys; from gan_core.script import style_archive; from gan_core.specs import StyleSpec\n"
        "assert len(style_archive(StyleSpec(), (), {})) > 10_000_000 and 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT.parent, check=True)
