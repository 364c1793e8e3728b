"""Folds that are measured, a file each, so that a run that was interrupted goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any


class FinishedFolds:
    """What was measured under the same conditions; under others nothing is finished.

    Args:
        folder: Where the files lie; made when the first is written.
        conditions: All that the results depend on, as text.
    """

    def __init__(self, folder: Path, conditions: str) -> None:
        self._folder = folder / hashlib.sha256(conditions.encode()).hexdigest()[:16]

    def read(self, name: str) -> dict[str, Any] | None:
        """Return what was kept under a name; None where nothing was."""
        file = self._folder / f"{name}.json"
        return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None

    def keep(self, name: str, row: dict[str, Any]) -> None:
        """Write a row of numbers and texts, whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = self._folder / f".{name}.json"
        aside.write_text(json.dumps(row), encoding="utf-8")
        os.replace(aside, self._folder / f"{name}.json")

    def forget(self) -> None:
        """Remove what was kept under these conditions."""
        shutil.rmtree(self._folder, ignore_errors=True)
