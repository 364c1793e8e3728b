"""Calendar periods."""

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.over_time.periods import choose_periods
from loan_default.evaluation.over_time.settings import StabilitySettings

SETTINGS = StabilitySettings(min_rows=50, min_events=10, level=0.05, out_of_time_rows=1000)


def dated(per_month, months=24):
    dates = pd.Series(np.repeat(pd.date_range("2020-01-01", periods=months, freq="MS").to_numpy(), per_month))
    return dates, (np.arange(len(dates)) % 4 == 0).astype(int)


@pytest.mark.parametrize(
    ("per_month", "length", "first"),
    [(60, "month", "2020-01"), (20, "quarter", "2020Q1"), (5, "year", "2020")],
)
def test_the_finest_with_enough_loans(per_month, length, first):
    found, periods = choose_periods(*dated(per_month), SETTINGS)
    assert found == length
    assert periods.dropna().iloc[0] == first


def test_few_loans_in_some_periods_are_left_out():
    dates, outcome = dated(60, months=12)
    extra = pd.Series(pd.to_datetime(["2019-01-01"] * 20))
    length, periods = choose_periods(pd.concat([dates, extra]), np.append(outcome, [1, 0] * 10), SETTINGS)
    assert length == "month"
    assert periods.isna().sum() == 20


def test_months_without_defaults_do_not_count():
    dates, outcome = dated(60, months=24)
    outcome[:] = 0
    outcome[dates.dt.month == 3] = np.arange((dates.dt.month == 3).sum()) % 2
    assert choose_periods(dates, outcome, SETTINGS)[0] == "year"


def test_missing_dates_and_too_few_loans_altogether():
    dates = pd.Series(pd.to_datetime(["2020-01-01", None] * 10))
    length, periods = choose_periods(dates, np.arange(20) % 2, SETTINGS)
    assert length == "year"
    assert periods.isna().all()
