"""Pipelines run one by one: what belongs together is used together, or refused."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from loan_default.errors import InputError

NAME = "consumer_credit"
RunPipeline = Callable[..., None]


@pytest.fixture(scope="module")
def trained(
    tmp_path_factory: pytest.TempPathFactory,
    copy_project: Callable[[Path], Path],
    run_pipeline: RunPipeline,
    training: tuple[str, ...],
) -> Path:
    """A project after one whole run but the report, which the tests of this module run on in their order."""
    project = copy_project(tmp_path_factory.mktemp("slices"))
    run_pipeline(project, NAME, training)
    return project


def bundle(project: Path) -> dict[str, str]:
    folder = project / "data" / "06_models" / NAME / "scoring_bundle"
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def runs(project: Path) -> list[Run]:
    client = MlflowClient(f"sqlite:///{project / 'mlflow.db'}")
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    return client.search_runs(experiments, order_by=["attributes.start_time DESC"])


def test_a_sliced_comparison_compares_the_ann_of_the_run_before(
    trained: Path, run_pipeline: RunPipeline
) -> None:
    run_pipeline(trained, NAME, "random_forest_comparison")
    newest = {run.info.run_name: run for run in runs(trained)[:5]}
    assert newest["ann"].data.metrics["roc_auc"] > 0.5
    assert set(newest["ann"].data.metrics) == set(newest["lightgbm"].data.metrics)
    assert newest["ann"].data.params == {}, "it was trained in another run, perhaps with other parameters"


def test_the_model_in_service_is_the_yardstick_of_the_next_run(trained: Path) -> None:
    """The run before trained the same models again: the champion gains nothing over itself."""
    reporting = trained / "data" / "08_reporting" / NAME
    gates = json.loads((reporting / "gates.json").read_text())
    champion = json.loads((reporting / "champion.json").read_text())["champion"]
    gain = gates[champion]["min_gain_over_current"]
    assert gain["value"] == pytest.approx(0, abs=1e-6)
    assert gain["note"].startswith(f"Against {champion}, version ")
    assert any(of_model["min_gain_over_current"]["value"] > 1e-4 for of_model in gates.values())
    first, second = (json.loads(line) for line in (trained / "promotions.jsonl").read_text().splitlines())
    assert (first["from_version"], second["from_version"]) == (None, first["to_version"])
    assert second["metrics"]["roc_auc_low"] < second["metrics"]["roc_auc"]
    assert second["gates"]["max_unexplained_leaks"]["passed"]


def test_when_no_model_is_admitted_the_last_bundle_stays(trained: Path, run_pipeline: RunPipeline) -> None:
    client = MlflowClient(f"sqlite:///{trained / 'mlflow.db'}")
    before, version = bundle(trained), client.get_model_version_by_alias(NAME, "champion").version
    promotions = (trained / "promotions.jsonl").read_bytes()
    run_pipeline(trained, NAME, "random_forest_comparison", validation_criteria={"min_roc_auc_low": 0.99})
    record = json.loads((trained / "data" / "08_reporting" / NAME / "champion.json").read_text())
    parent = next(run for run in runs(trained) if "mlflow.parentRunId" not in run.data.tags)
    assert record["champion"] is None
    assert "0.99" in parent.data.tags["champion_refused"]
    assert parent.data.tags["gate.min_roc_auc_low"] == parent.data.tags["validation"] == "refused"
    assert parent.data.tags["gate.max_psi"] == "passed"
    assert (trained / "promotions.jsonl").read_bytes() == promotions
    assert bundle(trained) == before
    assert client.get_model_version_by_alias(NAME, "champion").version == version


def test_a_champion_without_challenger_leaves_no_old_challenger(
    trained: Path, run_pipeline: RunPipeline
) -> None:
    client = MlflowClient(f"sqlite:///{trained / 'mlflow.db'}")
    metrics = {
        model: json.loads((trained / "data" / "08_reporting" / NAME / model / "metrics.json").read_text())
        for model in ("ann", "random_forest", "logistic_regression", "lightgbm")
    }
    second, best = sorted(values["roc_auc_low"] for values in metrics.values())[-2:]
    only_one = {"min_roc_auc_low": (second + best) / 2}
    run_pipeline(trained, NAME, "random_forest_comparison", validation_criteria=only_one)
    record = json.loads((trained / "data" / "08_reporting" / NAME / "champion.json").read_text())
    assert record["champion"] is not None
    assert record["challenger"] is None
    assert not (trained / "data" / "06_models" / NAME / "challenger_bundle").exists()
    assert set(client.get_registered_model(NAME).aliases) == {"champion"}


def test_models_of_other_features_are_not_compared(trained: Path, run_pipeline: RunPipeline) -> None:
    before = bundle(trained)
    run_pipeline(trained, NAME, "feature_engineering", features={"scaling": "zscore"})
    with pytest.raises(InputError, match="trained on another model_input"):
        run_pipeline(trained, NAME, "random_forest_comparison")
    assert bundle(trained) == before
    run_pipeline(trained, NAME, "feature_engineering")


def test_parts_of_two_trainings_are_not_packed(trained: Path, run_pipeline: RunPipeline) -> None:
    models = trained / "data" / "06_models" / NAME
    before = bundle(trained)
    for model in ("random_forest", "lightgbm", "logistic_regression", "ann"):
        threshold = json.loads((models / model / "threshold.json").read_text())
        calibrator = json.loads((models / model / "calibrator.json").read_text())
        (models / model / "calibrator.json").write_text(json.dumps({**calibrator, "intercept": 1.5}))
        (models / model / "threshold.json").write_text(json.dumps(threshold))
    with pytest.raises(InputError, match="come from different runs"):
        run_pipeline(trained, NAME, nodes=["service.pack_champion"])
    assert bundle(trained) == before


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_is_marked_as_killed(trained: Path, stop: signal.Signals) -> None:
    command = [
        str(Path(sys.executable).with_name("kedro")),
        "run",
        "--env",
        NAME,
        "--pipeline",
        "ann_training",
    ]
    command += ["--params", "ann.max_epochs=10000,ann.patience=10000"]
    process = subprocess.Popen(
        command, cwd=trained, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "epoch" in line:
            break
    process.send_signal(stop)
    process.communicate(timeout=60)
    time.sleep(0.1)
    parent = next(run for run in runs(trained) if "mlflow.parentRunId" not in run.data.tags)
    assert process.returncode != 0
    assert parent.info.status == "KILLED"
