"""What a visitor is shown of a set of pictures before anything learns from it. Torch-free."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace

from PIL import Image

from gan_core.data.load import load_pictures
from gan_core.data.own import classes_of, files_of
from gan_core.data.pictures import PictureSet, Skipped, mosaic, spread
from gan_core.specs import Pictures

SHOWN, ACROSS = 60, 10  # pictures of a preview
FEW = 240  # pictures that are read for a preview


@dataclass(frozen=True)
class Shown:
    """A set in a few words and pictures."""

    name: str
    count: int | None  # pictures that a run would use; None where nobody has read them all
    classes: tuple[str, ...]
    licence: str
    revision: str  # commit of a data set on the hub
    skipped: tuple[Skipped, ...]
    preview: bytes  # a WebP picture: some of them as the networks see them


def look(data_json: str, own_zip: tuple[str, bytes] | None = None) -> Shown:
    """A glance at pictures that are on this machine; nothing is fetched.

    Args:
        own_zip: name and bytes of a visitor's pictures, as `parcel` packed them: all files in it are pictures.

    Raises:
        SpecError, DataError: there are none.
    """
    spec = Pictures.checked(data_json)
    if not own_zip and "/" not in spec.source:
        return shown(load_pictures(spec))  # a bundled set, which is read at once
    few = shown(load_pictures(spec.model_copy(update={"limit": min(FEW, spec.limit)}), at_hand=True, own_zip=own_zip))
    few = replace(few, count=None, skipped=())  # of those that were read, which says nothing of the others
    if not own_zip:
        return few
    with ExitStack() as zips:
        files, _ = files_of([("own.zip", own_zip[1])], zips)
        _, classes = classes_of([file.path.parts[:-1] for file in files])
    return replace(few, count=None if spec.without_grey else min(len(files), spec.limit), classes=classes)


def fetch(
    data_json: str, *, progress: Callable[[int, int], None] = lambda done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> Shown:  # fmt: skip
    """Fetch a data set of the hub into the local cache. Raises SpecError or DataError where it cannot be had."""
    return shown(load_pictures(Pictures.checked(data_json), progress=progress, stop=stop))


def shown(pictures: PictureSet) -> Shown:
    few = pictures.pictures[spread(len(pictures), SHOWN)]
    whole, file = mosaic(few, ACROSS), io.BytesIO()
    Image.fromarray(whole[..., 0] if whole.shape[2] == 1 else whole).save(file, "WEBP", lossless=True)
    return Shown(
        pictures.name, len(pictures), pictures.classes, pictures.licence, pictures.revision, pictures.skipped,
        file.getvalue(),
    )  # fmt: skip
