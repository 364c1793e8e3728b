"""Where a run comes from: code, packages, command."""

from __future__ import annotations

import getpass
import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path

PACKAGES = ("kedro", "tensorflow", "keras", "scikit-learn", "lightgbm", "pandas", "loan-default")


def provenance_tags(project: Path) -> dict[str, str]:
    """Collect the tags that say which code, on which packages, was run by which command."""
    tags = {
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        "version.python": platform.python_version(),
        "mlflow.source.name": "kedro run",
        "mlflow.source.type": "LOCAL",
        **_package_versions(),
        **_git_state(project),
    }
    return {**tags, "mlflow.user": user_name()}


def user_name() -> str:
    """Name the user, or where a container's user has no name the number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _package_versions() -> dict[str, str]:
    versions = {}
    for package in PACKAGES:
        try:
            versions[f"version.{package}"] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return versions


def _git_state(project: Path) -> dict[str, str]:
    """Return commit and dirty flag; nothing without git, a repository, or a first commit."""
    try:
        commit = _git(project, "rev-parse", "HEAD")
        dirty = bool(_git(project, "status", "--porcelain"))
    except (OSError, subprocess.CalledProcessError):
        return {}
    return {"git_commit": commit, "git_dirty": str(dirty).lower(), "mlflow.source.git.commit": commit}


def _git(project: Path, *arguments: str) -> str:
    answer = subprocess.run(["git", *arguments], cwd=project, capture_output=True, text=True, check=True)
    return answer.stdout.strip()
