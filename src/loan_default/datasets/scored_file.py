"""A scored file of applications: two Parquet files that belong together, written chunk by chunk."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from loan_default.datasets.local_file import LocalFileDataset
from loan_default.datasets.write_aside import aside_of

if TYPE_CHECKING:
    from pyarrow import parquet

    from loan_default.scoring.batch import ScoredChunk


@dataclass(frozen=True)
class ScoredFile:
    """The files, open to be read part by part.

    Attributes:
        scores: The scored rows.
        rejected: The rows that could not be scored.
    """

    scores: parquet.ParquetFile
    rejected: parquet.ParquetFile


class ScoredFileDataset(LocalFileDataset):
    """Saved from scored chunks, of which only one is in memory at a time; loaded as two open files.

    Both files are written aside and renamed when the last chunk has come; if one fails, the old ones stay.

    Args:
        filepath: Parquet file of the scores.
        rejected: Parquet file of the rows that could not be scored.
        metadata: For kedro-viz and tracking; not used here.
    """

    def __init__(self, *, filepath: str, rejected: str, metadata: dict[str, Any] | None = None) -> None:
        super().__init__(filepath=filepath, metadata=metadata)
        self._rejected = rejected

    def load(self) -> ScoredFile:
        """Open the files."""
        from pyarrow import parquet

        return ScoredFile(parquet.ParquetFile(Path(self._filepath)), parquet.ParquetFile(self._rejected))

    def save(self, data: Iterable[ScoredChunk]) -> None:
        """Write every chunk, then replace the old files."""
        scores, rejected = Path(self._filepath), Path(self._rejected)
        aside = {target: aside_of(target) for target in (scores, rejected)}
        for target in aside:
            target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with ExitStack() as stack:
                writers = [stack.enter_context(_FrameWriter(file)) for file in aside.values()]
                for chunk in data:
                    writers[0].write(chunk.scores)
                    writers[1].write(chunk.rejected)
            for target, written in aside.items():
                os.replace(written, target)
        finally:
            for written in aside.values():
                written.unlink(missing_ok=True)

    def _exists(self) -> bool:
        return super()._exists() and Path(self._rejected).exists()

    def _describe(self) -> dict[str, Any]:
        return {**super()._describe(), "rejected": self._rejected}


class _FrameWriter:
    """Appends frames of one shape to a Parquet file; the first one says which, even if it has no rows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: parquet.ParquetWriter | None = None

    def __enter__(self) -> _FrameWriter:
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()

    def write(self, frame: pd.DataFrame) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        if self._writer is None:
            table = pa.Table.from_pandas(frame, preserve_index=False)
            self._writer = parquet.ParquetWriter(self._path, table.schema)
        else:
            table = pa.Table.from_pandas(frame, schema=self._writer.schema, preserve_index=False)
        self._writer.write_table(table)
