"""The model in service, asked about rows it may or may not be able to score."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from loan_default.scoring import Scorer
from loan_default.scoring.in_service import ask_model_in_service


def test_it_scores_the_rows_by_their_ids(folder: Path, raw: pd.DataFrame, scorer: Scorer) -> None:
    rows = raw.set_axis([f"id{number}" for number in range(len(raw))])
    asked = ask_model_in_service(folder, rows)
    assert asked.probability is not None
    assert list(asked.probability.index) == list(rows.index)
    np.testing.assert_array_equal(asked.probability, scorer.score(raw)["probability_of_default"])
    manifest = json.loads((folder / "manifest.json").read_text())
    assert asked.note == f"{manifest['model']}, version {manifest['version']}"
    assert asked.roc_auc == manifest["metrics"].get("roc_auc")
    assert asked.data_fingerprint == manifest["data_fingerprint"]


def test_without_a_bundle_there_is_nothing_to_ask(raw: pd.DataFrame) -> None:
    asked = ask_model_in_service(None, raw)
    assert (asked.probability, asked.note) == (None, "There is no model in service.")


def test_a_file_that_it_cannot_read_is_a_reason_and_no_failure(folder: Path, raw: pd.DataFrame) -> None:
    asked = ask_model_in_service(folder, raw.drop(columns="income"))
    assert asked.probability is None
    assert asked.note.startswith("The model in service cannot score this file:")
    assert "income" in asked.note


def test_a_bundle_that_was_changed_is_a_reason_and_no_failure(
    folder: Path, tmp_path: Path, raw: pd.DataFrame
) -> None:
    spoilt = shutil.copytree(folder, tmp_path / "spoilt")
    (spoilt / "calibrator.json").write_text("{}")
    asked = ask_model_in_service(spoilt, raw)
    assert str(tmp_path) not in asked.note
    assert asked.probability is None
    assert "changed after the bundle was written" in asked.note
