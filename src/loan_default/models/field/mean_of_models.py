"""Several models of one kind, averaged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


class MeanOfModels:
    """The mean of the models' probabilities of default.

    Args:
        models: Trained models.
        predict: From a model and features to its probability of default (rows,).
    """

    def __init__(self, models: Sequence[Any], predict: Callable[[Any, np.ndarray], np.ndarray]) -> None:
        self.models = models
        self.predict = predict
        self.classes_ = np.array([0, 1])

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Return float64 of shape (rows, 2)."""
        event = np.mean([self.predict(model, X) for model in self.models], axis=0)
        return np.column_stack([1 - event, event])
