"""Where the hub's client keeps files, by the variables and the layout that it documents. Asks nobody, imports nothing.

Its cache of files holds a folder for each repository; its folder of assets is for what its users want to keep, which is
with us what was listed of each commit, and tensors that were fetched without the rest of their file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

Kind = Literal["dataset", "model"]


class Cache(NamedTuple):
    hub: Path
    assets: Path

    @classmethod
    def here(cls) -> Cache:
        """As the environment says now."""
        at = os.environ.get
        home = _folder(at("HF_HOME")) or (_folder(at("XDG_CACHE_HOME")) or Path.home() / ".cache") / "huggingface"
        hub = at("HF_HUB_CACHE") or at("HUGGINGFACE_HUB_CACHE")
        assets = at("HF_ASSETS_CACHE") or at("HUGGINGFACE_ASSETS_CACHE")
        return cls(_folder(hub) or home / "hub", _folder(assets) or home / "assets")

    def snapshots(self, kind: Kind, repository: str) -> Path:
        """Holds a folder of files for each commit."""
        return self.hub / f"{kind}s--{repository.replace('/', '--')}" / "snapshots"

    def listings(self, kind: Kind, repository: str) -> Path:
        """Holds what we know of each commit that was listed, COMMIT.json."""
        return self._ours(kind, repository) / "listings"

    def parts(self, kind: Kind, repository: str) -> Path:
        """Holds a folder for each commit of which only some tensors were fetched."""
        return self._ours(kind, repository) / "parts"

    def known(self, kind: Kind) -> Iterator[str]:
        """Every repository of which a commit was listed."""
        for folder in sorted((self.assets / "gan-classroom").glob(f"{kind}s--*--*")):
            yield folder.name.removeprefix(f"{kind}s--").replace("--", "/")  # which ids cannot hold

    def _ours(self, kind: Kind, repository: str) -> Path:
        return self.assets / "gan-classroom" / f"{kind}s--{repository.replace('/', '--')}"


def _folder(path: str | None) -> Path | None:
    return Path(os.path.expandvars(path)).expanduser() if path else None
