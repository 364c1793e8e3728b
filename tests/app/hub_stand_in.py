"""A stand-in for the Hugging Face Hub: enough of its HTTP API for huggingface_hub to fetch and to commit.

It keeps files small enough to be committed as they are; the Hub would take the larger ones by LFS or Xet.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

TOKEN = "hf_a_made_up_token"


class Hub:
    """The repositories: commits, newest last, each with all of its files."""

    def __init__(self) -> None:
        self.commits: dict[str, dict[str, dict[str, bytes]]] = {}
        self.visibility: dict[str, str] = {}
        self.asked: list[str] = []
        self.url = ""

    def commit(self, repository: str, files: Mapping[str, bytes]) -> str:
        """Put files into a repository as a new commit; return its hash."""
        content = b"".join(name.encode() + body for name, body in sorted(files.items()))
        commits = self.commits.setdefault(repository, {})
        commit = hashlib.sha1(content + str(len(commits)).encode()).hexdigest()
        commits[commit] = dict(files)
        return commit

    def newest(self, repository: str) -> dict[str, bytes]:
        """Return the files of the newest commit."""
        return list(self.commits.get(repository, {}).values() or [{}])[-1]


@contextmanager
def running_hub() -> Iterator[Hub]:
    """Serve a hub without repositories on this machine."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def use_hub(url: str, monkeypatch: pytest.MonkeyPatch, cache: str) -> None:
    """Point huggingface_hub, which reads its variables when it is imported, to a hub and a cache."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", url)
    template = url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", cache)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", f"{cache}/no_token")
    monkeypatch.delenv("HF_TOKEN", raising=False)


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append(f"{self.command} {path}")
        if tree := re.fullmatch(r"/api/models/([^/]+/[^/]+)/tree/([^/]+)", path):
            files = self._files(*tree.groups())
            if files is not None:
                self._answer_json(
                    [
                        {
                            "type": "file",
                            "path": name,
                            "size": len(body),
                            "oid": hashlib.sha1(body).hexdigest(),
                        }
                        for name, body in files.items()
                    ]
                )
        elif file := re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            repository, revision, name = file.groups()
            files = self._files(repository, revision)
            if files is not None:
                headers = {"ETag": f'"{hashlib.sha1(files[name]).hexdigest()}"', "X-Repo-Commit": revision}
                self._answer(200, files[name], headers)
        else:
            self._answer(404)

    do_HEAD = do_GET

    def do_POST(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append(f"{self.command} {path}")
        body = self._body()
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._answer(401)
        elif path == "/api/validate-yaml":
            self._answer_json({"warnings": [], "errors": []})
        elif path == "/api/repos/create":
            asked = json.loads(body)
            name = f"{asked['organization']}/{asked['name']}"
            if name in self.hub.commits:
                self._answer_json({"url": f"{self.hub.url}/{name}"}, 409)
            else:
                self.hub.commits[name] = {}
                self.hub.visibility[name] = asked["visibility"]
                self._answer_json({"url": f"{self.hub.url}/{name}", "name": name})
        elif re.fullmatch(r"/api/models/[^/]+/[^/]+/preupload/main", path):
            files = [
                {"path": file["path"], "uploadMode": "regular", "shouldIgnore": False}
                for file in json.loads(body)["files"]
            ]
            self._answer_json({"files": files})
        elif commit := re.fullmatch(r"/api/models/([^/]+/[^/]+)/commit/main", path):
            repository = commit[1]
            files = dict(self.hub.newest(repository))
            for line in map(json.loads, body.splitlines()):
                if line["key"] == "file":
                    files[line["value"]["path"]] = base64.b64decode(line["value"]["content"])
                elif line["key"] == "deletedFile":
                    del files[line["value"]["path"]]
            new = self.hub.commit(repository, files)
            self._answer_json({"commitUrl": f"{self.hub.url}/{repository}/commit/{new}", "commitOid": new})
        else:
            self._answer(404)

    def _files(self, repository: str, revision: str) -> dict[str, bytes] | None:
        commits = self.hub.commits.get(repository)
        if commits is None:
            self._answer(404, headers={"X-Error-Code": "RepoNotFound"})
        elif revision == "main":
            return self.hub.newest(repository)
        elif revision not in commits:
            self._answer(404, headers={"X-Error-Code": "RevisionNotFound"})
        else:
            return commits[revision]
        return None

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer_json(self, content: Any, status: int = 200) -> None:
        self._answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"})

    def _answer(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
