from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

from .conftest import ENV

ROOT = Path(__file__).parents[2]

HOUR_MS = 3_600_000


def execute(project: Path, name: str, allow_errors: bool = False) -> nbformat.NotebookNode:
    notebook = nbformat.read(project / "notebooks" / f"{name}.ipynb", as_version=4)
    resources = {"metadata": {"path": str(project / "notebooks")}}
    runner = nbclient.NotebookClient(notebook, timeout=120, resources=resources, allow_errors=allow_errors)
    runner.execute()
    return notebook


def outputs(notebook: nbformat.NotebookNode, kind: str) -> list[str]:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [out["data"][kind] for cell in cells for out in cell.outputs if kind in out.get("data", {})]


def record(project: Path, name: str) -> Any:
    return json.loads((project / "data/08_reporting" / ENV / f"{name}.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def client(project: Path) -> MlflowClient:
    return MlflowClient(f"sqlite:///{project / 'mlflow.db'}")


@pytest.fixture
def earlier_run(client: MlflowClient) -> Iterator[str]:
    """A made-up run of the hour before: another architecture, and an ANN that ranked worse by 0.1."""
    experiment = client.get_experiment_by_name(ENV).experiment_id
    runs = client.search_runs([experiment])
    parent = next(run for run in runs if "mlflow.parentRunId" not in run.data.tags)
    copies = {}
    for run in [parent, *(run for run in runs if run is not parent)]:
        start = parent.info.start_time - HOUR_MS
        copy = client.create_run(experiment, start_time=start, run_name=f"earlier {run.info.run_name}")
        params = run.data.params | ({"ann.network.kind": "mlp"} if run is parent else {})
        metrics = dict(run.data.metrics)
        if run.info.run_name == "ann":
            metrics |= {key: metrics[key] - 0.1 for key in ("roc_auc", "roc_auc_low", "roc_auc_high")}
        tags = {
            key: run.data.tags[key]
            for key in ("portfolio", "model", "data_fingerprint")
            if key in run.data.tags
        }
        if run is not parent:
            tags["mlflow.parentRunId"] = copies[parent.info.run_id]
        copies[run.info.run_id] = copy.info.run_id
        client.log_batch(copy.info.run_id, tags=[RunTag(key, value) for key, value in tags.items()])
        for at in range(0, len(params), 100):
            some = list(params.items())[at : at + 100]
            client.log_batch(copy.info.run_id, params=[Param(key, value) for key, value in some])
        client.log_batch(
            copy.info.run_id, metrics=[Metric(key, value, start, 0) for key, value in metrics.items()]
        )
        client.set_terminated(copy.info.run_id)
    yield f"earlier {parent.info.run_name}"
    for run_id in copies.values():
        client.delete_run(run_id)


@pytest.mark.parametrize("name", ["explore_portfolio", "compare_runs"])
def test_a_notebook_is_kept_without_outputs(name: str) -> None:
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell for cell in code if cell.outputs or cell.execution_count] == []


def test_exploring_states_the_numbers_of_the_catalog(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEDRO_ENV", ENV)
    notebook = execute(project, "explore_portfolio")

    said = "\n".join(outputs(notebook, "text/markdown"))
    clean = pd.read_parquet(project / "data/03_primary" / ENV / "clean_applications.parquet")
    train = clean[clean["part"] == "train"]
    steps = record(project, "cleaning_report")["steps"]
    assert f"**Consumer credit**: {len(clean):,} usable loans of {steps[0]['rows']:,} rows" in said
    assert f"**{train['default'].mean():.1%} of the {len(train):,} train loans defaulted.**" in said

    features = pd.read_csv(project / "data/08_reporting" / ENV / "feature_report.csv")
    closest = features.loc[features["correlation"].abs().idxmax()]
    assert f"**{closest['label']} goes with default most closely, at {closest['correlation']:+.2f}.**" in said

    # Years in the job leads the numbers, and the owners of a home default least: known of this file.
    medians = train.groupby("default")["seniority"].median()
    assert f"its median is {medians[1]:.4g} years among loans in default, {medians[0]:.4g} years" in said
    owners = train.loc[train["home"] == "owner", "default"]
    assert f"- **Home**: from {owners.mean():.1%} (owner, {len(owners):,} loans)" in said
    assert len(outputs(notebook, "image/png")) == 3


def test_comparing_states_the_numbers_of_the_catalog(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEDRO_ENV", ENV)
    notebook = execute(project, "compare_runs")

    said = "\n".join(outputs(notebook, "text/markdown"))
    tables = "\n".join(outputs(notebook, "text/html"))
    models = ("ann", "random_forest", "logistic_regression", "lightgbm")
    metrics = {name: record(project, f"{name}/metrics") for name in models}
    for of_model in metrics.values():
        for key in ("roc_auc", "brier", "f1"):
            stated = f"{of_model[key]:.4f} [{of_model[f'{key}_low']:.4f}, {of_model[f'{key}_high']:.4f}]"
            assert stated in tables
    best = max(metrics, key=lambda name: metrics[name]["roc_auc"])
    assert "**Runs of Consumer credit: 1, complete: 1.**" in said
    assert f"{best} ranks best: ROC AUC {metrics[best]['roc_auc']:.4f}" in said
    assert f"The champion is {record(project, 'champion')['champion']}." in said
    assert "This is the only complete run" in said
    assert len(outputs(notebook, "image/png")) == 2


def test_comparing_tells_what_has_changed_since_the_run_before(
    project: Path, earlier_run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEDRO_ENV", ENV)
    notebook = execute(project, "compare_runs")

    said = "\n".join(outputs(notebook, "text/markdown"))
    moved = "metrics that have left the interval they had: 1 of 16"
    assert f"**Since `{earlier_run}`: settings changed: 1; {moved}.**" in said
    tables = "\n".join(outputs(notebook, "text/html"))
    assert re.search(r"ann\.network\.kind</th>\s*<td>mlp</td>\s*<td>auto</td>", tables)


def test_comparing_says_what_to_do_where_there_is_no_run(project: Path) -> None:
    notebook = execute(project, "compare_runs", allow_errors=True)
    shown = re.sub(r"\s+", " ", "".join(outputs(notebook, "text/html")))
    assert "kedro run --env lending_club" in shown
    assert outputs(notebook, "image/png") == []
