"""Real sessions of the tiny project against a real sqlite store."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from loan_default.errors import InputError
from loan_default.settings import HOOKS

NewRuns = Callable[[], list[Run]]


@pytest.fixture
def client(tiny_project: Path) -> MlflowClient:
    return MlflowClient(f"sqlite:///{tiny_project / 'mlflow.db'}")


@pytest.fixture
def new_runs(client: MlflowClient) -> NewRuns:
    """List the runs that the test has left behind, oldest first."""

    def list_runs() -> list[Run]:
        experiments = [experiment.experiment_id for experiment in client.search_experiments()]
        return client.search_runs(experiments, order_by=["attributes.start_time ASC"])

    before = {run.info.run_id for run in list_runs()}
    return lambda: [run for run in list_runs() if run.info.run_id not in before]


@pytest.fixture
def extra_file(tiny_project: Path) -> Iterator[Callable[[str, str], None]]:
    """Write a file into the tiny project for one test."""
    written: list[Path] = []

    def write(name: str, text: str) -> None:
        written.append(tiny_project / name)
        written[-1].write_text(text)

    yield write
    for file in written:
        file.unlink()


def by_name(runs: list[Run]) -> dict[str, Run]:
    return {run.data.tags.get("model", "parent"): run for run in runs}


def artifacts(client: MlflowClient, run: Run, folder: str | None = None) -> set[str]:
    return {entry.path for entry in client.list_artifacts(run.info.run_id, folder)}


def test_whole_run_leaves_one_parent_and_one_child_per_model(
    run_tiny, client: MlflowClient, new_runs: NewRuns, tiny_project: Path
) -> None:
    run_tiny()

    runs = by_name(new_runs())
    assert set(runs) == {"parent", "ann", "random_forest"}
    assert len(new_runs()) == 3
    parent, ann, forest = runs["parent"], runs["ann"], runs["random_forest"]
    assert {run.info.status for run in runs.values()} == {"FINISHED"}
    assert parent.info.run_name.startswith("lending_club __default__ 20")
    assert (ann.info.run_name, forest.info.run_name) == ("ann", "random_forest")
    assert "mlflow.parentRunId" not in parent.data.tags
    assert {run.data.tags["mlflow.parentRunId"] for run in (ann, forest)} == {parent.info.run_id}
    assert client.get_experiment(parent.info.experiment_id).name == "lending_club"

    assert forest.data.metrics == {"test_roc_auc": 0.69, "test.brier": 0.21}
    assert ann.data.metrics.items() >= {"test_roc_auc": 0.7, "test.brier": 0.2}.items()
    assert parent.data.metrics == {"models": 2}
    curve = client.get_metric_history(ann.info.run_id, "epochs/val_loss")
    assert [(point.step, point.value) for point in curve] == [(0, 0.9), (1, 0.6), (2, 0.7)]

    assert parent.data.params["mode"] == "work"
    assert parent.data.params["ann.dropout"] == "0.2"
    assert parent.data.params["ann.optimizer"] == "adam"  # a default, known only to the validated model
    assert not any(name.startswith("portfolio") for name in parent.data.params)
    assert ann.data.params["dropout"] == "0.2"
    assert forest.data.params == {}

    tags = parent.data.tags
    assert tags["portfolio"] == tags["env"] == "lending_club"
    assert tags["pipeline"] == "__default__"
    assert tags["portfolio_file"] == "data/raw/lending_club.txt"
    assert (tags["data_fingerprint"], tags["rows.read"]) == ("abc123", "3")
    assert tags["version.kedro"].startswith("1.")
    assert tags["command"]

    assert artifacts(client, parent) == {"parameters.json", "portfolio.json", "report.md", "reporting"}
    assert artifacts(client, parent, "reporting") == {"reporting/comparison.parquet"}
    assert artifacts(client, ann, "reporting") == {"reporting/metrics.json", "reporting/curve.png"}
    description = json.loads(
        Path(client.download_artifacts(parent.info.run_id, "portfolio.json")).read_text()
    )
    assert description["title"] == "Lending Club"
    assert not list(tiny_project.rglob("mlruns"))


def test_sliced_run_takes_the_fingerprint_from_the_last_cleaning(run_tiny, new_runs: NewRuns) -> None:
    run_tiny("cleaning")
    run_tiny("training")

    cleaning, training = (run for run in new_runs() if "model" not in run.data.tags)
    assert cleaning.data.tags["pipeline"] == "cleaning"
    assert training.data.tags["pipeline"] == "training"
    assert training.data.tags["data_fingerprint"] == "abc123"


def test_failing_node_leaves_a_failed_run_with_the_reason(run_tiny, new_runs: NewRuns) -> None:
    with pytest.raises(InputError):
        run_tiny("cleaning", mode="fail")

    (run,) = new_runs()
    assert run.info.status == "FAILED"
    assert run.data.tags["error"] == "InputError: column 'loan_status' is not in the file; rename it"


def test_interrupted_run_is_ended_before_the_next_one_starts(run_tiny, new_runs: NewRuns) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_tiny("cleaning", mode="interrupt")
    run_tiny("cleaning")

    assert [run.info.status for run in new_runs()] == ["KILLED", "FINISHED"]


def test_many_sessions_of_one_process_leave_no_run_open(run_tiny, new_runs: NewRuns) -> None:
    for pipeline in ("cleaning", "training", "cleaning"):
        run_tiny(pipeline)

    assert len([run for run in new_runs() if "model" not in run.data.tags]) == 3
    assert {run.info.status for run in new_runs()} == {"FINISHED"}
    assert HOOKS[0]._session is None


def test_only_models_of_this_run_get_a_child_run(run_tiny, new_runs: NewRuns, tiny_project: Path) -> None:
    run_tiny()
    assert (tiny_project / "data/ann/metrics.json").exists()
    run_tiny("cleaning")
    assert "model" not in new_runs()[-1].data.tags
    assert len(new_runs()) == 4


def test_portfolio_is_tracked_as_its_own_experiment_with_its_own_settings(
    run_tiny, client: MlflowClient, new_runs: NewRuns
) -> None:
    run_tiny(env="shop")

    runs = by_name(new_runs())
    assert client.get_experiment(runs["parent"].info.experiment_id).name == "shop"
    assert runs["parent"].data.tags["env"] == "shop"
    assert runs["ann"].data.params["dropout"] == "0.4"
    assert runs["ann"].data.params["layers"] == "[{'units': 4}, {'units': 2}]"


def test_refused_champion_registers_nothing_and_says_why(
    run_tiny, client: MlflowClient, new_runs: NewRuns
) -> None:
    run_tiny(env="shop")
    before = len(client.search_model_versions("name='shop'"))
    run_tiny(env="shop", champion="")
    assert len(client.search_model_versions("name='shop'")) == before

    tags = by_name(new_runs())["parent"].data.tags  # of the later run
    assert tags["champion_refused"] == "no model reaches the minimum ROC AUC of 0.8"
    assert not {"champion_version", "challenger_version"} & set(tags)
    assert "champion" not in tags


def test_run_that_fails_after_its_bundle_was_saved_registers_nothing(
    run_tiny, client: MlflowClient, new_runs: NewRuns
) -> None:
    before = len(client.search_model_versions("name='lending_club'"))
    with pytest.raises(RuntimeError):
        run_tiny(mode="fail late")

    assert len(client.search_model_versions("name='lending_club'")) == before
    runs = by_name(new_runs())
    assert {run.info.status for run in runs.values()} == {"FAILED"}
    assert runs["ann"].data.metrics["test_roc_auc"] == 0.7


def test_tracking_can_be_switched_off(run_tiny, new_runs: NewRuns, extra_file) -> None:
    extra_file("conf/base/mlflow.yml", "enabled: false\n")
    run_tiny("cleaning")
    assert new_runs() == []


def test_experiment_can_be_named(run_tiny, client: MlflowClient, new_runs: NewRuns, extra_file) -> None:
    extra_file("conf/base/mlflow.yml", "experiment: spring review\n")
    run_tiny("cleaning")
    (run,) = new_runs()
    assert client.get_experiment(run.info.experiment_id).name == "spring review"


def test_unknown_kind_in_the_catalog_stops_the_run_before_its_first_node(
    run_tiny, new_runs: NewRuns, extra_file
) -> None:
    entry = "wrong: {type: MemoryDataset, metadata: {mlflow: metric}}\n"
    extra_file("conf/base/catalog_extra.yml", entry)
    with pytest.raises(InputError, match="'wrong' says `mlflow: metric`; allowed are metrics, history"):
        run_tiny("cleaning")


def test_store_that_cannot_be_used_is_named_with_what_to_do(
    run_tiny, monkeypatch: pytest.MonkeyPatch, tiny_project: Path
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "bogus://nowhere")
    with pytest.raises(InputError, match=r"MLflow at bogus://nowhere .*(?s:.*)enabled: false"):
        run_tiny("cleaning")
    assert HOOKS[0]._session is None


def test_store_elsewhere_keeps_its_artifacts_beside_it(
    run_tiny, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_project: Path
) -> None:
    uri = f"sqlite:///{tmp_path / 'runs.db'}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    run_tiny("cleaning")

    (experiment,) = [e for e in MlflowClient(uri).search_experiments() if e.name != "Default"]
    assert experiment.artifact_location == (tmp_path / "mlartifacts" / "lending_club").as_uri()
    assert not list(tmp_path.rglob("mlruns"))
    assert not list(tiny_project.rglob("mlruns"))


def test_tracking_leaves_no_global_state_in_mlflow(run_tiny) -> None:
    run_tiny("cleaning")
    mlflow = sys.modules["mlflow"]
    assert mlflow.active_run() is None
    assert not mlflow.is_tracking_uri_set()
