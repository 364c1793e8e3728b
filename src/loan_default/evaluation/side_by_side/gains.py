"""What is gained by looking at the riskiest loans first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.evaluation.intervals import bootstrap, interval, sampling_units
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.frames import DEFAULT

SHARES = (0.05, 0.1, 0.2, 0.3, 0.5)
"""Shares of loans shown in the table."""

CURVE = np.linspace(0.01, 1, 100)
"""Shares of loans the curve is drawn at."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


class GainsCard:
    """Counts the defaults among the riskiest loans, on the rows or on resamples of them.

    Rows of equal probability are taken in equal parts, as nothing tells them apart.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default; a default must occur.
        probability: Probability of default of shape (rows,).
        shares: Shares of the loans, in [0, 1].
        units: Sampling unit of each row, int of shape (rows,) from 0.
    """

    def __init__(
        self, outcome: np.ndarray, probability: np.ndarray, shares: np.ndarray, units: np.ndarray
    ) -> None:
        order = np.argsort(-np.asarray(probability), kind="stable")
        ordered = np.asarray(probability)[order]
        self._starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
        self._outcome, self._units = np.asarray(outcome)[order], units[order]
        self._shares = np.asarray(shares)

    def captured(self, weights: np.ndarray) -> np.ndarray:
        """Return the share of all defaults among the riskiest loans.

        Args:
            weights: How often each unit counts, shape (sets, units).

        Returns:
            Shape (sets, shares).
        """
        of_rows = weights[:, self._units]
        rows, found = (
            np.add.reduceat(each, self._starts, axis=1).cumsum(axis=1)
            for each in (of_rows, of_rows * self._outcome)
        )
        return np.array(
            [
                np.interp(self._shares, np.append(0.0, n / n[-1]), np.append(0.0, events / events[-1]))
                for n, events in zip(rows, found, strict=True)
            ]
        )

    def measure(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Return `captured` by the place of the share, for the bootstrap."""
        return {str(place): column for place, column in enumerate(self.captured(weights).T)}


def cumulative_gains(
    predictions: pd.DataFrame, shares: np.ndarray, evaluation: EvaluationSettings, seed: int
) -> pd.DataFrame:
    """Tabulate the defaults among the riskiest loans.

    Args:
        predictions: Outcome, probability and, if there are any, twin groups of some rows.
        shares: Shares of the loans, in (0, 1].
        evaluation: Confidence and resamples.
        seed: Seed of the bootstrap.

    Returns:
        One row per share: `share`, `captured` (share of all defaults among that many riskiest loans) with
        `_low` and `_high`, `lift` (captured over share: how many times more defaults than among as many loans
        drawn blindly).
    """
    outcome, units = predictions[DEFAULT].to_numpy(), sampling_units(predictions)
    card = GainsCard(outcome, predictions["probability"].to_numpy(), shares, units)
    captured = card.captured(np.ones((1, units.max() + 1)))[0]
    draws = bootstrap({"gains": card}, outcome, units, evaluation.resamples, seed)["gains"]
    ends = [
        np.clip(interval(value, draws[str(place)].to_numpy(), evaluation.confidence), 0, 1)
        for place, value in enumerate(captured)
    ]
    low, high = np.transpose(ends)
    return pd.DataFrame(
        {
            "share": shares,
            "captured": captured,
            "captured_low": low,
            "captured_high": high,
            "lift": captured / shares,
        }
    )


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
