"""The gallery that comes with the app: public-domain paintings to take a style from, photographs to paint. Torch-free.

`bundled/gallery/about.json` has a row for each, with its credit; the JPEG files lie beside it.
"""

from __future__ import annotations

import hashlib
import io
import json
from functools import cache
from pathlib import Path
from typing import Literal

from PIL import Image
from pydantic import BaseModel, ConfigDict

from gan_core.data.pictures import DataError

FOLDER = Path(__file__).parent / "bundled" / "gallery"


class Work(BaseModel):
    """One picture of the gallery."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str  # in specs and addresses; its file's
    kind: Literal["photograph", "painting"]
    title: str
    artist: str
    year: str  # empty where nobody says
    licence: str
    width: int
    height: int
    origin: str
    sha256: str

    @property
    def credit(self) -> str:
        """“Vincent van Gogh, The Starry Night, 1889”."""
        return ", ".join(filter(None, (self.artist, self.title, self.year)))


@cache
def works() -> dict[str, Work]:
    """Every work by its name: photographs, then paintings."""
    rows = json.loads((FOLDER / "about.json").read_text("utf-8"))
    return {row["name"]: Work(**row) for row in rows}


def paintings() -> list[str]:
    """Their names, in the order in which they are offered."""
    return [name for name, work in works().items() if work.kind == "painting"]


def photographs() -> list[str]:
    """Likewise."""
    return [name for name, work in works().items() if work.kind == "photograph"]


def file_of(name: str) -> bytes:
    """A work's JPEG file. Raises DataError for one that is not there or not what it was."""
    if name not in works():
        raise DataError(f"There is no picture called {name!r} in the gallery; there are {', '.join(works())}.")
    data = (FOLDER / f"{name}.jpg").read_bytes()
    if hashlib.sha256(data).hexdigest() != works()[name].sha256:
        raise DataError(f"The bundled file gallery/{name}.jpg is damaged; install the app anew.")
    return data


def image_of(name: str) -> Image.Image:
    """A work, RGB, at its full size. Raises DataError as `file_of`."""
    return Image.open(io.BytesIO(file_of(name))).convert("RGB")
