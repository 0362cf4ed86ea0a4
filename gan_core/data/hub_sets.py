"""Picture data sets of the Hugging Face hub, stored as parquet: a column of encoded pictures, maybe one of classes.

Only JSON and parquet are read: no pickle, no loading script of somebody else's. Parquet can still be large or damaged,
so files are fetched one by one until there are enough pictures, and read a few rows at a time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gan_core.data.hub_faults import NoRevision, cancelled
from gan_core.data.hub_files import AtHand, Hub, Listing
from gan_core.data.own import Refused, decoded
from gan_core.data.pictures import DataError, PictureSet, Skipped, fitted

MOST_BYTES = 1_000_000_000  # of a data set's files: cats of 64 pixels are 0.3 GB, and a small disk holds 50
MOST_BLOCK = 500_000_000  # of one block of rows, unpacked: reading one takes a little over twice that of memory
ROWS = 8  # read at once, and held a second time while they are looked at
GROWTH = 2048  # pictures for which the array is made larger at a time
CONVERTED = "refs/convert/parquet"  # the branch in which the hub itself puts parquet of sets in other formats
TRAIN = re.compile(r"(.*/)?train([-_.].*)?\.parquet|(.*/)?(partial-)?train/[^/]+\.parquet")


@dataclass(frozen=True)
class Offered:
    """A data set on the hub that goes well with a GAN."""

    title: str
    licence: str  # used where the card on the hub names none
    revision: str = ""  # commit; empty until somebody with a network has looked at one: then the newest, which is told


OFFERED: dict[str, Offered] = {
    "ylecun/mnist": Offered("MNIST: handwritten digits, 60,000 of 28 px in grey", "MIT, according to its card"),
    "zalando-datasets/fashion_mnist": Offered("Fashion-MNIST: clothes, 60,000 of 28 px in grey", "MIT"),
    "huggan/cats": Offered("Cats: photographs", "not known"),
    "cvdl/catfaces": Offered("Cat faces: 29,842 photographs", "not known"),
}


def read(
    repository: str,
    revision: str,
    size: int,
    channels: int,
    limit: int,
    *,
    at_hand: bool = False,
    progress: Callable[[int, int], None] = lambda done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> PictureSet:
    """The first `limit` pictures of a data set's train split, each the square in its middle, at another size.

    Args:
        repository: owner/name.
        revision: a commit, branch or tag. A commit that is in the cache is read without any request.
        at_hand: whether what is not in the cache counts as missing, and the hub is left alone.
        progress: bytes fetched, and bytes of all files that could be needed.
        stop: whether to give up; asked ten times a second.

    Raises:
        DataError: the set cannot be had, is no set of pictures, is too large, or we were told to stop.
    """
    offered = OFFERED.get(repository)
    with (AtHand if at_hand else Hub)("dataset", repository, stop) as hub:
        listing, names = _train_files(hub, revision or (offered.revision if offered else "") or "main")
        sizes = [listing.files[name].size for name in names]
        gathered = _Gathered(size, channels, limit)
        fetched = 0
        for name, length in zip(names, sizes, strict=True):
            if fetched + length > MOST_BYTES:
                raise _too_large(repository, fetched + length, gathered.count)

            def tell(now: int, before: int = fetched) -> None:
                progress(before + now, sum(sizes))

            path = hub.fetch(listing, name, tell)
            fetched += length
            for row, encoded, label in _rows(path, name, gathered):
                if stop():
                    raise cancelled()
                gathered.add(f"row {row} of {name.rpartition('/')[2]}", encoded, label)
                if gathered.full:
                    break
            if gathered.full:
                break
    progress(fetched, fetched)
    return gathered.picture_set(repository, listing, offered)


def _train_files(hub: Hub | AtHand, revision: str) -> tuple[Listing, list[str]]:
    """The repository's parquet files to learn from, in order, and the commit that they are of."""
    listing = hub.listing(revision)
    if not (names := _chosen(listing.files)):
        try:
            listing = hub.listing(CONVERTED)
        except NoRevision:
            pass  # the next lines say it better
        names = _chosen(listing.files)
    if not names:
        raise DataError(
            f"{hub.repository} holds no parquet files at {revision}; choose a data set that the hub shows as “Parquet”."
        )
    return listing, names


def _chosen(files: dict[str, object]) -> list[str]:
    """Those of the train split, else all; of the first folder, where several hold variants of the same set."""
    parquet = sorted(name for name in files if name.endswith(".parquet"))
    names = [name for name in parquet if TRAIN.fullmatch(name)] or parquet
    return [name for name in names if name.rpartition("/")[0] == names[0].rpartition("/")[0]]


class _Gathered:
    """Pictures as they come in. One array that grows in place, because a second copy may not fit into memory."""

    def __init__(self, size: int, channels: int, limit: int):
        self.pictures = np.empty((0, size, size, channels), np.uint8)
        self.labels: list[int] = []
        self.skipped: list[Skipped] = []
        self.classes: tuple[str, ...] | None = None  # None until a file has said which
        self.limit = limit

    @property
    def count(self) -> int:
        return len(self.labels)

    @property
    def full(self) -> bool:
        return self.count >= self.limit

    def add(self, where: str, encoded: bytes | None, label: int | None) -> None:
        """Take in one row, or note what is wrong with it."""
        try:
            if encoded is None:
                raise Refused("holds no picture")
            if self.classes and not (label is not None and 0 <= label < len(self.classes)):
                raise Refused(f"is of class {label}, which is none of the {len(self.classes)}")
            picture = fitted(decoded(encoded, self.pictures.shape[1]), *self.pictures.shape[2:])
        except Refused as refused:
            self.skipped.append(Skipped(where, str(refused)))
            return
        if self.count == len(self.pictures):
            self._resize(min(self.count + GROWTH, self.limit))
        self.pictures[self.count] = picture
        self.labels.append(label if self.classes else 0)

    def _resize(self, count: int) -> None:
        self.pictures.resize((count, *self.pictures.shape[1:]), refcheck=False)  # nobody else holds it yet

    def picture_set(self, repository: str, listing: Listing, offered: Offered | None) -> PictureSet:
        if self.count < 2:
            first = "".join(f", because {each.file} {each.reason}" for each in self.skipped[:1])
            raise DataError(
                f"Of {repository} {self.count} pictures can be read{first}; two are the least to learn from, so choose "
                "another data set."
            )
        self._resize(self.count)
        return PictureSet(
            name=f"{repository} at {listing.commit[:7]}",
            pictures=self.pictures,
            labels=np.array(self.labels, np.int64),
            classes=self.classes or (),
            licence=listing.licence or (offered.licence if offered else "not known"),
            skipped=tuple(self.skipped),
            revision=listing.commit,
        )


# Parquet -------------------------------------------------------------------------------------------------------------


def _rows(path: Path, name: str, gathered: _Gathered) -> Iterator[tuple[int, bytes | None, int | None]]:
    """Each row's number, from 0, encoded picture and class."""
    try:
        with pq.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False) as file:
            meta, schema = file.metadata, file.schema_arrow
            if any(meta.row_group(i).total_byte_size > MOST_BLOCK for i in range(meta.num_row_groups)):
                raise DataError(
                    f"{name} unpacks to blocks of more than {MOST_BLOCK / 1e9:g} GB; choose a data set in smaller ones."
                )
            image, label, classes = _columns(schema, name)
            if gathered.classes not in (None, classes):
                raise DataError(f"{name} names other classes than the file before it; choose another data set.")
            gathered.classes = classes
            row = 0
            bytes_only = f"{image}.bytes" if pa.types.is_struct(schema.field(image).type) else image  # and no paths
            for batch in file.iter_batches(ROWS, columns=[bytes_only, *filter(None, [label])], use_threads=False):
                cells = batch.column(image).to_pylist()
                labels = batch.column(label).to_pylist() if label else [None] * len(cells)
                for cell, number in zip(cells, labels, strict=True):
                    yield row, cell["bytes"] if isinstance(cell, dict) else cell, number
                    row += 1
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise DataError(f"{name} is not parquet that can be read ({type(error).__name__}); choose another.") from None


def _columns(schema: pa.Schema, name: str) -> tuple[str, str | None, tuple[str, ...]]:
    """The column of pictures, that of classes, and the names of the classes."""
    features = _features(schema)
    columns = {field.name: field.type for field in schema}
    holds = [column for column, kind in columns.items() if _is_bytes(kind)]
    said = [column for column in holds if features.get(column, {}).get("_type") == "Image"]
    if not holds:
        raise DataError(
            f"{name} has no column of pictures, only {', '.join(columns)}; choose a data set whose pictures are inside "
            "its parquet."
        )
    for column, kind in columns.items():
        names = features.get(column, {}).get("names")
        if features.get(column, {}).get("_type") == "ClassLabel" and pa.types.is_integer(kind) and names:
            return (said or holds)[0], column, tuple(map(str, names))
    return (said or holds)[0], None, ()


def _is_bytes(kind: pa.DataType) -> bool:
    """Whether a column holds encoded pictures: bytes, or the hub's pair of bytes and path."""
    if pa.types.is_struct(kind) and kind.get_field_index("bytes") >= 0:
        kind = kind.field("bytes").type
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _features(schema: pa.Schema) -> dict[str, dict]:
    """What the hub's own library wrote about the columns, empty where it wrote nothing."""
    try:
        features = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        return {column: about for column, about in features.items() if isinstance(about, dict)}
    except (KeyError, ValueError, TypeError, AttributeError):
        return {}


def _too_large(repository: str, length: int, count: int) -> DataError:
    instead = f"ask for at most {count:,} (data.limit)" if count else "choose another data set"
    return DataError(
        f"So many pictures of {repository} would take {length / 1e9:.2g} GB; at most {MOST_BYTES / 1e9:g} GB are "
        f"fetched, so {instead}."
    )
