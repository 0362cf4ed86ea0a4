"""The command line: every setting of the spec, its errors in one sentence, a film that the player can play."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from gan_core.cli import main, settings
from gan_core.frames import unpack
from gan_core.presets import presets
from gan_core.specs import DISTRIBUTIONS, ToySpec
from gan_core.style.descent import Lbfgs

ROOT = Path(__file__).parent.parent.parent
SHORT = ["--steps", "4", "--frame_every", "2", "--generator.width", "8", "--discriminator.width", "8"]


def test_help_lists_every_setting_without_loading_torch() -> None:
    script = (
        "import sys, contextlib; from gan_core.cli import main\n"
        "with contextlib.suppress(SystemExit): main(['toy', '--help'])\n"
        "assert 'torch' not in sys.modules"
    )
    shown = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=True,
    ).stdout  # fmt: skip
    flat = {name for kind in DISTRIBUTIONS.values() for name in ToySpec(data=kind()).flat()}
    assert {name for name in flat if f"--{name} " not in shown} == set()
    assert {dotted for dotted, _, _ in settings(ToySpec)} == flat


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--batch", "1"], "batch"),
        (["--loss", "fear"], "loss"),
        (["--data.kind", "moons", "--data.modes", "3"], "data"),
        (["--spec", "no such file"], "no such file"),
    ],
)
def test_a_wrong_setting_is_one_sentence_and_status_2(arguments: list[str], names: str, capsys) -> None:
    assert main(["toy", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert names in said.err
    assert said.err.count("\n") == 1


def test_a_film_holds_the_run_and_its_spec(tmp_path: Path, capsys) -> None:
    target = tmp_path / "new folder" / "run.safetensors"
    assert main(["toy", *SHORT, "--film", str(target)]) == 0
    arrays, about = unpack(target.read_bytes())
    assert arrays["step"].tolist() == [0, 2, 4]
    assert arrays["fake"].shape == (3, 400, 2)
    assert ToySpec.from_flat(about["spec"]).steps == 4
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == ["0", "2", "4"]


def test_settings_go_on_top_of_a_preset(tmp_path: Path) -> None:
    target = tmp_path / "run.safetensors"
    main(["toy", "--preset", "collapse", *SHORT, "--film", str(target)])
    spec = ToySpec.from_flat(unpack(target.read_bytes())[1]["spec"])
    assert spec.generator.latent_size == presets()["collapse"].spec.generator.latent_size
    assert spec.generator.width == 8


def test_a_spec_from_a_file_with_another_distribution(tmp_path: Path) -> None:
    file, target = tmp_path / "spec.json", tmp_path / "run.safetensors"
    file.write_text(ToySpec.from_flat({"data.modes": 5, "seed": 3}).json_text(), encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8"))["data"]["modes"] == 5
    assert main(["toy", "--spec", str(file), "--data.kind", "moons", *SHORT, "--film", str(target)]) == 0
    spec = ToySpec.from_flat(unpack(target.read_bytes())[1]["spec"])
    assert (spec.data.kind, spec.seed) == ("moons", 3)


def test_a_training_that_blows_up_keeps_its_good_frames(tmp_path: Path, capsys) -> None:
    target = tmp_path / "run.safetensors"
    wild = ["--discriminator_optimizer.name", "sgd", "--discriminator_optimizer.learning_rate", "1",
            "--generator_optimizer.name", "sgd", "--generator_optimizer.learning_rate", "1",
            "--loss", "least_squares", "--steps", "200", "--frame_every", "2"]  # fmt: skip
    assert main(["toy", *wild, "--film", str(target)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert unpack(target.read_bytes())[0]["step"][0] == 0


# Painting ------------------------------------------------------------------------------------------------------------

QUICK = ["--size", "64", "--network", "slim", "--refined", "0"]


def test_a_picture_is_painted_from_a_file_and_goes_on(tmp_path: Path, capsys) -> None:
    photo, target = tmp_path / "my photo.png", tmp_path / "wave"
    Image.linear_gradient("L").resize((90, 60)).convert("RGB").save(photo)
    arguments = ["paint", "--content", str(photo), "--styles", "great_wave", *QUICK, "--to", str(target)]
    assert main([*arguments, "--steps", "6"]) == 0
    with Image.open(target / "picture.png") as picture:
        assert picture.size == (64, 43)
        first = picture.tobytes()
    rows = (target / "errors.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("step,loss,style,content,variation,style.relu1_1")
    assert rows[-1].startswith("6,")
    assert json.loads((target / "spec.json").read_text(encoding="utf-8"))["styles"] == ["great_wave"]
    assert capsys.readouterr().out.splitlines()[-1] == str(target / "picture.png")
    assert main([*arguments, "--steps", "6"]) == 0  # it has ended: nothing is painted again
    with Image.open(target / "picture.png") as picture:
        assert picture.tobytes() == first
    assert main([*arguments, "--steps", "9"]) == 2
    assert "holds another picture; choose another folder" in capsys.readouterr().err


def test_an_interrupted_painting_goes_on(tmp_path: Path, monkeypatch, capsys) -> None:
    """As if nothing had happened: the same picture, and each look once in the table."""
    arguments = ["paint", *QUICK, "--steps", "8", "--to"]
    assert main([*arguments, str(tmp_path / "whole")]) == 0
    step = Lbfgs.step
    monkeypatch.setattr(Lbfgs, "step", lambda *at: signal.raise_signal(signal.SIGINT) or step(*at))
    assert main([*arguments, str(tmp_path / "broken")]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("at step 1 of 8; the same line goes on")
    monkeypatch.undo()
    assert main([*arguments, str(tmp_path / "broken")]) == 0
    pictures = [Image.open(tmp_path / name / "picture.png").tobytes() for name in ("whole", "broken")]
    assert pictures[0] == pictures[1]
    rows = (tmp_path / "broken" / "errors.csv").read_text(encoding="utf-8").splitlines()
    steps = [row.split(",")[0] for row in rows]
    assert len(steps) == len(set(steps)) and steps[-1] == "8"


@pytest.mark.parametrize(("arguments", "words"), [
    (["--size", "9000"], "Size (size) is '9000'; it must be at most 1024"),
    (["--content", "gone.jpg"], "Content (content) has 'gone.jpg'; it must be a picture of the gallery"),
    (["--styles", "README.md"], "README.md is not a picture; choose a picture as"),
])  # fmt: skip
def test_what_cannot_be_painted_is_one_sentence(
    arguments: list[str], words: str, tmp_path: Path, capsys, monkeypatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["paint", *arguments, "--to", str(tmp_path / "nothing")]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "nothing").exists()
