"""A run to take away: its script, the pictures that it needs, and how the two are used."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from safetensors.numpy import load_file

from gan_core.data import gallery
from gan_core.data.load import load_pictures
from gan_core.data.pictures import PictureSet
from gan_core.events import Change
from gan_core.model_folder import CARD, licence_of, weight_files
from gan_core.script.export import script
from gan_core.script.style import as_played, networks_of
from gan_core.specs import OWN, PictureSpec, StyleSpec
from gan_core.style_pictures import Own, credit_of, image_of
from gan_core.style_weights import TORCHVISION, folder_of

README = """\
`python run.py` trains this GAN again on the {count:,} pictures of {name} in pictures.npz ({licence}).
It needs Python 3.11 or newer with PyTorch and NumPy: `pip install torch numpy`.
Samples and, at the end, the generator's weights appear in this folder; the head of run.py says more.
"""
STYLE_README = """\
`python run.py` paints this picture again.
It needs Python 3.11 or newer with PyTorch, NumPy and Pillow: `pip install torch numpy pillow`.
At the end painted.png appears in this folder; the head of run.py says more.

pictures.npz
{pictures}
"""
STYLE_WEIGHTS = """
weights.npz
{weights}
"""
AUTHORS = "VGG19 by Karen Simonyan and Andrew Zisserman (Visual Geometry Group, University of Oxford)"
NETWORKS = {  # whose weights they are, by the name of their folder or repository
    "vgg19-conv": f"{AUTHORS}, rescaled by Gatys, Ecker and Bethge",
    "vgg19-slim": f"distilled by GAN Classroom from {AUTHORS}",
    TORCHVISION: f"{AUTHORS}, as trained by torchvision, from {TORCHVISION} on the hub",
}
LICENCES = {"cc-by-4.0": "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"}  # in words, by a card's
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
    classes = np.array(pictures.classes, dtype=np.str_)
    arrays = _npz({"pictures": pictures.pictures, "labels": pictures.labels, "classes": classes})
    readme = README.format(count=len(pictures), name=pictures.name, licence=pictures.licence or "no licence is known")
    return _zip({"run.py": text, "pictures.npz": arrays, "README.txt": readme})


def of_run(spec: PictureSpec, changes: Sequence[Change], own_zip: tuple[str, bytes] | None = None) -> bytes:
    """`picture_archive` of a run as the store knows it, with its pictures loaded anew.

    Args:
        own_zip: name and bytes of the visitor's own pictures, where it learnt from some.

    Raises:
        SpecError, DataError: as for `script`, and where the pictures cannot be had any more.
    """
    return picture_archive(spec, changes, load_pictures(spec.data, own_zip=own_zip))


def style_archive(spec: StyleSpec, changes: Sequence[Change], own: Own) -> bytes:
    """A zip of run.py, pictures.npz, weights.npz and README.txt; without the weights, where they are random numbers.

    Args:
        changes: as for `script`.
        own: a visitor's own pictures that the spec names, by id.

    Raises:
        SpecError, DataError: as for `script`, and where pictures or weights cannot be had.
    """
    text = script(spec, changes)
    sources = {"content": spec.content} | {f"style{index}": style for index, style in enumerate(spec.styles)}
    images = {name: image_of(source, own) for name, source in sources.items()}
    if spec.mask:
        images["mask"] = image_of(spec.mask, own).convert("L")
    credits = [f"  {name}: {_credit(source, own)}" for name, source in sources.items()]
    files = {"run.py": text, "pictures.npz": _npz({name: np.asarray(image) for name, image in images.items()})}
    readme = STYLE_README.format(pictures="\n".join(credits))
    if spec.weights != "random":
        files["weights.npz"], credits = _weights(spec, changes)
        readme += STYLE_WEIGHTS.format(weights="\n".join(credits))
    return _zip(files | {"README.txt": readme})


def _weights(spec: StyleSpec, changes: Sequence[Change]) -> tuple[bytes, list[str]]:
    """What the networks of a run have learnt, in one file, and a line on each of them."""
    tensors, credits = {}, []
    for network in networks_of(as_played(spec, changes)[1]):
        folder = folder_of(network, spec.weights)
        for file in weight_files(folder):
            tensors |= {f"{network}.{name}": tensor for name, tensor in load_file(folder / file).items()}
        known = TORCHVISION if (network, spec.weights) == ("vgg19", "torchvision") else folder.name
        licence = licence_of((folder / CARD).read_text(encoding="utf-8"))
        credits.append(f"  {network}: {NETWORKS[known]} ({LICENCES.get(licence, licence)})")
    return _npz(tensors, np.savez), credits  # weights are not worth packing: they shrink by 7 %


def _credit(source: str, own: Own) -> str:
    """Whose a picture is, and its licence."""
    if source.startswith(OWN):
        return f"{credit_of(source, own)} (a picture of your own)"
    return f"{credit_of(source, own)} ({gallery.works()[source].licence})"


def _npz(arrays: Mapping[str, np.ndarray], write: Callable[..., None] = np.savez_compressed) -> bytes:
    file = io.BytesIO()
    write(file, **arrays)
    return file.getvalue()


def _zip(files: Mapping[str, str | bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, data in files.items():
            file = zipfile.ZipInfo(name, DAY)
            file.external_attr = 0o644 << 16  # unpacked it can be read; without, nobody may
            archive.writestr(file, data, zipfile.ZIP_STORED if name.endswith(".npz") else zipfile.ZIP_DEFLATED)
    return whole.getvalue()
