"""Figures, as pictures."""

from __future__ import annotations

from typing import Any, ClassVar

from kedro_datasets.matplotlib.matplotlib_dataset import MatplotlibDataset

from loan_default.datasets.write_aside import WriteAside


class FigureDataset(WriteAside, MatplotlibDataset):
    """One Matplotlib figure in a PNG file of 150 dots per inch; kedro-viz previews it."""

    DEFAULT_SAVE_ARGS: ClassVar[dict[str, Any]] = {"format": "png", "dpi": 150}
