"""One decision tree."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field

from loan_default.models.imbalance import rebalance
from loan_default.models.settings import ModelSettings


class DecisionTreeSettings(ModelSettings):
    """Size of the tree."""

    max_depth: int = Field(default=8, ge=1, description="Deepest level.")
    min_leaf_share: float = Field(
        default=0.02, gt=0, le=0.5, description="Fewest training rows in a leaf, as a share of all."
    )


def train_decision_tree(
    X: np.ndarray, y: np.ndarray, settings: DecisionTreeSettings, seed: int
) -> tuple[Any, dict[str, Any]]:
    """Grow the tree by Gini impurity.

    Args:
        X: float32 features, shape (rows, features).
        y: Outcome, shape (rows,), 1 = default.
        settings: Size, rebalancing.
        seed: Of ties between splits and the rebalancing.

    Returns:
        The fitted model and the rebalancing record.
    """
    from sklearn.tree import DecisionTreeClassifier

    rows = rebalance(X, y, settings.imbalance, seed)
    tree = DecisionTreeClassifier(
        max_depth=settings.max_depth, min_samples_leaf=settings.min_leaf_share, random_state=seed
    )
    return tree.fit(rows.X, rows.y, sample_weight=rows.sample_weight), rows.record
