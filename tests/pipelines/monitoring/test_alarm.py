"""`kedro run --pipeline monitoring` in a project: what it leaves, what MLflow keeps, how the process ends."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from kedro.framework.startup import bootstrap_project
from mlflow import MlflowClient
from tests.scoring.conftest import DESCRIPTION

from loan_default.cli import run

from .conftest import write_log

Entries = list[dict[str, Any]]
OUTPUTS = (
    *("monitoring.html", "monitoring.json", "metrics.json", "inputs.csv", "outcomes.csv", "periods.csv"),
    *(
        "bands.csv",
        "policies.csv",
        "decisions.png",
        "status_tags.json",
        "traffic.png",
        "score.png",
        "inputs.png",
        "outcomes.png",
    ),
)


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory, copy_project: Callable[[Path], Path], bundle: Path
) -> Path:
    """A project with the made-up model in service; nothing was trained in it."""
    project = copy_project(tmp_path_factory.mktemp("watching"))
    environment = project / "conf" / "made_up"
    environment.mkdir()
    (environment / "portfolio.yml").write_text(yaml.safe_dump({"portfolio": DESCRIPTION}))
    shutil.copytree(bundle, project / "data" / "06_models" / "made_up" / "scoring_bundle")
    return project


def arguments(**changes: Any) -> list[str]:
    settings = {"monitoring.log.path": "log.jsonl", **changes}
    asked = ",".join(f"{key}={value}" for key, value in settings.items())
    return ["--env", "made_up", "--pipeline", "monitoring", "--params", asked]


def kedro(project: Path, **changes: Any) -> Result:
    bootstrap_project(project)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        return CliRunner().invoke(run, arguments(**changes))


def result_of(project: Path) -> dict[str, Any]:
    found = json.loads((project / "data/08_reporting/made_up/monitoring/monitoring.json").read_text())
    assert isinstance(found, dict)
    return found


def test_green_ends_with_0_and_leaves_everything(project: Path, entries: Entries) -> None:
    write_log(entries, project / "log.jsonl")
    result = kedro(project)
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    folder = project / "data/08_reporting/made_up/monitoring"
    assert sorted(file.name for file in folder.iterdir()) == sorted(OUTPUTS)
    assert result_of(project)["status"] == "green"
    page = (folder / "monitoring.html").read_text()
    assert "<h2>Green</h2>" in page
    assert "http" not in page.replace("http-equiv", "")


def test_red_ends_with_3_in_a_process_of_its_own(project: Path, entries: Entries) -> None:
    doubled = [entry | {"inputs": entry["inputs"] | {"debts": 40.0}} for entry in entries]
    write_log(doubled, project / "log.jsonl")
    environment = {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"}
    ended = subprocess.run(
        [sys.executable, "-m", "kedro", "run", *arguments()],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 3, ended.stderr
    assert ended.stderr.splitlines() == [result_of(project)["message"]]
    assert ended.stderr.startswith(
        "Monitoring is red. 1 of 11 checks is red. Inputs: 1 of 13 inputs: `debts`"
    )
    assert (project / "data/08_reporting/made_up/monitoring/monitoring.html").is_file()

    client = MlflowClient(f"sqlite:///{project / 'mlflow.db'}")
    experiments = [one.experiment_id for one in client.search_experiments()]
    tracked = client.search_runs(experiments, order_by=["attributes.start_time DESC"])[0]
    assert tracked.info.status == "FINISHED"
    assert tracked.data.tags["monitoring.status"] == "red"
    assert tracked.data.metrics["status"] == 2
    assert tracked.data.metrics["inputs.psi_debts"] > 1
    assert tracked.data.metrics["traffic.predictions"] == 1500
    files = {file.path for file in client.list_artifacts(tracked.info.run_id, "validation")}
    assert "validation/monitoring.html" in files


def test_an_error_ends_with_1(project: Path) -> None:
    result = kedro(project, **{"monitoring.log.path": "none.jsonl"})
    assert result.exit_code == 1
    assert "There is no prediction log none.jsonl" in result.stderr
