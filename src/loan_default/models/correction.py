"""Undo what rebalancing the training rows did to the probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from loan_default.models.log_odds import log_odds, probability_of


def undo_rebalancing(score: np.ndarray, record: Mapping[str, Any]) -> np.ndarray:
    """Return the probability the model would have given without rebalancing.

    Class weights multiply the odds by w1 / w0, so ln(w1 / w0) is subtracted from the log-odds (Elkan 2001,
    "The foundations of cost-sensitive learning"). Keeping a share beta of the non-defaults divides the odds
    by beta, so p = beta p' / (beta p' - p' + 1) (Dal Pozzolo et al. 2015, "Calibrating probability with
    undersampling for unbalanced classification"). SMOTE changes the density of the defaults and has no
    closed form: its scores come back as they are and must be calibrated.

    Args:
        score: Probability of default from the trained model, shape (rows,).
        record: The record of `rebalance`.

    Returns:
        Corrected probability of default, float64 of shape (rows,).
    """
    p = np.asarray(score, dtype=np.float64)
    match record["method"]:
        case "none" | "smote" | "smotenc":
            return p
        case "class_weight":
            return probability_of(log_odds(p) - np.log(record["weight_event"] / record["weight_non_event"]))
        case "undersample":
            beta = record["beta"]
            return beta * p / (beta * p - p + 1)
        case method:
            raise ValueError(f"Unknown rebalancing method in the record: {method!r}.")
