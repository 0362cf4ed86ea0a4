"""A person's own pictures: every oddity is a real file, read as a person would see it or named with its reason."""

from __future__ import annotations

import io
import os
import struct
import warnings
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from gan_core.data import own
from gan_core.data.pictures import DataError, PictureSet

SIZE = 16
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def halves(left: tuple[int, ...] = RED, right: tuple[int, ...] = BLUE, side: int = 32) -> Image.Image:
    """A square, one colour on the left and another on the right."""
    image = Image.new("RGBA" if len(left) == 4 else "RGB", (side, side), left)
    image.paste(right, (side // 2, 0, side, side))
    return image


GOOD = saved(halves())


def read(*files: bytes | tuple[str, bytes], size: int = SIZE, **options: object) -> PictureSet:
    """What is read of uploads, a good picture behind them in case that there is but one."""
    named = [each if isinstance(each, tuple) else (f"{i}.png", each) for i, each in enumerate(files)]
    return own.read([*named, ("zz good.png", GOOD), ("zzz good.png", GOOD)], size, **options)


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def reasons(pictures: PictureSet) -> dict[str, str]:
    return {each.file: each.reason for each in pictures.skipped}


def near(pixel: np.ndarray, colour: tuple[int, ...], within: int = 6) -> bool:
    return bool((np.abs(pixel.astype(int) - colour) <= within).all())


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}), ("JPEG", {"quality": 95, "subsampling": 0}), ("WEBP", {"lossless": True}), ("GIF", {}),
        ("BMP", {}), ("TIFF", {}), ("PPM", {}), ("AVIF", {"quality": 95}),
    ],
)  # fmt: skip
def test_usual_formats(kind: str, options: dict) -> None:
    pictures = read(saved(halves(), kind, **options))
    assert pictures.pictures.shape == (3, SIZE, SIZE, 3)
    assert not pictures.skipped
    assert near(pictures.pictures[0, 8, 2], RED, 12)
    assert near(pictures.pictures[0, 8, 13], BLUE, 12)


def test_two_pictures_in_one_jpeg_as_phones_take_them() -> None:
    both = saved(halves(), "MPO", save_all=True, append_images=[Image.new("RGB", (32, 32), GREEN)], quality=95)
    assert near(read(both).pictures[0, 8, 2], RED, 12)


def test_the_middle_square_is_taken() -> None:
    wide = Image.new("RGB", (96, 32), GREEN)
    wide.paste(halves(), (32, 0))
    got = read(saved(wide)).pictures[0]
    assert near(got[8, 2], RED)
    assert near(got[8, 13], BLUE)


def test_grey_on_wish() -> None:
    assert read(GOOD, channels=1).pictures.shape == (3, SIZE, SIZE, 1)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_reads_as_the_colours_that_it_prints(kind: str) -> None:
    got = read(saved(halves().convert("CMYK"), kind)).pictures[0]
    assert near(got[8, 2], RED, 12)
    assert near(got[8, 13], BLUE, 12)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM"])
def test_sixteen_bits_of_grey_stay_a_gradient(kind: str) -> None:
    ramp = np.tile(np.linspace(0, 65_535, 64).astype(np.uint16), (64, 1))
    got = read(saved(Image.fromarray(ramp), kind), size=64).pictures[0, 32, :, 0].astype(int)
    assert np.abs(got - np.linspace(0, 255, 64)).max() <= 2  # clipped, most of it would be 255


def test_a_dark_picture_of_sixteen_bits_stays_dark() -> None:
    dark = Image.fromarray(np.full((16, 16), 2570, np.uint16))
    assert set(read(saved(dark)).pictures[0].ravel()) == {10}


@pytest.mark.parametrize(("most", "kind"), [(1, np.float32), (255, np.float32), (255, np.int32), (10**6, np.int32)])
def test_numbers_without_a_usual_white_become_a_gradient(most: float, kind: type) -> None:
    ramp = np.tile(np.linspace(0, most, 64), (64, 1)).astype(kind)
    got = read(saved(Image.fromarray(ramp), "TIFF"), size=64).pictures[0, 32, :, 0].astype(int)
    assert np.abs(got - np.linspace(0, 255, 64)).max() <= 2


def test_what_is_transparent_is_white() -> None:
    got = read(saved(halves((0, 0, 0, 0), (255, 0, 0, 128)))).pictures[0]
    assert near(got[8, 2], WHITE)
    assert near(got[8, 13], (255, 127, 127))
    grey = Image.new("LA", (16, 16), (0, 0))
    assert near(read(saved(grey)).pictures[0, 8, 8], WHITE)


def test_a_palette_with_a_transparent_colour() -> None:
    image = halves().quantize(4)
    colour = image.getpixel((2, 2))
    for kind in ("PNG", "GIF"):
        got = read(saved(image, kind, transparency=colour)).pictures[0]
        assert near(got[8, 2], WHITE)
        assert near(got[8, 13], BLUE)


def test_one_bit() -> None:
    got = read(saved(halves((0, 0, 0), WHITE).convert("1"))).pictures[0]
    assert near(got[8, 2], (0, 0, 0))
    assert near(got[8, 13], WHITE)


def test_the_first_frame_of_a_film() -> None:
    film = saved(Image.new("RGB", (16, 16), GREEN), "GIF", save_all=True, append_images=[halves(side=16)])
    assert near(read(film).pictures[0, 8, 8], GREEN)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_turned_by_exif_reads_as_upright(orientation: int) -> None:
    upright = halves(side=64)
    upright.paste(GREEN, (0, 0, 64, 16))  # a green bar on top, so that no turn or mirror looks like another
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    stored = upright.transpose(undo[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    got = read(saved(stored, "PNG", exif=exif), saved(upright)).pictures
    assert np.array_equal(got[0], got[1])
    got = read(saved(stored, "JPEG", exif=exif, quality=95, subsampling=0), saved(upright)).pictures.astype(int)
    assert np.abs(got[0] - got[1]).mean() < 4


def test_a_large_jpeg_is_as_sharp_as_its_png() -> None:
    """JPEGs are decoded at a fraction where that is enough; the pictures hardly differ."""
    x = np.linspace(0, 40, 1600)
    waves = (127 + 120 * np.sin(x[:, None]) * np.cos(x)).astype(np.uint8)
    image = Image.fromarray(waves).convert("RGB")
    got = read(saved(image, "JPEG", quality=95), saved(image), size=64).pictures.astype(int)
    assert np.abs(got[0] - got[1]).mean() < 2


def png_of(width: int, height: int) -> bytes:
    """A tiny PNG that claims to be of any size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


NOISE = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
ODD = {
    "empty.png": (b"", "is empty"),
    "notes.txt": (b"What to buy\n", "is not a picture"),
    "script.eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n%%EndComments\n", "is not a picture"),
    "cut.png": (saved(Image.fromarray(NOISE))[:3000], "is damaged or cut short"),
    "cut.jpg": (saved(Image.fromarray(NOISE), "JPEG")[:1500], "is damaged or cut short"),
    "tiny.png": (saved(Image.new("RGB", (7, 40))), "is smaller than 8 × 8 pixels"),
    "bomb.png": (png_of(7072, 7072), "has more than 50,000,000 pixels"),
    "large bomb.png": (png_of(60_000, 60_000), "has more than 50,000,000 pixels"),
    "phone.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "is in the format HEIC, which cannot be read here; save it"),
    "inner.zip.png": (packed({"a.png": GOOD}), "is a zip among the pictures; unpack it"),
    "line\nbreak.txt": (b"?", "is not a picture"),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("within", ["uploads", "zip", "folder"])
def test_an_odd_file_is_named_with_its_reason(name: str, within: str, tmp_path: Path) -> None:
    data, reason = ODD[name]
    files = {name: data, "one.png": GOOD, "two.png": GOOD}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        if within == "uploads":
            pictures = own.read(list(files.items()), SIZE)
        elif within == "zip":
            (tmp_path / "mine.zip").write_bytes(packed(files))
            pictures = own.read(tmp_path / "mine.zip", SIZE)
        else:
            for each, content in files.items():
                (tmp_path / each).write_bytes(content)
            pictures = own.read(tmp_path, SIZE)
    assert len(pictures) == 2
    (skipped,) = pictures.skipped
    assert skipped.file == name.replace("\n", "?")
    assert skipped.reason.startswith(reason)
    assert Image.MAX_IMAGE_PIXELS == 89_478_485  # Pillow's own guard stays as it was, for all others


def test_just_below_the_limit_of_pixels_is_read() -> None:
    assert not read(saved(Image.new("1", (7000, 7000)))).skipped


@pytest.mark.parametrize(
    "name", ["../up.png", "a/../../up.png", "/etc/up.png", "C:/up.png", "c:up.png", "..\\up.png", "\\up.png"]
)
def test_a_path_that_leads_out_of_a_zip(name: str, tmp_path: Path) -> None:
    (tmp_path / "mine.zip").write_bytes(packed({name: GOOD, "one.png": GOOD, "two.png": GOOD}))
    pictures = own.read(tmp_path / "mine.zip", SIZE)
    assert [each.reason for each in pictures.skipped] == ["has a path that leads out of the zip"]
    assert len(pictures) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.zip"]  # nothing was unpacked


def test_a_locked_entry() -> None:
    data = bytearray(packed({"a.png": GOOD}))
    for signature, flag in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(signature) + flag] |= 1
    assert reasons(read(("mine.zip", bytes(data)))) == {"a.png": "is locked with a password"}


def test_bombs_of_compression() -> None:
    bomb = packed({"wide.bmp": bytes(50_000_001), "tight.bmp": bytes(2_000_000), "flat.png": GOOD})
    assert reasons(read(("mine.zip", bomb))) == {
        "tight.bmp": "unpacks to more than 200 times its size",
        "wide.bmp": "is larger than 50 MB",
    }
    odd = packed({"a.bmp": bytes(1000)}, zipfile.ZIP_BZIP2)
    assert reasons(read(("mine.zip", odd)))["a.bmp"].startswith("is packed in an unusual way")


def test_an_entry_that_claims_to_be_smaller_than_it_is() -> None:
    data = bytearray(packed({"liar.bmp": bytes(30_000_000)}))
    for signature, place in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        at = data.index(signature) + place
        data[at : at + 4] = struct.pack("<I", 1000)
    assert reasons(read(("mine.zip", bytes(data)))) == {"liar.bmp": "is damaged inside the zip"}


def test_the_whole_of_a_zip_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "MOST_TOTAL", 2 * len(GOOD))  # the real one would take a gigabyte of test
    pictures = own.read([("mine.zip", packed({f"{i}.png": GOOD for i in range(4)}))], SIZE)
    assert len(pictures) == 2
    assert list(reasons(pictures)) == ["2.png", "3.png"]
    assert "lies past the first" in pictures.skipped[0].reason


def test_a_damaged_zip() -> None:
    whole = packed({"a.png": GOOD})
    assert reasons(read(("mine.zip", whole[:-30]))) == {"mine.zip": "is a damaged zip"}
    data = bytearray(whole)
    data[60] ^= 255
    assert reasons(read(("mine.zip", bytes(data)))) == {"a.png": "is damaged inside the zip"}


def test_an_entry_without_a_name_is_read_like_any_other() -> None:
    data = packed({"a.png": GOOD, "b.png": GOOD}).replace(b"a.png", b"\0.png")  # what follows a zero is no name
    assert len(own.read([("mine.zip", data)], SIZE)) == 2


def test_litter_is_ignored_silently(tmp_path: Path) -> None:
    files = {"__MACOSX/._a.png": b"x", ".DS_Store": b"x", "Thumbs.db": b"x", ".git/a.png": GOOD, "a.png": GOOD}
    files |= {"b.png": GOOD}
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    for source in (tmp_path, [("mine.zip", packed(files))], list(files.items())):
        pictures = own.read(source, SIZE)
        assert len(pictures) == 2
        assert pictures.skipped == ()


def coloured(names: dict[str, tuple[int, int, int]]) -> dict[str, bytes]:
    return {name: saved(Image.new("RGB", (16, 16), colour)) for name, colour in names.items()}


@pytest.mark.parametrize("wrapper", ["", "pets/", "my/pets/"])
def test_folders_are_classes(wrapper: str, tmp_path: Path) -> None:
    files = coloured({"dogs/1.png": RED, "cats/1.png": BLUE, "cats/2.png": BLUE})
    files = {wrapper + name: data for name, data in files.items()} | {wrapper + "read me.txt": b"mine"}
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    for source in (tmp_path, [("mine.zip", packed(files))], sorted(files.items())):
        pictures = own.read(source, SIZE)
        assert pictures.classes == ("cats", "dogs")
        assert pictures.labels.tolist() == [0, 0, 1]
        assert pictures.labels.dtype == np.int64
        assert near(pictures.pictures[0, 0, 0], BLUE)
        assert near(pictures.pictures[2, 0, 0], RED)


@pytest.mark.parametrize(
    "names", [("a.png", "cats/b.png"), ("cats/a.png", "cats/b.png"), ("cats/a.png", "dogs/small/b.png"), ("a", "b")]
)
def test_other_folders_are_no_classes(names: tuple[str, str]) -> None:
    pictures = own.read([("mine.zip", packed(coloured(dict(zip(names, (RED, BLUE), strict=True)))))], SIZE)
    assert pictures.classes == ()
    assert pictures.labels.tolist() == [0, 0]


def test_paths_of_every_kind_together(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.png").write_bytes(GOOD)
    (tmp_path / "b.zip").write_bytes(packed({"b.png": GOOD}))
    (tmp_path / "c.jpg").write_bytes(saved(halves(), "JPEG"))
    pictures = own.read([tmp_path / "folder", tmp_path / "b.zip", tmp_path / "c.jpg", tmp_path / "gone"], SIZE)
    assert len(pictures) == 3
    assert [each.reason for each in pictures.skipped] == ["does not exist"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes among its files")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(GOOD)
    assert reasons(own.read(tmp_path, SIZE)) == {"pipe.png": "is not a file"}


def test_past_the_limit_is_one_line() -> None:
    pictures = own.read([(f"{i}.png", GOOD) for i in range(5)], SIZE, limit=2)
    assert len(pictures) == 2
    assert reasons(pictures) == {"3 more": "past the limit of 2 pictures"}
    assert [each.count for each in pictures.skipped] == [3]
    assert own.read([(f"{i}.png", GOOD) for i in range(2)], SIZE, limit=2).skipped == ()


def test_progress_and_stop() -> None:
    seen: list[tuple[int, int]] = []
    files = [(f"{i}.png", GOOD) for i in range(5)]
    own.read(files, SIZE, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(i, 5) for i in range(6)]
    seen.clear()
    pictures = own.read(files, SIZE, progress=lambda done, of: seen.append((done, of)), stop=lambda: len(seen) > 3)
    assert len(pictures) == 3
    assert reasons(pictures) == {"2 more": "not read, since reading was stopped"}


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([], "no picture"),
        ([("a.txt", b"x")], r"no picture in a\.txt \(a\.txt is not a picture\); give at least two"),
        ([("a.png", GOOD)], "only one picture"),
        ([("a.png", saved(Image.new("RGB", (9, 9), RED)))] * 3, "All 3 pictures in 3 files show one and the same"),
    ],
)
def test_nothing_to_learn_from(files: list, says: str) -> None:
    with pytest.raises(DataError, match=says):
        own.read(files, SIZE)


def test_flat_pictures_of_two_colours_will_do() -> None:
    assert len(own.read(list(coloured({"a.png": RED, "b.png": BLUE}).items()), SIZE)) == 2


def holds(pictures: PictureSet) -> None:
    assert pictures.pictures.shape == (len(pictures.labels), SIZE, SIZE, 3)
    assert pictures.pictures.dtype == np.uint8
    assert not pictures.classes or pictures.labels.max() < len(pictures.classes)


SMALL = Image.fromarray(NOISE[:12, :12])
SEEDS = [
    saved(SMALL), saved(SMALL, "JPEG"), saved(SMALL, "GIF"), saved(SMALL, "TIFF"), saved(SMALL, "BMP"),
    saved(SMALL, "WEBP"), saved(SMALL, "AVIF"), saved(SMALL, "PPM"), saved(SMALL.convert("CMYK"), "JPEG"),
    saved(SMALL.convert("P"), "PNG", transparency=3), saved(SMALL, "TIFF", compression="tiff_lzw"),
    packed({"a/1.png": GOOD, "b/2.png": GOOD}), packed({"1.png": GOOD}, zipfile.ZIP_STORED),
]  # fmt: skip
CHANGES = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=6)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(SEEDS), CHANGES, st.floats(0, 1), st.sampled_from(["a.png", "a.zip"]))
@example(SEEDS[-1], [], 1.0, "a.zip")
def test_changed_bytes_are_read_or_named(seed: bytes, changes: list, length: float, name: str) -> None:
    data = bytearray(seed)
    for place, value in changes:
        data[place % len(data)] = value
    check_read_or_named(name, bytes(data[: round(length * len(data)) if length < 0.5 else None]))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([b"", *(seed[:8] for seed in SEEDS)]), st.binary(max_size=200), st.text(max_size=20))
def test_any_bytes_under_any_name_are_read_or_named(head: bytes, tail: bytes, name: str) -> None:
    check_read_or_named(name, head + tail)


def check_read_or_named(name: str, data: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow grumbles about odd headers
        try:
            holds(own.read([(name, data)], SIZE))
        except DataError as error:
            assert str(error).startswith(("There is", "All"))
            assert str(error).endswith(".")
        got = own.read([(name, data), ("b.png", GOOD), ("c.png", GOOD)], SIZE)
    holds(got)
    assert len(got) >= 2


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=12), st.booleans(), min_size=1, max_size=5))
def test_a_zip_with_any_names(names: dict[str, bool]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            data = packed({name: GOOD if good else b"x" for name, good in names.items()})
        except (UnicodeEncodeError, ValueError, IndexError):
            return  # no zip has such a name
        pictures = read(("mine.zip", data))
    holds(pictures)
    assert len(pictures) - 2 <= sum(names.values())
    assert all(each.file.isprintable() for each in pictures.skipped)


@settings(max_examples=60, deadline=None)
@given(st.integers(8, 60), st.integers(8, 60), st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "I", "F"]))
def test_every_mode_and_shape_is_read(width: int, height: int, mode: str) -> None:
    kind = "TIFF" if mode in ("F", "I") else "PNG"
    assert not read(saved(Image.new(mode, (width, height)), kind)).skipped
