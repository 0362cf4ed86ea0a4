"""The pictures that a style transfer can take: thumbnails, names, and the visitor's own, kept in the store."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable

import streamlit as st
from PIL import Image

from gan_core.data import gallery
from gan_core.runs import OwnPictures
from gan_core.specs import OWN, StyleSpec
from gan_core.style_pictures import one_picture, picture_bytes, size_in, thumbnail
from pages.parts import easel_films
from pages.parts.services import store
from pages.parts.words import plain_text, t

THUMB, SHOWN = 96, 640  # px of the longer side
OWN_ONES = "style_own"  # the visitor's own sources in this session, newest first
MOST_NAME = 24  # characters of a file's name that are shown


def offered(first: str, chosen: Iterable[str]) -> list[str]:
    """Every source there is to choose from: one's own, then those of the kind `first`, then the others."""
    paintings, photographs = gallery.paintings(), gallery.photographs()
    works = [*paintings, *photographs] if first == "painting" else [*photographs, *paintings]
    own = [*st.session_state.get(OWN_ONES, ()), *(source for source in chosen if source.startswith(OWN))]
    return [*dict.fromkeys(source for source in own if kept(source)), *works]


def kept(source: str) -> bool:
    """Whether a source can be had."""
    return bool(store().name_of_pictures(source.removeprefix(OWN))) if source.startswith(OWN) else (
        source in gallery.works())  # fmt: skip


def name(source: str) -> str:
    """“The Starry Night”, or the name of a file."""
    if source in gallery.works():
        return t(gallery.works()[source].title)
    name = store().name_of_pictures(source.removeprefix(OWN)) if source.startswith(OWN) else source
    return (name if len(name) <= MOST_NAME else f"{name[:MOST_NAME]}…") or t("A picture that is gone")


def title(source: str) -> str:
    """The same as Markdown."""
    return plain_text(name(source))


def credit(source: str) -> str:
    """Who made it: “Vincent van Gogh, The Starry Night, 1889”."""
    return gallery.works()[source].credit if source in gallery.works() else name(source)


def shown(source: str, side: int = SHOWN) -> bytes:
    """A source as a small WebP picture; empty for one that is gone."""
    return _shown(source, side) if kept(source) else b""


@st.cache_data(show_spinner=False, max_entries=256)
def _shown(source: str, side: int) -> bytes:
    own = store().pictures(source.removeprefix(OWN)) if source.startswith(OWN) else None
    return thumbnail(picture_bytes(source, own.packed if own else None), side)


def standing(spec: StyleSpec) -> bytes:
    """What the easel shows before a run has said anything: the pictures that were chosen."""
    return easel_films.standing(*_chosen(spec), **_about(spec))


def preview(spec: StyleSpec) -> bytes:
    """The same before there is a run."""
    return easel_films.preview(*_chosen(spec), **_about(spec))


def _chosen(spec: StyleSpec) -> tuple[bytes, list[bytes], bytes | None]:
    return shown(spec.content), [*map(shown, spec.styles)], shown(spec.mask) if spec.mask else None


def _about(spec: StyleSpec) -> dict[str, object]:
    width, height = Image.open(io.BytesIO(shown(spec.content))).size
    width, height = size_in((width, height), spec.size)
    return {"width": width, "height": height, "content": credit(spec.content), "styles": [*map(credit, spec.styles)],
            "stages": [stage._asdict() for stage in spec.stages]}  # fmt: skip


def icon(source: str, alone: bool = True) -> str:
    """A source as a picture inside Markdown, such as a label; where its name stands beside it, not `alone`."""
    if not kept(source):
        return ":material/broken_image:"
    data = base64.b64encode(shown(source, THUMB)).decode()
    return f"![{title(source) if alone else ''}](data:image/webp;base64,{data})"


def take(name: str, data: bytes) -> str:
    """Keep a visitor's picture, and return the source that it is from now on.

    Raises:
        DataError: it is no picture that can be painted.
        DiskError: it cannot be kept.
    """
    picture = one_picture(name, data)
    source = OWN + store().put_pictures(OwnPictures(picture.name, picture.packed))
    st.session_state[OWN_ONES] = [source, *(each for each in st.session_state.get(OWN_ONES, ()) if each != source)]
    return source


def own_of(spec: StyleSpec) -> dict[str, tuple[str, bytes]]:
    """The visitor's own pictures that a spec names, by their ids."""
    ids = [source.removeprefix(OWN) for source in spec.sources if source.startswith(OWN)]
    return {id: tuple(found) for id in ids if (found := store().pictures(id))}
