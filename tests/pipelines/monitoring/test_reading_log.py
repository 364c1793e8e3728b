"""What is read of a prediction log, whole or damaged, and of one that the real service wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from tests.scoring.conftest import make_up

from loan_default.app import Settings, create_app
from loan_default.errors import InputError
from loan_default.pipelines.monitoring.nodes import open_model
from loan_default.pipelines.monitoring.reading_log import read_log
from loan_default.scoring import Scorer

from .conftest import monitoring, write_log

Entries = list[dict[str, Any]]
Read = Callable[..., Any]


@pytest.fixture
def read(bundle: Path) -> Read:
    def read(path: Path, **changes: Any) -> Any:
        settings = monitoring(log={"path": str(path)}, **changes)
        opened, watched = open_model(bundle, settings)
        return read_log(opened.manifest.fields, watched, settings)

    return read


def test_the_log_of_the_real_service(read: Read, bundle: Path, scorer: Scorer, tmp_path: Path) -> None:
    log = tmp_path / "log" / "predictions.jsonl"
    values = scorer.values(make_up(30, seed=7))
    settings = Settings(bundle=str(bundle), form=False, log_path=log, log_max_bytes=8000, log_files=10)
    with TestClient(create_app(settings)) as client:
        for application in values[:20]:
            client.post("/api/predict?reasons=false", json=application)
    with TestClient(create_app(settings)) as client:
        for application in values[20:]:
            client.post("/api/predict?reasons=false", json=application)
        client.post("/api/predict", json=values[0] | {"purpose": "space flight", "grade": "Z"})
        client.post("/api/predict", json=values[0] | {"purpose": "space flight"})
    assert (log.parent / "predictions.jsonl.1").is_file(), "it rotated"

    predictions, tally, reading = read(log)
    decided = scorer.decide(values)
    assert predictions["probability"].tolist() == pytest.approx(
        [one.probability_of_default for one in decided]
    )
    assert predictions["prediction"].tolist() == [int(one.prediction == "Default") for one in decided]
    assert predictions["version"].unique().tolist() == [scorer.manifest.version]
    assert predictions["policy"].tolist() == [one.policy for one in decided]
    assert (reading.records, reading.broken, reading.refused, reading.failed) == (32, 0, 2, 0)
    assert reading.faults == {"purpose": 2, "grade": 1}
    assert tally.rows == 30
    assert all(counts.sum() == 30 for counts in tally.counts.values())
    assert tally.counts["income"][-1] == sum(application["income"] is None for application in values)


def test_broken_lines_are_passed_over_counted_and_named(read: Read, entries: Entries, tmp_path: Path) -> None:
    lines = [json.dumps(entry) for entry in entries[:6]]
    lines[1] = lines[1][:50]
    lines[2] = "[]"
    lines[4] = json.dumps({key: value for key, value in entries[4].items() if key != "risk_band"})
    (tmp_path / "log").write_text("\n".join(lines) + "\n" + '{"time": "2026-')
    predictions, tally, reading = read(tmp_path / "log")
    assert predictions["id"].tolist() == ["p0", "p3", "p5"]
    assert (reading.records, reading.broken) == (6, 3), "the line that is being written is not broken"
    assert reading.broken_at == ("line 2 of log", "line 3 of log", "line 5 of log")
    assert tally.rows == 3


@pytest.mark.parametrize(
    "strange",
    [
        {"time": "0001-01-01T00:00:00+14:00"},  # before the first day there is
        {"time": 5},
        {"model": "v1"},
        {"prediction_id": None},
        {"prediction": ["Default"]},
        {"policy": "perhaps"},
        {"policy": ["accept"]},
        {"probability_of_default": 7.0},
        {"status": 422, "faults": [{"loc": []}]},
        {"status": 422, "faults": [{"loc": None}]},
        {"status": 422, "faults": "grade"},
    ],
    ids=str,
)
def test_a_strange_entry_is_one_broken_line(
    read: Read, entries: Entries, tmp_path: Path, strange: dict[str, Any]
) -> None:
    predictions, tally, reading = read(write_log([entries[0] | strange, *entries[1:3]], tmp_path / "log"))
    assert predictions["id"].tolist() == ["p1", "p2"]
    assert (reading.broken, reading.refused, tally.rows) == (1, 0, 2)


def test_a_strange_input_counts_as_missing_or_new(read: Read, entries: Entries, tmp_path: Path) -> None:
    """The log of a service holds none; a hand may have been at it."""
    strange = {"income": [1], "grade": {"a": 1}, "first_credit": "9999999-1-1", "note": 5, "purpose": 7}
    edited = entries[0] | {"inputs": entries[0]["inputs"] | strange}
    _, tally, reading = read(write_log([*entries[1:4], edited], tmp_path / "log"))
    assert (reading.broken, tally.rows) == (0, 4)
    assert tally.counts["income"][-1] == sum(one["inputs"]["income"] is None for one in entries[1:4]) + 1
    assert tally.new_labels["purpose"] == {"7": 1}


def test_an_input_that_nobody_gives_is_missing_whatever_its_kind(
    read: Read, entries: Entries, tmp_path: Path
) -> None:
    bare = [entry | {"inputs": dict.fromkeys(entry["inputs"])} for entry in entries[:5]]
    _, tally, _ = read(write_log(bare, tmp_path / "log"))
    assert len(tally.counts) == 13
    assert all(counts[-1] == counts.sum() == 5 for counts in tally.counts.values())


def test_a_prediction_counts_once(read: Read, entries: Entries, tmp_path: Path) -> None:
    """A copy of a log under the name of an older file."""
    write_log(entries[:5], tmp_path / "log")
    write_log(entries[:3], tmp_path / "log.1")
    predictions, tally, reading = read(tmp_path / "log")
    assert predictions["id"].tolist() == ["p0", "p1", "p2", "p3", "p4"]
    assert (tally.rows, reading.repeated, reading.records) == (5, 3, 8)


def test_an_empty_log(read: Read, tmp_path: Path) -> None:
    predictions, tally, reading = read(write_log([], tmp_path / "log"))
    assert (len(predictions), tally.rows, reading.records, reading.broken) == (0, 0, 0, 0)
    assert predictions.dtypes.astype(str).to_dict() == {
        "id": "str",
        "time": "datetime64[ms]",
        "version": "str",
        "probability": "float64",
        "prediction": "int8",
        "risk_band": "str",
        "policy": "str",
    }


def test_older_files_come_first_and_strangers_are_left_out(
    read: Read, entries: Entries, tmp_path: Path
) -> None:
    for name, part in (("log.10", entries[:2]), ("log.2", entries[2:3]), ("log", entries[3:5])):
        write_log(part, tmp_path / name)
    for name in ("log.lock", "log.old", "logs.1"):
        (tmp_path / name).write_text("not a log\n")
    predictions, _, reading = read(tmp_path / "log")
    assert predictions["id"].tolist() == ["p0", "p1", "p2", "p3", "p4"]
    assert (reading.files, reading.broken) == (3, 0)


def test_times_count_in_utc(read: Read, entries: Entries, tmp_path: Path) -> None:
    late = entries[0] | {"time": "2026-07-01T23:30:00.000-02:00"}
    predictions, _, reading = read(write_log([late], tmp_path / "log"), until="2026-07-01")
    assert (len(predictions), reading.outside) == (0, 1)
    predictions, _, _ = read(tmp_path / "log", since="2026-07-02")
    assert predictions["time"].tolist() == [pd.Timestamp("2026-07-02 01:30")]
    bare = entries[0] | {"time": "2026-07-01T23:30:00.125"}
    predictions, _, _ = read(write_log([bare], tmp_path / "log"))
    assert predictions["time"].tolist() == [pd.Timestamp("2026-07-01 23:30:00.125")], "whatever TZ is"


def test_faulty_rows_of_a_file_name_their_field(read: Read, entries: Entries, tmp_path: Path) -> None:
    faults = [{"type": "value_error", "loc": ["file", 3], "msg": "grade: 'Z' is not known"}]
    row = {key: entries[0][key] for key in ("time", "model")} | {"status": 422, "faults": faults}
    failed = row | {"status": 500, "faults": []}
    _, _, reading = read(write_log([row, failed], tmp_path / "log"))
    assert (reading.refused, reading.failed, reading.faults) == (1, 1, {"grade": 1})


def test_without_a_log(read: Read, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no prediction log .*none\.jsonl: name .* monitoring\.log\.path"):
        read(tmp_path / "none.jsonl")
