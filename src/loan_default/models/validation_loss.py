"""The loss by which training is stopped early."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from loan_default.models.correction import undo_rebalancing
from loan_default.models.log_odds import clip_probability


def validation_loss(score: np.ndarray, y: np.ndarray, record: Mapping[str, Any]) -> float:
    """Return the mean log-loss of corrected probabilities, every validation row weighing the same.

    Scores of a model trained on weighted or undersampled rows are too high by design; uncorrected, their loss
    rises while the model still learns, and training would stop too early.

    Args:
        score: Raw probability of default, shape (rows,).
        y: Outcome, shape (rows,), 1 = default.
        record: The record of `rebalance` for the training rows.

    Returns:
        Log-loss in nats; nan where a score is nan.
    """
    p = clip_probability(undo_rebalancing(score, record))
    return float(-np.mean(np.where(y == 1, np.log(p), np.log1p(-p))))
