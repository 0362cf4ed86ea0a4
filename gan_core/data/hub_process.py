"""The process that talks to the Hugging Face hub with the hub's own client; `hub_files` starts it and says why.

    python -m gan_core.data.hub_process

reads a request a line and writes an answer a line, both JSON, until its standard input ends.
"""

from __future__ import annotations

import base64
import io
import json
import os
import queue
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
from huggingface_hub import CommitOperationAdd, HfApi, constants, errors, hf_hub_download, hf_hub_url, scan_cache_dir
from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

from gan_core import tensor_header
from gan_core.data.hub_cache import Cache

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
                _tell(answer=ANSWERS[request.pop("do")](**request))
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


def _list(kind: str, repository: str, revision: str) -> dict[str, Any]:
    folder = Cache.here().listings(kind, repository)
    if COMMIT.fullmatch(revision) and (kept := folder / f"{revision}.json").exists():
        return json.loads(kept.read_text(encoding="utf-8"))
    info = HfApi().repo_info(repository, repo_type=kind, revision=revision, files_metadata=True)
    if not COMMIT.fullmatch(info.sha or ""):
        raise ValueError("no commit")
    files = {each.rfilename: (each.size, each.lfs.sha256 if each.lfs else each.blob_id) for each in info.siblings}
    licence = getattr(info.card_data, "license", None) or ""
    licence = licence if isinstance(licence, str) else ", ".join(licence)
    listing = {"commit": info.sha, "files": files, "licence": licence}
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{os.getpid()}.draft"
    draft.write_text(json.dumps(listing), encoding="utf-8")
    draft.replace(folder / f"{info.sha}.json")
    return listing


def _fetch(kind: str, repository: str, commit: str, name: str, blob: str) -> str:
    blobs = Cache.here().snapshots(kind, repository).parent / "blobs"

    def come() -> int:  # whoever writes it: another process may, and we wait for its lock
        return max((file.stat().st_size for file in blobs.glob(f"{blob}.*incomplete")), default=0)

    with _watched(come):
        return hf_hub_download(repository, name, repo_type=kind, revision=commit)


@contextmanager
def _watched(measure: Callable[[], int]) -> Iterator[None]:
    """Tell how many bytes are there while something goes on."""
    over = threading.Event()

    def watch() -> None:
        before = 0
        while not over.wait(GLANCE):
            try:
                now = measure()
            except OSError:  # a file is gone between two looks at it
                continue
            if now not in (0, before):
                _tell(bytes=now)
                before = now

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _forget(kind: str, repository: str, commit: str) -> int:
    if not (Cache.here().snapshots(kind, repository) / commit).exists():
        return 0
    cache = scan_cache_dir()
    ours = frozenset(each for each in cache.repos if (each.repo_type, each.repo_id) == (kind, repository))
    strategy = replace(cache, repos=ours).delete_revisions(commit)  # copies of a repository share their commits
    strategy.execute()
    return strategy.expected_freed_size


# Some tensors of a file ----------------------------------------------------------------------------------------------


class Lacking(Exception):
    """The file has no such tensors."""


class NoRanges(Exception):
    """The server sends whole files only."""


def _tensors(kind: str, repository: str, commit: str, name: str, size: int, tensors: list[str], target: str) -> None:
    url = hf_hub_url(repository, name, repo_type=kind, revision=commit)
    called = f"{name} of {repository}"
    length = tensor_header.header_length(b"".join(_ranges(url, 0, 8)), size, called)
    stored = tensor_header.parse(b"".join(_ranges(url, 8, 8 + length)), size, called)
    if missing := [tensor for tensor in tensors if tensor not in stored]:
        raise Lacking(missing[0])
    wanted = sorted((stored[tensor].begin, stored[tensor].end, tensor) for tensor in tensors)
    header, at = {}, 0
    for begin, end, tensor in wanted:
        shape = {"dtype": stored[tensor].dtype, "shape": stored[tensor].shape}
        header[tensor] = shape | {"data_offsets": [at, at := at + end - begin]}
    packed = json.dumps(header).encode()
    packed += b" " * (-len(packed) % 8)
    gaps = [index for index, (one, two) in enumerate(pairwise(wanted), 1) if one[1] != two[0]]
    spans = [(wanted[first][0], wanted[last - 1][1]) for first, last in pairwise([0, *gaps, len(wanted)])]
    with Path(target).open("wb") as file:
        file.write(len(packed).to_bytes(8, "little") + packed)
        for span in spans:
            for part in _ranges(url, *span):
                file.write(part)
                _tell(bytes=file.tell())


def _ranges(url: str, begin: int, end: int) -> Iterator[bytes]:
    """Bytes of a file on the hub, taken up where the connection broke for as long as something comes."""
    while begin < end:
        before = begin
        headers = build_hf_headers() | {"Range": f"bytes={begin}-{end - 1}", "Accept-Encoding": "identity"}
        try:
            with get_session().stream("GET", url, headers=headers) as response:
                hf_raise_for_status(response)
                if response.status_code != 206:
                    raise NoRanges
                for part in response.iter_bytes(DOWNLOAD_CHUNK):
                    begin += len(part)
                    yield part
        except httpx2.TransportError:
            if begin == before:
                raise
        if begin == before:
            raise httpx2.RemoteProtocolError("nothing came")


# Sending -------------------------------------------------------------------------------------------------------------


class Sent(io.BytesIO):
    """A file that knows how far it was read."""

    far = 0

    def read(self, size: int | None = -1) -> bytes:
        part = super().read(size)
        self.far = max(self.far, self.tell())
        return part


def _push(kind: str, repository: str, files: dict[str, str], token: str, private: bool, message: str) -> str:
    api = HfApi(token=token)
    api.create_repo(repository, repo_type=kind, private=private, exist_ok=True)
    contents = {name: Sent(base64.b64decode(content)) for name, content in files.items()}
    additions = [CommitOperationAdd(name, content) for name, content in contents.items()]
    for content in contents.values():
        content.far = 0  # it was read to be hashed
    with _watched(lambda: sum(content.far for content in contents.values())):
        return api.create_commit(repository, additions, repo_type=kind, commit_message=message).oid


ANSWERS = {"list": _list, "fetch": _fetch, "forget": _forget, "tensors": _tensors, "push": _push}


# Faults --------------------------------------------------------------------------------------------------------------


def _named(error: BaseException) -> tuple[str, str]:
    """The client's exception as one of our faults, and a word about it."""
    if isinstance(error, errors.LocalEntryNotFoundError) and error.__cause__ is not None:
        return _named(error.__cause__)
    if isinstance(error, RuntimeError) and error.__cause__ is not None:  # of sending one file
        return _named(error.__cause__)
    if isinstance(error, tensor_header.HeaderError):
        return "header", str(error)
    if isinstance(error, Lacking):
        return "tensors", str(error)
    if isinstance(error, NoRanges):
        return "ranges", ""
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
    cache = Cache.here()
    there = {folder.name for folder in cache.snapshots(kind, repository).glob("*")}
    kept = [file for file in cache.listings(kind, repository).glob("*.json") if file.stem in there]
    newest = max(kept, key=lambda file: file.stat().st_mtime, default=None)
    return f", or ask for the revision that was fetched here before, {newest.stem}" if newest else ""


if __name__ == "__main__":
    main()
