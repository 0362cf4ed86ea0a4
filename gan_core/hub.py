"""The one door to trained models: those that came with the app, those in the cache, those on the Hugging Face hub.

    resolve("cats-64")                    a folder of checkpoints/
    resolve("owner/name")                 the newest of the hub, or without a network the newest here
    resolve("owner/name@<commit>")        this one for ever; once it is here, without asking anybody

Torch-free. Whatever is wrong raises DataError with one sentence in which no folder of this machine is named.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import SecretStr

from gan_core import tensor_header
from gan_core.data.hub_cache import Cache
from gan_core.data.hub_faults import Unreachable
from gan_core.data.hub_files import Hub, Listing
from gan_core.data.pictures import DataError
from gan_core.model_folder import CARD, CHECKPOINTS, CONFIG, INDEX, SINGLE, nameless, read_json, weight_files
from gan_core.shelf import PART, Model, bundled, here, listed, newest, parsed, wanted

DEADLINE = 900.0  # seconds that one model may take: 500 MB at half a megabyte a second
MOST_BYTES = 500_000_000  # of a model's files; our own have 12 MB, and a small disk holds 50 GB
MOST_JSON = 10_000_000  # bytes of config.json or of an index: read whole, and ours have some thousands
MESSAGE = "From GAN Classroom"  # of the commit
PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".h5")


@dataclass(frozen=True)
class Known:
    """A repository of somebody else's that we have a use for."""

    title: str
    like: str  # the bundled model whose tensors it has too: they alone are fetched
    about: dict[str, Any]  # of its config, where it differs from that model's
    revision: str = ""  # commit; empty until somebody with a network has looked at one


KNOWN: dict[str, Known] = {
    "timm/vgg19.tv_in1k": Known(
        "VGG19 as torchvision trained it, its activations not rescaled", "vgg19-conv", {"rescaled": False}
    )
}


def resolve(
    name: str,
    *,
    progress: Callable[[int, int], None] = lambda done, of: None,
    stop: Callable[[], bool] = lambda: False,
    seconds: float = DEADLINE,
) -> Model:
    """A model by its name, fetched if it is not here.

    Args:
        name: of a folder of checkpoints/, or owner/name of a repository on the hub, maybe with @ and a commit, branch
            or tag. Without one it is the newest commit, which the answer names.
        progress: bytes fetched, and bytes of all files that are.
        stop: whether to give up; asked ten times a second.
        seconds: after which we give up.

    Raises:
        DataError: it cannot be had, it is no model of ours, or we were told to stop.
    """
    for model in bundled():
        if model.name == name:
            return model
    repository, revision = parsed(name)
    known = KNOWN.get(repository)
    revision = revision or (known.revision if known else "")
    if model := here(repository, revision):
        return model
    with Hub("model", repository, _until(seconds, name, stop)) as hub:
        try:
            listing = hub.listing(revision or "main")
        except Unreachable:
            if not revision and (model := newest(repository)):
                return model
            raise
        if model := here(repository, listing.commit):
            return model
        return _part(hub, listing, known, progress) if known else _whole(hub, listing, progress)


def push(
    repository: str,
    files: dict[str, bytes],
    token: SecretStr,
    *,
    private: bool = True,
    progress: Callable[[int, int], None] = lambda done, of: None,
    stop: Callable[[], bool] = lambda: False,
    seconds: float = DEADLINE,
) -> str:
    """Put files by their names into a repository of the token's owner, made if there is none, as one commit.

    The token goes to the hub and nowhere else: it is not kept, and stands in no address, file or sentence.

    Args:
        private: whether nobody else may see a repository that is made; one that is there stays as it is.
        progress: bytes sent, and bytes of all files.

    Returns:
        The name by which `resolve` finds what was sent.

    Raises:
        DataError: the hub did not take it, or we were told to stop.
    """
    secret = token.get_secret_value().strip()
    if not re.fullmatch(r"[\x21-\x7e]+", secret):
        raise DataError("That is no token; make one with write access in the settings of your account on the hub.")
    whole = sum(map(len, files.values()))
    with Hub("model", repository, _until(seconds, repository, stop)) as hub:
        commit = hub.push(files, secret, private, MESSAGE, lambda sent: progress(min(sent, whole), whole))
    progress(whole, whole)
    return f"{repository}@{commit}"


def page(name: str) -> str:
    """The address of a repository's own page, on the hub that this machine uses."""
    return f"{(os.environ.get('HF_ENDPOINT') or 'https://huggingface.co').rstrip('/')}/{name.partition('@')[0]}"


def _until(seconds: float, name: str, stop: Callable[[], bool]) -> Callable[[], bool]:
    """`stop`, and an end to waiting."""
    end = time.monotonic() + seconds

    def stops() -> bool:
        if time.monotonic() > end:
            raise DataError(f"{name} took more than {seconds:.0f} s; try again when the connection is better.")
        return stop()

    return stops


def _whole(hub: Hub, listing: Listing, progress: Callable[[int, int], None]) -> Model:
    """All files of a repository that we have a use for, looked at as far as goes without torch."""
    try:
        _fetch(hub, listing, progress)
    except DataError:
        raise
    except ValueError as error:
        hub.forget(listing.commit)
        folder = Cache.here().snapshots("model", hub.repository) / listing.commit
        why = nameless(folder, str(error)).removesuffix(".")
        raise DataError(f"{hub.repository} cannot be used: {why}; choose another model.") from None
    return here(hub.repository, listing.commit)


def _fetch(hub: Hub, listing: Listing, progress: Callable[[int, int], None]) -> None:
    """Raises ValueError, yet no DataError, for what another try would not change."""
    if not {SINGLE, INDEX} & listing.files.keys():
        pickled = [name for name in listing.files if name.endswith(PICKLED)]
        raise ValueError(
            f"its weights are {pickled[0]}, a format that can run code when it is opened, and so it is never read"
            if pickled
            else f"it holds no {SINGLE}"
        )
    if CONFIG not in listing.files:
        raise ValueError(f"it has no {CONFIG}, which says how the network is built")
    if large := [name for name in (CONFIG, INDEX) if name in listing.files and listing.files[name].size > MOST_JSON]:
        raise ValueError(
            f"its {large[0]} has {listing.files[large[0]].size / 1e6:,.0f} MB, more than the {MOST_JSON / 1e6:,.0f} "
            "that such a file may have"
        )
    folder = hub.fetch(listing, CONFIG).parent
    config = read_json(folder / CONFIG)
    if not isinstance(config.get("family", config.get("model")), str):
        raise ValueError(f"its {CONFIG} names no network of this app")
    if SINGLE not in listing.files:
        hub.fetch(listing, INDEX)
    names = wanted(listing, folder)
    if missing := [name for name in names if name not in listing.files]:
        raise ValueError(f"{INDEX} points to {missing[0]}, which is not there")
    sizes = [listing.files[name].size for name in names]
    if sum(sizes) > MOST_BYTES:
        raise ValueError(
            f"its files have {sum(sizes) / 1e6:,.0f} MB, more than the {MOST_BYTES / 1e6:,.0f} that we fetch"
        )
    for index, name in enumerate(names):
        before = sum(sizes[:index])
        hub.fetch(listing, name, lambda now, before=before: progress(before + now, sum(sizes)))
        if name.endswith(".safetensors"):
            tensor_header.read(folder / name)


def _part(hub: Hub, listing: Listing, known: Known, progress: Callable[[int, int], None]) -> Model:
    """The tensors that a model of ours has too, as a folder laid out like that model's."""
    like = CHECKPOINTS / known.like
    expected = _tensors(like / name for name in weight_files(like))
    if SINGLE not in listing.files:
        raise DataError(f"{hub.repository} holds no {SINGLE} at this commit; choose another.")
    length = 4 * sum(map(_numbers, expected.values()))
    parts = Cache.here().parts("model", hub.repository)
    parts.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=parts, ignore_cleanup_errors=True) as made:
        folder = Path(made) / "model"
        folder.mkdir()
        hub.fetch_tensors(listing, SINGLE, expected, folder / SINGLE, lambda now: progress(now, max(now, length)))
        got = _tensors([folder / SINGLE])
        if other := [name for name, stored in got.items() if stored.shape != expected[name].shape]:
            raise DataError(
                f"{hub.repository} holds {other[0]} as {got[other[0]].shape}, not {expected[other[0]].shape}, so it is "
                "another network; choose another revision."
            )
        dtype = tensor_header.DTYPES[next(iter(got.values())).dtype][1]
        config = read_json(like / CONFIG) | {"dtype": dtype} | known.about
        (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        card = (
            f"---\nlicense: {listing.licence or 'unknown'}\n---\n\n# {known.title}\n\nTensors of {hub.repository} at "
        )
        (folder / CARD).write_text(f"{card}{listing.commit}, as they are.\n", encoding="utf-8")
        (folder / PART).write_text(json.dumps(listed(folder)), encoding="utf-8")
        if not (parts / listing.commit).exists():  # somebody else's click may have been faster
            folder.replace(parts / listing.commit)
    return here(hub.repository, listing.commit)


def _tensors(files: Iterable[Path]) -> dict[str, tensor_header.Stored]:
    return {name: stored for file in files for name, stored in tensor_header.read(file).items()}


def _numbers(stored: tensor_header.Stored) -> int:
    return (stored.end - stored.begin) // tensor_header.DTYPES[stored.dtype][0]
