"""Sums over groups of rows for many bootstrap resamples at once."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.evaluation.intervals import bootstrap


class WeightedSums:
    """Add up columns of numbers under weights; what rates and their ratios are made of.

    Args:
        columns: Numbers by name, each of shape (rows,).
        units: Sampling unit of each row, int of shape (rows,) from 0.
    """

    def __init__(self, columns: dict[str, np.ndarray], units: np.ndarray) -> None:
        from scipy.sparse import csc_array

        count = int(units.max()) + 1
        self._names = list(columns)
        by_unit = [np.bincount(units, weights=values, minlength=count) for values in columns.values()]
        # Most units are in one group of many: nearly all cells are empty.
        self._sums = csc_array(np.array(by_unit).T)

    def measure(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Return the sums, each of shape (sets,), for weights of shape (sets, units)."""
        return dict(zip(self._names, (self._sums.T @ weights.T), strict=True))


def draw_sums(
    columns: dict[str, np.ndarray], outcome: np.ndarray, units: np.ndarray, resamples: int, seed: int
) -> pd.DataFrame:
    """Add up columns on bootstrap resamples, twins drawn together.

    Args:
        columns: Numbers by name, each of shape (rows,).
        outcome: 0/1 of shape (rows,), 1 = default.
        units: Sampling unit of each row, int of shape (rows,) from 0.
        resamples: How many.
        seed: Seed of the draws.

    Returns:
        Sums of shape (resamples, columns).
    """
    return bootstrap({"": WeightedSums(columns, units)}, outcome, units, resamples, seed)[""]
