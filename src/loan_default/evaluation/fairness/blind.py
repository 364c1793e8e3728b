"""What a model loses without the features that come from protected columns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.evaluation.delong import auc_covariance, compare_auc
from loan_default.evaluation.intervals import interval
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.weighted_sums import draw_sums

COLUMNS = ("metric", "with_protected", "without_protected", "difference", "low", "high")


def compare_blind(
    outcome: np.ndarray,
    seeing: np.ndarray,
    blind: np.ndarray,
    units: np.ndarray,
    evaluation: EvaluationSettings,
    seed: int,
) -> pd.DataFrame:
    """Compare two models of the same rows, one with and one without protected features.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default.
        seeing: Probability of default by the model with protected features, shape (rows,).
        blind: Probability by the model without them.
        units: Sampling unit of each row, int of shape (rows,) from 0.
        evaluation: Confidence and resamples.
        seed: Seed of the bootstrap.

    Returns:
        `COLUMNS` for `roc_auc` and `brier`: without minus with, its interval by DeLong and by the paired
        bootstrap.
    """
    auc, _ = auc_covariance(outcome, np.stack([seeing, blind]), units)
    paired = compare_auc(outcome, blind, seeing, evaluation.confidence, units)

    error, blind_error = (seeing - outcome) ** 2, (blind - outcome) ** 2
    rise = float(np.mean(blind_error - error))
    sums = {"rise": blind_error - error, "n": np.ones(len(outcome))}
    draws = draw_sums(sums, outcome, units, evaluation.resamples, seed)
    ends = interval(rise, (draws["rise"] / draws["n"]).to_numpy(), evaluation.confidence)
    rows = [
        ("roc_auc", auc[0], auc[1], paired.difference, paired.low, paired.high),
        ("brier", float(error.mean()), float(blind_error.mean()), rise, *ends),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
