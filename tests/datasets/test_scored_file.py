from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from kedro.io import DatasetError

from loan_default.datasets.scored_file import ScoredFileDataset
from loan_default.scoring.batch import ScoredChunk


def chunk(first: int, rows: int, rejected: int = 0) -> ScoredChunk:
    return ScoredChunk(
        pd.DataFrame({"row_number": range(first, first + rows), "risk_band": ["low"] * rows}),
        pd.DataFrame({"row_number": range(rejected), "reason": pd.Series(["odd"] * rejected, dtype="str")}),
        1.0,
    )


@pytest.fixture
def dataset(tmp_path: Path) -> ScoredFileDataset:
    return ScoredFileDataset(filepath=str(tmp_path / "scores.parquet"), rejected=str(tmp_path / "no.parquet"))


def test_chunks_become_two_files(dataset: ScoredFileDataset, tmp_path: Path) -> None:
    assert not dataset.exists()
    dataset.save([chunk(1, 3), chunk(4, 2, rejected=1)])

    files = dataset.load()
    assert files.scores.read().to_pandas()["row_number"].tolist() == [1, 2, 3, 4, 5]
    assert files.rejected.read().to_pandas()["reason"].tolist() == ["odd"]
    assert sorted(os.listdir(tmp_path)) == ["no.parquet", "scores.parquet"]


def test_fault_in_a_late_chunk_leaves_the_old_files(dataset: ScoredFileDataset, tmp_path: Path) -> None:
    dataset.save([chunk(1, 3)])
    before = {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)}

    def failing() -> Iterator[ScoredChunk]:
        yield chunk(7, 2)
        raise ValueError("row 9 is odd")

    with pytest.raises(DatasetError, match="row 9 is odd"):
        dataset.save(failing())
    assert {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)} == before
