"""The load generator counts every answer, and what was not answered."""

from __future__ import annotations

import importlib
import itertools
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def http_load(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    monkeypatch.delitem(sys.modules, "http_load", raising=False)
    return importlib.import_module("http_load")


class _Handler(BaseHTTPRequestHandler):
    """Answers a POST with its path's status and its body; `/cut` is not answered."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        if self.path == "/cut":
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        self.server.bodies.append(body)  # type: ignore[attr-defined]
        self.send_response(int(self.path.removeprefix("/")))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.bodies = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("connections", [1, 5])
def test_every_answer_is_counted(http_load: Any, server: Any, connections: int) -> None:
    port = server.server_port
    calls = [
        http_load.post(port, "/200", b"x" * 100_000),
        http_load.post(port, "/422", b"", kind="faulty"),
        http_load.post(port, "/200", b"y" * 150_000, kind="long", chunked=True),
    ]
    seen: list[int] = []
    answers = http_load.load(port, itertools.islice(itertools.cycle(calls), 30), connections, seen.append)

    assert answers.statuses == {("valid", 200): 10, ("faulty", 422): 10, ("long", 200): 10}
    assert not answers.unanswered
    assert seen == list(range(1, 31))
    assert answers.per_second == pytest.approx(30 / answers.wall)
    assert answers.percentile(0) == pytest.approx(1_000 * min(answers.seconds))
    assert answers.percentile(1) == pytest.approx(1_000 * max(answers.seconds))
    assert sorted(map(len, server.bodies)) == [0] * 10 + [100_000] * 10 + [150_000] * 10


def test_what_is_not_answered_is_counted_and_the_rest_goes_on(http_load: Any, server: Any) -> None:
    port = server.server_port
    calls = [http_load.post(port, "/cut", b"", kind="cut"), http_load.post(port, "/200", b"")]
    answers = http_load.load(port, iter(calls * 2), 1)
    assert answers.unanswered == {"cut: ConnectionResetError": 2}
    assert answers.statuses == {("valid", 200): 2}
