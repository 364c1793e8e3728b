"""From a number to green, amber or red."""

from __future__ import annotations

import numpy as np
import pytest

from loan_default.evaluation.monitoring.judging import judge_change, judge_distance, judge_psi
from loan_default.evaluation.monitoring.settings import Marks
from loan_default.evaluation.rates import wilson_interval

MARKS = Marks(amber=0.1, red=0.25)


@pytest.mark.parametrize(
    ("value", "low", "high", "verdict"),
    [
        (0.05, 0.0, 0.9, "good"),  # short of the mark, however wide the interval
        (0.15, 0.05, 0.25, "none"),  # beyond, but chance is an explanation
        (0.15, 0.11, 0.19, "attention"),
        (0.40, 0.20, 0.60, "attention"),  # red by its value, amber by what is sure
        (0.40, 0.25, 0.55, "bad"),
        (-0.40, -0.55, -0.25, "bad"),  # below counts too
    ],
)
def test_the_near_end_of_the_interval_counts(value: float, low: float, high: float, verdict: str) -> None:
    assert judge_distance(value, low, high, 0.0, MARKS) == verdict
    assert judge_distance(value + 1, low + 1, high + 1, 1.0, MARKS) == verdict


@pytest.mark.parametrize(
    ("psi", "expected", "by_chance", "verdict"),
    [
        (0.09, 0.0, 0.01, "good"),
        (0.30, 0.2, 0.35, "none"),  # few rows: chance goes further
        (0.30, 0.01, 0.02, "bad"),
        (0.30, 0.06, 0.12, "attention"),  # what chance makes is taken off
        (0.12, 0.03, 0.11, "good"),
    ],
)
def test_chance_is_taken_off_a_stability_index(
    psi: float, expected: float, by_chance: float, verdict: str
) -> None:
    assert judge_psi(psi, expected, by_chance, MARKS) == verdict


@pytest.mark.parametrize(
    ("amber", "red", "verdict"),
    [(0.0524, 0.5, "attention"), (0.01, 0.0524, "bad"), (0.0525, 0.5, "none"), (0.21, 0.5, "good")],
)
def test_a_change_of_shares_has_newcombes_interval(amber: float, red: float, verdict: str) -> None:
    """56 of 70 and 48 of 80: a difference of 0.2 from 0.0524 to 0.3339, his example (a)."""
    low, high = wilson_interval(np.array([56, 48]), np.array([70, 80]), 0.95)
    more, less = (0.8, (low[0], high[0])), (0.6, (low[1], high[1]))
    marks = Marks(amber=amber, red=red)
    assert judge_change(*more, *less, marks) == verdict
    assert judge_change(*less, *more, marks) == verdict, "below counts too"
