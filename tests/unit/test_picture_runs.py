"""What surrounds a picture run: beginning with a checkpoint, scores on the way, the rehearsal, what is handed on."""

from __future__ import annotations

import io
import math
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load, save

from gan_core.data.load import load_pictures
from gan_core.events import Change, Checkpoint, Frame, Header
from gan_core.export import model_files, model_zip
from gan_core.frames import metadata, unpack
from gan_core.model_folder import CHECKPOINTS
from gan_core.networks.families import load_network
from gan_core.picture_checkpoint import kept
from gan_core.picture_presets import picture_presets
from gan_core.pictures import PictureRun, train
from gan_core.rehearsal import noise, rehearse
from gan_core.scoring import Scorer
from gan_core.specs import PictureSpec, SpecError
from tests.unit.test_picture_training import quadrants, spec

RATE = "generator_optimizer.learning_rate"


# Changes -------------------------------------------------------------------------------------------------------------


def test_a_change_is_told_once_and_is_in_force_from_its_step_on() -> None:
    changes = {4: {RATE: 0.0009}, 12: {"steps": 16}}
    events = list(train(spec(), pictures=quadrants(), changes=lambda step: changes.get(step, {})))
    told = [event for event in events if isinstance(event, Change)]
    assert told == [Change(4, {RATE: 0.0009}), Change(12, {"steps": 16})]
    assert [event.step for event in events if isinstance(event, Frame)] == [0, 4, 8, 12, 16]
    assert kept(events[-1].packed).spec == spec(steps=16).changed({RATE: 0.0009})
    before, after = (
        [event.packed for event in train(spec(steps=n), pictures=quadrants()) if isinstance(event, Frame)]
        for n in (12, 12)
    )
    changed = [event.packed for event in events if isinstance(event, Frame)]
    assert before == after
    assert changed[:2] == before[:2]  # the same until then
    assert changed[2] != before[2]


@pytest.mark.parametrize("name", PictureSpec.changeable)
def test_each_setting_that_may_change_reaches_the_game(name: str) -> None:
    run = PictureRun(spec(), quadrants())
    run.change({name: 0.5 if name != "steps" else 40})
    assert run.spec.flat()[name] == (40 if name == "steps" else 0.5)
    game = run.game
    reached = {
        "generator_optimizer.learning_rate": game.generator_optimizer.spec.learning_rate,
        "discriminator_optimizer.learning_rate": game.discriminator_optimizer.spec.learning_rate,
        "skip_below": game.rules.skip_below, "skip_above": game.rules.skip_above, "steps": run.spec.steps,
    }  # fmt: skip
    assert reached[name] == run.spec.flat()[name]


# Beginning with a checkpoint -----------------------------------------------------------------------------------------

FASHION = picture_presets()["fashion-cdcgan-32"].spec.changed(
    {"start": "fashion-cdcgan-32", "data.limit": 500, "steps": 1, "frame_every": 1, "samples": 10, "score_every": 0}
)


def test_a_run_begins_with_the_weights_of_a_checkpoint() -> None:
    events = train(FASHION)
    header, first = next(events), next(events)
    assert isinstance(header, Header)
    assert first.step == 0
    run = PictureRun(FASHION, load_pictures(FASHION.data))
    generator = load_network(CHECKPOINTS / "fashion-cdcgan-32")
    shipped = generator.state_dict()
    checkpoint = [event for event in events if isinstance(event, Checkpoint)][-1]
    run.load(checkpoint.packed)
    moved = [(shipped[name] - own).abs().max().item() for name, own in run.game.generator.network.named_parameters()]
    assert 0 < max(moved) < 1e-3  # one step of Adam
    with Image.open(io.BytesIO(unpack(first.packed)[0]["samples"].tobytes())) as sheet:
        assert np.asarray(sheet.convert("L")).std() > 40  # clothes at step 0, not the grey of first weights


@pytest.mark.parametrize(
    "settings, words",
    [
        ({"network.generator_width": 32}, "generator has width 48, not 32; set network.generator_width to 48"),
        ({"network.conditional": False}, "has classes 10, not 0; choose pictures that fit"),
        ({"data.colour": True}, "has channels 1, not 3"),
        ({"start": "fashion-vae-32"}, "fashion-vae-32, which has no discriminator to go on with; choose"),
        ({"network.kind": "residual"}, "has family dcgan, not residual; set network.kind to dcgan"),
    ],
)
def test_a_checkpoint_that_does_not_fit_is_one_sentence(settings: dict, words: str) -> None:
    flat = {name: value for name, value in FASHION.flat().items() if not name.startswith("network.")}
    network = {"network.kind": "dcgan", "network.conditional": True, "network.generator_width": 48,
               "network.discriminator_width": 48}  # fmt: skip
    if settings.get("network.kind"):
        network = {"network.conditional": True}
    with pytest.raises(SpecError, match=words) as caught:
        list(train(PictureSpec.from_flat(flat | network | settings)))
    assert str(CHECKPOINTS) not in str(caught.value)


# Scores --------------------------------------------------------------------------------------------------------------


def test_scores_come_when_they_are_due_and_change_nothing() -> None:
    what = {"data.source": "digits", "data.size": 32, "data.limit": 400, "network.generator_width": 8, "steps": 8,
            "network.discriminator_width": 8, "batch": 16, "frame_every": 2, "samples": 10, "score_samples": 100,
            "network.conditional": True, "bfloat16": False}  # fmt: skip
    scored, plain = (
        [event for event in train(PictureSpec.from_flat(what | {"score_every": every})) if isinstance(event, Frame)]
        for every in (3, 0)
    )
    assert [frame.step for frame in scored if not math.isnan(frame.metrics["kid"])] == [6, 8]  # the last one always
    assert "kid" not in plain[0].metrics
    assert [frame.packed for frame in scored] == [frame.packed for frame in plain]
    shares = [value for name, value in scored[-1].metrics.items() if name.startswith("class.")]
    assert len(shares) == 10
    assert sum(shares) == pytest.approx(1)
    assert 0 <= scored[-1].metrics["agreement"] <= 1


def test_a_good_generator_scores_well_and_a_random_one_does_not() -> None:
    pictures = load_pictures(FASHION.data)
    scorer = Scorer(pictures, 500, 0, "cpu")
    good = scorer.scores(load_network(CHECKPOINTS / "fashion-cdcgan-32"), bfloat16=False)
    bad = scorer.scores(PictureRun(FASHION, pictures).generator, bfloat16=False)
    assert good["agreement"] > 0.9
    assert bad["agreement"] < 0.3
    assert good["kid"] + 2 * good["kid_error"] < bad["kid"]


def test_too_few_pictures_are_not_scored() -> None:
    events = train(spec(), pictures=quadrants(20))
    assert not [name for event in events if isinstance(event, Frame) for name in event.metrics if name == "kid"]


# Sheets --------------------------------------------------------------------------------------------------------------


def test_a_conditional_sheet_has_a_column_for_each_class() -> None:
    run = PictureRun(spec(network__conditional=True, samples=8), quadrants())
    about = unpack(run.header().packed)[1]
    assert (about["columns"], about["class_shares"]) == (4, [0.25] * 4)
    assert [quadrants().labels[index] for index in run.examples()] == [0, 1, 2, 3] * 2


# The rehearsal -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["clothes", "fashion-mlp-28", "cats-on"])
def test_a_rehearsal_says_how_large_and_how_slow(name: str) -> None:
    what = picture_presets()[name].spec
    found = rehearse(what.json_text(), 10)
    run = PictureRun(what.changed({"start": ""}), noise(what, 10))
    assert found["parameters"]["generator"] == run.game.generator.network.parameter_count
    assert 0 < found["round"] < 10
    assert found["look"] > 0
    assert rehearse(what.json_text(), 10, stop=lambda: True) == {}


# Handed on -----------------------------------------------------------------------------------------------------------


def test_a_checkpoint_becomes_a_model_that_loads(tmp_path: Path) -> None:
    run = PictureRun(spec(network__conditional=True), quadrants())
    for _ in range(3):
        run.round()
    files = model_files(run.save(), "mine")
    assert {*files} == {"README.md", "config.json", "discriminator.safetensors", "model.safetensors", "samples.png"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    generator = load_network(tmp_path)
    run.settle()
    z = torch.randn(4, 8)
    assert torch.equal(generator(z, torch.arange(4)), run.generator.eval()(z, torch.arange(4)))
    assert load_network(tmp_path, "discriminator").classes == 4
    card = files["README.md"].decode()
    assert "# A generator of mine" in card
    assert "NW, NE, SW, SE" in card
    with zipfile.ZipFile(io.BytesIO(model_zip(run.save(), "mine"))) as archive:
        assert archive.read("config.json") == files["config.json"]


# What a file may say -------------------------------------------------------------------------------------------------


def resaid(checkpoint: bytes, **about: str) -> bytes:
    """The same tensors, with something else said of them."""
    return save(load(checkpoint), metadata(checkpoint) | about)


@pytest.mark.parametrize(
    "about",
    [{"step": "1" + 30 * "0"}, {"step": "-1"}, {"seconds": "1e999"}, {"seconds": "-1"}, {"spec": "{}"},
     {"classes": str(list(range(10_000)))}],
)  # fmt: skip
def test_a_checkpoint_that_says_what_cannot_be_is_refused(about: dict) -> None:
    checkpoint = PictureRun(spec(), quadrants()).save()
    assert kept(resaid(checkpoint)).step == 0
    with pytest.raises(SpecError, match="damaged"):
        kept(resaid(checkpoint, **about))
    with pytest.raises(SpecError, match="damaged"):
        kept((1 << 40).to_bytes(8, "little") + checkpoint)


def test_a_finished_run_shows_what_it_is_when_it_is_opened_again() -> None:
    whole = list(train(spec(), pictures=quadrants()))
    again = list(train(spec(), whole[-1].packed, pictures=quadrants()))
    assert [type(event) for event in again] == [Header, Frame, Checkpoint]
    assert again[1].packed == [event for event in whole if isinstance(event, Frame)][-1].packed


def test_a_card_says_what_was_changed_on_the_way() -> None:
    checkpoint = PictureRun(spec(), quadrants()).save()
    card = model_files(checkpoint, "mine", [Change(600, {RATE: 5e-4})])["README.md"].decode()
    assert f"- from step 600: `{RATE}`: 0.0005" in card
    assert "Changed on the way" not in model_files(checkpoint, "mine")["README.md"].decode()
