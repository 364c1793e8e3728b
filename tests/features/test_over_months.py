"""Statistics of monthly values against values worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from loan_default.features.derive import compute
from loan_default.features.over_months import over_months, slope_weights
from loan_default.portfolio.derived import OverMonths
from loan_default.scoring.row_derived import row_function

MONTHS = ("april", "may", "june", "july")
LATE = ("months_late", "since_late", "late_streak")


def feature(statistic):
    late_from = 1 if statistic in LATE else None
    return OverMonths(kind="over_months", statistic=statistic, columns=MONTHS, late_from=late_from)


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        # Months 0, 2, 1, 3 | -1, 0, 0, 0 | 2, 2, 2, 2 | 1, 0, 0, nan
        ("level", [1.5, -0.25, 2, np.nan]),
        # Slope of (-1.5, -.5, .5, 1.5) on the values, over 5: 4/5, 1.5/5, 0.
        ("trend", [0.8, 0.3, 0, np.nan]),
        ("volatility", [np.sqrt(1.25), np.sqrt(3 / 16), 0, np.nan]),
        ("worst", [3, 0, 2, np.nan]),
        ("months_late", [3, 0, 4, np.nan]),
        ("since_late", [0, 4, 0, np.nan]),
        ("late_streak", [3, 0, 4, np.nan]),
    ],
)
def test_statistics_by_hand(statistic, expected):
    values = pd.DataFrame(
        [[0, 2, 1, 3], [-1, 0, 0, 0], [2, 2, 2, 2], [1, 0, 0, np.nan]], columns=list(MONTHS), dtype="float64"
    )
    np.testing.assert_allclose(compute(feature(statistic), values), expected, rtol=0, atol=1e-12)


def test_a_late_month_in_the_past_is_as_far_away_as_it_is():
    values = np.array([[0.0, 2.0, 0.0, 0.0]])
    assert over_months(feature("since_late"), values) == 2
    assert over_months(feature("late_streak"), values) == 0


def test_the_slope_is_that_of_a_least_squares_line():
    values = np.random.default_rng(1).normal(size=6)
    assert values @ slope_weights(6) == pytest.approx(np.polyfit(np.arange(6), values, 1)[0])


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4), statistic=st.sampled_from(
    ("level", "trend", "volatility", "worst", *LATE)
))  # fmt: skip
def test_one_application_gives_what_a_frame_gives(values, statistic):
    row = dict(zip(MONTHS, values, strict=True))
    frame = pd.DataFrame([row])
    assert row_function("x", feature(statistic))(row) == compute(feature(statistic), frame)[0]


def test_late_from_belongs_to_what_counts_late_months():
    with pytest.raises(ValidationError, match="late_from"):
        OverMonths(kind="over_months", statistic="months_late", columns=MONTHS)
    with pytest.raises(ValidationError, match="late_from"):
        OverMonths(kind="over_months", statistic="level", columns=MONTHS, late_from=1)
