"""Two processes launched by accelerate train what one process trains."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from gan_core.cli import main
from gan_core.picture_checkpoint import kept
from gan_core.picture_game import PictureGame
from gan_core.specs import PictureSpec, SpecError
from tests.unit.test_picture_training import quadrants

ROOT = Path(__file__).parent.parent.parent
COMMON = {
    "data.source": "digits", "data.size": 8, "data.limit": 200, "network.kind": "residual",
    "network.generator_width": 8, "network.discriminator_width": 8, "network.conditional": "true",
    "loss": "relativistic", "regularisation.r2": 1, "regularisation.every": 2, "penalised": 8, "skip_above": 0.95,
    "batch": 16, "steps": 10, "frame_every": 5, "samples": 4, "bfloat16": "false",
}  # fmt: skip


def options(folder: Path) -> list[str]:
    return ["train", "--to", str(folder), *(f"--{name}={value}" for name, value in COMMON.items())]


def launch(folder: Path, *more: str) -> str:
    """Train with two processes; what went wrong."""
    command = [
        sys.executable, "-m", "accelerate.commands.launch", "--cpu", "--num_processes=2", "--num_machines=1",
        "--mixed_precision=no", "--dynamo_backend=no", "--main_process_port=0", "-m", "gan_core",
        *options(folder), *more,
    ]  # fmt: skip
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    spoken = ran.stdout.count("holds both players")
    return ran.stderr[-2000:] if ran.returncode else "" if spoken == 1 else f"{spoken} processes spoke"


def test_two_processes_equal_one(tmp_path: Path) -> None:
    assert launch(tmp_path / "two") == ""
    assert main(options(tmp_path / "one")) == 0
    one, two = (load_file(tmp_path / name / "checkpoint.safetensors") for name in ("one", "two"))
    assert kept((tmp_path / "two" / "checkpoint.safetensors").read_bytes())[1] == 10
    first = load_file(tmp_path / "one" / "model.safetensors")
    assert first.keys() == load_file(tmp_path / "two" / "model.safetensors").keys()
    for name in one:
        if name.startswith(("generator.", "discriminator.", "average.")):
            torch.testing.assert_close(one[name], two[name], rtol=2e-4, atol=2e-5, msg=name)
    start = PictureGame(kept((tmp_path / "one" / "checkpoint.safetensors").read_bytes()).spec, quadrants())
    begun = start.game.state()["generator.network.last.weight"]
    assert (one["generator.network.last.weight"] - begun).abs().max() > 1e-3  # it went somewhere


def test_a_team_goes_on_where_it_was(tmp_path: Path) -> None:
    for steps in ("4", "8"):
        assert launch(tmp_path, "--steps=" + steps, "--augmentation.shift=0.25", "--instance_noise=0.1") == ""
    assert kept((tmp_path / "checkpoint.safetensors").read_bytes()).step == 8
    rows = (tmp_path / "metrics.csv").read_text(encoding="utf-8").splitlines()
    assert [row.split(",")[0] for row in rows] == ["step", "0", "4", "5", "8"]


def test_a_batch_that_cannot_be_shared_out_is_refused() -> None:
    class Three:
        size = 3
        device = "cpu"

    with pytest.raises(SpecError, match="multiples of their number"):
        PictureGame(PictureSpec.from_flat({"data.size": 8}), quadrants(), team=Three())
