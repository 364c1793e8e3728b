"""Ranking and calibration on predictions whose outcome is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from loan_default.evaluation.monitoring.settings import MonitoringSettings
from loan_default.evaluation.over_time.measure import auc_interval
from loan_default.evaluation.rates import observed_and_expected
from loan_default.evaluation.records import records
from loan_default.evaluation.weak_spots.measure import expected_auc

ALL, NO_MONTH = "all", "no date"


def measure_performance(predictions: pd.DataFrame, settings: MonitoringSettings) -> pd.DataFrame:
    """Measure the model on known outcomes, all together and by month of the prediction.

    Args:
        predictions: `time` (may be missing), `probability`, `prediction` (1 = default), `outcome` (1 =
            default, missing where unknown).
        settings: Coverage of intervals, fewest defaults and good loans for a ROC AUC.

    Returns:
        First the row `all`, then one per month, oldest first: `month`, `predictions`, then of those with a
        known outcome the columns of `observed_and_expected` and `roc_auc` with `_low`, `_high`, `_error`
        (DeLong), missing where there are too few; `promised_roc_auc`, what the probabilities of those with a
        known outcome promise (`expected_auc`), and `promised_by_all`, what those of all predictions do;
        `known_of_refused` and `known_of_granted`, the share with a known outcome among those predicted to
        default and among the others. Empty where no outcome is known.
    """
    months = predictions["time"].dt.to_period("M").astype("str").where(predictions["time"].notna(), NO_MONTH)
    known = predictions["outcome"].notna()
    if not known.any():
        return pd.DataFrame(columns=["month", "predictions"])
    made = {ALL: len(predictions), **months.value_counts().sort_index().to_dict()}
    rows = [
        {
            "month": month,
            "predictions": count,
            **_measure(predictions.loc[(months == month) | (month == ALL)], settings),
        }
        for month, count in made.items()
    ]
    return pd.DataFrame(rows)


def _measure(predictions: pd.DataFrame, settings: MonitoringSettings) -> dict[str, Any]:
    known = predictions["outcome"].notna()
    rows, refused = predictions.loc[known], predictions["prediction"] == 1
    if rows.empty:
        return {"n": 0, "events": 0}
    outcome, probability = rows["outcome"].to_numpy(), rows["probability"].to_numpy()
    together, units = np.zeros(len(rows), dtype=int), np.arange(len(rows))
    measured = records(observed_and_expected(outcome, probability, together, units, settings.confidence))[0]
    rarer = min(measured["events"], measured["n"] - measured["events"])
    names = ("roc_auc", "roc_auc_low", "roc_auc_high", "roc_auc_error")
    found = (np.nan,) * 4
    if rarer >= settings.min_events:
        found = auc_interval(outcome, probability, units, settings.confidence)
    return {
        **measured,
        **dict(zip(names, found, strict=True)),
        "promised_roc_auc": _promised(probability),
        "promised_by_all": _promised(predictions["probability"].to_numpy()),
        "known_of_refused": known[refused].mean(),
        "known_of_granted": known[~refused].mean(),
    }


def _promised(probability: np.ndarray) -> float:
    """Give the ROC AUC that probabilities promise; missing where they know one outcome only."""
    several = len(probability) > 1 and 0 < probability.sum() < len(probability)
    return expected_auc(probability) if several else float("nan")
