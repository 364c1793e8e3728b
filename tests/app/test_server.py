"""The service as a process: limits over a real connection, workers, a new bundle, and the end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from tests.scoring.conftest import write

from loan_default.app import Settings
from loan_default.app.__main__ import main

from .conftest import EXAMPLE, Server, replace_bundle

Start = Callable[..., Server]


def test_the_service_keeps_to_its_openapi_document(server: Start, tmp_path: Path) -> None:
    one = server()
    # All its checks: no 5xx, answers as documented, faulty data refused, valid data accepted.
    outcome = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            *("run", f"{one.url}/openapi.json", "--max-examples=40", "--seed=1", "--no-color"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout[-4_000:] + outcome.stderr[-2_000:]
    assert "Selected: 6/6" in outcome.stdout


def test_limits_hold_for_a_body_of_unknown_length(server: Start) -> None:
    one = server(max_body_bytes=100_000)
    with httpx2.Client(base_url=one.url) as client:
        for endless in (iter([b" " * 65_536] * 50), b" " * 3_000_000):
            assert client.post("/api/predict", content=endless).status_code == 413
            assert client.post("/api/predict", json=EXAMPLE).status_code == 200, "the connection goes on"


def test_a_caller_who_leaves_early_is_no_failure(server: Start) -> None:
    one = server()
    with socket.create_connection(("127.0.0.1", one.port)) as caller:
        caller.sendall(b"POST /api/predict HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        time.sleep(0.2)
    time.sleep(0.2)
    metrics = httpx2.get(f"{one.url}/metrics").text
    assert 'loan_default_requests_total{method="POST",path="/api/predict",status="499"} 1.0' in metrics
    assert "Traceback" not in one.said


def test_a_request_in_work_is_finished_when_told_to_stop(server: Start) -> None:
    one = server()
    body = json.dumps([EXAMPLE] * 50).encode()
    with socket.create_connection(("127.0.0.1", one.port), timeout=20) as caller:
        head = [
            "POST /api/predict HTTP/1.1",
            "Host: x",
            f"Content-Length: {len(body)}",
            "Expect: 100-continue",
        ]
        caller.sendall("\r\n".join([*head, "\r\n"]).encode())
        assert caller.recv(100).startswith(b"HTTP/1.1 100"), "the service waits for the body"
        one.process.send_signal(signal.SIGTERM)
        _wait_until_refused(one)
        caller.sendall(body)
        answer = b"".join(iter(lambda: caller.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 200")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["n_predictions"] == 50
    one.process.wait(20)
    assert len(one.log.read_text().splitlines()) == 50, "what was logged is written before the end"
    assert "Traceback" not in one.said


def _wait_until_refused(one: Server) -> None:
    for _ in range(200):
        try:
            httpx2.get(f"{one.url}/health")
        except httpx2.TransportError:
            return
        time.sleep(0.05)
    raise AssertionError("new requests are still taken")


def test_two_workers_share_log_and_metrics_and_take_a_new_bundle(
    server: Start, tmp_path: Path, bundle_files: dict[str, bytes], other_files: dict[str, bytes]
) -> None:
    folder = write(bundle_files, tmp_path / "bundle")
    one = server(bundle=folder, workers=2, bundle_check_seconds=0.1)
    first = httpx2.get(f"{one.url}/ready").json()["model"]["version"]
    statuses: list[int] = []
    versions: list[str] = []
    stop = threading.Event()

    def call() -> None:
        while not stop.is_set():
            # A connection each, so that both workers are called.
            answer = httpx2.post(f"{one.url}/api/predict?reasons=false", json=[EXAMPLE] * 3)
            statuses.append(answer.status_code)
            versions.append(answer.json()["model"]["version"])

    callers = [threading.Thread(target=call) for _ in range(4)]
    for caller in callers:
        caller.start()
    while len(versions) < 50:
        time.sleep(0.01)
    replace_bundle(folder, other_files)
    deadline = time.monotonic() + 20
    while versions[-20:] != ["second"] * 20 and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    for caller in callers:
        caller.join()

    assert set(statuses) == {200}
    assert set(versions) == {first, "second"}
    assert versions[-20:] == ["second"] * 20
    metrics = httpx2.get(f"{one.url}/metrics").text
    answered = (
        f'loan_default_requests_total{{method="POST",path="/api/predict",status="200"}} {len(statuses)}.0'
    )
    assert answered in metrics, "the numbers of both workers"
    one.stop()
    assert one.process.returncode == 0
    lines = [json.loads(line) for line in one.log.read_text().splitlines()]
    assert len(lines) == 3 * len(statuses)
    assert len({line["prediction_id"] for line in lines}) == len(lines)


@pytest.mark.parametrize("workers", [1, 2])
def test_without_a_bundle_it_does_not_start(tmp_path: Path, workers: int) -> None:
    settings = {"LOAN_DEFAULT_BUNDLE": "nowhere", "LOAN_DEFAULT_WORKERS": str(workers)}
    outcome = subprocess.run(
        [sys.executable, "-m", "loan_default.app"],
        cwd=tmp_path,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert outcome.returncode == 2
    assert "nowhere" in outcome.stderr
    assert "Traceback" not in outcome.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "many"), ("API_KEY", "a short key"), ("LOG_INPUTS", "perhaps")]
)
def test_a_wrong_setting_is_told_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    monkeypatch.setenv(f"LOAN_DEFAULT_{name}", value)
    assert main([]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"LOAN_DEFAULT_{name}: ")
    assert value not in told, "a key is not shown"


def test_help_names_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    told = capsys.readouterr().out
    for name in Settings.model_fields:
        assert f"LOAN_DEFAULT_{name.upper()}" in told
