"""Trends of data and model, and whether they agree."""

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.explanation.directions import (
    AGAINST,
    AGREES,
    NONE,
    RISKIER,
    SAFER,
    UNCOMPARED,
    agreement,
    trend_of_data,
    trend_of_model,
)


def observed(rates, reach=0.01):
    """Bins of these default rates and a last one of missing values."""
    rates = np.array([*rates, 0.9])
    return pd.DataFrame(
        {
            "value": [*range(len(rates) - 1), np.nan],
            "event_rate": rates,
            "low": rates - reach,
            "high": rates + reach,
            "woe": -rates,
        }
    )


def effect(curve):
    return pd.DataFrame({"value": range(len(curve)), "effect": curve})


@pytest.mark.parametrize(
    ("rates", "reach", "trend"),
    [
        ([0.1, 0.2, 0.3, 0.4], 0.01, RISKIER),
        ([0.4, 0.3, 0.25, 0.1], 0.01, SAFER),
        ([0.1, 0.4, 0.1, 0.4], 0.01, NONE),
        ([0.10, 0.11, 0.12, 0.13], 0.05, NONE),  # chance explains it
        ([0.1, 0.15, 0.2, 0.3004], 0.1, NONE),  # intervals that are read as touching: 20.0 %
        ([0.1, 0.15, 0.2, 0.3006], 0.1, RISKIER),
        ([0.2], 0.01, NONE),
    ],
)
def test_the_trend_of_the_data(rates, reach, trend):
    assert trend_of_data(observed(rates, reach)) == trend


@pytest.mark.parametrize(
    ("curve", "trend"),
    [
        ([-0.1, -0.05, 0.0, 0.1], RISKIER),
        ([0.1, 0.12, -0.05, -0.1], SAFER),
        ([0.1, 0.0, 0.0, 0.1], NONE),
        ([0.001, 0.0, -0.001, -0.002], NONE),  # less than half a point
    ],
)
def test_the_trend_of_the_model(curve, trend):
    found, change = trend_of_model(effect(curve))
    assert found == trend
    assert change == pytest.approx(curve[-1] - curve[0])


def test_agreement_needs_a_trend_on_both_sides():
    assert agreement(RISKIER, RISKIER) == AGREES
    assert agreement(RISKIER, SAFER) == AGAINST
    assert agreement(NONE, SAFER) == agreement(SAFER, NONE) == UNCOMPARED
