"""Films to take away: what lies where in the picture, and what a reader of GIF, MP4 and PNG finds in the files."""

from __future__ import annotations

import io
import subprocess
import sys
import tomllib
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from gan_core.figures import movie
from gan_core.figures.movie import MOST_PICTURES, clock, gif, mp4, png
from gan_core.figures.picture import DARK, LIGHT, SURFACE, UNIT, Colours, Painter, contour, mix, rgb
from gan_core.figures.sheet import Reel, Sheet
from gan_core.frames import film, pack, unpack
from pages.parts import colours

ROOT = Path(__file__).parent.parent.parent
RECORDING = (ROOT / "checkpoints" / "toy-ring" / "recording.safetensors").read_bytes()

EXTENT = 2.0
ABOUT = {"extent": EXTENT, "sigma": 0.1, "mode_threshold": 25, "modes": 2, "seed": 3}
CENTRES = np.array([[-1.0, -1.0], [1.0, -1.0]], dtype=np.float32)
REAL = np.array([[-1.0, 1.0]])  # one real point, at the upper left
FAKE = np.array([[1.0, 1.0]])  # one fake, at the upper right


def quantised(points: np.ndarray) -> np.ndarray:
    return np.rint(points / EXTENT * UNIT).astype(np.int16)


def frame(**changes: np.ndarray | None) -> dict[str, np.ndarray]:
    """What moves of one seed; None leaves an array out."""
    arrays = {
        "fake": quantised(FAKE),
        "surface": np.full((8, 8), 128, dtype=np.uint8),
        "arrows": np.zeros((1, 2), dtype=np.float32),
        "mode_counts": np.array([30, 3], dtype=np.int32),
    } | changes
    return {name: array for name, array in arrays.items() if array is not None}


def small_film(count: int, *, seeds: int = 0, every: int = 10, about: dict | None = None, **changes) -> bytes:
    """A film of `count` frames, in which the fake wanders to the left."""
    frames = []
    for place in range(count):
        one = frame(fake=quantised(FAKE - [place / max(1, count), 0])) | changes
        if seeds:
            one = {name: np.stack([array] * seeds) for name, array in one.items() if name != "arrows"}
        frames.append(pack(one))
    header = pack({"real": quantised(REAL), "centres": CENTRES}, **ABOUT)
    metrics = {"modes": [1.0] * count, "good": [0.5] * count, "discriminator_loss": [1.386] * count}
    return film(frames, header, [every * place for place in range(count)], metrics, **(about or {}))


def painted(side: int = 360, look: Colours = LIGHT, **changes: np.ndarray | None) -> np.ndarray:
    painter = Painter({"real": quantised(REAL), "centres": CENTRES}, ABOUT, side, look)
    return np.asarray(painter.draw(frame(**changes)))


def at(picture: np.ndarray, x: float, y: float) -> tuple[int, ...]:
    """The pixel at a point of the plane."""
    side = len(picture)
    return tuple(map(int, picture[int((1 - y / EXTENT) * side / 2), int((1 + x / EXTENT) * side / 2)]))


def played(video: bytes) -> tuple[list[np.ndarray], float]:
    """The pictures of an MP4, and its length in seconds."""
    with av.open(io.BytesIO(video)) as container:
        pictures = [picture.to_ndarray(format="rgb24") for picture in container.decode(video=0)]
        return pictures, container.duration / av.time_base


def shown(animation: bytes) -> tuple[list[np.ndarray], list[int]]:
    """The pictures of a GIF, and how many milliseconds each of them stands."""
    pictures, durations = [], []
    with Image.open(io.BytesIO(animation)) as image:
        for place in range(image.n_frames):
            image.seek(place)
            pictures.append(np.asarray(image.convert("RGB")))
            durations.append(image.info["duration"])
    return pictures, durations


# What lies where -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("side", [240, 361, 720])
def test_points_lie_where_they_are_in_their_colours(look: Colours, side: int) -> None:
    picture = painted(side, look)
    assert at(picture, *REAL[0]) == pytest.approx(rgb(look.real), abs=1)
    assert at(picture, *FAKE[0]) == rgb(look.fake)
    assert rgb(look.fake) not in {at(picture, -1, 1), at(picture, 0, 0)}


def test_a_fake_is_pointed_and_a_real_is_round() -> None:
    picture = painted(720)
    apart = {  # of its middle row and of its lowest full row: how wide a point is
        name: [
            sum(
                at(picture, x + step / 360, y - down / 360) == pytest.approx(rgb(colour), abs=1)
                for step in range(-9, 9)
            )
            for down in (-4, 3)
        ]
        for name, colour, (x, y) in (("real", LIGHT.real, REAL[0]), ("fake", LIGHT.fake, FAKE[0]))
    }
    assert apart["fake"][1] > 1.5 * apart["fake"][0]
    assert abs(apart["real"][1] - apart["real"][0]) <= 2


def test_the_surface_has_the_colour_of_what_d_takes_it_for() -> None:
    surface = np.full((8, 8), 255, dtype=np.uint8)
    surface[:, :4] = 0  # D takes the left for fake and the right for real
    surface[:4] = 128  # and cannot tell below
    picture = painted(surface=surface, fake=None)
    white = rgb(LIGHT.background)
    assert at(picture, -1.5, 1.5) == mix(white, rgb(LIGHT.fake), SURFACE)
    assert at(picture, 1.5, 1.5) == mix(white, rgb(LIGHT.real), SURFACE)
    assert at(picture, 0.0, -1.9) == pytest.approx(white, abs=2)
    column = picture[60, 150:210].astype(int).sum(axis=1)  # across the contour at 1/2, which is darker than around it
    assert column.min() < 3 * 255 - 40


def test_marching_squares_find_a_circle() -> None:
    grid = np.linspace(-1, 1, 41)
    distance = np.hypot(*np.meshgrid(grid, grid))
    ends = contour(255 * distance, 0.6 * 255, 1.5).reshape(-1, 2) / 20 - 1
    assert np.hypot(*ends.T) == pytest.approx(0.6, abs=2e-3)
    angles = np.sort(np.arctan2(ends[:, 1], ends[:, 0]))
    assert np.diff(angles).max() < 0.2  # all the way round
    assert len(contour(np.full((5, 5), 127.5), 127.5, 1.5)) == 0


def test_a_covered_mode_is_filled_and_bears_a_tick() -> None:
    covered, empty = (painted(surface=None, mode_counts=np.array(counts)) for counts in ([30, 3], [3, 3]))
    assert at(covered, *CENTRES[0]) == pytest.approx(mix((255, 255, 255), rgb(LIGHT.real), 0.12), abs=1)
    assert at(covered, *CENTRES[1]) == at(empty, *CENTRES[0]) == (255, 255, 255)
    badges = (covered == rgb(LIGHT.real)).all(axis=2)
    assert badges[200:, :180].sum() > 50  # beside the mode on the left
    assert badges[200:, 180:].sum() == 0


def test_a_mode_is_as_wide_as_the_header_says() -> None:
    def width(**radii: np.ndarray) -> int:
        painter = Painter({"centres": CENTRES, **radii}, ABOUT, 360, LIGHT)
        row = np.asarray(painter.draw({"mode_counts": np.array([30, 30])}))[270, :180]
        return int((row != 255).any(axis=1).sum())

    assert width() == pytest.approx(2 * 0.3 / EXTENT * 180, abs=4)  # 3 sigma
    assert width(radii=np.array([0.6, 0.6])) == pytest.approx(2 * 0.6 / EXTENT * 180, abs=4)


def test_an_arrow_is_half_the_longest_at_the_pull_that_the_player_names() -> None:
    def reach(pull: float) -> int:
        picture = painted(720, surface=None, arrows=np.array([[pull, 0.0]]))
        dark = picture[170:191, 540:].max(axis=2) < 110  # ink, and neither real nor fake
        return int(np.flatnonzero(dark.any(axis=0)).max(initial=0))

    assert reach(0.5) == pytest.approx(0.05 * 720, abs=4)  # the tip is thinner than a pixel
    assert reach(1e6) == pytest.approx(0.1 * 720, abs=4)
    assert reach(0.0) == reach(np.nan) == 0


def test_what_a_film_lacks_is_not_drawn() -> None:
    blank = painted(surface=None, fake=None, arrows=None, mode_counts=None)
    assert at(blank, *FAKE[0]) == (255, 255, 255)
    assert at(blank, *REAL[0]) == pytest.approx(rgb(LIGHT.real), abs=1)
    bare = np.asarray(Painter({}, {"extent": EXTENT}, 120, LIGHT).draw({}))
    assert (bare[:100] == 255).all()
    assert (bare[100:, :80] < 255).any()  # the ruler


def test_the_colours_are_those_of_the_pages() -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    for look, palette, name in ((LIGHT, colours.LIGHT, "light"), (DARK, colours.DARK, "dark")):
        assert (look.real, look.fake, look.a, look.b) == (palette.real, palette.fake, palette.a, palette.b)
        assert (look.background, look.ink) == (theme[name]["backgroundColor"], theme[name]["textColor"])


# Sheets --------------------------------------------------------------------------------------------------------------


def test_the_strip_tells_the_numbers() -> None:
    reel = Reel(small_film(3, every=1000))
    cells = dict(reel.numbers(2))
    assert cells == {"Step": "2,000", "Modes": "1/2", "Good": "50%", "D loss": "1.39", "G loss": "-"}
    translated = Reel(small_film(1, about={"words": {"Step": "Schritt", "Good": "Gut"}}))
    assert [label for label, _ in translated.numbers(0)] == ["Schritt", "Modes", "Gut", "D loss", "G loss"]
    unwritable = Reel(small_film(1, about={"words": {"Step": "Étape", "Good": "Bon"}}))
    assert [label for label, _ in unwritable.numbers(0)] == ["Step", "Modes", "Good", "D loss", "G loss"]


def test_data_without_modes_have_none_in_the_strip() -> None:
    arrays, about = unpack(small_film(2))
    arrays["centres"], arrays["mode_counts"] = np.empty((0, 2), dtype=np.float32), np.empty((2, 0), dtype=np.int32)
    curve = pack(arrays, **about)
    assert [label for label, _ in Reel(curve).numbers(0)] == ["Step", "Good", "D loss", "G loss"]
    with Image.open(io.BytesIO(png(curve))) as picture:
        assert picture.size == (720, 812)


@pytest.mark.parametrize(("seeds", "across", "down"), [(2, 2, 1), (5, 3, 2), (16, 4, 4)])
def test_several_seeds_are_small_multiples(seeds: int, across: int, down: int) -> None:
    with Image.open(io.BytesIO(png(small_film(2, seeds=seeds), 0, 360))) as image:
        picture = np.asarray(image)
    pitch = 364 // across
    assert picture.shape[1] == 360
    assert picture.shape[0] == pytest.approx(down * pitch + 46, abs=6)
    for row, column in np.ndindex(down, across):
        square = picture[row * pitch : (row + 1) * pitch, column * pitch : (column + 1) * pitch]
        fakes = (square == rgb(LIGHT.fake)).all(axis=2).sum()
        assert (fakes > 0) == (row * across + column < seeds)


def test_each_seed_shows_its_own_frame() -> None:
    arrays, about = unpack(small_film(1, seeds=2))
    arrays["fake"][0, 1] = quantised(np.array([[0.0, 0.0]]))
    picture = np.asarray(Sheet([Reel(pack(arrays, **about))], 360, LIGHT).draw((0,)))
    squares = picture[:178, :178], picture[:178, 182:]
    assert [at(square, *FAKE[0]) == rgb(LIGHT.fake) for square in squares] == [True, False]
    assert [at(square, 0, 0) == rgb(LIGHT.fake) for square in squares] == [False, True]


def test_two_films_stand_side_by_side_with_their_letters() -> None:
    alone, both = (np.asarray(Sheet([Reel(small_film(2))] * count, 360, DARK).draw((0,) * count)) for count in (1, 2))
    assert both.shape == (406, 360 + 12 + 360, 3)
    assert (both[:360, :360] == alone[:360]).all()
    assert (both[:360, -360:] == alone[:360]).all()
    left, right = both[360:, :360], both[360:, -360:]
    letters = [[(strip == rgb(name)).all(axis=2).sum() > 100 for name in (DARK.a, DARK.b)] for strip in (left, right)]
    assert letters == [[True, False], [False, True]]


def test_slow_motion_names_the_part() -> None:
    parts = [{"name": "judge", "title": "D judges"}]
    plain, slow = (Reel(small_film(2, about=about)) for about in ({}, {"slow": True, "parts": parts}))
    slow.about["metrics"][0] = "part"
    slow.arrays["metrics"][:, 0] = 0
    assert (plain.part(1), slow.part(1)) == ("", "D judges")
    assert (np.asarray(Sheet([slow], 360, LIGHT).draw((0,)))[5:15, 8:50] == rgb(LIGHT.ink)).any()


# Time ----------------------------------------------------------------------------------------------------------------


def test_one_clock_goes_by_steps() -> None:
    often, seldom = np.array([0, 10, 20, 30]), np.array([0, 20])
    assert clock([often]) == [(0,), (1,), (2,), (3,)]
    assert clock([often, seldom]) == [(0, 0), (1, 0), (2, 1), (3, 1)]
    assert clock([np.array([5, 5, 5]), np.array([5, 6])]) == [(0, 0), (1, 1), (2, 1)]  # slow motion


@pytest.mark.parametrize(
    ("frames", "about", "seconds"),
    [(1, {}, 0.25), (20, {}, 5), (70, {}, 9.8), (200, {}, 10), (1000, {}, 10), (6, {"slow": True}, 9)],
)
def test_a_film_plays_about_as_long_as_asked_however_many_frames_it_has(frames, about, seconds) -> None:
    tiny = small_film(frames, about=about)
    _, length = played(mp4([tiny], 120))
    assert length == pytest.approx(seconds + 1, abs=0.3)
    _, durations = shown(gif([tiny], 120))
    assert sum(durations) / 1000 == pytest.approx(seconds + 1, abs=0.3)
    assert durations[-1] >= 1000


def test_no_movie_has_more_pictures_than_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    monkeypatch.setattr(Sheet, "draw", lambda sheet, moment: drawn.append(moment) or Image.new("RGB", sheet.size))
    mp4([small_film(1000)], 120, 60)
    assert len(drawn) == MOST_PICTURES
    assert (drawn[0], drawn[-1]) == ((0,), (999,))
    assert set(np.diff([place for (place,) in drawn])) == {4, 5}  # evenly
    drawn.clear()
    gif([small_film(1000)], 720, 10)
    assert len(drawn) * 720 * 812 < 2 * movie.GIF_PIXELS  # with those that the palette is made from


# Files ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_recording_as_gif(dark: bool) -> None:
    look = DARK if dark else LIGHT
    packed = gif([RECORDING], 160, 2, dark)
    assert packed[:6] == b"GIF89a"
    pictures, durations = shown(packed)
    assert pictures[0].shape == (180, 160, 3)
    assert sum(durations) == 2000 + 1000
    last = np.asarray(Sheet([Reel(RECORDING)], 160, look).draw((200,))).astype(int)
    assert np.abs(pictures[-1] - last).mean() < 4
    for colour in (look.background, look.fake, look.real):
        assert (pictures[-1] == rgb(colour)).all(axis=2).any()


def test_a_gif_of_a_whole_run_can_be_sent_by_mail() -> None:
    assert len(gif([RECORDING])) < 5e6


@pytest.mark.parametrize("films", [[RECORDING], [RECORDING, small_film(10, seeds=3)]], ids=["one", "two"])
def test_a_video_has_what_players_ask_for(films: list[bytes]) -> None:
    packed = mp4(films, 161, 1)
    with av.open(io.BytesIO(packed)) as container:
        stream = container.streams.video[0]
        assert (container.format.name.split(",")[0], stream.codec_context.name) == ("mov", "h264")
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert (stream.width % 2, stream.height % 2) == (0, 0)
        assert (stream.width, stream.average_rate) == ({1: 160, 2: 326}[len(films)], 20)
    pictures, length = played(packed)
    assert length == pytest.approx(2)
    drawn = np.asarray(Sheet([Reel(one) for one in films], 160, LIGHT).draw((200, 9)[: len(films)]))
    assert np.abs(pictures[-1].astype(int) - drawn).mean() < 5


def test_the_same_film_gives_the_same_bytes() -> None:
    for make in (gif, mp4):
        assert make([RECORDING], 160, 2) == make([RECORDING], 160, 2)
    assert png(RECORDING) == png(RECORDING)


def test_one_frame_as_a_picture() -> None:
    several = small_film(3)
    frames = [png(several, index, 160) for index in range(3)]
    assert len(set(frames)) == 3
    assert png(several, -1, 160) == frames[2]
    with Image.open(io.BytesIO(png(several, 0, 160, False, several))) as both:
        assert both.size == (160 + 6 + 160, 180)


def test_what_cannot_be_taken_away_is_said_in_words() -> None:
    one = small_film(1)
    empty = film([], pack({"real": quantised(REAL)}, **ABOUT), [], {})
    for make in (lambda: gif([empty]), lambda: mp4([one, empty]), lambda: png(empty)):
        with pytest.raises(ValueError, match=r"^This film has no frames yet, so there is nothing to take away\.$"):
            make()
    with pytest.raises(ValueError, match="one film or two side by side, not 3"):
        gif([one] * 3)
    with pytest.raises(ValueError, match="side must be from 120 to 720, not 4000"):
        mp4([one], 4000)
    with pytest.raises(ValueError, match=r"seconds must be from 1 to 60, not 0\.5"):
        gif([one], 120, 0.5)
    with pytest.raises(ValueError, match="no frame 1: this film has 1"):
        png(one, 1)


def test_drawing_needs_no_torch() -> None:
    script = "import sys, gan_core.figures.movie; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
