"""Files of a repository on the Hugging Face hub, fetched in a process beside this one that can be ended.

Why a process: the hub's client waits up to 397 s for a server that accepts and never answers, whatever time-outs it is
given, and a thread that waits in it cannot be ended. A process can. It also takes the client's settings from its own
environment, and what it imports is gone with it. This side of the pipe imports nothing of the client.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from gan_core.data.pictures import DataError

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 30.0  # seconds without a byte after which we give up; the client itself tries again meanwhile
GLANCE = 0.1  # seconds between two looks at the stop flag
REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9_][\w.-]{0,95}", re.ASCII)
ENVIRONMENT = {
    "HF_HUB_DISABLE_XET": "1",  # its own transfer shows no bytes on the way; every file can also be had by plain HTTP
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_VERBOSITY": "critical",  # its warnings quote addresses; what matters comes back as an answer
}

Kind = Literal["dataset", "model"]


@dataclass(frozen=True)
class File:
    """A file of a repository as the hub describes it."""

    size: int  # bytes
    blob: str  # its name in the client's cache: SHA-256 of a large file, git's SHA-1 of a small one

    def is_in(self, path: Path, stop: Callable[[], bool]) -> bool:
        """Whether `path` holds these very bytes."""
        if path.stat().st_size != self.size:
            return False
        digest = hashlib.sha256() if len(self.blob) == 64 else hashlib.sha1(b"blob %d\0" % self.size)
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                if stop():
                    raise cancelled()
                digest.update(part)
        return digest.hexdigest() == self.blob


@dataclass(frozen=True)
class Listing:
    """What a repository holds at one commit."""

    commit: str  # 40 hexadecimal digits
    files: dict[str, File]
    licence: str  # what its card says, empty where it says nothing


class NoRevision(DataError):
    """The repository is there, and has no such commit, branch or tag."""


class Hub:
    """One repository on the hub; a context manager, because the process beside is ended with it."""

    def __init__(self, kind: Kind, repository: str, stop: Callable[[], bool] = lambda: False):
        if not REPOSITORY.fullmatch(repository):
            raise DataError(
                f"{repository!r} is no id of a repository on the hub; it must be owner/name, such as ylecun/mnist."
            )
        self.kind, self.repository, self._stop = kind, repository, stop
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gan_core.data.hub_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, **ENVIRONMENT, "PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C is for us, who then close our end
        )
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._process.stdin.close()  # asks it to end, which removes half a file
        except OSError:
            pass  # it is gone, and what it was asked last with it
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def listing(self, revision: str) -> Listing:
        """What there is at a commit, branch or tag. Nothing is sent to the hub for a commit that was listed before.

        Raises:
            DataError: there is no answer, no such repository or revision, or no leave to see it.
        """
        found = self._ask({"do": "list", "revision": revision}, revision)
        return Listing(found["commit"], {name: File(*each) for name, each in found["files"].items()}, found["licence"])

    def fetch(self, listing: Listing, name: str, progress: Callable[[int], None] = lambda done: None) -> Path:
        """A file in the client's cache, fetched if it is not there, its length and hash checked; progress in bytes.

        Raises:
            DataError: it cannot be had, is not what the hub said, or we were told to stop.
        """
        file = listing.files[name]
        request = {"do": "fetch", "commit": listing.commit, "name": name, "blob": file.blob}
        path = Path(self._ask(request, listing.commit, progress))
        if not file.is_in(path, self._stop):
            size = path.stat().st_size
            path.resolve().unlink()  # the cache would hand it out again for ever
            path.unlink(missing_ok=True)
            wrong = f"has {size:,} bytes instead of the {file.size:,}" if size != file.size else "has not the hash"
            raise DataError(
                f"{name} of {self.repository} {wrong} that the hub lists: it was damaged on the way, and is thrown "
                "away; try again."
            )
        progress(file.size)
        return path

    def _ask(self, request: dict[str, str], revision: str, progress: Callable[[int], None] = lambda done: None) -> Any:
        request |= {"kind": self.kind, "repository": self.repository}
        try:
            print(json.dumps(request), file=self._process.stdin, flush=True)
        except OSError:
            pass  # it is gone, which its answers say
        heard = time.monotonic()
        while True:
            if self._stop():
                raise cancelled()
            if time.monotonic() - heard > PATIENCE:
                raise self._fault("silent", revision, f"{PATIENCE:.0f}")
            try:
                answer = self._answers.get(timeout=GLANCE)
            except queue.Empty:
                continue
            heard = time.monotonic()
            if answer is None:
                raise self._fault("ended", revision, str(self._process.wait()))
            if "fault" in answer:
                raise self._fault(answer["fault"], revision, answer["about"])
            if "answer" in answer:
                return answer["answer"]
            progress(answer["bytes"])

    def _listen(self) -> None:
        with self._process.stdout as lines:
            for line in lines:
                self._answers.put(json.loads(line))
        self._answers.put(None)

    def _fault(self, fault: str, revision: str, about: str) -> DataError:
        """The sentence for a fault. The client's own words are left out: they quote addresses, and what is in them."""
        what = {"dataset": "data set", "model": "model"}[self.kind]
        host = urlsplit(os.environ.get("HF_ENDPOINT") or "https://huggingface.co").hostname
        return (NoRevision if fault == "revision" else DataError)(FAULTS[fault].format(
            repository=self.repository, revision=revision, what=what, host=host, about=about
        ))  # fmt: skip


def cancelled() -> DataError:
    return DataError("Fetching the pictures was cancelled.")


FAULTS = {
    "offline": "{repository} cannot be fetched, because {host} cannot be reached; connect this machine to the internet"
    "{about}.",
    "silent": "{repository} cannot be fetched: {host} sent nothing for {about} s; try again later.",
    "repository": "{repository} is neither a file or folder here nor a {what} on {host} that this machine may see; "
    "check the spelling, or set HF_TOKEN if it is private.",
    "gated": "{repository} is gated; accept its terms on its page on the hub, then set HF_TOKEN to a token of that "
    "account.",
    "token": "{host} refused our token for {repository} ({about}); set HF_TOKEN to one that may read it, or to none.",
    "revision": "{revision!r} is not a revision of {repository}; it must be a commit, branch or tag, or empty for the "
    "newest.",
    "file": "{repository} lists a file that it does not have; choose another revision than {revision}.",
    "length": "A file of {repository} arrived shorter than the hub lists it: the connection broke off; try again.",
    "status": "{host} could not serve {repository} (status {about}); try again later.",
    "disk": "{repository} cannot be stored ({about}); make room, or set HF_HOME to a folder that can be written to.",
    "odd": "{host} did not answer as a hub does ({about}); check HF_ENDPOINT and any proxy.",
    "ended": "The process that fetches from the hub ended by itself (status {about}); try again.",
}
