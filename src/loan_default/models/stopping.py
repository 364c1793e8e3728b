"""The validation metric by which the best epoch of a training is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from loan_default.models.validation_loss import validation_loss

StoppingMetric = Literal["roc_auc", "log_loss", "average_precision"]


def validation_metrics(score: np.ndarray, y: np.ndarray, record: Mapping[str, Any]) -> dict[str, float]:
    """Measure an epoch on validation rows.

    Args:
        score: Raw probability of default, shape (rows,).
        y: Outcome, shape (rows,), 1 = default.
        record: The record of `rebalance` for the training rows.

    Returns:
        `validation_loss` (nats, of corrected probabilities), `validation_roc_auc`,
        `validation_average_precision`; nan where a score is nan.
    """
    from sklearn.metrics import average_precision_score, roc_auc_score

    finite = bool(np.isfinite(score).all())
    return {
        "validation_loss": validation_loss(score, y, record),
        "validation_roc_auc": float(roc_auc_score(y, score)) if finite else float("nan"),
        "validation_average_precision": float(average_precision_score(y, score)) if finite else float("nan"),
    }


def goodness(metrics: Mapping[str, float], metric: StoppingMetric) -> float:
    """Return the chosen metric of `validation_metrics`, turned so that higher is better."""
    return -metrics["validation_loss"] if metric == "log_loss" else metrics[f"validation_{metric}"]
