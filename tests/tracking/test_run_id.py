"""Nodes learn the run's id from the catalog, without knowing MLflow."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Node, Pipeline

from loan_default.tracking.hook import MlflowTracking

RUN = {"pipeline_names": None, "runner": "SequentialRunner", "project_path": "."}


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> MlflowTracking:
    hook = MlflowTracking()
    session = SimpleNamespace(run_id="run 7", log_inputs=lambda: None)
    monkeypatch.setattr(hook, "_start", lambda pipelines: session)
    return hook


def start(hook: MlflowTracking, pipeline: Pipeline | None = None, **datasets: Any) -> DataCatalog:
    catalog = DataCatalog({name: MemoryDataset(value) for name, value in datasets.items()})
    hook.before_pipeline_run(RUN, pipeline or Pipeline([]), catalog)
    hook._session = None
    return catalog


def test_the_run_s_id_is_in_the_catalog(hook: MlflowTracking) -> None:
    assert start(hook, run_id="not tracked").load("run_id") == "run 7"


def test_a_catalog_that_does_not_ask_gets_none(hook: MlflowTracking) -> None:
    assert "run_id" not in start(hook, other=1)


def test_without_tracking_the_catalog_s_own_value_stays(
    hook: MlflowTracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hook, "_start", lambda pipelines: None)
    assert start(hook, run_id="not tracked").load("run_id") == "not tracked"


@pytest.mark.parametrize("tracked", [True, False])
def test_a_pipeline_that_asks_learns_where_the_run_comes_from(
    hook: MlflowTracking, monkeypatch: pytest.MonkeyPatch, tracked: bool
) -> None:
    if not tracked:
        monkeypatch.setattr(hook, "_start", lambda pipelines: None)
    monkeypatch.setattr("sys.argv", ["/somewhere/bin/kedro", "run", "--env", "shop"])
    asking = Pipeline([Node(lambda provenance: provenance, "run_provenance", "told")])
    provenance = start(hook, asking, run_provenance={}).load("run_provenance")
    assert provenance["mlflow.user"]
    assert provenance["command"] == "kedro run --env shop"
    assert provenance["run_id"] == ("run 7" if tracked else "not tracked")
    assert datetime.fromisoformat(provenance["started"]).tzinfo is UTC
    assert start(hook, run_provenance={}).load("run_provenance") == {}
