"""Put the values of one column into bins: quantiles of numbers, levels of categories, missing apart."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd
from pandas.api import types

from loan_default.errors import InputError

MISSING = "missing"


def quantile_edges(numbers: np.ndarray, bins: int) -> np.ndarray:
    """Find the inner edges of equal-count bins; the outermost bins are open.

    A value that fills more than one bin (zero, very often) gets a bin of its own instead of swallowing
    everything below it.

    Args:
        numbers: float64 of shape (rows,); nan is ignored.
        bins: Number of bins wanted; fewer come out where values repeat.

    Returns:
        Strictly increasing edges; bin i holds edge[i - 1] < value <= edge[i].
    """
    known = numbers[~np.isnan(numbers)]
    if known.size == 0:
        return np.empty(0)
    marks = np.arange(1, bins) / bins
    # An observed value at each mark, not one between two: infinite values then do no harm.
    edges, repeats = np.unique(np.quantile(known, marks, method="inverted_cdf"), return_counts=True)
    return np.unique(np.concatenate([np.nextafter(edges[repeats > 1], -np.inf), edges]))


def learn_bins(reference: pd.Series, bins: int) -> tuple[Callable[[pd.Series], np.ndarray], list[str]]:
    """Learn the bins of a column.

    Args:
        reference: Numbers, booleans or dates (binned by quantile) or categories (a bin for each level).
        bins: Number of quantile bins, at least 2; not used for categories.

    Returns:
        A function from a column to the bin number of each row, int of shape (rows,), and the bins' labels.
        The last bin is the missing values; for categories the one before it is levels never seen.

    Raises:
        InputError: If fewer than two bins are asked for.
    """
    if bins < 2:
        raise InputError(f"bins is {bins}: ask for 2 bins or more.")
    if is_numeric(reference):
        edges = quantile_edges(as_numbers(reference), bins)

        def number_bins(values: pd.Series) -> np.ndarray:
            numbers = as_numbers(values)
            return np.where(np.isnan(numbers), len(edges) + 1, np.searchsorted(edges, numbers))

        return number_bins, [*_interval_labels(edges), MISSING]

    levels = pd.Index(reference.dropna().astype(str).unique()).sort_values()

    def level_bins(values: pd.Series) -> np.ndarray:
        found = levels.get_indexer(pd.Index(values.astype(str)))
        seen_or_new = np.where(found < 0, len(levels), found)
        return np.where(values.isna().to_numpy(), len(levels) + 1, seen_or_new)

    return level_bins, [*levels, "never seen", MISSING]


def is_numeric(values: pd.Series) -> bool:
    """Say whether a column has an order and distances: numbers, booleans, dates."""
    return types.is_numeric_dtype(values.dtype) or types.is_datetime64_any_dtype(values.dtype)


def as_numbers(values: pd.Series) -> np.ndarray:
    """Turn a numeric column into float64 of shape (rows,), missing as nan; dates are days since 1970."""
    if types.is_datetime64_any_dtype(values.dtype):
        values = (values - pd.Timestamp(0, tz=getattr(values.dtype, "tz", None))) / pd.Timedelta(days=1)
    return values.to_numpy(dtype=np.float64, na_value=np.nan)


def _interval_labels(edges: np.ndarray) -> list[str]:
    if edges.size == 0:
        return ["every value"]
    shown = [f"{edge:.6g}" for edge in edges]
    inner = [f"({low}, {high}]" for low, high in pairwise(shown)]
    return [f"<= {shown[0]}", *inner, f"> {shown[-1]}"]
