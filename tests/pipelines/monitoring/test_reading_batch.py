"""A scored file, watched; all loans made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.scoring.conftest import DESCRIPTION, make_up

from loan_default.datasets.batch_output import BatchOutput
from loan_default.datasets.scored_file import ScoredFileDataset
from loan_default.errors import InputError
from loan_default.portfolio.description import Portfolio
from loan_default.scoring import Scorer
from loan_default.scoring.batch import BatchFile, BatchScorer, BatchSettings

from .conftest import Watch

Score = Callable[..., BatchOutput]


@pytest.fixture
def score(bundle: Path, scorer: Scorer, tmp_path: Path) -> Score:
    """Score a file as batch_scoring does."""

    def score(rows: pd.DataFrame, version: str | None = None) -> BatchOutput:
        file = tmp_path / "applications.csv"
        rows.drop(columns="status").to_csv(file, index=False)
        output = BatchOutput(
            tmp_path / "scores.parquet", tmp_path / "rejected.parquet", tmp_path / "summary.json"
        )
        dataset = ScoredFileDataset(filepath=str(output.scores), rejected=str(output.rejected))
        settings = BatchSettings(file=BatchFile(path=str(file)), reasons="none", max_rejected_share=1)
        dataset.save(BatchScorer(bundle, Portfolio.model_validate(DESCRIPTION).file, settings))
        rejected = len(pd.read_parquet(output.rejected))
        summary = {
            "rows": len(rows),
            "rejected": rejected,
            "file": str(file),
            "bundle_version": version or scorer.manifest.version,
        }
        output.summary.write_text(json.dumps(summary))
        return output

    return score


def checks(made: dict[str, Any]) -> dict[str, str]:
    return {name: check["status"] for name, check in made["monitoring_result"]["checks"].items()}


def test_the_same_kind_of_loans_is_green(watch: Watch, score: Score, tmp_path: Path) -> None:
    rows = make_up(1200, seed=8)
    rows.loc[[3, 4], "amount" if "amount" in rows else "Sum"] = "a lot"
    truth = tmp_path / "truth.csv"
    rows.rename(columns={"id": "row_id"})[["row_id", "status"]].to_csv(truth, index=False)
    made = watch(batch=score(rows), source="batch", outcomes={"path": str(truth), "outcome": "status"})
    assert made["monitoring_result"]["exit_code"] == 0
    assert checks(made)["inputs"] == checks(made)["score"] == checks(made)["model_version"] == "green"
    reading = made["watched_reading"]
    assert (reading.records, reading.refused, reading.faults) == (1200, 2, {"amount": 2})
    predictions = made["monitored_predictions"]
    assert predictions["id"].iloc[0] == "loan 0"
    assert predictions["time"].iloc[0] == pd.Timestamp(rows["applied"].iloc[0])
    assert predictions["outcome"].tolist() == (rows.drop([3, 4])["status"] == "bad").astype(float).tolist()
    assert made["watched_inputs"].rows == 1198


def test_policies_of_a_batch(watch: Watch, score: Score) -> None:
    output = score(make_up(1200, seed=8))
    scores = pd.read_parquet(output.scores)
    made = watch(batch=output, source="batch")
    assert made["monitored_predictions"]["policy"].tolist() == scores["policy"].tolist()
    assert checks(made)["decisions"] == "green"
    scores.drop(columns="policy").to_parquet(output.scores)
    made = watch(batch=output, source="batch")
    assert made["monitored_predictions"]["policy"].isna().all()
    assert checks(made)["decisions"] == "not judged"


def test_a_batch_of_rejected_rows_is_red(watch: Watch, score: Score) -> None:
    made = watch(batch=score(make_up(300, seed=8).assign(Sum="a lot")), source="batch")
    assert made["monitored_predictions"].empty
    assert (checks(made)["faulty"], checks(made)["predictions"]) == ("red", "amber")
    assert made["monitoring_result"]["checks"]["faulty"]["found"].startswith("300 of 300 applications")


def test_planted_drift_is_red_by_name(watch: Watch, score: Score) -> None:
    rows = make_up(1200, seed=8)
    rows["income"] = (2 * pd.to_numeric(rows["income"])).map("{:.0f}".format).replace("nan", "")
    rows.loc[rows.index[::8], "purpose"] = "Space flight"
    made = watch(batch=score(rows), source="batch")
    assert checks(made)["inputs"] == checks(made)["new_categories"] == "red"
    assert made["monitoring_result"]["exit_code"] == 3
    found = made["monitoring_result"]["checks"]["new_categories"]["found"]
    assert found == "1 of 13 inputs: `purpose` (12.5 %: space_flight (150))."


def test_days_are_those_of_the_application(watch: Watch, score: Score) -> None:
    rows = make_up(1200, seed=8)
    made = watch(batch=score(rows), source="batch", since="2016-01-01")
    wanted = (pd.to_datetime(rows["applied"]) >= "2016-01-01").sum()
    assert len(made["monitored_predictions"]) == made["watched_inputs"].rows == wanted
    assert made["watched_reading"].outside == 1200 - wanted


def test_of_another_version_inputs_are_not_counted(watch: Watch, score: Score) -> None:
    made = watch(batch=score(make_up(300, seed=8), version="another"), source="batch")
    assert made["watched_inputs"].rows == 0
    assert checks(made)["model_version"] == "amber"


def test_another_file_is_refused(watch: Watch, score: Score, tmp_path: Path) -> None:
    output = score(make_up(300, seed=8))
    other = tmp_path / "other.csv"
    make_up(299, seed=8).to_csv(other, index=False)
    with pytest.raises(InputError, match=r"has 299 rows, but 300 were scored: it is not the file"):
        watch(batch=output, source="batch", batch_={"applications": str(other)})


def test_without_a_scored_batch(watch: Watch) -> None:
    with pytest.raises(InputError, match="run `kedro run --pipeline batch_scoring` first"):
        watch(source="batch")
