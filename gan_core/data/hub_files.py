"""Files of a repository on the Hugging Face hub, fetched in a process beside this one that can be ended.

Why a process: the hub's client waits up to 397 s for a server that accepts and never answers, whatever time-outs it is
given, and a thread that waits in it cannot be ended. A process can. It also takes the client's settings from its own
environment, and what it imports is gone with it. This side of the pipe imports nothing of the client.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from gan_core.data.hub_cache import Cache, Kind
from gan_core.data.hub_faults import cancelled, fault
from gan_core.data.pictures import DataError

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 30.0  # seconds without a byte after which we give up; the client itself tries again meanwhile
GLANCE = 0.1  # seconds between two looks at the stop flag
REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9_][\w.-]{0,95}", re.ASCII)
COMMIT = re.compile(r"[0-9a-f]{40}")
ENVIRONMENT = {
    "HF_HUB_DISABLE_XET": "1",  # its own transfer shows no bytes on the way; every file can also be had by plain HTTP
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_VERBOSITY": "critical",  # its warnings quote addresses; what matters comes back as an answer
}


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

    @classmethod
    def of(cls, found: dict[str, Any]) -> Listing:
        """From JSON, as the process beside writes it."""
        return cls(found["commit"], {name: File(*each) for name, each in found["files"].items()}, found["licence"])


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
        return Listing.of(self._ask({"do": "list", "revision": revision}, revision))

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

    def fetch_tensors(
        self, listing: Listing, name: str, tensors: Iterable[str], target: Path, progress: Callable[[int], None]
    ) -> None:
        """Some tensors of a safetensors file, as the file `target`; of the rest not a byte is fetched.

        Nobody lists a hash for a part. The header is checked, and that every byte came; HTTPS does the rest.

        Raises:
            DataError: they cannot be had, the file lies about itself or lacks some, or we were told to stop.
        """
        request = {"do": "tensors", "commit": listing.commit, "name": name, "size": listing.files[name].size}
        self._ask(request | {"tensors": list(tensors), "target": str(target)}, listing.commit, progress)

    def push(
        self,
        files: Mapping[str, bytes],
        token: str,
        private: bool,
        message: str,
        progress: Callable[[int], None] = lambda done: None,
    ) -> str:
        """Files by their names as one commit, to a repository that is made if there is none; progress in bytes sent.

        The token travels through the pipe alone: it stands in no argument, variable, file or sentence.

        Returns:
            The commit, 40 hexadecimal digits.

        Raises:
            DataError: there is no answer, no leave to write, or we were told to stop, in which case the commit was not
                made, unless it was already on its way.
        """
        content = {name: base64.b64encode(content).decode() for name, content in files.items()}
        request = {"do": "push", "files": content, "token": token, "private": private, "message": message}
        return self._ask(request, "main", progress, push=True)

    def forget(self, commit: str) -> int:
        """Remove a commit's files from the cache, those apart that another commit shares. Returns the bytes freed."""
        return self._ask({"do": "forget", "commit": commit}, commit)

    def _ask(
        self,
        request: dict[str, Any],
        revision: str,
        progress: Callable[[int], None] = lambda done: None,
        push: bool = False,
    ) -> Any:
        def failed(name: str, about: str) -> DataError:
            return fault(name, self.kind, self.repository, revision, about, push=push)

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
                raise failed("silent", f"{PATIENCE:.0f}")
            try:
                answer = self._answers.get(timeout=GLANCE)
            except queue.Empty:
                continue
            heard = time.monotonic()
            if answer is None:
                raise failed("ended", str(self._process.wait()))
            if "fault" in answer:
                raise failed(answer["fault"], answer["about"])
            if "answer" in answer:
                return answer["answer"]
            progress(answer["bytes"])

    def _listen(self) -> None:
        with self._process.stdout as lines:
            for line in lines:
                self._answers.put(json.loads(line))
        self._answers.put(None)


class AtHand:
    """What is in the cache of a repository, by the same words as `Hub`; nobody is asked and no process begun."""

    def __init__(self, kind: Kind, repository: str, stop: Callable[[], bool] = lambda: False):
        self.kind, self.repository = kind, repository

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def listing(self, revision: str) -> Listing:
        """What there is at a commit that was listed before. Raises DataError for any other revision."""
        kept = Cache.here().listings(self.kind, self.repository) / f"{revision}.json"
        if not (COMMIT.fullmatch(revision) and kept.is_file()):
            raise self._missing()
        return Listing.of(json.loads(kept.read_text(encoding="utf-8")))

    def fetch(self, listing: Listing, name: str, progress: Callable[[int], None] = lambda done: None) -> Path:
        """A file whose bytes were checked when it came. Raises DataError where it has not."""
        path = Cache.here().snapshots(self.kind, self.repository) / listing.commit / name
        if not path.is_file() or path.stat().st_size != listing.files[name].size:
            raise self._missing()
        return path

    def _missing(self) -> DataError:
        return DataError(f"{self.repository} is fetched from the hub when the training begins.")
