"""One whole run of `consumer_credit`: what it leaves, and that the pieces agree."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient

from loan_default.pipelines.model_report.pipeline import CHAPTERS
from loan_default.portfolio.description import LenderFile
from loan_default.portfolio.reading import read_text_table
from loan_default.scoring import Scorer

MODELS = ("ann", "random_forest", "logistic_regression", "lightgbm")
NAME = "consumer_credit"
Run = Callable[..., None]


@pytest.fixture(scope="module")
def data(finished_project: Path) -> Path:
    return finished_project / "data"


@pytest.fixture(scope="module")
def predictions(data: Path) -> dict[str, pd.DataFrame]:
    folder = data / "07_model_output" / NAME
    return {model: pd.read_parquet(folder / model / "predictions.parquet") for model in MODELS}


def metrics(data: Path, model: str) -> dict[str, float]:
    return json.loads((data / "08_reporting" / NAME / model / "metrics.json").read_text())


def test_rows_of_the_file_are_accounted_for(data: Path) -> None:
    report = json.loads((data / "08_reporting" / NAME / "cleaning_report.json").read_text())
    clean = pd.read_parquet(data / "03_primary" / NAME / "clean_applications.parquet")
    rejected = pd.read_parquet(data / "02_intermediate" / NAME / "rejected_applications.parquet")
    taken_away = [step["rows"] for step in report["steps"][1:]]
    assert report["steps"][0]["rows"] == 4454 == sum(taken_away) + len(clean)
    assert len(rejected) == report["steps"][2]["rows"]
    assert clean["row_id"].is_unique


def test_every_model_sees_the_same_rows(data: Path, predictions: dict[str, pd.DataFrame]) -> None:
    model_input = pd.read_parquet(data / "05_model_input" / NAME / "model_input.parquet")
    keys = ["row_id", "part", "default", "twin_group"]
    for frame in predictions.values():
        pd.testing.assert_frame_equal(frame[keys], model_input[keys])
        assert frame["probability"].between(0, 1, inclusive="neither").all()


def test_model_input_is_float32_without_gaps(data: Path) -> None:
    model_input = pd.read_parquet(data / "05_model_input" / NAME / "model_input.parquet")
    features = model_input.drop(columns=["row_id", "part", "default", "twin_group"])
    assert set(features.dtypes) == {np.dtype("float32")}
    assert np.isfinite(features.to_numpy()).all()
    assert not {"age", "marital"} & {name.split("=")[0] for name in features}, (
        "protected columns are no features"
    )


def test_decisions_follow_the_threshold(data: Path, predictions: dict[str, pd.DataFrame]) -> None:
    for model, frame in predictions.items():
        threshold = json.loads((data / "06_models" / NAME / model / "threshold.json").read_text())["value"]
        np.testing.assert_array_equal(frame["prediction"] == 1, frame["probability"] >= threshold)


def test_metrics_have_the_same_keys_for_every_model(data: Path) -> None:
    keys = {model: set(metrics(data, model)) for model in MODELS}
    assert all(keys[model] == keys["ann"] for model in MODELS)
    assert {"roc_auc", "roc_auc_low", "roc_auc_high", "brier", "ks", "average_precision"} <= keys["ann"]


def test_models_beat_chance(data: Path) -> None:
    for model in MODELS:
        assert metrics(data, model)["roc_auc_low"] > 0.6


def test_the_bundle_scores_raw_rows_as_the_pipeline_did(
    data: Path, predictions: dict[str, pd.DataFrame]
) -> None:
    folder = data / "06_models" / NAME / "scoring_bundle"
    raw = read_text_table(data / "01_raw" / NAME / "credit_data_4454x15.csv", LenderFile(path="credit_data"))
    scorer = Scorer.load(folder)
    expected = predictions[scorer.name].set_index("row_id")
    scored = scorer.score(raw).set_axis(raw["rownames"]).loc[expected.index]
    np.testing.assert_allclose(scored["probability_of_default"], expected["probability"], atol=1e-6)
    np.testing.assert_array_equal(scored["prediction"].astype(int), expected["prediction"])


def test_champion_is_explained(data: Path) -> None:
    champion = json.loads((data / "08_reporting" / NAME / "champion.json").read_text())
    report = (data / "08_reporting" / NAME / "model_comparison.md").read_text()
    assert champion["champion"] in MODELS
    assert champion["reason"] in report
    assert (
        json.loads((data / "06_models" / NAME / "scoring_bundle" / "champion.json").read_text())["model"]
        == (champion["champion"])
    )


@pytest.fixture(scope="module")
def page(data: Path) -> str:
    return (data / "08_reporting" / NAME / "model_report.html").read_text()


@pytest.fixture(scope="module")
def record(data: Path) -> dict[str, Any]:
    return json.loads((data / "08_reporting" / NAME / "validation.json").read_text())


def test_the_report_is_one_file_that_fetches_nothing(page: str) -> None:
    links = re.findall(r"""(?:src|href)=["']?([^"'\s>]+)""", page)
    assert links
    assert all(link.startswith(("#", "data:")) for link in links)
    assert "<script" not in page
    assert len(page) < 6_000_000


def test_every_chapter_is_in_the_report_with_its_pictures(data: Path, page: str) -> None:
    pictures = set()
    for key in CHAPTERS:
        section = json.loads((data / "08_reporting" / NAME / "report" / f"{key}_section.json").read_text())
        assert section["key"] == key
        assert f'<section id="{key}"' in page
        pictures |= {finding["figure"] for finding in section["findings"]} - {None}
    assert page.count("<img ") == page.count('src="data:image/png;base64,') == len(pictures)


def test_the_record_agrees_with_metrics_and_champion(data: Path, record: dict[str, Any]) -> None:
    champion = json.loads((data / "08_reporting" / NAME / "champion.json").read_text())
    model = record["subject"]["model"]
    assert model == champion["champion"]
    assert record["metrics"] == metrics(data, model)
    assert record["gates_by_model"] == champion["criteria"]
    assert record["gates"]["min_roc_auc"]["value"] == record["metrics"]["roc_auc"]
    assert record["admitted"]
    assert set(record["sections"]) == set(CHAPTERS)
    again = record["sections"]["reproducibility"]["values"]
    assert again["scored_again_failed"] == 0
    assert again["scored_again_largest_difference"] < 1e-5
    assert record["provenance"]["report"]["parameters"]["evaluation"]["resamples"] == 100


def test_the_report_names_the_run_that_trained_the_model(
    data: Path, record: dict[str, Any], page: str
) -> None:
    model, provenance = record["subject"]["model"], record["provenance"]
    trained_on = json.loads((data / "06_models" / NAME / model / "trained_on.json").read_text())
    run = trained_on["steps"]["training"]["run"]
    assert {key: provenance[key] for key in run} == run
    assert list(provenance["steps"]) == ["cleaning", "feature_engineering", "training", "comparison"]
    assert provenance["parameters"]["cleaning.split.test"] == 0.2
    assert {key.split(".")[0] for key in provenance["parameters"]} == {
        *(
            "portfolio",
            "cleaning",
            "features",
            "seed",
            "evaluation",
            "fairness",
            "service",
            "validation_criteria",
            model,
        )
    }
    card = (data / "08_reporting" / NAME / "model_card.md").read_text()
    assert f"trained {run['started']}" in card
    for text in (page, card):
        assert run["run_id"] in text
    assert "The run that made this report also cleaned the data" in page


def test_the_bundle_in_service_is_the_one_of_the_report(data: Path, record: dict[str, Any]) -> None:
    manifest = json.loads((data / "06_models" / NAME / "scoring_bundle" / "manifest.json").read_text())
    assert record["subject"]["version"] == manifest["version"]
    assert record["provenance"]["run_id"] == manifest["run_id"]


def test_the_gates_are_tags_and_the_promotion_is_on_record(
    finished_project: Path, record: dict[str, Any]
) -> None:
    client = MlflowClient(f"sqlite:///{finished_project / 'mlflow.db'}")
    tags = client.get_run(record["provenance"]["run_id"]).data.tags
    assert tags["validation"] == tags["gate.min_roc_auc"] == "passed"
    (line,) = (finished_project / "promotions.jsonl").read_text().splitlines()
    promotion = json.loads(line)
    assert promotion["to_version"] == tags["champion_version"]
    assert promotion["metrics"]["roc_auc"] == record["metrics"]["roc_auc"]


def test_mlflow_holds_one_parent_and_a_child_per_model(finished_project: Path) -> None:
    client = MlflowClient(f"sqlite:///{finished_project / 'mlflow.db'}")
    experiment = client.get_experiment_by_name(NAME)
    runs = client.search_runs([experiment.experiment_id])
    children = {run.info.run_name: run for run in runs if "mlflow.parentRunId" in run.data.tags}
    (parent,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    assert set(children) == set(MODELS)
    assert {run.data.tags["mlflow.parentRunId"] for run in children.values()} == {parent.info.run_id}
    assert {run.info.status for run in runs} == {"FINISHED"}
    names = {model: set(run.data.metrics) for model, run in children.items()}
    shared = set.intersection(*names.values())
    assert {"roc_auc", "brier", "log_loss", "train_roc_auc"} <= shared
    assert [
        point.step for point in client.get_metric_history(children["ann"].info.run_id, "epochs/loss")
    ] == [
        1,
        2,
        3,
    ]
    assert parent.data.metrics["ann.roc_auc"] == children["ann"].data.metrics["roc_auc"]
    assert parent.data.tags["rows_in_file"] == "4454"
    assert parent.data.params["cleaning.split.test"] == "0.2"
    assert children["random_forest"].data.params["n_estimators"] == "20"
    assert not (finished_project / "mlruns").exists()


def test_the_registered_champion_scores_the_same_in_a_fresh_process(
    finished_project: Path, predictions: dict[str, pd.DataFrame]
) -> None:
    script = """
import sys, json, pandas as pd, mlflow
mlflow.set_tracking_uri(sys.argv[1])
model = mlflow.pyfunc.load_model("models:/consumer_credit@champion")
raw = pd.read_csv(sys.argv[2], dtype=str, keep_default_na=False).head(50)
assert model.metadata.signature is not None
print(json.dumps(model.predict(raw)["probability_of_default"].tolist()))
"""
    raw = finished_project / "data" / "01_raw" / NAME / "credit_data_4454x15.csv"
    result = subprocess.run(
        [sys.executable, "-c", script, f"sqlite:///{finished_project / 'mlflow.db'}", str(raw)],
        cwd=finished_project,
        capture_output=True,
        text=True,
        check=True,
    )
    probability = json.loads(result.stdout.strip().splitlines()[-1])
    champion = json.loads((finished_project / "data" / "08_reporting" / NAME / "champion.json").read_text())[
        "champion"
    ]
    rows = pd.Series(probability, index=[str(number) for number in pd.read_csv(raw, nrows=50)["rownames"]])
    expected = predictions[champion].set_index("row_id")["probability"]
    known = rows.index.intersection(expected.index)
    assert len(known) >= 49
    np.testing.assert_allclose(rows.loc[known], expected.loc[known], atol=1e-6)


def test_the_same_seed_gives_the_same_metrics(
    data: Path, project: Path, run_pipeline: Run, training: tuple[str, ...]
) -> None:
    run_pipeline(project, NAME, training)
    for model in MODELS:
        assert metrics(project / "data", model) == metrics(data, model)


def test_cleaning_does_not_import_tensorflow(project: Path) -> None:
    script = """
import sys
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project
bootstrap_project(sys.argv[1])
with KedroSession.create(project_path=sys.argv[1], env="consumer_credit") as session:
    session.run(pipeline_names=["cleaning"])
print(sorted({"tensorflow", "keras", "lightgbm"} & set(sys.modules)))
"""
    result = subprocess.run(
        [sys.executable, "-c", script, str(project)], cwd=project, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip().splitlines()[-1] == "[]"


def test_the_code_of_the_card_decides_an_application(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = (data / "08_reporting" / NAME / "model_card.md").read_text()
    code = card.split("```python\n")[1].split("```")[0]
    monkeypatch.chdir(data / "06_models" / NAME)
    names: dict[str, Any] = {}
    exec(code.replace("scorer.decide(", "decided = scorer.decide("), names)
    assert 0 < names["decided"][0].probability_of_default < 1
