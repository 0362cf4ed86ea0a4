"""The way back: a known latent's picture is found again, a search goes on to the bit, and bad uploads are refused."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core.data.pictures import DataError
from gan_core.frames import unpack
from gan_core.latent.hand import picture
from gan_core.latent.held import frozen, held
from gan_core.latent.project import go_on, start
from gan_core.latent.search import begin, descend
from gan_core.latent.walks import walk
from gan_core.networks.families import FAMILIES
from gan_core.seeds import stream
from gan_core.specs import LatentSpec, SpecError
from tests.unit.planted import linear


def of(model: str = "fashion-mlp-28", **settings: object) -> str:
    return LatentSpec(model=model, **settings).json_text()


def grey(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("L")).astype(float)


def found_after(steps: int, spec: str, upload: bytes, **settings: object) -> dict:
    state, seen = start(spec, upload, **settings)
    while seen["step"] < steps and not seen["sentence"]:
        state, seen = go_on(state, 25)
    return seen


# What is found -------------------------------------------------------------------------------------------------------


def test_a_linear_generator_is_inverted() -> None:
    one, _ = linear([8.0, 5.0, 3.0, 2.0])
    z = torch.tensor([[1.2, -0.8, 1.0, -1.0]])  # about on the shell, whose pull then is small
    search = descend(one, begin(one, one.pictures(z, None), 4, None, 0), 300, 0.1, 0)
    torch.testing.assert_close(search.best, z, rtol=0, atol=0.02)


@pytest.mark.parametrize("model", ["fashion-mlp-28", "fashion-cdcgan-32", "fashion-vae-32"])
def test_the_picture_of_a_known_latent_is_found_again(model: str) -> None:
    label = 0 if model == "fashion-mlp-28" else 3
    target = picture(of(model, seed=77, label=label))
    seen = found_after(75, of(model, seed=5), target, starts=6)
    assert seen["unsaid"] < 0.08
    assert np.abs(grey(seen["target"]) - grey(target)).max() == 0
    assert np.abs(grey(seen["found"]) - grey(target)).mean() < 15
    assert seen["norm"] == pytest.approx(seen["expected"], rel=0.15)
    assert seen["starts"] == (2 if model == "fashion-mlp-28" else 3)  # of six; or of ten, one for each class
    again = picture(of(model, label=seen["label"]), seen["own"])
    assert np.abs(grey(again) - grey(seen["found"])).max() <= 1


def test_a_walk_leads_on_from_what_was_found() -> None:
    own = found_after(20, of(), picture(of(seed=3)), perceptual=0)["own"]
    steps = walk([of(), of(seed=9)], "slerp", 5, [own, None])
    assert steps["norms"][0] == pytest.approx(np.linalg.norm(unpack(own)[0]["base"]), rel=1e-4)


def test_what_a_generator_cannot_say_is_left_over() -> None:
    checks = np.indices((28, 28)).sum(0) % 2 * 255
    file = io.BytesIO()
    Image.fromarray(checks.astype(np.uint8)).save(file, "PNG")
    seen = found_after(50, of(), file.getvalue(), perceptual=0)
    assert seen["unsaid"] > 0.5
    np.testing.assert_allclose(grey(seen["missed"]), (grey(seen["target"]) - grey(seen["found"])) / 2 + 127.5, atol=1.1)
    left = grey(seen["target"]) - grey(seen["found"])
    assert seen["error"] == pytest.approx(np.sqrt((left**2).mean()), rel=0.02)
    assert seen["unsaid"] == pytest.approx((left**2).mean() / grey(seen["target"]).var(), rel=0.04)


@pytest.mark.parametrize("level", [0, 127])
def test_of_a_flat_picture_the_error_is_no_share(level: int) -> None:
    file = io.BytesIO()
    Image.new("L", (28, 28), level).save(file, "PNG")
    seen = found_after(10, of(), file.getvalue(), perceptual=0)
    assert seen["unsaid"] is None
    assert seen["error"] == pytest.approx(np.sqrt(((grey(seen["found"]) - level) ** 2).mean()), rel=0.05)


# How it goes ---------------------------------------------------------------------------------------------------------


def test_slices_are_one_search_and_the_loss_never_rises() -> None:
    target = picture(of(seed=77))
    state, _ = start(of(), target, steps=5)
    losses = []
    for _ in range(7):
        state, seen = go_on(state, 5)
        losses.append(seen["loss"])
    _, at_once = start(of(), target, steps=40)
    assert at_once == seen
    assert losses == sorted(losses, reverse=True)
    assert seen["starts"] == 2  # of four, after thirty steps


def test_starts_are_told_the_classes_in_turn_or_one_alone() -> None:
    torch.manual_seed(0)
    one = frozen("small", FAMILIES["mlp"][0](size=8, channels=1, latent_size=4, width=8, classes=3))
    target = torch.zeros(1, 1, 8, 8)
    assert begin(one, target, 5, None, 0).labels.tolist() == [0, 1, 2, 0, 1]
    assert begin(one, target, 3, 2, 0).labels.tolist() == [2, 2, 2]
    _, seen = start(of("digits-cdcgan-32", label=7), picture(of()), any_class=False, steps=1)
    assert seen["label"] == 7


def test_a_search_that_runs_away_says_so_and_keeps_its_best() -> None:
    target = picture(of(seed=77))
    _, begun = start(of(), target, steps=1)
    state, seen = start(of(), target, rate=100, steps=10)
    assert "ran away after" in seen["sentence"]
    assert "begin again with more starts" in seen["sentence"]  # which the page offers, and no rate
    assert seen["loss"] == begun["loss"]
    assert seen["found"] == begun["found"]
    assert go_on(state)[1] == seen


def test_numbers_that_are_none_lose_a_start_and_not_the_others() -> None:
    one, _ = linear([8.0, 5.0])
    search = begin(one, torch.zeros(1, 1, 8, 8), 3, None, 0)
    search.z[1] = torch.nan
    search = descend(one, search, 1, 0.1, 0)
    assert len(search.z) == 2
    assert search.z.isfinite().all()
    search.z[:] = torch.inf
    assert descend(one, search, 1, 0.1, 0).lost


# Uploads -------------------------------------------------------------------------------------------------------------


def claimed(width: int, height: int) -> bytes:
    """A PNG whose header claims to be so large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    packed = [struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (b"", "is empty; give one as PNG"),
        (b"no picture at all", "is not a picture"),
        (b"PK\3\4", "is a zip"),
        (claimed(100_000, 100_000), "has more than 50,000,000 pixels"),
        (claimed(2, 2), "smaller than 8"),
        (claimed(64, 64), "damaged or cut short"),
        (bytes(50_000_001), "larger than 50 MB"),
    ],
    ids=["empty", "text", "zip", "huge", "tiny", "cut", "heavy"],
)
def test_what_is_no_picture_is_refused(upload: bytes, words: str) -> None:
    with pytest.raises(DataError, match=words):
        start(of(), upload)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"starts": 0}, "starts is 0; it must be from 1 to 16"),
        ({"rate": 1000}, "rate is 1000"),
        ({"perceptual": -1}, "perceptual is -1"),
    ],
)
def test_numbers_out_of_bounds_are_refused(settings: dict, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        start(of(), picture(of()), **settings)


def test_every_class_is_tried_at_the_pages_default() -> None:
    model = held("digits-cdcgan-32")
    nine = model.pictures(torch.randn(1, 128, generator=stream(5, "latents")), model.told(torch.tensor([9])))
    search = begin(model, nine, starts=4, label=None, seed=0)
    assert sorted(search.labels.tolist()) == list(range(10))
    search = descend(model, search, steps=90, rate=0.1, perceptual=0.0)
    assert search.best_label == 9
