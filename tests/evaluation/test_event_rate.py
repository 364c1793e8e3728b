from __future__ import annotations

import numpy as np
import pytest

from loan_default.evaluation.event_rate import Rate, event_rate


def test_independent_rows_by_hand() -> None:
    rate = event_rate(np.array([1, 0, 0, 0, 1]), np.arange(5))
    assert rate.value == pytest.approx(0.4)
    assert rate.error == pytest.approx(np.sqrt(0.4 * 0.6 / 4))


def test_a_row_twice_is_no_more_evidence() -> None:
    outcome = np.array([1, 0, 0, 1, 0, 0, 0, 1])
    once = event_rate(outcome, np.arange(8))
    twice = event_rate(np.repeat(outcome, 2), np.repeat(np.arange(8), 2))
    assert twice == pytest.approx(once)


def test_the_interval_covers_the_true_rate_of_clustered_rows() -> None:
    rng = np.random.default_rng(0)
    units = np.repeat(np.arange(200), 5)
    covered = 0
    for _ in range(300):
        # Made-up profiles that default always or never, 30 % of them always.
        low, high = event_rate((rng.random(200) < 0.3)[units].astype(int), units).interval(0.95)
        covered += low <= 0.3 <= high
    assert 0.91 < covered / 300 < 0.985


def test_the_difference_of_independent_rates() -> None:
    difference = Rate(0.3, 0.03).minus(Rate(0.2, 0.04))
    assert difference == pytest.approx((0.1, 0.05))
    assert difference.interval(0.95) == pytest.approx((0.1 - 1.959964 * 0.05, 0.1 + 1.959964 * 0.05))


def test_one_group_tells_nothing_of_its_error() -> None:
    assert np.isnan(event_rate(np.array([0, 1]), np.zeros(2, dtype=int)).error)
