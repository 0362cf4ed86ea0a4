"""The slim VGG19's folder: from photographs to one that ships, and whether the shipped one is what its card says."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load

from gan_core import slim
from gan_core.cli import main
from gan_core.data import gallery
from gan_core.data.tensors import floats
from gan_core.distill import correlations
from gan_core.networks import vgg
from gan_core.networks.vgg import LAYERS
from gan_core.networks.weights import read_config, read_tensors
from gan_core.teaching import LAYERS as TAUGHT


def test_a_run_from_photographs_to_a_folder_that_ships(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    photographs = tmp_path / "photographs"
    photographs.mkdir()
    for index in range(5):
        noise = np.random.default_rng(index).integers(0, 256, (8, 8, 3), np.uint8)
        Image.fromarray(noise).resize((slim.SIDE, slim.SIDE)).save(photographs / f"{index}.png")
    run, shipped = tmp_path / "run", tmp_path / "vgg19-slim"
    line = ["distill", str(photographs), "--to", str(run), "--ship", str(shipped)]
    assert main(line) == 2
    assert "distil into it first" in capsys.readouterr().err
    options = {"steps": 2, "size": 32, "batch": 1, "slopes-every": 2, "stills": 2, "paintings": 1, "seed": 4}
    recipe = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    assert main([*line[:4], "--from", str(vgg.SLIM_FOLDER), *recipe]) == 0
    assert "4 photographs to learn from, 1 kept out" in capsys.readouterr().out
    student = load((run / slim.CHECKPOINT).read_bytes())
    assert main(line) == 0
    config, before = read_config(shipped), read_config(vgg.SLIM_FOLDER)
    assert config["sittings"][:-1] == before["sittings"]
    assert config["sittings"][-1].startswith(
        "2 of 2 steps of 1 canvases and 1 pictures every 2 steps, and 2 pictures at those between, at 32 px"
    )
    weights = vgg.load_slim(shipped).state_dict()
    for name, each in weights.items():
        if name.startswith("features.") or name.split(".")[1] in TAUGHT:
            torch.testing.assert_close(each, student[f"student.{name}"], rtol=1e-3, atol=1e-6)
    assert "n = 1 photograph" in (shipped / "README.md").read_text(encoding="utf-8")


def shipped_numbers() -> dict[str, float]:
    return read_config(vgg.SLIM_FOLDER)["correlations"]


def test_the_card_is_of_the_shipped_weights() -> None:
    card, config = (vgg.SLIM_FOLDER / "README.md").read_text(encoding="utf-8"), read_config(vgg.SLIM_FOLDER)
    rows = {name: float(value) for name, value in re.findall(r"\| (relu\d_\d) \| ([\d.]+) \|", card)}
    assert rows == config["correlations"]
    assert f"n = {config['photographs']} photographs" in card
    assert all(sitting in card for sitting in config["sittings"])
    file = vgg.SLIM_FOLDER / "model.safetensors"
    assert file.stat().st_size < 3_000_000
    assert {each.dtype for each in read_tensors(vgg.SLIM_FOLDER).values()} == {torch.float16}


def test_the_shipped_network_does_as_well_on_photographs_of_the_gallery() -> None:
    """Which it was not trained with; of four photographs, not fifty, so a little is allowed for."""
    squares = []
    for name in gallery.photographs():
        whole = gallery.image_of(name)
        side = min(whole.size)
        left, top = (whole.width - side) // 2, (whole.height - side) // 2
        squares.append(np.asarray(whole.crop((left, top, left + side, top + side)).resize((256, 256))))
    looked_at = floats(torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2))
    found = correlations(vgg.load_slim(), vgg.load(), looked_at, LAYERS)
    for name, value in found.items():
        assert value > shipped_numbers()[name] - 0.06, name
