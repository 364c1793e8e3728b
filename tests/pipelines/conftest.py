"""Whole runs of this project, in a copy of its folder, on the small real portfolio."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

QUICK = {
    "ann": {
        "network": {"kind": "mlp", "hidden_layers": [16], "learning_rate": 0.01},
        "max_epochs": 3,
        "batch_size": 64,
    },
    "random_forest": {"n_estimators": 20},
    "lightgbm": {"max_rounds": 30},
    "evaluation": {"resamples": 100},
    "importance": {"rows": 200, "repeats": 2},
    "explanation": {"rows": 60, "contribution_rows": 20, "inputs": 4, "bins": 4},
}
"""Small models: the flow is the same, the minutes are not."""

TRAINING = ("cleaning", "feature_engineering", "ann_training", "random_forest_comparison")
"""A whole run without the report."""

Run = Callable[..., None]
Copy = Callable[[Path], Path]


def _run_pipeline(
    project: Path,
    env: str = "consumer_credit",
    pipeline: str | Sequence[str] | None = None,
    nodes: list[str] | None = None,
    only_missing_outputs: bool = False,
    **params: Any,
) -> None:
    bootstrap_project(project)
    names = [pipeline] if isinstance(pipeline, str) else pipeline and list(pipeline)
    with KedroSession.create(project_path=project, env=env, runtime_params={**QUICK, **params}) as session:
        session.run(pipeline_names=names, node_names=nodes, only_missing_outputs=only_missing_outputs)


@pytest.fixture(autouse=True)
def _own_tracking_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


@pytest.fixture(scope="session")
def run_pipeline() -> Run:
    """Run a pipeline in a project: `run_pipeline(project, env, pipeline, **parameters)`."""
    return _run_pipeline


@pytest.fixture(scope="session")
def training() -> tuple[str, ...]:
    """The pipelines of a whole run without the report."""
    return TRAINING


@pytest.fixture(scope="session")
def finished_project(tmp_path_factory: pytest.TempPathFactory, copy_project: Copy) -> Path:
    """A project after one whole run; tests only read it."""
    project = copy_project(tmp_path_factory.mktemp("finished"))
    _run_pipeline(project)
    return project


@pytest.fixture
def project(tmp_path: Path, copy_project: Copy) -> Path:
    """A project in which nothing has run."""
    return copy_project(tmp_path)
