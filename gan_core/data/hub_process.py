"""The process that talks to the Hugging Face hub with the hub's own client; `hub_files` starts it and says why.

    python -m gan_core.data.hub_process

reads a request a line and writes an answer a line, both JSON, until its standard input ends.
"""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from huggingface_hub import HfApi, cached_assets_path, constants, errors, hf_hub_download

DOWNLOAD_CHUNK = 1 << 16  # bytes; with the client's own 10 MB a slow line would show none for a minute
GLANCE = 0.1  # seconds between two looks at how much has come
COMMIT = re.compile(r"[0-9a-f]{40}")


def main() -> None:
    """Answer a request a line until standard input ends, which also stops what is going on."""
    constants.DOWNLOAD_CHUNK_SIZE = DOWNLOAD_CHUNK
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started us in the background had it ignored
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    try:
        threading.Thread(target=_read_requests, args=(requests,), daemon=True).start()
        while True:
            request = json.loads(requests.get())
            try:
                _tell(answer={"list": _list, "fetch": _fetch}[request.pop("do")](**request))
            except Exception as error:
                fault, about = _named(error)
                _tell(fault=fault, about=about + (_known(**request) if fault == "offline" else ""))
    except (KeyboardInterrupt, BrokenPipeError):
        pass


def _read_requests(requests: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        requests.put(line)
    if hasattr(signal, "pthread_kill"):  # wakes the client wherever it waits, and lets it clean up
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        time.sleep(1)
    os._exit(1)


def _tell(**message: Any) -> None:
    print(json.dumps(message), flush=True)


def _listings(kind: str, repository: str) -> Path:
    """The folder in the client's cache for what its user wants to keep: our listings, one a commit."""
    return cached_assets_path("gan-classroom", f"{kind}s--{repository}", "listings")


def _list(kind: str, repository: str, revision: str) -> dict[str, Any]:
    folder = _listings(kind, repository)
    if COMMIT.fullmatch(revision) and (kept := folder / f"{revision}.json").exists():
        return json.loads(kept.read_text(encoding="utf-8"))
    info = HfApi().repo_info(repository, repo_type=kind, revision=revision, files_metadata=True)
    if not COMMIT.fullmatch(info.sha or ""):
        raise ValueError("no commit")
    files = {each.rfilename: (each.size, each.lfs.sha256 if each.lfs else each.blob_id) for each in info.siblings}
    licence = getattr(info.card_data, "license", None) or ""
    licence = licence if isinstance(licence, str) else ", ".join(licence)
    listing = {"commit": info.sha, "files": files, "licence": licence}
    draft = folder / f"{os.getpid()}.draft"
    draft.write_text(json.dumps(listing), encoding="utf-8")
    draft.replace(folder / f"{info.sha}.json")
    return listing


def _cache(kind: str, repository: str) -> Path:
    """The repository's folder in the client's cache, whose layout is documented."""
    return Path(constants.HF_HUB_CACHE) / f"{kind}s--{repository.replace('/', '--')}"


def _fetch(kind: str, repository: str, commit: str, name: str, blob: str) -> str:
    with _watched(_cache(kind, repository) / "blobs", f"{blob}.*incomplete"):
        return hf_hub_download(repository, name, repo_type=kind, revision=commit)


@contextmanager
def _watched(folder: Path, pattern: str) -> Iterator[None]:
    """Tell how many bytes of a file are there, whoever writes them: another process may, and we wait for its lock."""
    over = threading.Event()

    def watch() -> None:
        before = 0
        while not over.wait(GLANCE):
            try:
                now = max((each.stat().st_size for each in folder.glob(pattern)), default=before)
            except OSError:  # gone between the two
                continue
            if now != before:
                _tell(bytes=now)
            before = now

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _named(error: BaseException) -> tuple[str, str]:
    """The client's exception as one of our faults, and a word about it."""
    if isinstance(error, errors.LocalEntryNotFoundError) and error.__cause__ is not None:
        return _named(error.__cause__)
    if isinstance(error, errors.GatedRepoError):
        return "gated", ""
    if isinstance(error, errors.RepositoryNotFoundError | errors.DisabledRepoError):
        return "repository", ""
    if isinstance(error, errors.RevisionNotFoundError):
        return "revision", ""
    if isinstance(error, errors.EntryNotFoundError):
        return "file", ""
    if isinstance(error, errors.HfHubHTTPError):
        status = error.response.status_code
        return "token" if status in (401, 403) else "status", str(status)
    if isinstance(error, errors.OfflineModeIsEnabled):
        return "offline", " and unset HF_HUB_OFFLINE"
    if isinstance(error, httpx2.RemoteProtocolError | httpx2.ReadError):
        return "length", ""
    if isinstance(error, httpx2.TransportError):
        return "offline", ""
    if isinstance(error, OSError) and "Consistency check failed" in str(error):
        return "length", ""
    if isinstance(error, OSError) and error.errno:
        return "disk", os.strerror(error.errno)
    return "odd", type(error).__name__


def _known(kind: str, repository: str, **_: str) -> str:
    """What to do without a network, if a commit of this repository was fetched with one."""
    there = {folder.name for folder in (_cache(kind, repository) / "snapshots").glob("*")}
    kept = [file for file in _listings(kind, repository).glob("*.json") if file.stem in there]
    newest = max(kept, key=lambda file: file.stat().st_mtime, default=None)
    return f", or ask for the revision that was fetched here before, {newest.stem}" if newest else ""


if __name__ == "__main__":
    main()
