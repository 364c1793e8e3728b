"""What is gained by looking at the riskiest loans first."""

from __future__ import annotations

import numpy as np
import pandas as pd

SHARES = (0.05, 0.1, 0.2, 0.3, 0.5)
"""Shares of loans shown in the table."""

CURVE = np.linspace(0.01, 1, 100)
"""Shares of loans the curve is drawn at."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def cumulative_gains(outcome: np.ndarray, probability: np.ndarray, shares: np.ndarray) -> pd.DataFrame:
    """Count the defaults among the riskiest loans.

    Rows of equal probability are taken in equal parts, as nothing tells them apart.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default; a default must occur.
        probability: Probability of default of shape (rows,).
        shares: Shares of the loans, in [0, 1].

    Returns:
        One row per share: `share`, `captured` (share of all defaults among that many riskiest loans), `lift`
        (captured over share: how many times more defaults than among as many loans drawn blindly).
    """
    levels, place = np.unique(-np.asarray(probability), return_inverse=True)
    rows = np.cumsum(np.bincount(place, minlength=len(levels))) / len(outcome)
    found = np.cumsum(np.bincount(place, weights=outcome, minlength=len(levels))) / np.sum(outcome)
    captured = np.interp(shares, np.append(0.0, rows), np.append(0.0, found))
    return pd.DataFrame({"share": shares, "captured": captured, "lift": captured / np.asarray(shares)})


def probability_by_outcome(outcome: np.ndarray, probability: np.ndarray) -> pd.DataFrame:
    """Give quantiles of the probability among defaults and among good loans.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default; both must occur.
        probability: Probability of default of shape (rows,).

    Returns:
        One row per outcome: `outcome` (words), `n`, `mean`, and `p05` to `p95`.
    """
    rows = []
    for value, name in ((1, "in default"), (0, "paid back")):
        p = np.asarray(probability)[np.asarray(outcome) == value]
        marks = {f"p{100 * q:02.0f}": float(np.quantile(p, q)) for q in QUANTILES}
        rows.append({"outcome": name, "n": len(p), "mean": float(p.mean()), **marks})
    return pd.DataFrame(rows)
