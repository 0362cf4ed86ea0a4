"""What ships trained loads from this machine alone, and does what its card says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core.data import bundled
from gan_core.data.load import resized
from gan_core.metrics.features import classifier_features
from gan_core.model_folder import CHECKPOINTS
from gan_core.networks.families import load_network
from gan_core.picture_game import generated, scaled
from gan_core.picture_presets import picture_presets, shipped_presets
from gan_core.seeds import stream
from gan_core.ship import sample_sheet

GENERATORS = sorted(file.parent for file in CHECKPOINTS.glob("*/scores.json"))
GANS = [folder for folder in GENERATORS if folder.name in picture_presets()]
PROMISED = {"fashion-cdcgan-32": (0.92, 0.75), "digits-cdcgan-32": (0.97, 0.90)}  # all classes, the worst class


def test_what_the_project_promises_is_there() -> None:
    assert {folder.name for folder in GENERATORS} == {*shipped_presets(), "fashion-vae-32"}


@pytest.mark.parametrize("folder", GANS, ids=lambda folder: folder.name)
def test_a_generator_loads_with_its_discriminator_and_its_card(folder: Path) -> None:
    generator, discriminator = load_network(folder), load_network(folder, "discriminator")
    spec = picture_presets()[folder.name].spec
    assert generator.size == discriminator.size == spec.data.size
    assert generator.channels == (3 if spec.data.colour else 1)
    pictures = generated(
        generator, torch.randn(4, generator.latent_size), torch.arange(4) if generator.classes else None
    )
    labels = torch.arange(4) if discriminator.classes else None
    assert torch.isfinite(discriminator(pictures, labels)).all()
    assert (pictures[0] - pictures[1]).abs().mean() > 0.02
    card, about = (folder / "README.md").read_text("utf-8"), json.loads((folder / "scores.json").read_text("utf-8"))
    for words in ("**Data.**", "**Recipe.**", "**Trained**", f"--preset {folder.name}", "**Limits.**", "Licence"):
        assert words in card, words
    for score in about["scores"]:
        assert score["name"] in card
        assert f"{score['n']:,}" in card


@pytest.mark.parametrize("folder", GENERATORS, ids=lambda folder: folder.name)
def test_the_samples_beside_a_card_are_of_these_weights(folder: Path) -> None:
    with Image.open(folder / "samples.png") as image:
        shipped = np.asarray(image).astype(int)
    now = np.asarray(sample_sheet(load_network(folder))).astype(int)
    assert shipped.shape == now.shape
    assert np.abs(shipped - now).mean() < 1  # of 255; other processors round otherwise


def test_the_autoencoder_finds_pictures_again_that_it_never_saw() -> None:
    folder = CHECKPOINTS / "fashion-vae-32"
    encoder, decoder = load_network(folder, "encoder"), load_network(folder)
    held_out = resized(bundled.read("fashion", "test"), 32, 1)
    x, labels = scaled(torch.from_numpy(held_out.pictures[::10])), torch.from_numpy(held_out.labels[::10])
    with torch.no_grad():
        again = decoder(encoder(x, labels)[0], labels)
    assert (again - x).square().mean() < 0.3 * x.var(0).mean()
    assert decoder.parameter_count == load_network(CHECKPOINTS / "fashion-cdcgan-32").parameter_count


@pytest.mark.parametrize("name, bars", PROMISED.items())
def test_a_class_that_is_asked_for_comes(name: str, bars: tuple[float, float]) -> None:
    about = json.loads((CHECKPOINTS / name / "scores.json").read_text("utf-8"))
    generator, data = load_network(CHECKPOINTS / name), name.split("-")[0]
    asked = torch.arange(1000) % 10
    z = torch.randn(1000, generator.latent_size, generator=stream(0, "evaluation"))
    right = classifier_features(data)(generated(generator, z, asked)).logits.argmax(1) == asked
    whole = next(score["value"] for score in about["scores"] if score["name"].startswith("class agreement"))
    assert about["n"] == 10_000
    assert whole >= bars[0]
    assert min(about["per_class"].values()) >= bars[1]
    error = (whole * (1 - whole) / 1000) ** 0.5
    assert right.float().mean().item() == pytest.approx(whole, abs=4 * error + 0.005)


@pytest.mark.parametrize("name", PROMISED)
def test_recall_is_at_least_half_of_that_between_two_halves_of_the_real_set(name: str) -> None:
    about = json.loads((CHECKPOINTS / name / "scores.json").read_text("utf-8"))
    recall = next(score["value"] for score in about["scores"] if score["name"].startswith("recall"))
    assert recall >= 0.5 * about["half_recall"]
