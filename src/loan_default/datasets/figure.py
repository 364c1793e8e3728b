"""Figures, as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from kedro_datasets.matplotlib.matplotlib_dataset import MatplotlibDataset

from loan_default.datasets.write_aside import WriteAside


class FigureDataset(WriteAside, MatplotlibDataset):
    """One Matplotlib figure in a PNG file of 150 dots per inch, loaded as the file's bytes."""

    DEFAULT_SAVE_ARGS: ClassVar[dict[str, Any]] = {"format": "png", "dpi": 150}

    def load(self) -> bytes:
        """Return the picture as PNG."""
        return Path(self._filepath).read_bytes()
