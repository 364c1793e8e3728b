"""Population stability index: has a column's distribution moved?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.errors import InputError
from loan_default.evaluation.binning import learn_bins

EPSILON = 1e-4
"""The least share a bin counts with, so that an empty bin costs much and not infinitely much."""

THIN, DRAWS = 20, 5000
"""Rows expected in a bin below which chance is drawn, and how often."""

SHIFT_TO_WATCH = 0.10
SHIFT_TO_ACT_ON = 0.25


def population_stability_index(reference: pd.Series, current: pd.Series, bins: int = 10) -> float:
    """Measure how far a column has moved from its reference.

    PSI = sum over bins of (c - r) ln(c / r), with r and c the shares of reference and current rows. Numbers
    and dates are cut at quantiles of the reference with open ends; each category is a bin; missing is a bin
    of its own. Shares count as at least `EPSILON`. Usual marks: below 0.10 stable, from 0.25 moved.

    Args:
        reference: The column as it was, for example train rows.
        current: The same column now.
        bins: Number of quantile bins.

    Returns:
        The index, 0 for equal distributions.

    Raises:
        InputError: If either column has no rows.
    """
    for name, values in (("reference", reference), ("current", current)):
        if len(values) == 0:
            raise InputError(
                f"The {name} column {values.name!r} has no rows: the stability index needs at least one."
            )
    to_bins, labels = learn_bins(reference, bins)
    counts = (np.bincount(to_bins(values), minlength=len(labels)) for values in (reference, current))
    return psi_of_counts(*counts)


def psi_of_counts(reference: np.ndarray, current: np.ndarray) -> float:
    """Measure how far rows have moved between bins; see `population_stability_index`.

    Args:
        reference: Rows of the reference in each bin, shape (bins,), at least one row.
        current: Rows in the same bins now, at least one row.
    """
    return float(_psi(reference, current))


def _psi(reference: np.ndarray, current: np.ndarray) -> np.ndarray:
    """Return the index of counts of shape (..., bins)."""
    r, c = (
        np.maximum(counts / counts.sum(axis=-1, keepdims=True), EPSILON) for counts in (reference, current)
    )
    return np.sum((c - r) * np.log(c / r), axis=-1)


def psi_without_drift(
    reference: np.ndarray, current: np.ndarray, confidence: float, independent: int | None = None
) -> tuple[float, float]:
    """Give the PSI that chance alone makes in bins filled like these.

    By formula; where a bin is thin, for which the formula is too small, by drawing both counts from their
    pooled shares.

    Args:
        reference: Rows of the reference in each bin, shape (bins,), at least one row.
        current: Rows in the same bins now, at least one row.
        confidence: Chance of staying below, as a share.
        independent: Independent rows among those of now, twins counted once; None: all are.

    Returns:
        Its mean, and what it stays below.
    """
    pooled = np.asarray(reference) + np.asarray(current)
    filled = pooled > 0
    rows = int(np.sum(reference)), independent or int(np.sum(current))
    shares = pooled[filled] / pooled.sum()
    if shares.min() * min(rows) < THIN:
        rng = np.random.default_rng(0)
        drawn = _psi(*(rng.multinomial(count, shares, DRAWS) for count in rows))
        return float(drawn.mean()), float(np.quantile(drawn, confidence))
    bins = max(len(shares), 2)
    return expected_psi(bins, *rows), psi_by_chance(bins, *rows, confidence)


def expected_psi(bins: int, reference_rows: int, rows: int) -> float:
    """Give the PSI that rows of the reference's own kind have on average: chance alone moves few rows far.

    Without drift PSI is about (1 / n + 1 / m) times a chi-square variable with one degree of freedom less
    than there are bins (Yurdakul 2018, "Statistical properties of population stability index").

    Args:
        bins: Bins that hold rows.
        reference_rows: Independent rows of the reference.
        rows: Independent rows now.
    """
    return (bins - 1) * (1 / reference_rows + 1 / rows)


def psi_by_chance(bins: int, reference_rows: int, rows: int, confidence: float) -> float:
    """Give the PSI that rows of the reference's own kind stay below with some confidence.

    Args:
        bins: Bins that hold rows; see `expected_psi`.
        reference_rows: Independent rows of the reference.
        rows: Independent rows now.
        confidence: Chance of staying below, as a share.
    """
    from scipy.stats import chi2

    return float(chi2.ppf(confidence, bins - 1)) * (1 / reference_rows + 1 / rows)
