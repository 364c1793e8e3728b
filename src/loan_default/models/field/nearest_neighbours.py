"""K nearest neighbours: the default rate among the most similar applications."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field

from loan_default.models.imbalance import rebalance
from loan_default.models.settings import ModelSettings


class NearestNeighboursSettings(ModelSettings):
    """How many neighbours are asked."""

    neighbours: int = Field(default=200, ge=1, description="Training rows asked; all count alike.")


def train_nearest_neighbours(
    X: np.ndarray, y: np.ndarray, settings: NearestNeighboursSettings, seed: int
) -> tuple[Any, dict[str, Any]]:
    """Remember the training rows; distances are Euclidean on the features.

    Args:
        X: float32 features on comparable scales, shape (rows, features).
        y: Outcome, shape (rows,), 1 = default.
        settings: Neighbours, rebalancing; weights of classes cannot be learnt.
        seed: Of the rebalancing.

    Returns:
        The fitted model and the rebalancing record.
    """
    from sklearn.neighbors import KNeighborsClassifier

    rows = rebalance(X, y, settings.imbalance, seed)
    model = KNeighborsClassifier(n_neighbors=min(settings.neighbours, len(rows.y)))
    return model.fit(rows.X, rows.y), rows.record
