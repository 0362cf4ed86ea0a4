"""Samples to take away: every picture in its place and size, the step below, and files of a size to be sent."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from gan_core.data.pictures import mosaic
from gan_core.figures import samples
from gan_core.figures.moving import MOST_PICTURES
from gan_core.figures.picture import DARK, LIGHT, rgb
from gan_core.figures.samples import FOOT, GAP, MARGIN, gif, mp4, png

ROOT = Path(__file__).parent.parent.parent


def sheet(pictures: np.ndarray, across: int) -> bytes:
    """As `gan_core.pictures.sheet` makes them, but to the last bit."""
    whole, file = mosaic(pictures, across), io.BytesIO()
    Image.fromarray(whole[..., 0] if whole.shape[2] == 1 else whole).save(file, "WEBP", lossless=True, method=0)
    return file.getvalue()


def flat(count: int, size: int, channels: int = 1, start: int = 0) -> np.ndarray:
    """Pictures of one shade each, all different."""
    shades = np.arange(start, start + count * channels).reshape(count, 1, 1, channels) * 251 // (count * channels)
    return np.broadcast_to(shades % 256, (count, size, size, channels)).astype(np.uint8)


def noise(count: int, size: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, size, size, 3), dtype=np.uint8)


def opened(packed: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(packed)).convert("RGB"))


# pictures, side by side, pixels a side, channels; and how many pixels a side are shown
LAID_OUT = [
    (64, 8, 32, 1, 64), (64, 8, 28, 3, 56), (9, 3, 8, 1, 216), (10, 4, 64, 3, 128), (64, 10, 32, 1, 64),
    (64, 10, 64, 3, 64), (64, 8, 128, 1, 64), (256, 16, 128, 1, 32),
]  # fmt: skip


@pytest.mark.parametrize("count, across, size, channels, shown", LAID_OUT)
def test_every_picture_is_enlarged_or_reduced_by_a_whole_number(
    count: int, across: int, size: int, channels: int, shown: int
) -> None:
    pictures = flat(count, size, channels)
    whole = opened(png(sheet(pictures, across), 1200, size, count))
    assert whole.shape[1] == across * (shown + GAP) - GAP + 2 * MARGIN
    assert 0 <= whole.shape[0] - (-(-count // across) * (shown + GAP) - GAP + MARGIN + FOOT) <= 1
    assert 450 < whole.shape[1] <= 680
    for number, picture in enumerate(pictures):
        row, column = (MARGIN + place * (shown + GAP) for place in divmod(number, across))
        assert (whole[row : row + shown, column : column + shown] == picture[0, 0]).all()
        assert (whole[row - GAP : row, column : column + shown] == 255).all()  # apart from what is above


def test_what_is_small_keeps_its_pixels() -> None:
    picture = noise(1, 8, 0)
    shown = opened(png(sheet(picture, 1), 0, 8, 1, side=120))
    assert np.array_equal(shown[MARGIN : MARGIN + 104 : 13, MARGIN : MARGIN + 104 : 13], picture[0])


def test_places_that_are_left_over_stay_empty() -> None:
    whole = opened(png(sheet(flat(10, 8), 4), 0, 8, 10, dark=True))
    pitch = (whole.shape[1] - 2 * MARGIN + GAP) // 4
    left_over = whole[MARGIN + 2 * pitch : MARGIN + 3 * pitch - GAP, MARGIN + 2 * pitch : -MARGIN]
    assert (left_over == rgb(DARK.background)).all()


def test_the_foot_tells_the_step() -> None:
    one = sheet(flat(4, 8), 2)

    def foot(step: int, label: str = "step") -> np.ndarray:
        return opened(png(one, step, 8, 4, label=label))[-FOOT:]

    assert (foot(1200) == rgb(LIGHT.ink)).all(2).sum() > 20
    assert not np.array_equal(foot(1200), foot(1300))
    assert not np.array_equal(foot(1200), foot(1200, "Schritt"))
    assert np.array_equal(foot(1200), foot(1200, "étape"))  # which the font cannot write


@pytest.mark.parametrize("kind", [gif, mp4])
def test_a_film_plays_from_the_first_to_the_last_sheet_and_rests_there(kind) -> None:
    sheets = [sheet(flat(9, 8, start=place), 3) for place in range(0, 200, 2)]
    steps = [50 * place for place in range(100)]
    packed = kind(sheets, steps, 8, 9, 4.0, side=320)
    assert packed == kind(sheets, steps, 8, 9, 4.0, side=320)
    if kind is gif:
        with Image.open(io.BytesIO(packed)) as image:
            assert image.info["loop"] == 0
            assert image.n_frames == 80
            pictures, stands = [], []
            for place in range(image.n_frames):
                image.seek(place)
                pictures.append(np.asarray(image.convert("RGB")))
                stands.append(image.info["duration"])
        assert stands == [50] * 79 + [1050]
    else:
        with av.open(io.BytesIO(packed)) as video:
            pictures = [picture.to_ndarray(format="rgb24") for picture in video.decode(video=0)]
            assert video.duration / av.time_base == pytest.approx(5)
    for picture, place in ((pictures[0], 0), (pictures[-1], 99)):
        still = opened(png(sheets[place], steps[place], 8, 9, side=320))[:-FOOT]
        assert np.abs(picture[:-FOOT].astype(int) - still).mean() < 6
    # the line below has grown from its left end to its right one
    dark = [(picture[-FOOT:, 100:] < 100).all(2).any(0).sum() for picture in (pictures[0], pictures[-1])]
    assert dark[0] < 10 < 50 < dark[1]


def test_busy_pictures_are_fewer_so_that_a_gif_can_be_sent_by_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    assert samples.GIF_BYTES == 6_000_000
    monkeypatch.setattr(samples, "GIF_BYTES", 2_000_000)
    busy = [sheet(noise(64, 64, seed), 8) for seed in range(8)]
    packed = gif(busy, range(8), 64, 64)
    assert 1_000_000 < len(packed) < 2_200_000
    with Image.open(io.BytesIO(packed)) as image:
        assert 2 < image.n_frames < 8
    calm = [sheet(flat(64, 64, 3, seed), 8) for seed in range(8)]
    with Image.open(io.BytesIO(gif(calm, range(8), 64, 64))) as image:
        assert image.n_frames == 8


def test_a_long_run_is_thinned_out() -> None:
    one = sheet(flat(4, 8), 2)
    with av.open(io.BytesIO(mp4([one] * 500, range(500), 8, 4, 60, side=120))) as video:
        assert video.duration / av.time_base == pytest.approx(61)
        assert video.streams.video[0].frames == 3 * MOST_PICTURES + 12  # 25 hundredths each, at 12 a second


def test_what_cannot_be_taken_away_is_said_in_words() -> None:
    one = sheet(flat(4, 8), 2)
    with pytest.raises(ValueError, match=r"^This run has no samples yet, so there is nothing to take away\.$"):
        gif([], [], 8, 4)
    with pytest.raises(ValueError, match="film's side must be from 120 to 1280, not 4000"):
        mp4([one], [0], 8, 4, side=4000)
    with pytest.raises(ValueError, match=r"film's seconds must be from 1 to 60, not 0\.5"):
        gif([one], [0], 8, 4, 0.5)


def test_drawing_needs_no_torch() -> None:
    script = "import sys, gan_core.figures.samples; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
