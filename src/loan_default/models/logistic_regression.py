"""Logistic regression: the line every other model has to beat."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import numpy as np
from pydantic import Field

from loan_default.models.imbalance import rebalance
from loan_default.models.settings import ModelSettings

logger = logging.getLogger(__name__)


class LogisticRegressionSettings(ModelSettings):
    """Penalty and solver limit."""

    C: float = Field(default=1.0, gt=0, description="Inverse strength of the ridge (L2) penalty.")
    max_iter: int = Field(default=1000, ge=1, description="Iterations of the L-BFGS solver at most.")


def train_logistic_regression(
    X: np.ndarray, y: np.ndarray, settings: LogisticRegressionSettings, seed: int
) -> tuple[Any, dict[str, Any]]:
    """Train a LogisticRegression on training rows.

    Args:
        X: float32 features on comparable scales, shape (rows, features).
        y: Outcome, shape (rows,), 1 = default.
        settings: Penalty, solver, rebalancing.
        seed: Of the rebalancing; the solver is deterministic.

    Returns:
        The fitted model and the rebalancing record. A solver that has not converged is logged as a warning.

    Raises:
        InputError: Where the training rows cannot be rebalanced.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    rows = rebalance(X, y, settings.imbalance, seed)
    model = LogisticRegression(C=settings.C, max_iter=settings.max_iter)
    with warnings.catch_warnings():
        # Said below in the words of the settings.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(rows.X, rows.y, sample_weight=rows.sample_weight)
    if model.n_iter_[0] >= settings.max_iter:
        logger.warning(
            "The logistic regression has not converged in max_iter = %d iterations: its coefficients are not "
            "the optimum. Raise max_iter, lower C (now %g), or scale the features.",
            settings.max_iter,
            settings.C,
        )
    return model, rows.record
