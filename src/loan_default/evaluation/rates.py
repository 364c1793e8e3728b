"""Default rates of groups of rows with intervals, and held against the probabilities given to them."""

from __future__ import annotations

import numpy as np
import pandas as pd


def wilson_interval(events: np.ndarray, rows: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Give Wilson's interval of a rate (Wilson 1927, JASA 22, 209-212).

    Args:
        events: Events of each group, shape (groups,).
        rows: Its rows, above 0; need not be whole (`effective_rows`).
        confidence: Coverage, as a share.

    Returns:
        Low and high, of shape (groups,), in [0, 1].
    """
    from scipy.stats import norm

    z = norm.ppf((1 + confidence) / 2)
    rate = events / rows
    centre = (rate + z**2 / (2 * rows)) / (1 + z**2 / rows)
    reach = z / (1 + z**2 / rows) * np.sqrt(rate * (1 - rate) / rows + z**2 / (4 * rows**2))
    return np.maximum(centre - reach, 0.0), np.minimum(centre + reach, 1.0)


def effective_rows(surplus: np.ndarray, groups: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Count how many independent rows the rows of each group are worth.

    Twins fail or pay alike more often than strangers do. The rows of a group are divided by its design effect
    (Kish 1965, "Survey Sampling", 8.2): the variance of a sum with rows taken in units over that with rows
    taken one by one. It is never below 1.

    Args:
        surplus: Outcome minus probability, shape (rows,).
        groups: Number of each row's group, int of shape (rows,) from 0.
        units: Number of each row's sampling unit, int of shape (rows,).

    Returns:
        Float of shape (groups,); the rows themselves where no unit has two of them.
    """
    rows = np.bincount(groups).astype(float)
    if len(np.unique(units)) == len(units):
        return rows
    off = surplus - (np.bincount(groups, weights=surplus) / np.maximum(rows, 1))[groups]
    pairs, first, pair = np.unique(np.stack([groups, units]), axis=1, return_index=True, return_inverse=True)
    in_units = np.bincount(groups[first], weights=np.bincount(pair, weights=off) ** 2, minlength=len(rows))
    alone = np.bincount(groups, weights=off**2)
    # Rows that do not differ say nothing of their dependence: then a unit counts once.
    known = alone > 1e-12
    effect = np.where(known, in_units / np.where(known, alone, 1.0), 1.0)
    count = np.bincount(pairs[0], minlength=len(rows))
    return np.where(known, rows / np.maximum(effect, 1.0), count)


def observed_and_expected(
    outcome: np.ndarray,
    probability: np.ndarray,
    groups: np.ndarray,
    units: np.ndarray,
    confidence: float,
) -> pd.DataFrame:
    """Hold the default rate of each group of rows against the mean probability given to them.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default.
        probability: Probability of default of shape (rows,).
        groups: Number of each row's group, int of shape (rows,) from 0; no number may be left out.
        units: Number of each row's sampling unit, int of shape (rows,): twins count together.
        confidence: Coverage of the intervals, as a share.

    Returns:
        One row per group: `n`, `events`, `effective_n`, `event_rate` with `_low` and `_high` (Wilson, on
        effective rows), `mean_probability`, `ratio` (observed over expected defaults) with `_low` and `_high`
        (the rate's over the mean probability, which is taken as given), `p_value` (two-sided exact binomial
        test that the probabilities are right; cautious, as rows of unequal probability vary less).
    """
    n = np.bincount(groups)
    events = np.bincount(groups, weights=outcome)
    expected = np.bincount(groups, weights=probability) / n
    worth = effective_rows(outcome - probability, groups, units)
    rate = events / n
    low, high = wilson_interval(rate * worth, worth, confidence)
    return pd.DataFrame(
        {
            "n": n,
            "events": events.astype(np.int64),
            "effective_n": worth,
            "event_rate": rate,
            "event_rate_low": low,
            "event_rate_high": high,
            "mean_probability": expected,
            "ratio": rate / expected,
            "ratio_low": low / expected,
            "ratio_high": high / expected,
            "p_value": binomial_test(rate * worth, worth, expected),
        }
    )


def binomial_test(events: np.ndarray, rows: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Test rates against probabilities, two-sided and exact: twice the smaller tail.

    Args:
        events: Events of each group, shape (groups,).
        rows: Its rows; neither need be whole (`effective_rows`), as the tails are beta integrals.
        probability: What is tested, inside (0, 1).

    Returns:
        P values of shape (groups,).
    """
    from scipy.special import betainc

    at_least = np.where(events > 0, betainc(np.maximum(events, 1e-9), rows - events + 1, probability), 1.0)
    at_most = np.where(
        events < rows, betainc(np.maximum(rows - events, 1e-9), events + 1, 1 - probability), 1.0
    )
    return np.minimum(1.0, 2 * np.minimum(at_least, at_most))
