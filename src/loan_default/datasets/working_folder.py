"""A folder that a node works in while it runs, such as for checkpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kedro.io import DatasetError

from loan_default.datasets.local_file import LocalFileDataset


class WorkingFolder(LocalFileDataset):
    """A folder given as its path, whether it exists yet or not; what lies in it is the node's own."""

    def load(self) -> Path:
        """Return the folder."""
        return Path(self._filepath)

    def save(self, data: Any) -> None:
        """Refuse: the node writes into it while it runs."""
        raise DatasetError(f"{self._filepath} is a working folder: no output can be saved to it.")

    def _exists(self) -> bool:
        return True
