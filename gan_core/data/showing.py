"""What a visitor is shown of a set of pictures before anything learns from it. Torch-free."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from gan_core.data.load import load_pictures
from gan_core.data.pictures import PictureSet, Skipped, mosaic, spread
from gan_core.specs import Pictures

SHOWN, ACROSS = 60, 10  # pictures of a preview
FEW = 240  # pictures that are read for a preview


@dataclass(frozen=True)
class Shown:
    """A set in a few words and pictures."""

    name: str
    count: int  # pictures that a run would use, as far as they were read
    classes: tuple[str, ...]
    licence: str
    revision: str  # commit of a data set on the hub
    skipped: tuple[Skipped, ...]
    preview: bytes  # a WebP picture: some of them as the networks see them


def look(data_json: str, own_zip: tuple[str, bytes] | None = None) -> Shown:
    """A glance at pictures that are on this machine. Raises SpecError or DataError where there are none."""
    spec = Pictures.checked(data_json)
    if own_zip or "/" in spec.source:  # else a bundled set, which is read at once
        spec = spec.model_copy(update={"limit": min(FEW, spec.limit)})
    return shown(load_pictures(spec, own_zip=own_zip))


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
