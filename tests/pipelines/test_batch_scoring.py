"""A file of new applications through the pipeline: the same answer as by every other way, or none at all."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from fastapi.testclient import TestClient
from kedro.framework.startup import bootstrap_project
from mlflow import MlflowClient

from loan_default.app import Settings, create_app
from loan_default.cli import run
from loan_default.scoring import Scorer

NAME = "consumer_credit"
ROWS = 1000


@pytest.fixture(scope="module")
def project(finished_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished project once more, to be written to."""
    copy = tmp_path_factory.mktemp("batch") / "project"
    shutil.copytree(finished_project, copy, symlinks=True)
    return copy


@pytest.fixture(scope="module")
def applications(project: Path) -> pd.DataFrame:
    """The first rows of the lender's file as text, without their outcome, with other spellings of headers."""
    (file,) = (project / "data" / "01_raw" / NAME).glob("*.csv")
    rows = pd.read_csv(file, dtype="str", keep_default_na=False).head(ROWS)
    return rows.drop(columns="Status").rename(columns={"Amount": "AMOUNT ", "rownames": "ROWNAMES"})


def batch(project: Path, content: bytes | None, name: str = "new.csv", **settings: object) -> Result:
    file = project / "data" / name
    file.unlink(missing_ok=True)
    if content is not None:
        file.write_bytes(content)
    options = {"batch.file.path": f"data/{name}", **settings}
    parameters = ",".join(f"{key}={value}" for key, value in options.items())
    bootstrap_project(project)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        arguments = ["--env", NAME, "--pipeline", "batch_scoring", "--params", parameters]
        return CliRunner().invoke(run, arguments)


def outputs(project: Path) -> dict[str, str]:
    folders = (project / "data" / folder / NAME for folder in ("07_model_output", "08_reporting"))
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.fixture(scope="module")
def scored(project: Path, applications: pd.DataFrame) -> pd.DataFrame:
    result = batch(project, applications.to_csv(index=False).encode())
    assert result.exit_code == 0, result.output
    return pd.read_parquet(project / "data" / "07_model_output" / NAME / "batch_scores.parquet")


@pytest.fixture(scope="module")
def bundle(project: Path) -> Path:
    return project / "data" / "06_models" / NAME / "scoring_bundle"


def test_training_batch_python_and_http_agree(
    project: Path, applications: pd.DataFrame, scored: pd.DataFrame, bundle: Path, tmp_path: Path
) -> None:
    scorer = Scorer.load(bundle)
    file = project / "data" / "07_model_output" / NAME / scorer.name / "predictions.parquet"
    trained = pd.read_parquet(file).set_index("row_id")
    trained = trained[["probability", "prediction"]].add_suffix("_trained")
    joined = scored.set_index("row_id").join(trained)
    learnt_from = joined.dropna(subset="probability_trained")
    assert len(learnt_from) > 0.95 * ROWS  # repeats and rejected loans have no prediction
    np.testing.assert_allclose(
        learnt_from["probability_of_default"], learnt_from["probability_trained"], atol=1e-6
    )
    assert (learnt_from["prediction"] == learnt_from["prediction_trained"]).all()

    by_frame = scorer.score(applications)
    np.testing.assert_allclose(
        scored["probability_of_default"], by_frame["probability_of_default"], atol=1e-6
    )
    assert scored["score"].tolist() == by_frame["score"].tolist()
    assert scored["policy"].tolist() == by_frame["policy"].tolist()

    requests = [as_json(row, scorer) for row in applications.to_dict("records")]
    settings = Settings(bundle=bundle, api_key=None, form=False, log_path=tmp_path / "log.jsonl")
    with TestClient(create_app(settings)) as client:
        answer = client.post("/api/predict?reasons=false", json=requests).json()
    by_http = [decision["probability_of_default"] for decision in answer["results"]]
    np.testing.assert_allclose(scored["probability_of_default"], by_http, atol=1e-6)


def as_json(row: dict[str, str], scorer: Scorer) -> dict[str, object]:
    """Write a row of the file as a program would send it."""
    given = {name.strip().lower(): value for name, value in row.items() if value not in ("", "NA")}
    kinds = {"number": float, "boolean": lambda text: text == "yes"}
    return {
        field.name: kinds.get(field.kind, str)(given[field.name])
        for field in scorer.fields
        if field.name in given
    }


def test_reasons_are_given_to_those_not_accepted(scored: pd.DataFrame) -> None:
    assert (scored["reason_1"].notna() == (scored["probability_of_default"] >= 0.2)).all()
    assert set(scored["policy"]) == {"accept", "refer", "decline"}


def test_summary_adds_up_and_is_tracked(project: Path, scored: pd.DataFrame, bundle: Path) -> None:
    summary = json.loads((project / "data" / "08_reporting" / NAME / "batch_summary.json").read_text())
    assert summary["rows"] == ROWS == summary["scored"] + summary["rejected"]
    assert sum(summary["bands"].values()) == len(scored)
    assert summary["policies"] == scored["policy"].value_counts().to_dict()
    assert summary["share_predicted_default"] == scored["prediction"].mean()
    assert summary["bundle_version"] == Scorer.load(bundle).manifest.version
    tracked = MlflowClient(f"sqlite:///{project / 'mlflow.db'}").get_run(summary["run_id"])
    assert tracked.info.status == "FINISHED"
    assert tracked.data.metrics["batch.scored"] == len(scored)
    assert tracked.data.params["scored_with.bundle_version"] == summary["bundle_version"]


def test_gzip_and_parquet_score_as_csv(
    project: Path, applications: pd.DataFrame, scored: pd.DataFrame
) -> None:
    plain = applications.to_csv(index=False).encode()
    typed = pd.read_csv(BytesIO(plain)).to_parquet(index=False)
    for name, content in (("new.csv.gz", gzip.compress(plain)), ("new.parquet", typed)):
        result = batch(project, content, name)
        assert result.exit_code == 0, result.output
        again = pd.read_parquet(project / "data" / "07_model_output" / NAME / "batch_scores.parquet")
        pd.testing.assert_frame_equal(again, scored)


FAULTY: dict[str, tuple[Callable[[bytes], bytes | None], tuple[str, ...]]] = {
    "missing file": (lambda _: None, ("new.csv", "does not exist")),
    "empty file": (lambda _: b"", ("new.csv", "is empty")),
    "header only": (lambda good: good.split(b"\n")[0] + b"\n", ("new.csv", "no rows")),
    "wrong delimiter": (lambda good: good.replace(b",", b";"), ("portfolio.file.delimiter", "';'")),
    "not UTF-8": (lambda good: good + b"\xe9,,,,\n", ("line 1002", "portfolio.file.encoding")),
    "missing column": (lambda good: good.replace(b"Income", b"Earned"), ("lack income",)),
    "open quote": (lambda good: good + b'"1,2\n', ("quote", "never closed")),
    "every row rejected": (
        lambda good: good.replace(b",no,", b",perhaps,").replace(b",yes,", b",perhaps,"),
        ("1,000 of 1,000 rows", "records", "perhaps", "batch.max_rejected_share"),
    ),
}


@pytest.mark.usefixtures("scored")
@pytest.mark.parametrize("case", FAULTY)
def test_bad_files_end_with_one_message_and_leave_the_old_scores(
    project: Path, applications: pd.DataFrame, case: str
) -> None:
    spoil, expected = FAULTY[case]
    before = outputs(project)
    result = batch(project, spoil(applications.to_csv(index=False).encode()))
    assert result.exit_code == 1
    for words in expected:
        assert words in result.stderr, result.stderr
    assert result.stderr.count("Error") == 1
    assert "Traceback" not in result.output
    assert outputs(project) == before


def test_bad_settings_name_what_is_allowed(project: Path) -> None:
    result = batch(project, None, **{"batch.reasons": "some"})
    assert result.exit_code == 1
    for words in ("batch.reasons", "some", "not_accepted"):
        assert words in result.stderr
