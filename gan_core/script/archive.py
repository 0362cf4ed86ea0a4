"""A picture run to take away: its script, the pictures that it learnt from, and how the two are used."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import numpy as np

from gan_core.data.load import load_pictures
from gan_core.data.pictures import PictureSet
from gan_core.events import Change
from gan_core.script.export import script
from gan_core.specs import PictureSpec

README = """\
`python run.py` trains this GAN again on the {count:,} pictures of {name} in pictures.npz ({licence}).
It needs Python 3.11 or newer with PyTorch and NumPy: `pip install torch numpy`.
Samples and, at the end, the generator's weights appear in this folder; the head of run.py says more.
"""
DAY = (1980, 1, 1, 0, 0, 0)  # of every file, so that the same run gives the same bytes


def picture_archive(spec: PictureSpec, changes: Sequence[Change], pictures: PictureSet) -> bytes:
    """A zip of run.py, pictures.npz and README.txt.

    Args:
        changes: as for `script`.
        pictures: what the run learnt from, as `load_pictures` gives them for its spec.

    Raises:
        SpecError: as for `script`.
    """
    text = script(spec, changes)
    arrays = io.BytesIO()
    np.savez_compressed(
        arrays, pictures=pictures.pictures, labels=pictures.labels, classes=np.array(pictures.classes, dtype=np.str_)
    )
    readme = README.format(count=len(pictures), name=pictures.name, licence=pictures.licence or "no licence is known")
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, data in (("run.py", text), ("pictures.npz", arrays.getvalue()), ("README.txt", readme)):
            file = zipfile.ZipInfo(name, DAY)
            file.external_attr = 0o644 << 16  # unpacked it can be read; without, nobody may
            archive.writestr(file, data, zipfile.ZIP_STORED if name.endswith(".npz") else zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def of_run(spec: PictureSpec, changes: Sequence[Change], own_zip: tuple[str, bytes] | None = None) -> bytes:
    """`picture_archive` of a run as the store knows it, with its pictures loaded anew.

    Args:
        own_zip: name and bytes of the visitor's own pictures, where it learnt from some.

    Raises:
        SpecError, DataError: as for `script`, and where the pictures cannot be had any more.
    """
    return picture_archive(spec, changes, load_pictures(spec.data, own_zip=own_zip))
