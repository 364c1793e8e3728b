"""Logistic regression with the elastic net: some coefficients exactly zero."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field

from loan_default.models.imbalance import rebalance
from loan_default.models.settings import ModelSettings


class ElasticNetSettings(ModelSettings):
    """Penalty and passes over the rows."""

    C: float = Field(default=0.1, gt=0, description="Inverse strength of the penalty.")
    l1_ratio: float = Field(
        default=0.5, ge=0, le=1, description="Share of the penalty that is absolute (L1), not squared (L2)."
    )
    max_iter: int = Field(default=200, ge=1, description="Passes of the solver (SAGA) over the rows at most.")


def train_elastic_net(
    X: np.ndarray, y: np.ndarray, settings: ElasticNetSettings, seed: int
) -> tuple[Any, dict[str, Any]]:
    """Train a LogisticRegression with both penalties.

    Args:
        X: float32 features on comparable scales, shape (rows, features).
        y: Outcome, shape (rows,), 1 = default.
        settings: Penalty, rebalancing.
        seed: Of the solver's draws and the rebalancing.

    Returns:
        The fitted model and the rebalancing record.
    """
    from sklearn.linear_model import LogisticRegression

    rows = rebalance(X, y, settings.imbalance, seed)
    model = LogisticRegression(
        solver="saga",
        l1_ratio=settings.l1_ratio,
        C=settings.C,
        max_iter=settings.max_iter,
        tol=1e-3,
        random_state=seed,
    )
    return model.fit(rows.X, rows.y, sample_weight=rows.sample_weight), rows.record
