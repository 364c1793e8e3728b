"""Bytes, as they are."""

from __future__ import annotations

from pathlib import Path

from loan_default.datasets.local_file import LocalFileDataset
from loan_default.datasets.write_aside import WriteAside


class _BinaryFile(LocalFileDataset):
    def load(self) -> bytes:
        return Path(self._filepath).read_bytes()

    def save(self, data: bytes) -> None:
        Path(self._filepath).write_bytes(data)


class BinaryDataset(WriteAside, _BinaryFile):
    """A file of bytes, such as a model in ONNX."""
