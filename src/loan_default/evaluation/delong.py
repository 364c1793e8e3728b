"""Variance of ROC AUC, and the paired test of two ROC AUCs on the same rows, without resampling.

DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837-845, by the midrank algorithm of Sun & Xu (2014),
IEEE Signal Processing Letters 21, 1389-1393; for rows in groups, the clustered extension of Obuchowski
(1997), Biometrics 53, 567-578.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, rankdata


@dataclass(frozen=True)
class AucDifference:
    """ROC AUC of a first model minus that of a second, with interval and two-sided p value."""

    difference: float
    low: float
    high: float
    p_value: float


def auc_covariance(
    outcome: np.ndarray, scores: np.ndarray, units: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Work out ROC AUC of several models on the same rows, and its covariance.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default; both must occur.
        scores: Shape (models, rows); higher means riskier.
        units: Number of the independent group each row belongs to, int of shape (rows,) from 0; each row its
            own where it is None.

    Returns:
        ROC AUC, shape (models,), and its covariance matrix, shape (models, models).
    """
    event = np.asarray(outcome) == 1
    m, n = int(event.sum()), int((~event).sum())
    units = np.arange(m + n) if units is None else np.asarray(units)
    ranks = rankdata(scores, axis=1)
    # Share of the other class that each row is ranked on the right side of (ties count half).
    placement = np.empty_like(ranks)
    placement[:, event] = (ranks[:, event] - rankdata(scores[:, event], axis=1)) / n
    placement[:, ~event] = 1 - (ranks[:, ~event] - rankdata(scores[:, ~event], axis=1)) / m
    auc = placement[:, event].mean(axis=1)

    count = int(units.max()) + 1
    off = placement - auc[:, None]
    of_events = np.stack([np.bincount(units[event], weights=row[event], minlength=count) for row in off]) / m
    of_goods = np.stack([np.bincount(units[~event], weights=row[~event], minlength=count) for row in off]) / n
    crossed = _unbiased(count) * of_events @ of_goods.T
    covariance = (
        _unbiased(len(np.unique(units[event]))) * of_events @ of_events.T
        + _unbiased(len(np.unique(units[~event]))) * of_goods @ of_goods.T
        + crossed
        + crossed.T
    )
    return auc, covariance


def compare_auc(
    outcome: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    confidence: float = 0.95,
    units: np.ndarray | None = None,
) -> AucDifference:
    """Test whether two models differ in ROC AUC on the same rows.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default; both must occur.
        first: Scores of the first model, shape (rows,); higher means riskier.
        second: Scores of the second model, shape (rows,).
        confidence: Coverage of the interval, as a share.
        units: Number of the independent group each row belongs to; each row its own where it is None.

    Returns:
        First minus second. Models that rank alike have the difference 0 and p = 1.
    """
    auc, covariance = auc_covariance(outcome, np.stack([first, second]), units)
    difference = float(auc[0] - auc[1])
    error = float(np.sqrt(max(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1], 0.0)))
    if error < 1e-12:
        return AucDifference(difference, difference, difference, 1.0 if abs(difference) < 1e-12 else 0.0)
    reach = float(norm.ppf((1 + confidence) / 2)) * error
    p_value = float(2 * norm.sf(abs(difference) / error))
    return AucDifference(difference, difference - reach, difference + reach, p_value)


def _unbiased(groups: int) -> float:
    """Factor that makes a sum of squares over groups unbiased; one group says nothing about spread."""
    return groups / (groups - 1) if groups > 1 else 1.0
