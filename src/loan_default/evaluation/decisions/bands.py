"""Observed and expected default rates by band, and whether the bands are in order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loan_default.evaluation.bands import score_bands
from loan_default.evaluation.multiple_testing import holm
from loan_default.evaluation.printed import as_printed
from loan_default.evaluation.rates import binomial_test, observed_and_expected
from loan_default.evaluation.risk_bands import Band, Bands

BEYOND_CHANCE = 0.05
"""Level, adjusted for all bands or pairs of neighbours, from which something is more than chance."""


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
    bands: Sequence[Band],
    confidence: float,
) -> pd.DataFrame:
    """Tabulate the risk bands that the service names.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default.
        probability: Probability of default of shape (rows,).
        units: Sampling unit of each row.
        bands: From 0 to 1, lowest first.
        confidence: Coverage of the intervals, as a share.

    Returns:
        One row per band, riskiest first: `band` (name), `range_low` and `range_high` (probability), `policy`,
        `n`, `share` (of rows), the columns of `observed_and_expected` (missing where there is no row), and
        where the observed rate lies against the nominal range (`against_range`) and against the mean
        probability (`against_expected`): "inside" the range, or of an interval that holds the mean
        probability; else "above" or "below" with "within chance" or "beyond chance", of two-sided tests
        adjusted for all bands (Holm); "no rows".
    """
    filled, groups = np.unique(Bands(bands).places(probability), return_inverse=True)
    rates = observed_and_expected(outcome, probability, groups, units, confidence)
    starts, ends = (np.array([getattr(bands[place], end) for place in filled]) for end in ("low", "high"))
    rate, worth = rates["event_rate"].to_numpy(), rates["effective_n"].to_numpy()
    nearest = np.clip(rate, starts, ends)
    inside = rate == nearest
    range_p = np.ones(len(rate))
    range_p[~inside] = binomial_test((rate * worth)[~inside], worth[~inside], nearest[~inside])
    expected = rates["mean_probability"].to_numpy()
    held = holds_expected(rates).to_numpy()
    rates["against_range"] = _judged(inside, rate > nearest, holm(range_p))
    rates["against_expected"] = _judged(held, rate > expected, holm(rates["p_value"].to_numpy()))
    table = pd.DataFrame(
        {
            "band": [band.name for band in bands],
            "range_low": [band.low for band in bands],
            "range_high": [band.high for band in bands],
            "policy": [band.policy for band in bands],
        }
    ).join(rates.set_index(filled))
    table[["n", "events"]] = table[["n", "events"]].fillna(0).astype(np.int64)
    table[["against_range", "against_expected"]] = table[["against_range", "against_expected"]].fillna(
        "no rows"
    )
    table.insert(4, "share", table["n"] / len(outcome))
    return table.iloc[::-1].reset_index(drop=True)


def holds_expected(rates: pd.DataFrame) -> pd.Series:
    """Tell of each band whether the interval of its observed rate holds the expected one, both as printed.

    Args:
        rates: `event_rate_low`, `event_rate_high` and `mean_probability` by band.
    """
    low, expected, high = (
        rates[name].map(lambda share: as_printed(share, ".1%"))
        for name in ("event_rate_low", "mean_probability", "event_rate_high")
    )
    return (low <= expected) & (expected <= high)


def _judged(inside: np.ndarray, above: np.ndarray, adjusted_p: np.ndarray) -> list[str]:
    """Write where a rate lies; sets that are inside and beyond chance at once do not count as inside."""
    return [
        "inside" if held and p >= BEYOND_CHANCE
        else f"{'above' if over else 'below'} {'within' if p >= BEYOND_CHANCE else 'beyond'} chance"
        for held, over, p in zip(inside, above, adjusted_p, strict=True)
    ]  # fmt: skip


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
