"""A hub on this machine, for the real client: what it asks for of models and data sets, and whatever can go wrong.

    with HubServer() as hub:
        commit = hub.add("dataset", "ada/cats", {"data/train-00000.parquet": b"..."})
        hub.fail("/resolve/", "hang")

The client and its child processes find it through `hub.environment(folder)`; `HF_ENDPOINT` is read when the client is
imported, so a test that imports it in its own process hands `endpoint=hub.url` to it instead.

Sources: the client's own code (file_download.py, hf_api.py, utils/_http.py of huggingface_hub 2.4) and the hub's
answers as its documentation describes them. Large files (LFS) are redirected to another origin, as on the hub.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self
from urllib.parse import parse_qs, quote, unquote, urlsplit

from tests.hub_uploads import LARGE, TOKEN, Uploads

Kind = Literal["model", "dataset"]
Fault = Literal["hang", "slow", "cut", "short", "corrupt", "unavailable", "html", "whole", "gone"]


class Request(NamedTuple):
    """What the client sent."""

    method: str
    path: str  # with its query
    token: str | None
    range: str | None


@dataclass
class Repository:
    """Commits of files, and names for them."""

    kind: Kind
    id: str
    gated: bool = False
    private: bool = False
    card: dict[str, Any] = field(default_factory=dict)  # the head of its README, such as {"license": "mit"}
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)  # "main" or "refs/convert/parquet" to a commit


class HubServer:
    """Serves repositories over HTTP on 127.0.0.1, in threads; a context manager.

    `fail(pattern, fault, times)` makes requests go wrong whose method and path, as "GET /datasets/...", match:
    hang (accept, never answer), slow (two seconds, in ten pieces), cut (the connection ends in the middle of the
    file), short (less than was announced by HEAD, yet a whole answer), corrupt (other bytes of the same length),
    unavailable (503), html (a page, as a captive portal sends), whole (a file where a range was asked for),
    gone (the repository is there, the file is not).
    """

    def __init__(self) -> None:
        self.repositories: dict[tuple[Kind, str], Repository] = {}
        self.requests: list[Request] = []
        self.stored: dict[str, bytes] = {}  # large files by their SHA-256
        self.closing = threading.Event()
        self._faults: list[list[Any]] = []
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{port}"
        self.storage = f"http://localhost:{port}"  # another origin: the client must not send its token there

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def environment(self, home: Path) -> dict[str, str]:
        """Variables with which a new process talks to this hub and keeps its cache in `home`."""
        return {
            "HF_ENDPOINT": self.url, "HF_HOME": str(home), "HF_HUB_CACHE": str(home / "hub"),
            "HF_ASSETS_CACHE": str(home / "assets"), "HF_TOKEN_PATH": str(home / "token"), "HF_TOKEN": "",
            "HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
            "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost",
        }  # fmt: skip

    def add(self, kind: Kind, id: str, files: dict[str, bytes], ref: str = "main", **about: Any) -> str:
        """Commit `files` (all of them) to a repository, made when it is new; returns the commit."""
        repository = self.repositories.setdefault((kind, id), Repository(kind, id))
        for name, value in about.items():
            setattr(repository, name, value)
        parent = repository.refs.get(ref, "")
        tree = "".join(f"{name} {git_blob(content)}\n" for name, content in sorted(files.items()))
        commit = hashlib.sha1(f"{id} {parent}\n{tree}".encode()).hexdigest()
        repository.commits[commit] = dict(files)
        repository.refs[ref] = commit
        large = [content for name, content in files.items() if name.endswith(LARGE)]
        self.stored |= {hashlib.sha256(content).hexdigest(): content for content in large}
        return commit

    def fail(self, pattern: str, fault: Fault, times: int = 1_000_000) -> None:
        self._faults.append([re.compile(pattern), fault, times])

    def mend(self) -> None:
        """No more faults."""
        self._faults.clear()

    def fault_of(self, request: str) -> Fault | None:
        for rule in self._faults:
            if rule[2] > 0 and rule[0].search(request):
                rule[2] -= 1
                return rule[1]
        return None


def git_blob(content: bytes) -> str:
    """Git's own name for a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def described(name: str, content: bytes) -> dict[str, Any]:
    """A file as `/tree/` lists it."""
    about: dict[str, Any] = {"type": "file", "path": name, "size": len(content), "oid": git_blob(content)}
    if name.endswith(LARGE):
        about["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
    return about


def sibling(name: str, content: bytes, blobs: bool) -> dict[str, Any]:
    """The same as the repository's own page lists it: under other names, and in full only if asked."""
    if not blobs:
        return {"rfilename": name}
    tree = described(name, content)
    about = {"rfilename": name, "size": tree["size"], "blobId": tree["oid"]}
    if "lfs" in tree:
        about["lfs"] = {"sha256": tree["lfs"]["oid"], "size": tree["size"], "pointerSize": 134}
    return about


ID = r"(?P<id>[^/]+/[^/]+)"
API = re.compile(rf"/api/(?P<kind>model|dataset)s/{ID}(?:/(?P<what>revision|tree)/(?P<rev>[^/]+)(?:/(?P<path>.*))?)?")
RESOLVE = re.compile(rf"/(?P<datasets>datasets/)?{ID}/resolve/(?P<rev>[^/]+)/(?P<path>.+)")
STORED = re.compile(r"/stored/(?P<digest>[0-9a-f]{64})")


class _Handler(Uploads, BaseHTTPRequestHandler):
    hub: HubServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        if not self.begun():
            return
        path = urlsplit(self.path).path
        if found := API.fullmatch(path):
            self.api(self.token, **found.groupdict())
        elif found := RESOLVE.fullmatch(path):
            self.resolve(self.token, **found.groupdict())
        elif found := STORED.fullmatch(path):
            self.content(self.hub.stored.get(found["digest"]), found["digest"], {})
        else:
            self.refuse(404, "")

    def begun(self) -> bool:
        """Note what was asked; False where a fault was the answer."""
        self.token = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or None
        self.hub.requests.append(Request(self.command, self.path, self.token, self.headers.get("Range")))
        self.fault = self.hub.fault_of(f"{self.command} {self.path}")
        if self.fault == "hang":
            self.hub.closing.wait()
            self.close_connection = True
        elif self.fault == "unavailable":
            self.refuse(503, "")
        elif self.fault == "html":
            self.send(b"<html>Please log in</html>", {"Content-Type": "text/html"})
        return self.fault not in ("hang", "unavailable", "html")

    do_HEAD = do_GET

    def found(self, kind: Kind, id: str, rev: str | None, token: str | None) -> tuple[Repository, str] | None:
        """The repository and the commit, or None after an answer that says which of them is not there."""
        repository = self.hub.repositories.get((kind, unquote(id)))
        if repository is None or (repository.private and token != TOKEN):
            self.refuse(404 if token else 401, "RepoNotFound")
            return None
        rev = unquote(rev or "main")
        commit = repository.refs.get(rev, rev)
        if commit not in repository.commits:
            self.refuse(404, "RevisionNotFound")
            return None
        return repository, commit

    def api(self, token: str | None, kind: Kind, id: str, what: str | None, rev: str | None, path: str | None) -> None:
        if not (found := self.found(kind, id, rev, token)):
            return
        repository, commit = found
        files, query = repository.commits[commit], parse_qs(urlsplit(self.path).query)
        if what == "tree":
            folder = unquote(path) + "/" if path else ""
            deep = query.get("recursive", ["false"])[0].lower() in ("1", "true")
            names = [name for name in sorted(files) if name.startswith(folder)]
            listed = [described(name, files[name]) for name in names if deep or "/" not in name[len(folder) :]]
            return self.send_json(listed) if names else self.refuse(404, "EntryNotFound")
        blobs = query.get("blobs", ["false"])[0].lower() in ("1", "true")
        self.send_json({
            "_id": commit[:24], "id": repository.id, "sha": commit, "private": repository.private,
            "gated": "auto" if repository.gated else False, "tags": [], "downloads": 0, "likes": 0,
            "cardData": repository.card or None, "siblings": [sibling(*each, blobs) for each in sorted(files.items())],
        })  # fmt: skip

    def resolve(self, token: str | None, datasets: str | None, id: str, rev: str, path: str) -> None:
        if not (found := self.found("dataset" if datasets else "model", id, rev, token)):
            return
        repository, commit = found
        if repository.gated and token != TOKEN:
            return self.refuse(403 if token else 401, "GatedRepo", {"X-Repo-Commit": commit})
        content = None if self.fault == "gone" else repository.commits[commit].get(unquote(path))
        if content is None:
            return self.refuse(404, "EntryNotFound", {"X-Repo-Commit": commit})
        headers = {"X-Repo-Commit": commit, "Accept-Ranges": "bytes"}
        if not path.endswith(LARGE):
            return self.content(content, git_blob(content), headers)
        digest = hashlib.sha256(content).hexdigest()
        headers |= {"X-Linked-Size": str(len(content)), "X-Linked-Etag": f'"{digest}"'}
        self.send(b"", headers | {"Location": f"{self.hub.storage}/stored/{quote(digest)}"}, 302)

    def content(self, content: bytes | None, etag: str, headers: dict[str, str]) -> None:
        """A file or a range of it, with the faults that a transfer can have."""
        if content is None:
            return self.refuse(404, "")
        headers |= {"ETag": f'"{etag}"', "Content-Type": "application/octet-stream"}
        if self.fault == "corrupt":
            content = content[:-1] + bytes([content[-1] ^ 1])
        whole, status, start = len(content), 200, 0
        asked = "" if self.fault == "whole" else self.headers.get("Range") or ""
        if found := re.fullmatch(r"bytes=(\d+)-(\d*)", asked):
            start, last = int(found[1]), min(int(found[2] or whole), whole - 1)
            if start > last:
                return self.refuse(416, "", {"Content-Range": f"bytes */{whole}"})
            headers["Content-Range"] = f"bytes {start}-{last}/{whole}"
            content, status = content[start : last + 1], 206
        if self.fault == "short":
            content = content[: len(content) // 2]
        if self.fault == "cut":
            self.send(content, headers, status, upto=max(whole // 2 - start, 0))
        else:
            self.send(content, headers, status)

    def refuse(self, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        about = {"X-Error-Code": code, "X-Error-Message": code} if code else {}
        self.send(json.dumps({"error": code or "no"}).encode(), about | (headers or {}), status)

    def send_json(self, value: Any) -> None:
        self.send(json.dumps(value).encode(), {"Content-Type": "application/json"})

    def send(self, body: bytes, headers: dict[str, str], status: int = 200, upto: int | None = None) -> None:
        """An answer; with `upto`, only so many of the announced bytes before the connection ends."""
        try:
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "HEAD":
                return
            if self.fault == "slow":
                for start in range(0, len(body), max(len(body) // 10, 1)):
                    self.wfile.write(body[start : start + max(len(body) // 10, 1)])
                    self.hub.closing.wait(0.2)
            else:
                self.wfile.write(body if upto is None else body[:upto])
            self.close_connection |= upto is not None
        except OSError:  # the client has gone
            self.close_connection = True
