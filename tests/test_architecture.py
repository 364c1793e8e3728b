"""The import contracts of pyproject.toml hold: who may know Kedro, MLflow and the training libraries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def test_import_contracts_hold():
    command = Path(sys.executable).with_name("lint-imports")

    outcome = subprocess.run(
        [command, "--no-cache"], cwd=PROJECT, capture_output=True, text=True, check=False
    )

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert " 0 broken" in outcome.stdout
