from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from loan_default.tracking.provenance import provenance_tags


def git(project: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=project, check=True, capture_output=True, text=True).stdout.strip()


def test_commit_and_dirty_flag(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a.txt").write_text("a")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    clean = provenance_tags(tmp_path)
    (tmp_path / "a.txt").write_text("b")
    dirty = provenance_tags(tmp_path)

    assert clean["git_commit"] == dirty["git_commit"] == git(tmp_path, "rev-parse", "HEAD")
    assert (clean["git_dirty"], dirty["git_dirty"]) == ("false", "true")


def test_repository_without_a_commit_has_no_git_tags(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert "git_commit" not in provenance_tags(tmp_path)


def test_machine_without_git_has_no_git_tags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git_commit" not in provenance_tags(tmp_path)


def test_command_and_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/kedro", "run", "-p", "cleaning"])
    tags = provenance_tags(tmp_path)
    assert tags["command"] == "kedro run -p cleaning"
    assert tags["version.python"].count(".") == 2
    assert {"version.kedro", "version.tensorflow", "version.scikit-learn", "version.lightgbm"} <= set(tags)


def test_versions_are_told_without_importing() -> None:
    code = (
        "import sys; from pathlib import Path; from loan_default.tracking.provenance import provenance_tags;"
        "provenance_tags(Path('.')); print({'tensorflow', 'sklearn', 'lightgbm'} & set(sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"
