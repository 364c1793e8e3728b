"""Default rates, observed and expected."""

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from loan_default.evaluation.rates import effective_rows, observed_and_expected, wilson_interval


def one_group(outcome, probability, units=None):
    units = np.arange(len(outcome)) if units is None else units
    return observed_and_expected(
        np.asarray(outcome),
        np.asarray(probability, dtype=float),
        np.zeros(len(outcome), dtype=int),
        units,
        0.95,
    ).iloc[0]


def test_wilson_equals_scipy():
    low, high = wilson_interval(np.array([7.0, 0.0, 30.0]), np.array([30.0, 30.0, 30.0]), 0.95)
    for events, ends in zip((7, 0, 30), zip(low, high, strict=True), strict=True):
        wanted = binomtest(events, 30).proportion_ci(0.95, method="wilson")
        assert ends == pytest.approx((wanted.low, wanted.high), abs=1e-12)


@pytest.mark.parametrize(("n", "p"), [(60, 0.1), (200, 0.19), (1000, 0.05)])
def test_wilson_covers_the_truth(n, p):
    events = np.arange(n + 1)
    low, high = wilson_interval(events.astype(float), np.full(n + 1, float(n)), 0.95)
    assert 0.93 < binom.pmf(events[(low <= p) & (p <= high)], n, p).sum() < 0.98


def test_ratio_and_test_by_hand():
    found = one_group([1] * 9 + [0] * 31, [0.15] * 40)
    assert (found["n"], found["events"], found["effective_n"]) == (40, 9, 40)
    assert found["ratio"] == pytest.approx(9 / 6)
    assert found["ratio_low"] == pytest.approx(found["event_rate_low"] / 0.15)
    # Twice the smaller tail, P(9 or more of 40 at 15 %).
    assert found["p_value"] == pytest.approx(2 * binom.sf(8, 40, 0.15))


@pytest.mark.parametrize("value", [0, 1])
def test_groups_of_one_outcome_have_finite_numbers(value):
    found = one_group([value] * 20, [0.2] * 20)
    assert np.isfinite(found.to_numpy(dtype=float)).all()
    tail = binom.cdf(0, 20, 0.2) if value == 0 else binom.sf(19, 20, 0.2)
    assert found["p_value"] == pytest.approx(2 * tail)


def test_pairs_of_equal_rows_are_worth_half():
    rng = np.random.default_rng(2)
    single = (rng.random(400) < 0.3).astype(float)
    rows, units = np.repeat(single, 2), np.repeat(np.arange(400), 2)
    groups = np.zeros(800, dtype=int)
    assert effective_rows(rows - 0.3, groups, np.arange(800)).tolist() == [800]
    assert effective_rows(rows - 0.3, groups, units) == pytest.approx([400])


def test_rows_that_do_not_differ_count_once_per_unit():
    assert effective_rows(np.full(6, -0.2), np.zeros(6, dtype=int), np.array([0, 0, 0, 1, 1, 1])) == [2]


def test_intervals_of_twins_cover_the_truth():
    """Made up: 150 applications in fours that end alike; rows taken one by one promise too much."""
    rng = np.random.default_rng(3)
    units = np.repeat(np.arange(150), 4)
    covered = {"twins": 0, "rows": 0}
    for _ in range(400):
        outcome = np.repeat(rng.random(150) < 0.2, 4).astype(int)
        for kind, unit in (("twins", units), ("rows", np.arange(600))):
            found = one_group(outcome, np.full(600, 0.2), unit)
            covered[kind] += found["event_rate_low"] <= 0.2 <= found["event_rate_high"]
    assert 0.92 < covered["twins"] / 400 < 0.985
    assert covered["rows"] / 400 < 0.8


def test_the_test_keeps_to_its_level_where_probabilities_differ():
    rng = np.random.default_rng(4)
    p = rng.beta(2, 8, 300)
    alarms = [one_group((rng.random(300) < p).astype(int), p)["p_value"] < 0.05 for _ in range(600)]
    assert np.mean(alarms) < 0.065
