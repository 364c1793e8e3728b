"""What the threshold costs: whom it refuses, whom it lets pass, and how much hangs on its exact place."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from loan_default.evaluation.rates import effective_rows, wilson_interval

FLAT = 0.01
"""A change of F1 up to this is called flat: of the size of its interval on some thousand rows."""

NEIGHBOURS = (0.8, 0.9, 1.0, 1.1, 1.2)
"""Multiples of the threshold that are shown beside it."""

CURVE_POINTS = 201


def at_thresholds(outcome: np.ndarray, probability: np.ndarray, thresholds: np.ndarray) -> pd.DataFrame:
    """Measure what each threshold would decide.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default; both must occur.
        probability: Probability of default of shape (rows,).
        thresholds: A row is refused where its probability is at least this; shape (thresholds,).

    Returns:
        One row per threshold: `threshold`, `approval_rate`, `approved_default_rate` (missing if nobody is
        approved), `defaults_caught` (share of all defaults that are refused: recall), `goods_refused` (share
        of all good loans: false positive rate), `refused_default_rate` (share of defaults among the refused:
        precision; missing if nobody is refused), `f1`.
    """
    order = np.argsort(probability, kind="stable")
    events = int(np.sum(outcome))
    below = np.searchsorted(np.asarray(probability)[order], thresholds)
    missed = np.concatenate([[0], np.cumsum(np.asarray(outcome)[order])])[below]
    n, caught = len(outcome), events - missed
    refused = n - below
    with np.errstate(invalid="ignore"):
        return pd.DataFrame(
            {
                "threshold": thresholds,
                "approval_rate": below / n,
                "approved_default_rate": missed / below,
                "defaults_caught": caught / events,
                "goods_refused": (refused - caught) / (n - events),
                "refused_default_rate": caught / refused,
                "f1": 2 * caught / (refused + events),
            }
        )


def threshold_curve(outcome: np.ndarray, probability: np.ndarray) -> pd.DataFrame:
    """Run the threshold through the probabilities; see `at_thresholds`."""
    marks = np.quantile(probability, np.linspace(0.005, 0.995, CURVE_POINTS), method="inverted_cdf")
    return at_thresholds(outcome, probability, np.unique(marks))


MEASURED = {"defaults_caught": "recall", "refused_default_rate": "precision"}
"""Rates that are metrics of the model by another name."""


def decision_rates(
    outcome: np.ndarray,
    probability: np.ndarray,
    units: np.ndarray,
    threshold: float,
    confidence: float,
    metrics: Mapping[str, float],
) -> dict[str, tuple[float, float, float]]:
    """Give the rates of `at_thresholds` at one threshold with Wilson intervals, twins counted together.

    Rates that are metrics (`MEASURED`) have the interval of these, so that one figure has one interval.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default; both must occur.
        probability: Probability of default of shape (rows,).
        units: Sampling unit of each row.
        threshold: A row is refused where its probability is at least this.
        confidence: Coverage, as a share.
        metrics: Flat metrics of the model on the same rows, at this threshold.

    Returns:
        Value, low and high by name; a rate over no rows is left out. F1, which is no rate, is not given.
    """
    event, refused = np.asarray(outcome) == 1, np.asarray(probability) >= threshold
    every = np.ones(len(event), dtype=bool)
    rates = {
        "approval_rate": (~refused, every),
        "approved_default_rate": (event, ~refused),
        "defaults_caught": (refused, event),
        "goods_refused": (refused, ~event),
        "refused_default_rate": (event, refused),
    }
    found: dict[str, tuple[float, float, float]] = {}
    for name, (hit, among) in rates.items():
        if not among.any():
            continue
        if name in MEASURED:
            value, low, high = (metrics[f"{MEASURED[name]}{end}"] for end in ("", "_low", "_high"))
            found[name] = (value, low, high)
        else:
            hits = hit[among].astype(float)
            worth = effective_rows(hits, np.zeros(len(hits), dtype=int), units[among])
            lows, highs = wilson_interval(hits.mean() * worth, worth, confidence)
            found[name] = (float(hits.mean()), float(lows[0]), float(highs[0]))
    return found


def flat_stretch(curve: pd.DataFrame, at: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Find how far the threshold can move before F1 changes by more than `FLAT`.

    Args:
        curve: From `threshold_curve`.
        at: The row of `at_thresholds` at the threshold itself.

    Returns:
        The rows of the lowest and the highest threshold of the stretch around it.
    """
    lower = curve.loc[curve["threshold"] < at["threshold"]].iloc[::-1]
    upper = curve.loc[curve["threshold"] > at["threshold"]]
    ends = []
    for side in (lower, upper):
        holds = ((side["f1"] - at["f1"]).abs() <= FLAT).cummin().astype(bool)
        ends.append(side.loc[holds].iloc[-1] if holds.any() else at)
    return ends[0], ends[1]
