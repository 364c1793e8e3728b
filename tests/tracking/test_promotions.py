"""The record of promotions: a line for each, none ever rewritten."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from mlflow import MlflowClient

from loan_default.tracking.promotions import append, as_tag, file_beside, promotion


def lines(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_two_promotions_are_two_lines_that_tell_which_version_followed_which(
    tiny_project: Path, run_tiny
) -> None:
    file = tiny_project / "promotions.jsonl"
    run_tiny(env="shop")
    first_text = file.read_bytes()
    run_tiny(env="shop")
    assert file.read_bytes().startswith(first_text), "what was written stays as it was"

    first, second = lines(file)[-2:]
    assert second["from_version"] == first["to_version"]
    assert int(second["to_version"]) > int(first["to_version"])
    client = MlflowClient(f"sqlite:///{tiny_project / 'mlflow.db'}")
    version = client.get_model_version_by_alias("shop", "champion")
    assert second["to_version"] == str(version.version)
    parent = client.get_run(second["run_id"])
    assert parent.data.tags["champion_version"] == second["to_version"]
    assert (second["portfolio"], second["alias"], second["model"]) == ("shop", "champion", "ann")
    assert second["metrics"] == {"roc_auc": 0.7, "brier": 0.2}
    assert second["reason"] == "best on validation"
    assert second["who"] == parent.data.tags["mlflow.user"]
    assert second["when"].endswith("+00:00")
    assert json.loads(version.tags["promotion"]) == second


def test_a_refused_run_promotes_nobody(tiny_project: Path, run_tiny) -> None:
    run_tiny(env="shop")
    before = (tiny_project / "promotions.jsonl").read_bytes()
    run_tiny(env="shop", champion="")
    assert (tiny_project / "promotions.jsonl").read_bytes() == before


def test_the_gates_of_the_model_are_in_the_record() -> None:
    gates = {"min_roc_auc": {"value": 0.7, "limit": 0.6, "passed": True, "note": ""}}
    record = {"model": "ann", "reason": "best", "criteria": {"ann": gates, "lightgbm": {}}}
    entry = promotion("shop", "champion", None, "1", "run", record, {"roc_auc": 0.7, "f1": 0.4})
    assert entry["gates"] == gates
    assert entry["from_version"] is None
    assert json.loads(as_tag(entry)) == entry


def test_lines_of_several_writers_do_not_mix(tmp_path: Path) -> None:
    file = tmp_path / "promotions.jsonl"
    entries = [{"writer": number, "reason": "é" * 2000} for number in range(20)]
    writers = [threading.Thread(target=append, args=(file, entry)) for entry in entries]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(entry["writer"] for entry in lines(file)) == list(range(20))


def test_only_a_store_on_this_machine_has_a_file_beside_it(tmp_path: Path) -> None:
    assert file_beside(f"sqlite:///{tmp_path}/mlflow.db") == tmp_path / "promotions.jsonl"
    assert file_beside("https://mlflow.example.com") is None
