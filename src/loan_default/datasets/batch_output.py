"""Where batch_scoring left its output, whether it has run yet or not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from kedro.io import DatasetError

from loan_default.datasets.local_file import LocalFileDataset


@dataclass(frozen=True)
class BatchOutput:
    """Files of the last scored batch, if there is one.

    Attributes:
        scores: Parquet file of the scores.
        rejected: Parquet file of the rows that could not be scored.
        summary: JSON file that says of which file, by which model.
    """

    scores: Path
    rejected: Path
    summary: Path


class BatchOutputDataset(LocalFileDataset):
    """Loaded as the paths of the files; never written. Monitoring a log must not ask for a batch.

    Args:
        filepath: Parquet file of the scores.
        rejected: Parquet file of the rows that could not be scored.
        summary: JSON file of the counts.
        metadata: For kedro-viz and tracking; not used here.
    """

    def __init__(
        self, *, filepath: str, rejected: str, summary: str, metadata: dict[str, Any] | None = None
    ) -> None:
        super().__init__(filepath=filepath, metadata=metadata)
        self._rejected, self._summary = rejected, summary

    def load(self) -> BatchOutput:
        """Return the paths."""
        return BatchOutput(Path(self._filepath), Path(self._rejected), Path(self._summary))

    def save(self, data: NoReturn) -> None:
        """Refuse: batch_scoring writes these files."""
        raise DatasetError(f"{self._filepath} is written by batch_scoring.")

    def _exists(self) -> bool:
        return True
