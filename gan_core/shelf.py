"""The models that are on this machine: those that came with the app, and those in the hub's cache. Torch-free.

    python -m gan_core.shelf              writes down sizes and hashes of checkpoints/, after a change there

Whether a network fits is for `gan_core.models` to say, and fetching is `gan_core.hub`'s. Whatever is wrong raises
DataError with one sentence in which no folder of this machine is named.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gan_core.data.hub_cache import Cache
from gan_core.data.hub_files import COMMIT, REPOSITORY, File, Hub, Listing
from gan_core.data.pictures import DataError
from gan_core.model_folder import CARD, CHECKPOINTS, CONFIG, INDEX, SINGLE, licence_of, read_json, weight_files

MANIFEST = CHECKPOINTS / "manifest.json"
BESIDES = (CARD, "discriminator.safetensors", "encoder.safetensors", "samples.png", "scores.json")
PART = "part.json"  # the files of a model of which only some tensors were fetched; written last of all


@dataclass(frozen=True)
class Model:
    """A model whose files are on this machine."""

    name: str  # "cats-64", or "owner/name@" with the commit; `resolve` finds the same files by it
    folder: Path  # config.json, weights and what else there is
    origin: Literal["bundled", "hub"]
    revision: str  # commit; empty if bundled
    licence: str  # as its card says, empty where it says nothing
    files: dict[str, File]  # by name in the folder

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files.values())


def bundled() -> list[Model]:
    """What came with the app, by name."""
    models = []
    for name, listed in json.loads(MANIFEST.read_text(encoding="utf-8")).items():
        files = {file: File(*about) for file, about in listed.items()}
        licence = licence_of((CHECKPOINTS / name / CARD).read_text(encoding="utf-8"))
        models.append(Model(name, CHECKPOINTS / name, "bundled", "", licence, files))
    return models


def cached() -> list[Model]:
    """Every model of the hub that is here whole, by name; of a repository maybe several commits."""
    cache = Cache.here()
    listed = [
        (id, file.stem) for id in cache.known("model") for file in sorted(cache.listings("model", id).glob("*.json"))
    ]
    return [model for id, commit in listed if (model := here(id, commit))]


def find(name: str) -> Model:
    """A model that is on this machine, without asking anybody. Raises DataError where it is not."""
    for model in bundled():
        if model.name == name:
            return model
    repository, revision = parsed(name)
    model = here(repository, revision) if revision else newest(repository)
    if model is None:
        raise DataError(f"{name} is not on this machine; download it first.")
    return model


def kind(model: Model) -> str:
    """generator, autoencoder, classifier, vgg19, vgg19-slim or recording, as the folder says."""
    if CONFIG not in model.files:
        return "recording"
    config = read_json(model.folder / CONFIG)
    if config.get("model") in ("classifier", "vgg19", "vgg19-slim"):
        return config["model"]
    return "autoencoder" if "encoder" in config else "generator"


def verify(name: str, *, progress: Callable[[int, int], None] = lambda done, of: None,
           stop: Callable[[], bool] = lambda: False) -> None:  # fmt: skip
    """Read every file of a model that is here again; progress in bytes.

    Raises:
        DataError: one is missing or has other bytes than were shipped, or than the hub listed; or we were told to stop.
    """
    model = find(name)
    again = (
        "download the app again"
        if model.origin == "bundled"
        else "remove the model from the cache and download it again"
    )
    done = 0
    for file, about in model.files.items():
        if not (model.folder / file).is_file():
            raise DataError(f"{file} of {model.name} is gone; {again}.")
        if not about.is_in(model.folder / file, stop):
            raise DataError(f"{file} of {model.name} does not hold the bytes that it should; {again}.")
        done += about.size
        progress(done, model.size)


def remove(name: str) -> int:
    """Take a model of the hub out of the cache. Returns the bytes freed."""
    model = find(name)
    if model.origin == "bundled":
        raise DataError(f"{name} came with the app and stays; only models of the hub can be removed.")
    repository, commit = parsed(model.name)
    if (model.folder / PART).exists():
        shutil.rmtree(model.folder)
        freed = model.size
    else:
        with Hub("model", repository) as hub:
            freed = hub.forget(commit)
    (Cache.here().listings("model", repository) / f"{commit}.json").unlink(missing_ok=True)  # two may click at once
    return freed


def parsed(name: str) -> tuple[str, str]:
    """The repository and the revision, empty where none is named; also of a page's address on the hub."""
    repository, _, revision = name.removeprefix("https://").removeprefix("huggingface.co/").strip("/").partition("@")
    if not REPOSITORY.fullmatch(repository):
        raise DataError(
            f"{name!r} is no model; it must be {', '.join(model.name for model in bundled())}, or the id of a "
            "repository on the hub, owner/name."
        )
    return repository, revision


def here(repository: str, commit: str) -> Model | None:
    """A commit's model, if all its files are in the cache."""
    cache = Cache.here()
    kept = cache.listings("model", repository) / f"{commit}.json"
    if not (COMMIT.fullmatch(commit) and kept.is_file()):
        return None
    listing = Listing.of(json.loads(kept.read_text(encoding="utf-8")))
    if ((folder := cache.parts("model", repository) / commit) / PART).is_file():
        files = {file: File(*about) for file, about in json.loads((folder / PART).read_text(encoding="utf-8")).items()}
    else:
        folder = cache.snapshots("model", repository) / commit
        if not (folder / CONFIG).is_file() or not (SINGLE in listing.files or (folder / INDEX).is_file()):
            return None
        try:
            files = {file: listing.files[file] for file in wanted(listing, folder)}
        except (ValueError, KeyError):  # an index that says nothing true was refused before
            return None
        if not all((folder / name).is_file() and (folder / name).stat().st_size == files[name].size for name in files):
            return None
    return Model(f"{repository}@{commit}", folder, "hub", commit, listing.licence, files)


def newest(repository: str) -> Model | None:
    """The model of the commit that was looked at last."""
    cache = Cache.here().listings("model", repository)
    for file in sorted(cache.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True):
        if model := here(repository, file.stem):
            return model
    return None


def wanted(listing: Listing, folder: Path) -> list[str]:
    """The files that we have a use for, of a folder that holds the index if there is one."""
    weights = [SINGLE] if SINGLE in listing.files else [INDEX, *weight_files(folder)]
    return [CONFIG, *weights, *(name for name in BESIDES if name in listing.files)]


# What ships ----------------------------------------------------------------------------------------------------------


def listed(folder: Path) -> dict[str, tuple[int, str]]:
    """Size and SHA-256 of every file of a folder."""
    files = sorted(file for file in folder.iterdir() if file.is_file())
    return {file.name: (file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files}


def manifest() -> str:
    """What `checkpoints/manifest.json` should say: the files of each folder."""
    folders = sorted(folder for folder in CHECKPOINTS.iterdir() if folder.is_dir())
    return json.dumps({folder.name: listed(folder) for folder in folders}, indent=1) + "\n"


if __name__ == "__main__":
    MANIFEST.write_text(manifest(), encoding="utf-8")
