"""XGBoost: gradient boosting by level-wise trees."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field

from loan_default.models.imbalance import rebalance
from loan_default.models.settings import ModelSettings
from loan_default.models.threads import thread_count


class XgboostSettings(ModelSettings):
    """Shape of the trees, step size, early stopping."""

    max_rounds: int = Field(default=2000, ge=1, description="Trees at most.")
    patience: int = Field(
        default=50, ge=1, description="Trees without a better validation loss after which training stops."
    )
    learning_rate: float = Field(default=0.05, gt=0, description="Share of each tree that is added.")
    max_depth: int = Field(default=5, ge=1, description="Deepest level of a tree.")
    min_child_weight: float = Field(default=20, ge=0, description="Least sum of p (1 - p) in a leaf.")
    feature_fraction: float = Field(default=0.7, gt=0, le=1, description="Share of the features per tree.")
    bagging_fraction: float = Field(default=0.8, gt=0, le=1, description="Share of the rows drawn per tree.")
    lambda_l2: float = Field(default=1.0, ge=0, description="Ridge (L2) penalty on the leaf values.")
    threads: int | None = Field(default=None, ge=1, description="CPU threads; null = all cores.")


def train_xgboost(
    X: np.ndarray,
    y: np.ndarray,
    X_validation: np.ndarray,
    y_validation: np.ndarray,
    settings: XgboostSettings,
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
    from xgboost import XGBClassifier

    rows = rebalance(X, y, settings.imbalance, seed)
    model = XGBClassifier(
        n_estimators=settings.max_rounds,
        early_stopping_rounds=settings.patience,
        learning_rate=settings.learning_rate,
        max_depth=settings.max_depth,
        min_child_weight=settings.min_child_weight,
        colsample_bytree=settings.feature_fraction,
        subsample=settings.bagging_fraction,
        reg_lambda=settings.lambda_l2,
        tree_method="hist",
        eval_metric="logloss",
        n_jobs=thread_count(settings.threads),
        random_state=seed,
    )
    model.fit(
        rows.X,
        rows.y,
        sample_weight=rows.sample_weight,
        eval_set=[(X_validation, y_validation)],
        verbose=False,
    )
    return model, rows.record
