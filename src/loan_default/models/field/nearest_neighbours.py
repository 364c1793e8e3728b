"""K nearest neighbours: the default rate among the most similar applications."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from pydantic import Field, model_validator

from loan_default.models.imbalance import rebalance
from loan_default.models.settings import ModelSettings


class NearestNeighboursSettings(ModelSettings):
    """How many neighbours are asked."""

    neighbours: int = Field(default=100, ge=1, description="Training rows asked; all count alike.")

    @model_validator(mode="after")
    def _cannot_be_weighted(self) -> Self:
        if self.imbalance.method == "class_weight":
            # They would do nothing here, and still be taken back from the probabilities.
            raise ValueError(
                "imbalance.method 'class_weight' cannot be learnt by neighbours, which all count alike: "
                "choose 'none', 'undersample', 'smote' or 'smotenc'."
            )
        return self


def train_nearest_neighbours(
    X: np.ndarray, y: np.ndarray, settings: NearestNeighboursSettings, seed: int
) -> tuple[Any, dict[str, Any]]:
    """Remember the training rows; distances are Euclidean on the features.

    Args:
        X: float32 features on comparable scales, shape (rows, features).
        y: Outcome, shape (rows,), 1 = default.
        settings: Neighbours, rebalancing.
        seed: Of the rebalancing.

    Returns:
        The fitted model and the rebalancing record.
    """
    from sklearn.neighbors import KNeighborsClassifier

    rows = rebalance(X, y, settings.imbalance, seed)
    model = KNeighborsClassifier(n_neighbors=min(settings.neighbours, len(rows.y)))
    return model.fit(rows.X, rows.y), rows.record
