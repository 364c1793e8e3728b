"""Text for people, such as Markdown."""

from __future__ import annotations

from typing import Any, ClassVar

from kedro_datasets.text.text_dataset import TextDataset as PlainTextDataset

from loan_default.datasets.write_aside import WriteAside


class TextDataset(WriteAside, PlainTextDataset):
    """A UTF-8 text file."""

    DEFAULT_FS_ARGS: ClassVar[dict[str, Any]] = {
        "open_args_save": {"mode": "w", "encoding": "utf-8"},
        "open_args_load": {"mode": "r", "encoding": "utf-8"},
    }
