"""Training from the command line into a folder: progress, going on, refusing, interrupting, shipping."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from gan_core.cli import main
from gan_core.networks.families import load_network
from gan_core.picture_checkpoint import kept
from gan_core.picture_presets import picture_presets

ROOT = Path(__file__).parent.parent.parent
TINY = {
    "data.source": "digits", "data.size": 8, "data.limit": 300, "network.generator_width": 8,
    "network.discriminator_width": 8, "batch": 16, "steps": 6, "frame_every": 3, "samples": 4,
}  # fmt: skip


def train(folder: Path, **changes: object) -> int:
    settings = TINY | {name.replace("__", "."): value for name, value in changes.items()}
    return main(["train", "--to", str(folder), *(f"--{name}={value}" for name, value in settings.items())])


def test_a_run_leaves_numbers_samples_and_players(tmp_path: Path, capsys) -> None:
    assert train(tmp_path) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "300 pictures of digits"
    assert [line.split()[1] for line in said if line.startswith("step")] == ["0", "3", "6"]
    assert "pictures/s" in said[-2]
    assert "min left" in said[-2]
    rows = list(csv.DictReader((tmp_path / "metrics.csv").open(encoding="utf-8")))
    assert [row["step"] for row in rows] == ["0", "3", "6"]
    assert float(rows[-1]["discriminator_loss"]) > 0
    with Image.open(tmp_path / "samples" / "0000006.webp") as image:
        assert image.size == (16, 16)
    assert load_network(tmp_path).size == 8
    assert load_network(tmp_path, "discriminator").size == 8


def test_what_is_there_goes_on_and_changes_are_noted(tmp_path: Path, capsys) -> None:
    train(tmp_path)
    assert train(tmp_path, steps=9, generator_optimizer__learning_rate=1e-4) == 0
    assert kept((tmp_path / "checkpoint.safetensors").read_bytes())[1] == 9
    history = json.loads((tmp_path / "history.json").read_text(encoding="utf-8"))
    assert [stretch["step"] for stretch in history] == [0, 6]
    assert history[1]["settings"]["generator_optimizer.learning_rate"] == 1e-4
    capsys.readouterr()
    for changes in ({"seed": 1}, {"network__generator_width": 16}, {"network__kind": "residual"}):
        assert train(tmp_path, **changes) == 2
        assert f"another {next(iter(changes)).replace('__', '.')}" in capsys.readouterr().err
    assert train(tmp_path, ema=0) == 2


def test_an_interrupt_keeps_the_last_step(tmp_path: Path) -> None:
    settings = TINY | {"steps": 1_000_000, "frame_every": 2000}
    command = [sys.executable, "-m", "gan_core", "train", "--to", str(tmp_path)]
    run = subprocess.Popen(
        [*command, *(f"--{name}={value}" for name, value in settings.items())],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    while not run.stdout.readline().startswith("step       0"):
        assert run.poll() is None
    time.sleep(1)
    run.send_signal(signal.SIGINT if os.name != "nt" else signal.SIGTERM)
    assert run.wait(60) == 0
    step = kept((tmp_path / "checkpoint.safetensors").read_bytes())[1]
    assert step > 0
    assert f"at step {step:,} of 1,000,000; the same line goes on." in run.stdout.read()


def test_a_folder_that_is_no_run_and_one_that_cannot_be_written_are_left_alone(tmp_path: Path, capsys) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    assert train(tmp_path) == 2
    assert "holds something that is no run" in capsys.readouterr().err
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert train(tmp_path / "file") == 2
    assert "cannot be read or written" in capsys.readouterr().err
    train(tmp_path / "run")
    checkpoint = tmp_path / "run" / "checkpoint.safetensors"
    checkpoint.write_bytes(checkpoint.read_bytes()[:2000])
    capsys.readouterr()
    assert train(tmp_path / "run", steps=9) == 2
    assert "damaged" in capsys.readouterr().err
    assert main(["train", "--to", str(tmp_path / "new"), "--minutes", "-1"]) == 2
    assert "minutes is -1" in capsys.readouterr().err


def test_pictures_that_change_their_classes_are_another_run(tmp_path: Path, capsys) -> None:
    for label, shade in (("a", 40), ("b", 90), ("c", 140)):
        (tmp_path / "mine" / label).mkdir(parents=True)
        for index in range(10):
            picture = Image.new("L", (16, 16), shade)
            picture.putpixel((index, index), 255)
            picture.save(tmp_path / "mine" / label / f"{index}.png")
    own = {"data__source": tmp_path / "mine", "network__conditional": "true", "data__limit": 100}
    assert train(tmp_path / "run", **own) == 0
    again = own | {"data__source": f"{tmp_path / 'run' / '..' / 'mine'}{os.sep}"}
    assert train(tmp_path / "run", **again, steps=8) == 0  # the same folder, spelt otherwise
    (tmp_path / "mine" / "c").rename(tmp_path / "mine" / "d")
    capsys.readouterr()
    assert train(tmp_path / "run", **own, steps=9) == 2
    assert "a, b, c" in capsys.readouterr().err


def test_minutes_are_a_pause(tmp_path: Path) -> None:
    assert main(["train", "--to", str(tmp_path), "--minutes", "0.01", *(f"--{n}={v}" for n, v in TINY.items()),
                 "--steps=500000", "--frame_every=1000"]) == 0  # fmt: skip
    assert 0 < kept((tmp_path / "checkpoint.safetensors").read_bytes())[1] < 500_000


@pytest.mark.parametrize("name, preset", picture_presets().items())
def test_every_preset_is_a_spec_of_its_own_words(name: str, preset) -> None:
    assert preset.spec.changes().items() <= preset.settings.items()
    assert preset.title
    assert preset.why.endswith(".")


def test_pictures_that_are_not_there_are_one_sentence(tmp_path: Path, capsys) -> None:
    assert train(tmp_path / "run", data__source=tmp_path / "nowhere") == 2
    assert "data.source" in capsys.readouterr().err


def test_a_run_becomes_a_checkpoint_with_scores_and_a_card(tmp_path: Path, capsys) -> None:
    of_run = ("batch", "steps", "frame_every", "samples")
    changes = {name: TINY[name] for name in of_run} | {"penalised": 8, "data.limit": 500}
    assert main(["train", "--preset", "digits-cdcgan-32", "--to", str(tmp_path / "run"),
                 *(f"--{name}={value}" for name, value in changes.items())]) == 0  # fmt: skip
    target = tmp_path / "digits-cdcgan-32"
    assert main(["ship", str(tmp_path / "run"), "--to", str(target), "--n", "200"]) == 0
    assert "FID (digits-classifier features)" in capsys.readouterr().out
    about = json.loads((target / "scores.json").read_text(encoding="utf-8"))
    assert about["n"] == 200
    assert {score["n"] for score in about["scores"]} == {200}
    assert set(about["per_class"]) == set("0123456789")
    card = (target / "README.md").read_text(encoding="utf-8")
    assert "python -m gan_core train --preset digits-cdcgan-32" in card
    assert "--batch 16" in card
    with Image.open(target / "samples.png") as image:
        assert image.size == (320, 320)
    card = (target / "README.md").read_bytes()
    assert main(["ship", str(tmp_path / "run"), "--to", str(target), "--n", "600"]) == 2
    assert "from 100 to 500" in capsys.readouterr().err
    other = tmp_path / "fashion-cdcgan-32"
    assert main(["ship", str(tmp_path / "run"), "--to", str(other), "--n", "200"]) == 2
    assert "so its card would be wrong" in capsys.readouterr().err
    assert not other.exists()
    assert (target / "README.md").read_bytes() == card
    assert json.loads((target / "config.json").read_text(encoding="utf-8"))["labels"] == list("0123456789")
    assert load_network(target).classes == 10
    assert main(["ship", str(tmp_path / "nothing"), "--to", str(target)]) == 2
    assert main(["ship", str(tmp_path / "run"), "--to", str(tmp_path / "mine")]) == 2
