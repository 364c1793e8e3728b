"""Records: dictionaries and lists, as JSON."""

from __future__ import annotations

from kedro_datasets.json.json_dataset import JSONDataset

from loan_default.datasets.write_aside import WriteAside


class RecordDataset(WriteAside, JSONDataset):
    """A JSON file, indented for people."""
