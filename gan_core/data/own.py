"""A person's own pictures, from a folder, a zip, single files or uploads: all of one size, and every odd file named.

Nothing is unpacked to disk, and no file is trusted: what a header claims is checked before anything is decoded.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from pathlib import Path, PurePath, PurePosixPath

import numpy as np
from PIL import Image

from gan_core.data.pictures import DataError, PictureSet, Skipped, fitted, plain

# Formats that Pillow reads by itself from a header that cannot be mistaken; EPS, say, would start another program.
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "PPM")
READABLE = "PNG, JPEG, GIF, WebP, AVIF, BMP or TIFF"
LEAST_SIDE = 8  # pixels; what is smaller shows nothing
MOST_PIXELS = 50_000_000  # of one picture: a good camera's, and 150 MB while it is decoded
MOST_BYTES = 50_000_000  # of one file, unpacked
MOST_RATIO = 200  # of unpacked to packed: pictures are packed already and hardly shrink
FREE_OF_RATIO = 1_000_000  # bytes unpacked up to which any ratio is harmless: flat drawings shrink a lot
MOST_TOTAL = 1_000_000_000  # bytes of one zip's files, unpacked
LITTER = (("Thumbs.db",), ("desktop.ini",))


class Refused(Exception):
    """A file that is left out; the message is the reason in `Skipped`."""


@dataclass(frozen=True)
class File:
    """Something that may be a picture: where it stands among the others, and how to get its bytes.

    `read` raises Refused, or OSError.
    """

    path: PurePosixPath
    read: Callable[[], bytes]


def read(
    source: Path | Sequence[Path] | Sequence[tuple[str, bytes]],
    size: int,
    channels: int = 3,
    limit: int = 50_000,
    progress: Callable[[int, int], None] = lambda done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> PictureSet:
    """The square in the middle of every picture, scaled to `size`: uint8 (N, size, size, channels).

    Folders that all pictures share do not count. If every picture then lies in exactly one folder, and there are two
    or more, these are the classes. When `stop()` turns true, what has been read by then is the set.

    Args:
        source: a folder, a zip, a picture, several of these, or uploads as (name, bytes).
        progress: called with the number of files looked at, and of all.

    Raises:
        DataError: fewer than two pictures, or nothing but one colour.
    """
    given = [source] if isinstance(source, Path) else list(source)
    name = name_of(given)
    with ExitStack() as zips:
        files, skipped = files_of(given, zips)
        files = mixed(files, limit)
        pictures = np.empty((min(limit, len(files)), size, size, channels), np.uint8)
        folders: list[tuple[str, ...]] = []  # in which each picture lies
        for path, image in images(files, size, limit, skipped, progress, stop):
            pictures[len(folders)] = fitted(image, size, channels)
            folders.append(path.parts[:-1])
    pictures = pictures[: len(folders)]
    check(pictures, name, skipped)
    labels, classes = classes_of(folders)
    return PictureSet(name, pictures, labels, classes, skipped=tuple(skipped))


def mixed(files: list[File], limit: int) -> list[File]:
    """More files than the limit in another order: then the first have of every folder its share, the same each time."""
    if len(files) <= limit:
        return files
    return [files[index] for index in np.random.default_rng(0).permutation(len(files))]


def images(
    files: Sequence[File], size: int, limit: int, skipped: list[Skipped], progress: Callable[[int, int], None],
    stop: Callable[[], bool],
) -> Iterator[tuple[PurePosixPath, Image.Image]]:  # fmt: skip
    """Each file that is a picture, upright and opaque and at least as large as `size` wants; the others are noted."""
    found = 0
    for done, file in enumerate(files):
        progress(done, len(files))
        full = found == limit
        if full or stop():
            reason = f"past the limit of {limit:,} pictures" if full else "not read, since reading was stopped"
            left = len(files) - done
            skipped.append(Skipped(f"{left:,} more", reason, left))
            break
        try:
            yield file.path, decoded(file.read(), size)
            found += 1
        except Refused as refused:
            skipped.append(Skipped(shown(file.path), str(refused)))
        except OSError:
            skipped.append(Skipped(shown(file.path), "cannot be opened"))
    progress(len(files), len(files))


def decoded(data: bytes, size: int) -> Image.Image:
    """The picture in a file's bytes, upright and opaque; larger than needed for `size`. Its mode is L or RGB.

    Raises:
        Refused: it is none, is damaged, too small or too large.
    """
    if not data:
        raise Refused("is empty")
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(f"has more than {MOST_PIXELS:,} pixels") from None
    except Exception:  # Pillow's readers raise whatever a strange header leads them to
        raise Refused(_what_else(data)) from None
    with image:
        if image.width * image.height > MOST_PIXELS:
            raise Refused(f"has more than {MOST_PIXELS:,} pixels")
        if min(image.size) < LEAST_SIDE:
            raise Refused(f"is smaller than {LEAST_SIDE} × {LEAST_SIDE} pixels")
        try:
            image.draft("RGB", (4 * size, 4 * size))  # lets a large JPEG decode at half, a quarter or an eighth
            return plain(image)
        except Exception:  # as above
            raise Refused("is damaged or cut short") from None


def _what_else(data: bytes) -> str:
    """What bytes that are no picture are instead, as a reason."""
    if data[:4] == b"PK\3\4":
        return "is a zip among the pictures; unpack it, or give it by itself"
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1"):
        return "is in the format HEIC, which cannot be read here; save it as JPEG"
    return "is not a picture"


def name_of(given: list[Path | tuple[str, bytes]]) -> str:
    if len(given) != 1:
        return f"{len(given)} files"
    path = given[0].resolve() if isinstance(given[0], Path) else PurePosixPath(given[0][0])
    return shown(PurePosixPath(path.name))


def files_of(given: Iterable[Path | tuple[str, bytes]], zips: ExitStack) -> tuple[list[File], list[Skipped]]:
    """All files that may be pictures, in order, and those that need no second look. `zips` closes what stays open."""
    files: list[File] = []
    skipped: list[Skipped] = []
    for one in given:
        path = PurePosixPath(one.name if isinstance(one, Path) else one[0].replace("\\", "/"))
        if isinstance(one, Path) and one.is_dir():
            files += _in_folder(one)
        elif isinstance(one, Path) and not one.exists():
            skipped.append(Skipped(shown(one), "does not exist"))
        elif path.suffix.lower() == ".zip":
            try:
                archive = zips.enter_context(zipfile.ZipFile(one if isinstance(one, Path) else io.BytesIO(one[1])))
            except Exception:  # a strange directory makes zipfile raise more than BadZipFile
                skipped.append(Skipped(shown(path), "is a damaged zip"))
            else:
                files += _in_zip(archive)
        elif isinstance(one, Path):
            files.append(File(path, partial(_bytes, one)))
        elif not _hidden(path.parts):  # a browser sends a whole folder, with what systems leave in it
            files.append(File(path, partial(bytes, one[1])))
    return files, skipped


def _in_folder(folder: Path) -> Iterator[File]:
    """Every file below a folder, sorted by path. Links to folders are not followed: they can lead in circles."""
    paths = [Path(place, name).relative_to(folder) for place, _, names in os.walk(folder) for name in names]
    for path in sorted(paths):
        if not _hidden(path.parts):
            yield File(PurePosixPath(path.as_posix()), partial(_bytes, folder / path))


def _in_zip(archive: zipfile.ZipFile) -> Iterator[File]:
    """Every file in a zip, sorted by path."""
    left = MOST_TOTAL

    def unpacked(entry: zipfile.ZipInfo, name: str) -> bytes:
        nonlocal left
        if name.startswith("/") or ".." in name.split("/") or re.match("[A-Za-z]:", name):
            raise Refused("has a path that leads out of the zip")
        if entry.flag_bits & 1:
            raise Refused("is locked with a password")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # The other methods unpack without a limit, a few kilobytes to gigabytes.
            raise Refused("is packed in an unusual way; an ordinary zip can be read")
        if entry.file_size > MOST_BYTES:
            raise Refused(f"is larger than {MOST_BYTES // 10**6} MB")
        if entry.file_size > max(MOST_RATIO * entry.compress_size, FREE_OF_RATIO):
            raise Refused(f"unpacks to more than {MOST_RATIO} times its size")
        if entry.file_size > left:
            raise Refused(f"lies past the first {MOST_TOTAL // 10**9} GB of the zip")
        left -= entry.file_size
        try:
            with archive.open(entry) as packed:
                return packed.read(entry.file_size)  # never more than the directory says
        except Exception:  # as for the directory
            raise Refused("is damaged inside the zip") from None

    named = [(entry.filename.replace("\\", "/"), entry) for entry in archive.infolist()]
    for name, entry in sorted(named, key=lambda each: each[0].split("/")):
        path = PurePosixPath(name)
        if not name.endswith("/") and not _hidden(path.parts):  # a slash at the end: a folder
            yield File(path, partial(unpacked, entry, name))


def _bytes(path: Path) -> bytes:
    if not path.is_file():  # a pipe would be waited for
        raise Refused("is not a file")
    if path.stat().st_size > MOST_BYTES:
        raise Refused(f"is larger than {MOST_BYTES // 10**6} MB")
    return path.read_bytes()


def _hidden(parts: tuple[str, ...]) -> bool:
    """Whether a path is what systems leave beside a person's files."""
    return parts[-1:] in LITTER or any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in parts)


def shown(path: PurePath) -> str:
    """A path as it may stand in a sentence: a file's name can hold line breaks and broken characters."""
    return "".join(each if each.isprintable() else "?" for each in str(path))


def classes_of(folders: list[tuple[str, ...]]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Labels (N,) and names of the classes, from the folders that each picture lies in."""
    # What the first and the last in order begin with, all begin with.
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(min(folders), max(folders), strict=False)))
    names = sorted({folder[shared] for folder in folders}) if all(len(f) == shared + 1 for f in folders) else []
    index = {name: i for i, name in enumerate(names)}
    labels = [index[folder[shared]] if names else 0 for folder in folders]
    return np.array(labels, np.int64), tuple(shown(PurePosixPath(name)) for name in names)


def check(pictures: np.ndarray, name: str, skipped: list[Skipped]) -> None:
    """Raise DataError where nothing can be learnt from these."""
    if len(pictures) < 2:
        found = "only one picture" if len(pictures) else "no picture"
        why = f" ({skipped[0].file} {skipped[0].reason})" if skipped else ""
        raise DataError(f"There is {found} in {name}{why}; give at least two, as {READABLE}.")
    if (pictures[0] == pictures[0, 0, 0]).all() and (pictures == pictures[0, 0, 0]).all():
        raise DataError(
            f"All {len(pictures):,} pictures in {name} show one and the same colour; give some that differ."
        )
