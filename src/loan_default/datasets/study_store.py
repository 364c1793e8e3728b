"""Where studies are kept from one run to the next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kedro.io import DatasetError

from loan_default.datasets.local_file import LocalFileDataset


class StudyStoreDataset(LocalFileDataset):
    """A SQLite database, loaded as its URL; whoever opens it writes to it."""

    def load(self) -> str:
        """Return the URL; the folder is made, the database by who opens it."""
        file = Path(self._filepath)
        file.parent.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{file}"

    def save(self, data: Any) -> None:
        """Refuse: the database is written through its URL.

        Raises:
            DatasetError: Always.
        """
        raise DatasetError(f"{self._filepath} is written through the URL that loading it gives.")

    def _exists(self) -> bool:
        return True
