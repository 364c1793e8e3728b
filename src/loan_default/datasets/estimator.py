"""Fitted estimators of scikit-learn and LightGBM."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import joblib  # type: ignore[import-untyped]

from loan_default.datasets.local_file import LocalFileDataset
from loan_default.datasets.write_aside import WriteAside


class _JoblibFile(LocalFileDataset):
    def load(self) -> Any:
        return joblib.load(Path(self._filepath))

    def save(self, data: Any) -> None:
        joblib.dump(data, Path(self._filepath), compress=3)


class EstimatorDataset(WriteAside, _JoblibFile):
    """A fitted estimator, pickled: a local product of training, never part of what goes into service."""
