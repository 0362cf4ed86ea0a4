"""Two processes launched by accelerate train what one process trains."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from gan_core.cli import main
from gan_core.pictures import kept

ROOT = Path(__file__).parent.parent.parent
COMMON = {
    "data.source": "digits", "data.size": 8, "data.limit": 200, "network.kind": "residual",
    "network.generator_width": 8, "network.discriminator_width": 8, "network.conditional": "true",
    "loss": "relativistic", "regularisation.r2": 1, "regularisation.every": 2, "penalised": 8, "skip_above": 0.95,
    "batch": 16, "steps": 10, "frame_every": 5, "samples": 4, "bfloat16": "false",
}  # fmt: skip


def options(folder: Path) -> list[str]:
    return ["train", "--to", str(folder), *(f"--{name}={value}" for name, value in COMMON.items())]


def test_two_processes_equal_one(tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "accelerate.commands.launch", "--cpu", "--num_processes=2", "--num_machines=1",
        "--mixed_precision=no", "--dynamo_backend=no", "--main_process_port=0", "-m", "gan_core",
        *options(tmp_path / "two"),
    ]  # fmt: skip
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert ran.stdout.count("holds both players") == 1  # the leader alone speaks
    assert main(options(tmp_path / "one")) == 0
    one, two = (load_file(tmp_path / name / "checkpoint.safetensors") for name in ("one", "two"))
    assert kept((tmp_path / "two" / "checkpoint.safetensors").read_bytes())[1] == 10
    first = load_file(tmp_path / "one" / "model.safetensors")
    assert first.keys() == load_file(tmp_path / "two" / "model.safetensors").keys()
    for name in one:
        if name.startswith(("generator.", "discriminator.", "average.")):
            torch.testing.assert_close(one[name], two[name], rtol=2e-4, atol=2e-5, msg=name)
    moved = (one["generator.network.last.weight"] - two["generator.network.last.weight"]).abs().max()
    assert moved < 1e-4


def test_a_batch_that_cannot_be_shared_out_is_refused() -> None:
    from gan_core.picture_game import PictureGame
    from gan_core.specs import PictureSpec, SpecError
    from tests.unit.test_picture_training import quadrants

    class Three:
        size = 3
        device = "cpu"

    with pytest.raises(SpecError, match="multiples of their number"):
        PictureGame(PictureSpec.from_flat({"data.size": 8}), quadrants(), team=Three())
