"""A visitor's pictures as one small zip: squares, classes, sizes, what is left out, and what is refused."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from gan_core.data import own, parcel, showing
from gan_core.data.parcel import SIDE
from gan_core.data.pictures import DataError
from gan_core.data.showing import look
from gan_core.specs import OWN, Pictures


def png(width: int, height: int, seed: int = 0, mode: str = "RGB") -> bytes:
    shape = (height, width, 3) if mode == "RGB" else (height, width)
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, shape, np.uint8)).save(file, "PNG")
    return file.getvalue()


def packed(*files: tuple[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, data in files:
            archive.writestr(name, data)
    return whole.getvalue()


def test_small_pictures_stay_as_they_are_and_large_ones_become_squares() -> None:
    small, large = png(28, 28, mode="L"), png(400, 300)
    found = parcel.parcel([("small.png", small), ("large.png", large)])
    with zipfile.ZipFile(io.BytesIO(found.packed)) as archive:
        pictures = {name: Image.open(io.BytesIO(archive.read(name))) for name in archive.namelist()}
    assert {name: (each.size, each.format) for name, each in pictures.items()} == {
        "000000.png": ((28, 28), "PNG"), "000001.jpg": ((SIDE, SIDE), "JPEG")
    }  # fmt: skip
    assert np.array_equal(np.asarray(pictures["000000.png"]), np.asarray(Image.open(io.BytesIO(small))))
    assert found.colour
    assert not parcel.parcel([(f"{i}.png", png(28, 28, i, "L")) for i in range(3)]).colour


def test_folders_in_a_zip_are_classes_that_a_run_sees_again() -> None:
    given = packed(*[(f"all/{'cats' if i % 2 else 'dogs/x'}/{i}.png", png(20, 30, i)) for i in range(6)])
    assert parcel.parcel([("pets.zip", given)]).classes == ()  # dogs lie a folder deeper than cats
    given = packed(*[(f"all/{'cats' if i % 2 else 'dogs'}/{i}.png", png(20, 30, i)) for i in range(6)])
    found = parcel.parcel([("pets.zip", given)])
    assert (found.name, found.count, found.classes) == ("pets.zip", 6, ("cats", "dogs"))
    again = own.read([("own.zip", found.packed)], 16, 3)
    assert again.classes == ("cats", "dogs")
    assert np.bincount(again.labels).tolist() == [3, 3]


def test_the_square_in_the_middle_is_shown_bright() -> None:
    image = Image.new("RGB", (300, 100), (200, 100, 50))
    shown = np.asarray(parcel.cut_shown(image)).astype(int)
    height, width = shown.shape[:2]
    assert width == 3 * height
    assert (shown[:, width // 2] == (200, 100, 50)).all()
    assert shown[:, 0].max() < 70
    bright = (shown[height // 2] == (200, 100, 50)).all(1)
    assert bright.sum() == height  # a square


@pytest.mark.parametrize(
    "files, words",
    [
        ([("empty.zip", packed())], "no picture in empty.zip"),
        ([("one.png", png(20, 20))], "only one picture"),
        ([(f"{i}.png", png(4, 4, i)) for i in range(300)], "smaller than 8 × 8"),
        ([(f"{i}.txt", b"words") for i in range(3)], "is not a picture"),
    ],
)
def test_what_nothing_can_be_learnt_from_is_one_sentence(files: list, words: str) -> None:
    with pytest.raises(DataError, match=words):
        parcel.parcel(files)


def test_one_colour_and_a_huge_picture() -> None:
    file = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(file, "PNG")
    with pytest.raises(DataError, match="one and the same colour"):
        parcel.parcel([("a.png", file.getvalue()), ("b.png", file.getvalue())])
    wide = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(wide, "PNG")
    found = parcel.parcel([("huge.png", wide.getvalue()), ("a.png", png(20, 20)), ("b.png", png(20, 20, 1))])
    assert (found.count, found.skipped[0].file) == (2, "huge.png")
    assert "more than 50,000,000 pixels" in found.skipped[0].reason


def test_more_than_can_be_kept_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcel, "MOST_BYTES", 1000)
    with pytest.raises(DataError, match="give fewer pictures"):
        parcel.parcel([(f"{i}.png", png(40, 40, i)) for i in range(3)])


def test_progress_is_told_and_a_stop_is_heard() -> None:
    told = []
    files = [(f"{i}.png", png(20, 20, i)) for i in range(5)]
    parcel.parcel(files, progress=lambda done, of: told.append((done, of)))
    assert told[0] == (0, 5)
    assert told[-1] == (5, 5)
    with pytest.raises(DataError, match="cancelled"):
        parcel.parcel(files, stop=lambda: len(told) > 0)


def test_a_glance_at_bundled_and_at_own_pictures() -> None:
    bundled = look(Pictures(source="digits").model_dump_json())
    assert (bundled.count, len(bundled.classes)) == (50_000, 10)  # of 60,000, which the spec limits
    assert bundled.preview.startswith(b"RIFF")
    given = parcel.parcel([(f"{i}.png", png(20, 20, i)) for i in range(5)])
    own_ones = look(Pictures(source=f"{OWN}x", colour=True).model_dump_json(), ("mine", given.packed))
    assert (own_ones.name, own_ones.count, own_ones.classes) == ("mine", 5, ())


def test_a_glance_counts_what_it_did_not_read() -> None:
    few = 3 * showing.FEW
    given = packed(*[(f"{'rare' if i == 0 else 'usual'}/{i:04d}.png", png(8, 8, i)) for i in range(few)])
    data = Pictures(source=f"{OWN}x", size=8, colour=True)
    seen = look(data.model_dump_json(), ("mine", given))
    assert (seen.count, seen.classes, seen.skipped) == (few, ("rare", "usual"), ())
    assert look(data.model_copy(update={"limit": 500}).model_dump_json(), ("mine", given)).count == 500
    without = data.model_copy(update={"without_grey": True})
    assert look(without.model_dump_json(), ("mine", given)).count is None  # nobody knows how many have colour


def test_of_more_than_can_be_kept_every_folder_has_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcel, "MOST", 20)
    files = [(f"{name}/{i:02d}.png", png(20, 20, i)) for name in ("cats", "dogs") for i in range(30)]
    found = parcel.parcel([("pets.zip", packed(*files))])
    assert (found.count, found.classes) == (20, ("cats", "dogs"))
    assert [(each.file, each.count) for each in found.skipped] == [("40 more", 40)]
    assert found.packed == parcel.parcel([("pets.zip", packed(*files))]).packed
