"""A copy of the project with one quick run in it, for the notebooks to read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ENV = "consumer_credit"
QUICK = (
    "ann.max_epochs=3",
    "random_forest.n_estimators=20",
    "lightgbm.max_rounds=30",
    "evaluation.resamples=100",
    "importance.rows=100",
    "importance.repeats=2",
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, copy_project: Callable[[Path], Path]) -> Path:
    """The root of the copy, after `kedro run` of the small portfolio."""
    root = copy_project(tmp_path_factory.mktemp("notebooks"))
    done = subprocess.run(
        [sys.executable, "-m", "kedro", "run", "--env", ENV, "--params", ",".join(QUICK)],
        cwd=root,
        env={**_settings_of_no_user(), "DO_NOT_TRACK": "true", "OMP_WAIT_POLICY": "PASSIVE"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels inherit this process's environment."""
    for name in set(os.environ) - set(_settings_of_no_user()):
        monkeypatch.delenv(name)
    monkeypatch.setenv("DO_NOT_TRACK", "true")


def _settings_of_no_user() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if name not in ("KEDRO_ENV", "MLFLOW_TRACKING_URI")
    }
