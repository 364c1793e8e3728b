"""What the prediction log holds, and that it never fails a request."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Counter

from loan_default.app import prediction_log
from loan_default.app.prediction_log import PredictionLog
from loan_default.scoring import Scorer

from .conftest import EXAMPLE

PREDICT = "/api/predict"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log" / "predictions.jsonl"


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _counter() -> Counter:
    return Counter("lost", "Lost lines.", ("reason",), registry=CollectorRegistry())


def _lost(counter: Counter, reason: str) -> float:
    return counter.labels(reason)._value.get()  # type: ignore[no-any-return]


def _metric(text: str, name: str) -> float:
    (line,) = [line for line in text.splitlines() if line.startswith(name + " ")]
    return float(line.rpartition(" ")[2])


def test_every_prediction_has_a_line(service: Callable[..., Any], path: Path) -> None:
    with service() as client:
        answer = client.post(
            PREDICT, json=[EXAMPLE, EXAMPLE | {"married": None, "shoe": 3}], headers={"X-Request-ID": "r"}
        )
    first, second = _read(path)
    assert set(first) == {
        *("time", "request_id", "prediction_id", "index", "status", "latency_ms", "model", "prediction"),
        *("probability_of_default", "threshold", "score", "risk_band", "policy", "reasons"),
        *("inputs", "warnings"),
    }
    results = answer.json()["results"]
    for index, (line, result) in enumerate(zip((first, second), results, strict=True)):
        assert (line["request_id"], line["index"], line["status"]) == ("r", index, 200)
        assert line["model"] == answer.json()["model"]
        of_both = ("prediction_id", "prediction", "probability_of_default", "threshold", "score")
        for key in (*of_both, "risk_band", "policy"):
            assert line[key] == result[key]
        assert line["warnings"] == result["warnings"]
        assert line["reasons"] == [reason["field"] for reason in result["reasons"]]
        assert 0 < line["latency_ms"] < 60_000
        assert timedelta(0) <= datetime.now(UTC) - datetime.fromisoformat(line["time"]) < timedelta(minutes=1)
    assert first["prediction_id"] != second["prediction_id"]
    assert first["inputs"] == EXAMPLE
    assert second["inputs"] == EXAMPLE | {"married": None}, "what was not asked for is not kept"


def test_faulty_applications_have_lines_too(service: Callable[..., Any], path: Path) -> None:
    with service() as client:
        client.post(PREDICT, json=[EXAMPLE, EXAMPLE | {"age": 5, "city": "nowhere", "name": "Anna"}])
        client.post(PREDICT, json=EXAMPLE | {"age": ["five"]})
        client.post(PREDICT, content=b"{")
    in_array, alone, no_json = _read(path)
    assert (in_array["status"], in_array["index"], in_array["prediction_id"]) == (422, 1, None)
    assert [fault["loc"] for fault in in_array["faults"]] == [["body", 1, "age"], ["body", 1, "city"]]
    assert in_array["inputs"] == EXAMPLE | {"age": 5, "city": "nowhere"}
    assert (alone["index"], alone["inputs"]["age"]) == (0, "list")
    assert (no_json["status"], no_json["index"]) == (422, None)
    assert "inputs" not in no_json


def test_refused_sizes_and_failures_have_lines_too(
    service: Callable[..., Any], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service(max_batch=1, max_body_bytes=1_000) as client:
        client.post(PREDICT, json=[EXAMPLE, EXAMPLE])
        client.post(PREDICT, content=b" " * 1_001)
        monkeypatch.setattr(Scorer, "decide", lambda *_: 1 / 0)
        client.post(PREDICT, json=EXAMPLE)
    batch, body, failure = _read(path)
    assert (batch["status"], batch["faults"][0]["type"]) == (413, "too_many_applications")
    assert (body["status"], body["faults"][0]["type"]) == (413, "body_too_large")
    assert (failure["status"], failure["index"], failure["inputs"]) == (500, 0, EXAMPLE)


def test_inputs_can_be_left_out(
    service: Callable[..., Any], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked = EXAMPLE | {"income": 123_456, "city": "a secret city", "secret field": 1}
    with service(log_inputs=False) as client:
        assert client.post(PREDICT, json=marked | {"city": "pune"}).status_code == 200
        assert client.post(PREDICT, json=marked).status_code == 422
        monkeypatch.setattr(Scorer, "decide", lambda *_: 1 / 0)
        assert client.post(PREDICT, json=marked | {"city": "pune"}).status_code == 500
    assert [line["status"] for line in _read(path)] == [200, 422, 500]
    text = path.read_text(encoding="utf-8")
    for told in ("123456", "123,456", "pune", "secret", "inputs"):
        assert told not in text


def test_no_address_is_kept(service: Callable[..., Any], path: Path) -> None:
    with service() as client:
        client.post(PREDICT, json=EXAMPLE, headers={"X-Forwarded-For": "203.0.113.9"})
    text = path.read_text(encoding="utf-8")
    assert "203.0.113.9" not in text
    assert "testclient" not in text, "the caller's address, as the test client gives it"


def test_there_may_be_no_log(service: Callable[..., Any], tmp_path: Path) -> None:
    with service(log_path=None) as client:
        assert client.post(PREDICT, json=EXAMPLE).status_code == 200
        assert client.post(PREDICT, content=b"{").status_code == 422
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_cannot_be_written_fails_no_request(service: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with service(log_path=tmp_path / "file" / "predictions.jsonl") as client:
        assert client.post(PREDICT, json=[EXAMPLE] * 3).status_code == 200
        log = client.app.state.service.log
        log._write_pending()
        text = client.get("/metrics").text
    assert _metric(text, 'loan_default_prediction_log_lost_total{reason="write"}') == 3


def test_a_full_disk_is_counted_and_over_when_it_is_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = _counter()
    log = PredictionLog(path, 1_000, 3, lost)
    log.add([{"n": 1}])
    log._write_pending()
    real_write = os.write

    def half(file: int, data: bytes) -> int:
        if len(data) < 8:
            raise OSError(28, "No space left on device")
        return real_write(file, data[:5])

    monkeypatch.setattr(os, "write", half)
    log.add([{"n": 2}, {"n": 3}])
    log._write_pending()
    monkeypatch.undo()
    log.add([{"n": 4}])
    log._write_pending()

    assert _lost(lost, "write") == 2
    assert [line["n"] for line in _read(path)] == [1, 4], "no half line is left"


@pytest.mark.parametrize("before", ['{"n": 0}\n{"n": 1', '{"n": 0}\n{"n": 1}', "{", '{"n": 0}\n', "", "\n"])
def test_a_half_line_of_a_crash_spoils_no_other(path: Path, before: str) -> None:
    path.parent.mkdir()
    path.write_text(before)
    log = PredictionLog(path, 1_000, 3, _counter())
    for number in (2, 3):
        log.add([{"n": number}])
        log._write_pending()
    end = "\n" if before and not before.endswith("\n") else ""
    assert path.read_text() == before + end + '{"n":2}\n{"n":3}\n'


def test_a_full_disk_after_a_half_line_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir()
    path.write_text('{"n"')
    log = PredictionLog(path, 1_000, 3, _counter())
    real_write = os.write

    def half(file: int, data: bytes) -> int:
        if data.startswith(b"\n"):
            return real_write(file, data[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", half)
    log.add([{"n": 2}])
    log._write_pending()
    assert path.read_text() == '{"n"'


def test_lines_that_wait_are_bounded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prediction_log, "MAX_PENDING_BYTES", 100)
    lost = _counter()
    log = PredictionLog(path, 1_000, 3, lost)
    for number in range(20):
        log.add([{"number": number}])  # 13 to 14 bytes each
    assert _lost(lost, "overflow") == 13
    log._write_pending()
    log.add([{"number": 20}])
    log._write_pending()
    assert [line["number"] for line in _read(path)] == [0, 1, 2, 3, 4, 5, 6, 20]


def test_files_rotate_and_the_oldest_goes(path: Path) -> None:
    log = PredictionLog(path, max_bytes=40, files=3, lost=_counter())
    for number in range(10):
        log.add([{"number": number}, {"number": number}])  # 28 bytes: one write fills a file
        log._write_pending()
    names = sorted(file.name for file in path.parent.iterdir() if file.suffix != ".lock")
    assert names == ["predictions.jsonl", "predictions.jsonl.1", "predictions.jsonl.2"]
    assert [_read(path.parent / name)[0]["number"] for name in names] == [9, 8, 7]


def test_a_single_file_starts_anew(path: Path) -> None:
    log = PredictionLog(path, max_bytes=20, files=1, lost=_counter())
    for number in range(3):
        log.add([{"number": number}])
        log._write_pending()
    assert [line["number"] for line in _read(path)] == [2]


def test_several_writers_share_a_path(path: Path) -> None:
    lost = _counter()
    logs = [PredictionLog(path, max_bytes=2_000, files=100, lost=lost) for _ in range(4)]

    def write(log: PredictionLog) -> None:
        for number in range(100):
            log.add([{"number": number, "padding": "x" * 50}])
            log._write_pending()

    writers = [threading.Thread(target=write, args=(log,)) for log in logs]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    files = [file for file in path.parent.iterdir() if file.suffix != ".lock"]
    assert len(files) > 5
    assert max(file.stat().st_size for file in files) <= 2_000
    assert sum(len(_read(file)) for file in files) == 400
    assert _lost(lost, "write") == 0


def test_only_the_owner_may_read_it(service: Callable[..., Any], path: Path) -> None:
    with service() as client:
        client.post(PREDICT, json=EXAMPLE)
    assert path.stat().st_mode & 0o777 == 0o600
