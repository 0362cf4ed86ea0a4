"""The small classifier: its shapes, its folder, its training, and whether the shipped ones are what their cards say."""

import json
import math
import re
import socket
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import pad

from gan_core.classify import RECIPES, Recipe, augmented, batches, card, correct, floats, rate, train
from gan_core.data import bundled
from gan_core.data.pictures import PictureSet
from gan_core.model_folder import CHECKPOINTS
from gan_core.networks.classifier import Classifier

SHIPPED = sorted(CHECKPOINTS.glob("*-classifier"))


def bars(count: int = 256, size: int = 16, seed: int = 0) -> PictureSet:
    """Bright bars on noise: standing ones are class 0, lying ones class 1."""
    draw = np.random.default_rng(seed)
    pictures = draw.integers(0, 100, (count, size, size, 1), dtype=np.uint8)
    labels = draw.integers(0, 2, count)
    for picture, label, place in zip(pictures, labels, draw.integers(3, size - 3, count), strict=True):
        picture[(place, slice(None)) if label else (slice(None), place)] = 220
    return PictureSet("bars", pictures, labels, ("standing", "lying"), "none")


# The network ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "channels"), [(28, 1), (32, 1), (48, 3)])
def test_every_size_has_128_features_and_a_logit_a_class(size: int, channels: int) -> None:
    classifier = Classifier(size, channels, ("a", "b", "c")).eval()
    features, logits = classifier(torch.zeros(5, channels, size, size))
    assert features.shape == (5, 128)
    assert logits.shape == (5, 3)
    assert (features >= 0).all()
    torch.testing.assert_close(logits, classifier.last(features))


def test_28_px_are_32_px_with_a_black_frame() -> None:
    classifier = Classifier(28, 1, ("a", "b")).eval()
    pictures = torch.rand(3, 1, 28, 28) * 2 - 1
    torch.testing.assert_close(classifier(pictures), classifier(pad(pictures, [2] * 4, value=-1.0)))


def test_a_folder_gives_the_same_classifier_back(tmp_path: Path) -> None:
    classifier = Classifier(16, 3, ("cat", "dog"), width=4).eval()
    classifier.save(tmp_path, data="pets")
    again = Classifier.load(tmp_path)
    assert again.classes == ("cat", "dog")
    assert json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))["data"] == "pets"
    pictures = torch.rand(2, 3, 16, 16)
    torch.testing.assert_close(again(pictures), classifier(pictures))
    assert not again.training


@pytest.mark.parametrize("config", ["{}", "[]", "", '{"size": 28, "channels": 1, "width": 32, "classes": 10}'])
def test_a_folder_without_a_classifier_is_refused(tmp_path: Path, config: str) -> None:
    (tmp_path / "config.json").write_text(config, encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape("config.json")):
        Classifier.load(tmp_path)


# Its training --------------------------------------------------------------------------------------------------------


def test_a_few_steps_tell_standing_bars_from_lying_ones() -> None:
    recipe = Recipe(passes=10, mirrored=True, width=8, batch=32)
    classifier = train(bars(), recipe)
    assert correct(classifier, bars(seed=1)).mean() > 0.95
    again = train(bars(), recipe)
    assert torch.equal(classifier.last.weight, again.last.weight)


def test_a_picture_is_moved_by_no_more_than_the_recipe_allows() -> None:
    dot = torch.zeros(500, 1, 9, 9, dtype=torch.uint8)
    dot[:, 0, 4, 3] = 255
    generator = torch.Generator().manual_seed(0)
    for mirrored, columns in ((False, range(1, 6)), (True, range(1, 8))):
        moved = augmented(dot, Recipe(passes=1, mirrored=mirrored, shift=2), generator)
        _, _, y, x = moved.nonzero(as_tuple=True)
        assert set(y.tolist()) == set(range(2, 7))
        assert set(x.tolist()) == set(columns)
    still = augmented(dot, Recipe(passes=1, mirrored=False, shift=0), generator)
    assert torch.equal(still, dot)


def test_every_picture_is_seen_once_a_pass() -> None:
    recipe = Recipe(passes=2, mirrored=False, batch=8)
    found = list(batches(32, recipe, torch.Generator().manual_seed(0)))
    assert [share for share, _ in found] == [step / 8 for step in range(8)]
    for half in (found[:4], found[4:]):
        assert sorted(torch.cat([chosen for _, chosen in half]).tolist()) == list(range(32))


def test_the_rate_rises_and_falls_to_nothing() -> None:
    assert rate(0) == 0
    assert rate(0.1) == pytest.approx(0.5)
    assert rate(0.2) == pytest.approx(1)
    assert rate(0.6) == pytest.approx(0.5)
    assert rate(1) == pytest.approx(0)


def test_bytes_become_floats_from_minus_one_to_one() -> None:
    assert floats(torch.tensor([0, 255], dtype=torch.uint8)).tolist() == [-1, 1]


# What ships ----------------------------------------------------------------------------------------------------------


def test_fashion_and_digits_have_a_classifier() -> None:
    assert {"fashion-classifier", "digits-classifier"} <= {folder.name for folder in SHIPPED}


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_a_shipped_classifier_is_what_its_card_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", offline)
    classifier = Classifier.load(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    test = bundled.read(config["data"], part="test")
    some = np.linspace(0, len(test) - 1, min(1000, len(test))).astype(int)  # the set may be ordered by class
    right = correct(classifier, PictureSet("some", test.pictures[some], test.labels[some], test.classes)).mean().item()
    stated, n = config["held_out"]["accuracy"], config["held_out"]["n"]
    assert n == len(test)
    assert right == pytest.approx(stated, abs=3 * math.sqrt(stated * (1 - stated) / len(some)))
    assert stated > {"fashion": 0.90, "digits": 0.99}.get(config["data"], 0)
    assert f"{stated:.2%}" in (folder / "README.md").read_text(encoding="utf-8")
    assert (folder / "model.safetensors").stat().st_size < 4_000_000
    assert classifier.classes == test.classes


def test_a_card_is_written_for_every_recipe() -> None:
    data = bars(32)
    for name in RECIPES:
        text = card(name, data, data, Classifier(16, 1, data.classes), torch.ones(32), 12.3)
        assert "100.00% ± 0.00%" in text
        assert f"python -m gan_core.classify {name}" in text
        assert "{" not in text
