"""Pictures of the gallery and of a visitor: credits, odd files, shapes."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gan_core.data import gallery
from gan_core.data.pictures import DataError
from gan_core.specs import OWN
from gan_core.style_pictures import (
    LEAST_SHORT,
    SIDE,
    credit_of,
    image_of,
    one_picture,
    picture_bytes,
    size_in,
    thumbnail,
)


def file(image: Image.Image, kind: str = "PNG", **how: object) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **how)
    return made.getvalue()


def kept(data: bytes, name: str = "mine.png") -> Image.Image:
    return Image.open(io.BytesIO(one_picture(name, data).packed))


@pytest.mark.parametrize("name", gallery.works())
def test_every_work_is_there_as_its_row_says(name: str) -> None:
    work = gallery.works()[name]
    image = gallery.image_of(name)
    assert (image.width, image.height) == (work.width, work.height)
    assert work.artist in credit_of(name, {}) and work.title in credit_of(name, {})
    assert work.licence and work.origin
    assert picture_bytes(name) == gallery.file_of(name)


def test_the_gallery_has_paintings_and_photographs_and_nothing_else() -> None:
    assert len(gallery.paintings()) == 10
    assert len(gallery.photographs()) == 4
    assert {path.stem for path in gallery.FOLDER.glob("*.jpg")} == set(gallery.works())
    with pytest.raises(DataError, match="There is no picture called 'mona_lisa' in the gallery"):
        gallery.file_of("mona_lisa")


ORANGE = Image.new("RGB", (60, 40), (255, 128, 0))


@pytest.mark.parametrize("data", [
    file(ORANGE), file(ORANGE, "JPEG", quality=98), file(ORANGE.convert("CMYK"), "JPEG", quality=98),
    file(ORANGE.convert("RGBA")), file(ORANGE.quantize(4)),
], ids=["plain", "JPEG", "CMYK", "alpha", "palette"])  # fmt: skip
def test_every_kind_of_file_becomes_the_same_plain_picture(data: bytes) -> None:
    image = kept(data)
    assert (image.mode, image.size) == ("RGB", (60, 40))
    assert all(abs(a - b) <= 6 for a, b in zip(image.getpixel((30, 20)), (255, 128, 0), strict=True))


def test_sixteen_bits_see_through_animated_and_turned_pictures_look_as_they_should() -> None:
    deep = Image.new("I;16", (60, 40), 65535)
    assert kept(file(deep)).getpixel((5, 5)) == (255, 255, 255)
    assert kept(file(Image.new("RGBA", (60, 40), (0, 0, 0, 0)))).getpixel((5, 5)) == (255, 255, 255)
    film = file(ORANGE, "GIF", save_all=True, append_images=[Image.new("RGB", (60, 40))])
    assert kept(film).getpixel((5, 5))[0] > 200  # its first frame
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    assert kept(file(ORANGE, "JPEG", exif=exif)).size == (40, 60)


@pytest.mark.parametrize(("data", "words"), [
    (b"hello", "mine.png is not a picture; choose a picture as PNG, JPEG"),
    (b"", "mine.png is empty"),
    (gallery.file_of("coffee")[:9000], "mine.png is damaged or cut short"),
    (file(Image.new("RGB", (1, 400))), "mine.png is smaller than 8 × 8 pixels"),
    (file(Image.new("RGB", (12, 400))), "has 12 × 400 pixels; choose a picture of at least 16 each way."),
    (file(Image.new("RGB", (20, 400))), "choose one that is at most 8 times as long as it is wide."),
    (file(Image.new("1", (9000, 9000))), "has more than 50,000,000 pixels"),
], ids=["text", "empty", "cut", "a pixel wide", "narrow", "stripe", "huge"])  # fmt: skip
def test_odd_files_are_refused_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(DataError) as refused:
        one_picture("mine.png", data)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_large_picture_is_kept_as_large_as_any_canvas() -> None:
    assert max(kept(file(Image.new("RGB", (3000, 1500)))).size) == SIDE
    assert one_picture("a.png", file(ORANGE)) == one_picture("a.png", file(ORANGE))


@given(width=st.integers(16, 4000), height=st.integers(16, 4000), side=st.integers(64, 1024))
def test_a_shape_is_kept_at_any_size(width: int, height: int, side: int) -> None:
    fitted = size_in((width, height), side)
    assert max(fitted) == side or min(fitted) == LEAST_SHORT
    assert min(fitted) >= LEAST_SHORT
    if min(fitted) > LEAST_SHORT:
        assert fitted[0] / fitted[1] == pytest.approx(width / height, rel=2 / min(fitted))


def test_a_visitors_own_picture_is_found_by_its_id() -> None:
    own = {"0123456789abcdef": ("sunset.jpg", file(ORANGE, "JPEG"))}
    source = f"{OWN}0123456789abcdef"
    assert image_of(source, own).size == (60, 40)
    assert credit_of(source, own) == "sunset.jpg"
    with pytest.raises(DataError, match="A picture of your own is not kept on this server any more"):
        image_of(f"{OWN}ffffffffffffffff", own)


def test_a_thumbnail_is_small() -> None:
    small = Image.open(io.BytesIO(thumbnail(gallery.file_of("great_wave"), 96)))
    assert small.format == "WEBP" and max(small.size) == 96
