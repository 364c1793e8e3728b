"""CatBoost: gradient boosting by symmetric trees."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field

from loan_default.models.imbalance import rebalance
from loan_default.models.settings import ModelSettings
from loan_default.models.threads import thread_count


class CatboostSettings(ModelSettings):
    """Shape of the trees, step size, early stopping."""

    max_rounds: int = Field(default=2000, ge=1, description="Trees at most.")
    patience: int = Field(
        default=50, ge=1, description="Trees without a better validation loss after which training stops."
    )
    learning_rate: float = Field(default=0.06, gt=0, description="Share of each tree that is added.")
    depth: int = Field(default=6, ge=1, le=16, description="Levels of a tree.")
    lambda_l2: float = Field(default=3.0, ge=0, description="Ridge (L2) penalty on the leaf values.")
    threads: int | None = Field(default=None, ge=1, description="CPU threads; null = all cores.")


def train_catboost(
    X: np.ndarray,
    y: np.ndarray,
    X_validation: np.ndarray,
    y_validation: np.ndarray,
    settings: CatboostSettings,
    seed: int,
) -> tuple[Any, dict[str, Any]]:
    """Train; the rounds up to the lowest validation log-loss are kept.

    Args:
        X: float32 features of the training rows, shape (rows, features).
        y: Their outcome, 1 = default.
        X_validation: Features of the validation rows.
        y_validation: Their outcome.
        settings: Trees, early stopping, rebalancing.
        seed: Of the draws and the rebalancing.

    Returns:
        The fitted model and the rebalancing record.
    """
    from catboost import CatBoostClassifier

    rows = rebalance(X, y, settings.imbalance, seed)
    model = CatBoostClassifier(
        iterations=settings.max_rounds,
        learning_rate=settings.learning_rate,
        depth=settings.depth,
        l2_leaf_reg=settings.lambda_l2,
        loss_function="Logloss",
        random_seed=seed,
        thread_count=thread_count(settings.threads),
        allow_writing_files=False,
        verbose=False,
    )
    model.fit(
        rows.X,
        rows.y,
        sample_weight=rows.sample_weight,
        eval_set=(X_validation, y_validation),
        early_stopping_rounds=settings.patience,
    )
    return model, rows.record
