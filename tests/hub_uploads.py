"""What a hub on this machine answers when something is sent to it; half of `hub_server`.

A commit comes in steps: make the repository, check the card, ask how each file is to be sent, ask where the large ones
(LFS) go, send them to the storage, have them verified, and send the commit, in which the small ones stand.

Sources: create_repo, create_commit, _commit_api.py and lfs.py of huggingface_hub 2.4.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any
from urllib.parse import unquote, urlsplit

LARGE = (".parquet", ".safetensors", ".bin", ".zip")  # endings that the hub keeps in LFS
TOKEN = "hf_loopbackTokenOfNobody"  # the one that may see what is gated or private, and write
ID = r"(?P<id>[^/]+/[^/]+)"
SENDING = re.compile(rf"/api/models/{ID}/(?P<what>preupload|commit)/(?P<rev>[^/]+)")
BATCH = re.compile(rf"/{ID}\.git/info/lfs/objects/batch")
VERIFY = re.compile(rf"/{ID}\.git/info/lfs/verify")
UPLOAD = re.compile(r"/upload/(?P<digest>[0-9a-f]{64})")


class Uploads:
    """For the handler: POST and PUT. Whoever has the token owns `ada/...` and nothing else."""

    def do_POST(self) -> None:
        body = self.body()
        if not self.begun():
            return
        path = urlsplit(self.path).path
        if path == "/api/validate-yaml":
            return self.send_json({"errors": [], "warnings": []})
        if self.token != TOKEN:
            return self.refuse(401, "")
        if path == "/api/repos/create":
            return self.create(**json.loads(body))
        found = next(filter(None, (each.fullmatch(path) for each in (SENDING, BATCH, VERIFY))), None)
        if found is None or ("model", unquote(found["id"])) not in self.hub.repositories:
            return self.refuse(404, "RepoNotFound")
        if found.re is VERIFY:
            return self.verify(**json.loads(body))
        if found.re is BATCH:
            return self.batch(found["id"], json.loads(body)["objects"])
        repository = self.hub.repositories["model", unquote(found["id"])]
        files = repository.commits.get(repository.refs.get("main", ""), {})
        if found["what"] == "commit":
            return self.commit(repository.id, files, [json.loads(line) for line in body.splitlines()])
        modes = [self.mode(**file) for file in json.loads(body)["files"]]
        return self.send_json({"files": modes})

    def do_PUT(self) -> None:
        body = self.body()
        if not self.begun():
            return
        found = UPLOAD.fullmatch(urlsplit(self.path).path)
        if not found or hashlib.sha256(body).hexdigest() != found["digest"]:
            return self.refuse(400, "")
        self.hub.stored[found["digest"]] = body
        self.send(b"", {})

    def create(self, name: str, organization: str, type: str, visibility: str = "public") -> None:
        id = f"{organization}/{name}"
        if organization != "ada":
            return self.refuse(403, "")
        if (type, id) in self.hub.repositories:
            return self.send(json.dumps({"url": f"{self.hub.url}/{id}"}).encode(), {}, 409)
        self.hub.add(type, id, {}, private=visibility == "private")
        self.send_json({"url": f"{self.hub.url}/{id}", "id": id})

    def mode(self, path: str, size: int, sample: str) -> dict[str, Any]:
        return {"path": path, "uploadMode": "lfs" if path.endswith(LARGE) else "regular", "shouldIgnore": False}

    def batch(self, id: str, objects: list[dict[str, Any]]) -> None:
        actions = [
            {
                "oid": each["oid"],
                "size": each["size"],
                "actions": {
                    "upload": {"href": f"{self.hub.storage}/upload/{each['oid']}"},
                    "verify": {"href": f"{self.hub.url}/{id}.git/info/lfs/verify"},
                },
            }
            for each in objects
        ]
        self.send_json({"transfer": "basic", "objects": actions})

    def verify(self, oid: str, size: int) -> None:
        if len(self.hub.stored.get(oid, b"")) == size:
            self.send_json({})
        else:
            self.refuse(404, "")

    def commit(self, id: str, files: dict[str, bytes], lines: list[dict[str, Any]]) -> None:
        sent = {}
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                sent[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                sent[value["path"]] = self.hub.stored[value["oid"]]
        oid = self.hub.add("model", id, files | sent)
        self.send_json({"success": True, "commitOid": oid, "commitUrl": f"{self.hub.url}/{id}/commit/{oid}"})

    def body(self) -> bytes:
        """What was sent, with its length before it or in chunks."""
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while length := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(length))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)
