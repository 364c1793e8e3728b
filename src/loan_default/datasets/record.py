"""Records: dictionaries and lists, as JSON."""

from __future__ import annotations

from typing import Any, ClassVar

from kedro_datasets.json.json_dataset import JSONDataset

from loan_default.datasets.write_aside import WriteAside


class RecordDataset(WriteAside, JSONDataset):
    """A JSON file, indented and with its letters as they are, for people."""

    DEFAULT_SAVE_ARGS: ClassVar[dict[str, Any]] = {"indent": 2, "ensure_ascii": False}
    DEFAULT_FS_ARGS: ClassVar[dict[str, Any]] = {"open_args_save": {"mode": "w", "encoding": "utf-8"}}
