"""From a spec to a set of pictures: bundled, one's own, or from the hub."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from gan_core.data import bundled, hub_sets, own
from gan_core.data.hub_files import REPOSITORY
from gan_core.data.pictures import PictureSet, fitted, spread
from gan_core.specs import OWN, Pictures, SpecError

GREY = 8.0  # mean difference of a picture's channels below which it counts as grey, of 255


def load_pictures(
    spec: Pictures,
    *,
    local: bool = False,
    at_hand: bool = False,
    own_zip: tuple[str, bytes] | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> PictureSet:
    """The pictures that a spec names, at its size.

    Args:
        local: whether files of this machine may be read; not for a spec that came from a visitor.
        at_hand: whether a data set of the hub that is not in the cache counts as missing, and the hub is left alone.
        own_zip: name and bytes of the zip that a visitor gave, where the spec names one by its id.

    Raises:
        SpecError: there are none such; the sentence says what to do.
        DataError: there are, but they cannot be had or read.
    """
    channels = 3 if spec.colour else 1
    if spec.source.startswith(OWN):
        if own_zip is None:
            raise SpecError(
                "Pictures (data.source) are a visitor's own that are not kept on this server any more; choose them "
                "again, or other ones."
            )
        name, packed = own_zip
        pictures = own.read([("own.zip", packed)], spec.size, channels, spec.limit, progress=progress, stop=stop)
        pictures = replace(pictures, name=name)
    elif spec.source in bundled.NAMES:
        pictures = resized(bundled.read(spec.source), spec.size, channels)
    elif local and (path := _existing(spec.source)):
        pictures = own.read(path, spec.size, channels, spec.limit, progress=progress, stop=stop)
    elif REPOSITORY.fullmatch(spec.source):
        pictures = hub_sets.read(
            spec.source, spec.revision, spec.size, channels, spec.limit, at_hand=at_hand, progress=progress, stop=stop
        )
    else:
        right = [*bundled.NAMES, "a data set on the hub as owner/name", *(["a folder or zip that exists"] * local)]
        raise SpecError(
            f"Pictures (data.source) is {spec.source!r}; it must be {', '.join(right[:-1])}, or {right[-1]}."
        )
    if spec.without_grey:
        pictures = chosen(pictures, colourfulness(pictures.pictures) > GREY)
        if len(pictures) < 2:
            raise SpecError(
                f"Without grey ones (data.without_grey) leaves {len(pictures)} pictures of {pictures.name}; a game "
                "needs two or more, so keep the grey ones."
            )
    return chosen(pictures, spread(len(pictures), spec.limit)) if len(pictures) > spec.limit else pictures


def _existing(source: str) -> Path | None:
    """The file or folder of that name, if there is one that can be seen."""
    try:
        path = Path(source).expanduser()
        return path if path.exists() else None
    except (OSError, RuntimeError, ValueError):  # a name too long, a home of nobody, a null byte, a closed folder
        return None


def chosen(pictures: PictureSet, which: np.ndarray) -> PictureSet:
    """Some of a set, by index or mask."""
    return replace(pictures, pictures=pictures.pictures[which], labels=pictures.labels[which])


def colourfulness(pictures: np.ndarray) -> np.ndarray:
    """Mean difference between the largest and the smallest channel of each picture's pixels, (N,), from 0 to 255."""
    return (pictures.max(3).astype(np.int16) - pictures.min(3)).mean((1, 2))


def resized(pictures: PictureSet, size: int, channels: int) -> PictureSet:
    """A set at another size. What is a little too small gets a frame of its corner's colour, which keeps it sharp."""
    old = pictures.pictures.shape[1]
    if old < size <= old * 4 // 3:
        before = (size - old) // 2
        corners = pictures.pictures[:, :1, :1]
        larger = np.broadcast_to(corners, (len(pictures), size, size, corners.shape[3])).copy()
        larger[:, before : before + old, before : before + old] = pictures.pictures
        pictures = replace(pictures, pictures=larger)
    if pictures.pictures.shape[1:] == (size, size, channels):
        return pictures
    squares = (Image.fromarray(each[..., 0] if each.shape[2] == 1 else each) for each in pictures.pictures)
    return replace(pictures, pictures=np.stack([fitted(each, size, channels) for each in squares]))
