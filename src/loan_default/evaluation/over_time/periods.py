"""Put loans into calendar periods long enough to be judged."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.evaluation.over_time.settings import StabilitySettings

LENGTHS = {"month": "M", "quarter": "Q", "year": "Y"}
"""Pandas' letter of each length of a period, finest first."""

COVERED = 0.9
"""Share of the dated rows that periods with enough rows must hold."""

RULE = (
    "The finest of month, quarter and year is taken in which periods with enough loans hold at least nine "
    "tenths of "
    "the dated test rows; other periods are left out."
)


def choose_periods(
    dates: pd.Series, outcome: np.ndarray, settings: StabilitySettings
) -> tuple[str, pd.Series]:
    """Choose the length of the periods by `RULE`, and name the period of each row.

    Args:
        dates: Application dates, shape (rows,); may be missing.
        outcome: 0/1 of shape (rows,), 1 = default.
        settings: Fewest rows, defaults and good loans of a period.

    Returns:
        The length ("month", "quarter" or "year"), and for each row its period, such as 2011Q3; missing where
        there is no date or the period has too few rows. Years are taken where no length meets the rule.
    """
    periods = {length: _long_enough(dates, outcome, letter, settings) for length, letter in LENGTHS.items()}
    wanted = COVERED * dates.notna().sum()
    length = next((length for length, kept in periods.items() if kept.notna().sum() >= wanted), "year")
    return length, periods[length]


def _long_enough(
    dates: pd.Series, outcome: np.ndarray, letter: str, settings: StabilitySettings
) -> pd.Series:
    """Name the period of each row; missing where it has too few rows."""
    periods = dates.dt.to_period(letter)
    counted = pd.Series(outcome, index=dates.index).groupby(periods.to_numpy()).agg(["size", "sum"])
    rarer = np.minimum(counted["sum"], counted["size"] - counted["sum"])
    enough = counted.index[(counted["size"] >= settings.min_rows) & (rarer >= settings.min_events)]
    return periods.astype("str").where(periods.isin(enough))
