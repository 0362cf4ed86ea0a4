"""The bundled sets are what `about.json` says, undamaged and small, and `make` writes what `read` reads."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gan_core.data import bundled, make
from gan_core.data.pictures import DataError, PictureSet

ROOT = Path(__file__).parent.parent.parent
SIZES = {"fashion": (28, 28, 1), "digits": (28, 28, 1), "emoji": (48, 48, 3)}
LEAST = {"fashion": 23_500, "digits": 60_000, "emoji": 3_000}  # pictures in the train part
EMOJI = (
    "Smileys & Emotion", "People & Body", "Animals & Nature", "Food & Drink", "Travel & Places", "Activities",
    "Objects", "Symbols", "Flags",
)  # fmt: skip


@pytest.fixture(scope="module")
def sets() -> dict[tuple[str, str], PictureSet]:
    return {(name, part): bundled.read(name, part) for name in bundled.NAMES for part in ("train", "test")}


def about(name: str) -> dict:
    return json.loads((bundled.FOLDER / name / "about.json").read_text("utf-8"))


@pytest.mark.parametrize("name", bundled.NAMES)
def test_shapes_labels_and_counts(sets, name: str) -> None:
    for part in ("train", "test"):
        pictures = sets[name, part]
        assert pictures.pictures.shape == (len(pictures), *SIZES[name])
        assert pictures.pictures.dtype == np.uint8
        assert pictures.labels.dtype == np.int64
        assert np.bincount(pictures.labels).tolist() == about(name)["counts"][part]
        assert len(pictures.classes) == len(set(pictures.classes)) == pictures.labels.max() + 1
    assert len(sets[name, "train"]) >= LEAST[name]


def test_classes_have_their_names(sets) -> None:
    assert sets["fashion", "train"].classes[:2] == ("T-shirt", "Trousers")
    assert sets["digits", "train"].classes == tuple("0123456789")
    assert sets["emoji", "train"].classes == EMOJI


def test_parts_are_as_even_as_the_originals(sets) -> None:
    for name in ("fashion", "digits"):
        assert np.bincount(sets[name, "test"].labels).tolist() == [200] * 10
    assert len(set(np.bincount(sets["fashion", "train"].labels))) == 1
    # MNIST's own counts: the whole train part is here.
    assert np.bincount(sets["digits", "train"].labels).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949
    ]  # fmt: skip
    for train, test in zip(about("emoji")["counts"]["train"], about("emoji")["counts"]["test"], strict=True):
        assert 0.05 < test / (train + test) < 0.16  # a tenth of the emoji, but some have 25 tones and others one


@pytest.mark.parametrize("name", bundled.NAMES)
def test_no_picture_comes_twice(sets, name: str) -> None:
    both = [picture.tobytes() for part in ("train", "test") for picture in sets[name, part].pictures]
    assert len(set(both)) == len(both)


def test_labels_fit_the_pictures(sets) -> None:
    """The nearest class mean of the train part is right about as often as is known of each set."""
    for name, least in (("fashion", 0.65), ("digits", 0.78)):
        train, test = sets[name, "train"], sets[name, "test"]
        means = np.stack([train.pictures[train.labels == c].reshape(-1, 784).mean(0) for c in range(10)])
        flat = test.pictures.reshape(-1, 784).astype(np.float64)
        distance = ((flat[:, None] - means) ** 2).sum(2)
        assert (distance.argmin(1) == test.labels).mean() > least


def test_emoji_lie_on_white(sets) -> None:
    corners = sets["emoji", "train"].pictures[:, 0, 0]
    assert (corners > 250).all(1).mean() > 0.8


@pytest.mark.parametrize("name", bundled.NAMES)
def test_a_set_is_small_and_has_its_licence(name: str) -> None:
    files = sorted((bundled.FOLDER / name).iterdir())
    assert {file.name for file in files} == {"about.json", "LICENSE", *about(name)["sha256"]}
    assert sum(file.stat().st_size for file in files) < 10_000_000
    licence = (bundled.FOLDER / name / "LICENSE").read_text("utf-8")
    assert {"MIT": "MIT License", "Apache-2.0": "Apache License", "CC BY-SA 3.0": "CC BY-SA 3.0"}[
        about(name)["licence"]
    ] in licence
    assert set(about(name)["origin"]) == {"what", "package", "version", "sha256"}


def test_a_flipped_bit_is_refused(tmp_path: Path) -> None:
    shutil.copytree(bundled.FOLDER / "emoji", tmp_path / "emoji")
    assert len(bundled.read("emoji", "test", tmp_path)) == len(bundled.read("emoji", "test"))
    file = tmp_path / "emoji" / "test-3.webp"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(DataError, match=r"emoji/test-3\.webp is damaged"):
        bundled.read("emoji", "test", tmp_path)


def test_an_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(DataError, match="'cats'; there are fashion, digits, emoji"):
        bundled.read("cats")


def test_reading_needs_neither_torch_nor_pyarrow_nor_streamlit() -> None:
    script = (
        "import sys; from gan_core.data import bundled, own; bundled.read('emoji', 'test')\n"
        "assert not {'torch', 'pyarrow', 'streamlit'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def write_idx(file: Path, values: np.ndarray, packed: bool) -> None:
    head = bytes([0, 0, 8, values.ndim]) + b"".join(n.to_bytes(4, "big") for n in values.shape)
    data = head + values.tobytes()
    file.write_bytes(gzip.compress(data) if packed else data)


@pytest.mark.parametrize(("name", "packed", "times"), [("fashion", True, 2), ("digits", False, 1)])
def test_made_anew_to_the_byte_and_read_as_it_was(name: str, packed: bool, times: int, tmp_path: Path, capsys) -> None:
    rng, source, end = np.random.default_rng(0), tmp_path / "source" / "below", ".gz" if packed else ""
    source.mkdir(parents=True)
    originals = {}
    for part, n in (("train", 60), ("t10k", 30)):
        pictures, labels = np.zeros((n, 28, 28), np.uint8), np.arange(n, dtype=np.uint8) % 10
        pictures[:, :4, 3] = rng.integers(0, 256, (n, 4))  # mostly black: the encoder is slow with noise
        pictures[n - 10] = pictures[0]  # a duplicate, which goes
        if part == "t10k":
            pictures[1] = originals["train"][0][1]  # seen in training, goes from the test part
        originals[part] = pictures, labels
        write_idx(source / f"{part}-images-idx3-ubyte{end}", pictures, packed)
        write_idx(source / f"{part}-labels-idx1-ubyte{end}", labels, packed)
    for to in range(times):
        assert make.main([name, "--source", str(tmp_path / "source"), "--to", str(tmp_path / f"{to}")]) == 0
    assert name in capsys.readouterr().out
    made = [{file.name: file.read_bytes() for file in (tmp_path / f"{to}" / name).iterdir()} for to in range(times)]
    assert all(each == made[0] for each in made)
    train, test = bundled.read(name, "train", tmp_path / "0"), bundled.read(name, "test", tmp_path / "0")
    assert (len(train), len(test)) == (59, 28)
    for got, part in ((train, "train"), (test, "t10k")):
        source_labels = {p.tobytes(): label for p, label in zip(*originals[part], strict=True)}
        assert [source_labels[p.tobytes()] for p in got.pictures] == got.labels.tolist()


def test_missing_originals_are_one_sentence_and_status_2(tmp_path: Path, capsys) -> None:
    for name in bundled.NAMES:
        assert make.main([name, "--source", str(tmp_path), "--to", str(tmp_path)]) == 2
        assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(("n", "shape"), [(1, (28, 1120)), (40, (28, 1120)), (41, (56, 1120))])
def test_a_mosaic_is_laid_row_by_row_and_cut_again(n: int, shape: tuple[int, int]) -> None:
    pictures = np.random.default_rng(n).integers(0, 256, (n, 28, 28, 1), np.uint8)
    mosaic = bundled.laid(pictures)
    assert mosaic.shape == (*shape, 1)
    if n > 1:
        assert np.array_equal(mosaic[:28, 28:56], pictures[1])
    assert np.array_equal(bundled.cut(mosaic, 28, 1)[:n], pictures)
