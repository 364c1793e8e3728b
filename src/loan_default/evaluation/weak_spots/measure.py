"""Calibration and ranking of each slice, with what chance explains among so many."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.evaluation.delong import auc_covariance
from loan_default.evaluation.multiple_testing import holm
from loan_default.evaluation.rates import observed_and_expected
from loan_default.evaluation.weak_spots.settings import WeakSpotSettings
from loan_default.evaluation.weak_spots.slices import Slices


def measure_slices(
    outcome: np.ndarray,
    probability: np.ndarray,
    units: np.ndarray,
    slices: Slices,
    settings: WeakSpotSettings,
    confidence: float,
) -> pd.DataFrame:
    """Measure every slice with enough independent rows, defaults and good loans.

    Calibration: observed against expected defaults, tested both ways. Ranking: ROC AUC within the slice
    against the one that its own probabilities promise (`expected_auc`), tested for being lower. Within a
    slice of like loans ROC AUC is low for any model; only what falls short of the promise is a weakness.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default.
        probability: Probability of default of shape (rows,).
        units: Sampling unit of each row; twins lie in the same slice, as their inputs are equal.
        slices: From `cut_slices`.
        settings: Fewest rows, defaults and good loans; twins count together (`effective_rows`).
        confidence: Coverage of the intervals, as a share.

    Returns:
        One row per slice: `slice`, the columns of `observed_and_expected`, `roc_auc` with `_low` and `_high`,
        `expected_roc_auc`, `ranking_p` (one-sided), and `p_value` and `ranking_p` adjusted for all tests of
        all slices, both kinds together (Holm): `adjusted_p`, `adjusted_ranking_p`.
    """
    rows = []
    for name, member in slices.items():
        y, p, u = outcome[member], probability[member], pd.factorize(units[member])[0]
        found = observed_and_expected(y, p, np.zeros(len(y), dtype=int), u, confidence).iloc[0]
        rarer = min(found["event_rate"], 1 - found["event_rate"]) * found["effective_n"]
        if found["effective_n"] >= settings.min_rows and rarer >= settings.min_events:
            rows.append({"slice": name, **found, **_ranking(y, p, u, confidence)})
    table = pd.DataFrame(rows, columns=None if rows else _COLUMNS)
    adjusted = holm(np.concatenate([table["p_value"], table["ranking_p"]]).astype(float))
    table["adjusted_p"], table["adjusted_ranking_p"] = np.split(adjusted, 2)
    return table.astype({"n": np.int64, "events": np.int64})


def expected_auc(probability: np.ndarray) -> float:
    """Work out the ROC AUC that probabilities promise where every one of them is right.

    The model-based concordance of van Klaveren et al. (2016), Statistics in Medicine 35, 4136-4152: over all
    pairs of rows, the chance that the one in default has the higher probability, given that one defaults and
    the other does not; ties count half.

    Args:
        probability: Shape (rows,), at least two rows, not all 0 and not all 1.
    """
    p = np.sort(np.asarray(probability, dtype=float))
    good = 1 - p
    _, place = np.unique(p, return_inverse=True)
    tied_good = np.bincount(place, weights=good)
    below = np.concatenate([[0.0], np.cumsum(tied_good)[:-1]])
    # A row is no pair with itself.
    won = np.sum(p * (below[place] + (tied_good[place] - good) / 2))
    return float(won / (p.sum() * good.sum() - np.sum(p * good)))


def _ranking(y: np.ndarray, p: np.ndarray, units: np.ndarray, confidence: float) -> dict[str, float]:
    from scipy.stats import t

    auc, covariance = auc_covariance(y, p[None], units)
    found, error = float(auc[0]), float(np.sqrt(max(covariance[0, 0], 0.0)))
    promised = expected_auc(p)
    # The rarer outcome is what the variance is learnt from.
    freedom = max(int(min(y.sum(), len(y) - y.sum())) - 1, 1)
    reach = float(t.ppf((1 + confidence) / 2, freedom)) * error
    return {
        "roc_auc": found,
        "roc_auc_low": max(found - reach, 0.0),
        "roc_auc_high": min(found + reach, 1.0),
        "expected_roc_auc": promised,
        "ranking_p": float(t.cdf((found - promised) / error, freedom)) if error > 0 else 1.0,
    }


_COLUMNS = (
    "slice",
    *("n", "events", "effective_n"),
    *("event_rate", "event_rate_low", "event_rate_high", "mean_probability"),
    *("ratio", "ratio_low", "ratio_high", "p_value"),
    *("roc_auc", "roc_auc_low", "roc_auc_high", "expected_roc_auc", "ranking_p"),
)
