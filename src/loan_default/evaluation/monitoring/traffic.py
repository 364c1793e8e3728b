"""How many predictions were made, when, by which model, and what they decided."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.evaluation.monitoring.reference import ScoreReference
from loan_default.evaluation.rates import wilson_interval

# Longest span, in days, that is shown day by day or week by week.
_DAYS, _WEEKS = 45, 270

BAND_COLUMNS = (
    *("band", "n", "share", "share_low", "share_high", "share_then", "share_refused", "mean_probability"),
)


def by_period(predictions: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """Count predictions by day, week or month, whichever suits their span.

    Args:
        predictions: `time` (may be missing), `probability`, `prediction` (1 = default).

    Returns:
        The length of a period ("day", "week", "month"), and one row per period, oldest first, empty ones
        included: `period` (its first day), `n`, `share_refused`, `mean_probability` (missing where n is 0).
    """
    dated = predictions.dropna(subset="time")
    span = 0 if dated.empty else (dated["time"].max() - dated["time"].min()).days
    length, letter = ("day", "D") if span <= _DAYS else ("week", "W") if span <= _WEEKS else ("month", "M")
    grouped = dated.groupby(dated["time"].dt.to_period(letter))
    table = pd.DataFrame(
        {
            "n": grouped.size(),
            "share_refused": grouped["prediction"].mean(),
            "mean_probability": grouped["probability"].mean(),
        }
    )
    if len(table):
        table = table.reindex(pd.period_range(table.index.min(), table.index.max(), freq=letter))
    table["n"] = table["n"].fillna(0).astype(np.int64)
    table.insert(0, "period", [str(period.start_time.date()) for period in table.index])
    return length, table.reset_index(drop=True)


def by_band(predictions: pd.DataFrame, reference: ScoreReference, confidence: float) -> pd.DataFrame:
    """Count predictions by risk band, beside the reference.

    Args:
        predictions: `risk_band`, `probability`, `prediction`.
        reference: Of the model that made them.
        confidence: Coverage of the interval of the share, as a share.

    Returns:
        One row per band, none without predictions, lowest risk first, with `BAND_COLUMNS`; the interval of
        the share is Wilson's.
    """
    if predictions.empty:
        return pd.DataFrame(columns=list(BAND_COLUMNS))
    names = list(reference.bands)
    grouped = predictions.groupby("risk_band")
    n = grouped.size().reindex(names, fill_value=0).to_numpy()
    rows = len(predictions)
    low, high = wilson_interval(n, np.full(len(n), rows), confidence)
    then = np.array(list(reference.bands.values()))
    return pd.DataFrame(
        {
            "band": names,
            "n": n,
            "share": n / rows,
            "share_low": low,
            "share_high": high,
            "share_then": then / then.sum(),
            "share_refused": grouped["prediction"].mean().reindex(names).to_numpy(),
            "mean_probability": grouped["probability"].mean().reindex(names).to_numpy(),
        }
    )


def by_version(predictions: pd.DataFrame) -> pd.DataFrame:
    """Count predictions by version of the model, in order of first use.

    Args:
        predictions: `version`, `time`, `probability`, `prediction`.

    Returns:
        One row per version: `version`, `n`, `first` and `last` (time, may be missing), `share_refused`,
        `mean_probability`.
    """
    grouped = predictions.groupby("version", sort=False)
    table = pd.DataFrame(
        {
            "n": grouped.size(),
            "first": grouped["time"].min(),
            "last": grouped["time"].max(),
            "share_refused": grouped["prediction"].mean(),
            "mean_probability": grouped["probability"].mean(),
        }
    )
    return table.sort_values("first", kind="stable").reset_index()
