"""Statistics of monthly values."""

from __future__ import annotations

from typing import assert_never

import numpy as np

from loan_default.portfolio.derived import OverMonths


def over_months(feature: OverMonths, values: np.ndarray) -> np.ndarray:
    """Compute a statistic of each row's months.

    Args:
        feature: Which; see `OverMonths` for what each means.
        values: float64 of shape (rows, months), the oldest month first.

    Returns:
        float64 of shape (rows,): nan where a month is missing.
    """
    match feature.statistic:
        case "level":
            return values.mean(axis=1)
        case "trend":
            return values @ slope_weights(values.shape[1])
        case "volatility":
            return values.std(axis=1)
        case "worst":
            return values.max(axis=1)
        case "months_late" | "since_late" | "late_streak":
            return _lateness(feature, values)
        case _:
            assert_never(feature.statistic)


def slope_weights(months: int) -> np.ndarray:
    """Return the weights whose sum with equally spaced values is their least-squares slope per step."""
    steps = np.arange(months) - (months - 1) / 2
    return steps / (steps @ steps)


def _lateness(feature: OverMonths, values: np.ndarray) -> np.ndarray:
    assert feature.late_from is not None
    newest_first = values[:, ::-1] >= feature.late_from
    if feature.statistic == "months_late":
        counted = newest_first.sum(axis=1)
    elif feature.statistic == "since_late":
        counted = np.logical_and.accumulate(~newest_first, axis=1).sum(axis=1)
    else:
        counted = np.logical_and.accumulate(newest_first, axis=1).sum(axis=1)
    return np.where(np.isnan(values).any(axis=1), np.nan, counted.astype(np.float64))
