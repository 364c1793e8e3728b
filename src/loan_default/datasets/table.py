"""Tables: Parquet between nodes, CSV for people."""

from __future__ import annotations

from typing import Any, ClassVar

from kedro_datasets.pandas.csv_dataset import CSVDataset
from kedro_datasets.pandas.parquet_dataset import ParquetDataset

from loan_default.datasets.write_aside import WriteAside


class TableDataset(WriteAside, ParquetDataset):
    """A data frame in a Parquet file."""


class CsvDataset(WriteAside, CSVDataset):
    """A data frame in a CSV file, without its index."""

    DEFAULT_SAVE_ARGS: ClassVar[dict[str, Any]] = {"index": False}
