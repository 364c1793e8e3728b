"""Observed and expected default rates by band, and whether the bands are in order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loan_default.evaluation.bands import score_bands
from loan_default.evaluation.multiple_testing import holm
from loan_default.evaluation.rates import observed_and_expected


def band_rates(
    outcome: np.ndarray, probability: np.ndarray, units: np.ndarray, bands: int, confidence: float
) -> pd.DataFrame:
    """Tabulate bands of equal count with intervals.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default.
        probability: Probability of default of shape (rows,).
        units: Sampling unit of each row.
        bands: Number of bands.
        confidence: Coverage of the intervals, as a share.

    Returns:
        One row per band, riskiest first: the columns of `score_bands`, and those of `observed_and_expected`
        that it lacks.
    """
    table = score_bands(outcome, probability, bands)
    groups = np.searchsorted(-table["lowest_probability"].to_numpy(), -np.asarray(probability))
    measured = observed_and_expected(outcome, probability, groups, units, confidence)
    return table.join(measured.drop(columns=["n", "events", "event_rate", "mean_probability"]))


def named_band_rates(
    outcome: np.ndarray,
    probability: np.ndarray,
    units: np.ndarray,
    ends: Sequence[tuple[str, float]],
    confidence: float,
) -> pd.DataFrame:
    """Tabulate the risk bands that the service names.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default.
        probability: Probability of default of shape (rows,).
        units: Sampling unit of each row.
        ends: Name of each band and the probability at which the next one begins, riskiest band last.
        confidence: Coverage of the intervals, as a share.

    Returns:
        One row per band, riskiest first: `band` (name), `range_low` and `range_high` (probability), `n`,
        `share` (of rows), the columns of `observed_and_expected` (missing where there is no row), and
        `against_range`: where the observed rate lies, "inside", or "above" or "below" if its interval leaves
        the range out, or "inside within chance".
    """
    starts = np.array([0.0, *(end for _, end in ends[:-1])])
    groups = np.searchsorted(starts[1:], probability, side="right")
    filled, compact = np.unique(groups, return_inverse=True)
    measured = observed_and_expected(outcome, probability, compact, units, confidence).set_index(filled)
    table = pd.DataFrame(
        {"band": [name for name, _ in ends], "range_low": starts, "range_high": [end for _, end in ends]}
    ).join(measured)
    table["n"] = table["n"].fillna(0).astype(np.int64)
    table["events"] = table["events"].fillna(0).astype(np.int64)
    table.insert(3, "share", table["n"] / len(outcome))
    rate = table["event_rate"]
    table["against_range"] = np.select(
        [
            table["n"] == 0,
            (rate >= table["range_low"]) & (rate <= table["range_high"]),
            table["event_rate_low"] > table["range_high"],
            table["event_rate_high"] < table["range_low"],
        ],
        ["no rows", "inside", "above", "below"],
        "inside within chance",
    )
    return table.iloc[::-1].reset_index(drop=True)


def out_of_order(table: pd.DataFrame) -> pd.DataFrame:
    """Find neighbouring bands of which the safer one defaults more often.

    Args:
        table: `band`, `event_rate` and `effective_n` by band, riskiest first; bands without rows are passed
            over.

    Returns:
        One row per such pair: `riskier`, `safer` (bands), `difference` (rate of the safer minus that of the
        riskier), `p_value` (one-sided test of two proportions, pooled) and `adjusted_p` (Holm, over all
        neighbours).
    """
    rows = table.dropna(subset="event_rate")
    rate, n = rows["event_rate"].to_numpy(dtype=float), rows["effective_n"].to_numpy(dtype=float)
    difference = rate[1:] - rate[:-1]
    pooled = (rate[1:] * n[1:] + rate[:-1] * n[:-1]) / (n[1:] + n[:-1])
    error = np.sqrt(pooled * (1 - pooled) * (1 / n[1:] + 1 / n[:-1]))
    from scipy.stats import norm

    p_value = norm.sf(difference / np.where(error > 0, error, np.inf))
    band = rows["band"].to_numpy()
    pairs = pd.DataFrame(
        {
            "riskier": band[:-1],
            "safer": band[1:],
            "difference": difference,
            "p_value": p_value,
            "adjusted_p": holm(p_value),
        }
    )
    return pairs.loc[pairs["difference"] > 0].reset_index(drop=True)
