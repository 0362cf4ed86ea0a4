"""What counts as meaningful, as it was calibrated; pictures drawn at random; walks of equal steps."""

import io
import math

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core.data.pictures import DataError
from gan_core.latent import noise
from gan_core.latent.meaning import HELD_OUT, KINDS, KNOWN, TRUSTED, examples, features, meaningful, reference, unlike

SOME = [0, 70, 149]  # of the known pictures of a kind


def opened(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)))


# The definition -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["emoji", "cats"])
def test_what_ships_is_what_calibrating_would_write(kind: str) -> None:
    known, held_out = examples(kind)
    place = KINDS.index(kind)
    shipped = reference().known[place * KNOWN : (place + 1) * KNOWN][SOME]
    assert torch.allclose(features(known[SOME]), shipped, atol=2e-3)
    of_kind = reference().held_out[place * HELD_OUT : (place + 1) * HELD_OUT]
    assert torch.allclose(unlike(held_out[:3]), of_kind[:3], atol=2e-3)


def test_the_threshold_keeps_the_share_that_is_trusted() -> None:
    known, held_out, threshold = reference()
    assert known.shape == (len(KINDS) * KNOWN, 512)
    assert torch.allclose(known.norm(dim=1), torch.ones(len(known)), atol=1e-3)
    assert meaningful(held_out).float().mean().item() == pytest.approx(TRUSTED, abs=1 / len(held_out))
    assert 0 < threshold < 1


def test_a_known_picture_is_like_itself_and_snow_like_nothing() -> None:
    cats = examples("cats")[0][:2]
    assert unlike(cats) == pytest.approx([0, 0], abs=2e-3)
    snow = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1
    faint = 0.05 * snow  # weak features, which would be near everything if distances counted
    assert not meaningful(unlike(torch.cat([snow, faint]))).any()


# Pictures at random ---------------------------------------------------------------------------------------------------


def test_the_same_seed_draws_the_same_picture() -> None:
    first, again, other = noise.draw(5), noise.draw(5), noise.draw(6)
    assert first == again
    assert first["picture"] != other["picture"]
    assert (first["count"], first["meaningful"]) == (1, 0)
    assert first["threshold"] == reference().threshold < first["unlike"] <= 1


@pytest.mark.parametrize("colour", [True, False])
def test_of_many_the_one_is_shown_that_is_most_like_a_known_one(colour: bool) -> None:
    told = []
    drawn = noise.draw(1, noise.BATCH + 5, colour, progress=lambda *done: told.append(done))
    assert told == [(noise.BATCH, noise.BATCH + 5), (noise.BATCH + 5, noise.BATCH + 5)]
    large = opened(drawn["picture"])
    assert large.shape == (64 * noise.LARGE, 64 * noise.LARGE, 3)[: 3 if colour else 2]
    small = large[:: noise.LARGE, :: noise.LARGE].reshape(64, 64, -1)
    assert np.array_equal(small.repeat(noise.LARGE, 0).repeat(noise.LARGE, 1).squeeze(), large)
    assert 120 < small.mean() < 135  # as of all values alike
    assert unlike(torch.tensor(small).permute(2, 0, 1)[None]).item() == pytest.approx(drawn["unlike"], abs=1e-4)


def test_a_draw_is_refused_or_given_up_in_one_sentence() -> None:
    with pytest.raises(DataError, match=r"0 random pictures were asked for; it must be from 1 to 10,000\."):
        noise.draw(0, 0)
    with pytest.raises(DataError, match="Stopped"):
        noise.draw(0, 2, stop=lambda: True)
    with pytest.raises(DataError, match="Stopped"):
        noise.walks(0, stop=lambda: True)


# Walks ----------------------------------------------------------------------------------------------------------------


def test_a_step_in_pixels_is_mirrored_at_the_walls() -> None:
    picture = torch.tensor([0.0, 0.9, -0.9, 0.5])
    direction = torch.tensor([0.2, 0.3, -0.3, 3.0])
    assert torch.allclose(noise.pixel_step(picture, direction, 1.0), torch.tensor([0.2, 0.8, -0.8, -0.5]))


@pytest.mark.parametrize("angle", [0.0, 0.3, math.pi / 2])
def test_a_step_in_latent_space_turns_by_its_angle_and_keeps_the_length(angle: float) -> None:
    z, direction = torch.randn(2, 1, 128, generator=torch.Generator().manual_seed(1))
    stepped = noise.latent_step(z, direction, angle)
    assert stepped.norm().item() == pytest.approx(z.norm().item(), rel=1e-5)
    assert torch.cosine_similarity(z, stepped).item() == pytest.approx(math.cos(angle), abs=1e-5)


def test_a_length_is_found() -> None:
    assert 50 * noise.sought(lambda length: 50 * length) == pytest.approx(noise.LENGTH, rel=1e-3)


def test_one_walk_becomes_snow_and_the_other_stays_a_cat() -> None:
    told = []
    walked = noise.walks(1, progress=lambda *done: told.append(done))
    assert told[-1] == (noise.STEPS, noise.STEPS)
    starts = []
    for walk in walked.values():
        assert len(walk["away"]) == len(walk["meaningful"]) == noise.STEPS + 1
        assert walk["away"][0] == 0
        assert walk["away"][1] == pytest.approx(noise.LENGTH, rel=0.02)
        assert walk["meaningful"][0]
        strip = opened(walk["strip"])
        assert strip.shape == (128, 7 * (128 + noise.GAP) - noise.GAP, 4)
        assert (strip[:, 128 : 128 + noise.GAP, 3] == 0).all()
        starts.append(strip[:, :128])
    assert np.array_equal(*starts)
    assert not any(walked["pixels"]["meaningful"][10:])
    assert all(walked["latent"]["meaningful"])
    assert min(walk["away"][-1] for walk in walked.values()) > 2 * noise.LENGTH
