"""The stability index against values worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.evaluation.stability import (
    EPSILON,
    expected_psi,
    population_stability_index,
    psi_by_chance,
    psi_of_counts,
    psi_without_drift,
)


def test_a_column_is_stable_against_itself():
    rng = np.random.default_rng(0)
    numbers = pd.Series(np.where(rng.random(500) < 0.1, np.nan, rng.normal(size=500)))
    for column in (numbers, (numbers > 0).astype(str), numbers > 0, numbers.astype("Float64")):
        assert population_stability_index(column, column) == 0


def test_categories_by_hand():
    reference = pd.Series(["a"] * 50 + ["b"] * 50)
    current = pd.Series(["a"] * 25 + ["b"] * 75)
    by_hand = (0.25 - 0.5) * np.log(0.25 / 0.5) + (0.75 - 0.5) * np.log(0.75 / 0.5)
    assert population_stability_index(reference, current) == pytest.approx(by_hand)


def test_numbers_are_cut_at_quantiles_of_the_reference_with_open_ends():
    reference = pd.Series(np.arange(100.0))
    current = pd.Series(np.full(10, 1e9))
    empty = (EPSILON - 0.25) * np.log(EPSILON / 0.25)
    by_hand = 3 * empty + (1 - 0.25) * np.log(1 / 0.25)
    assert population_stability_index(reference, current, bins=4) == pytest.approx(by_hand)


def test_missing_is_a_bin_of_its_own():
    reference = pd.Series([1.0] * 8 + [np.nan] * 2)
    current = pd.Series([1.0] * 5 + [np.nan] * 5)
    by_hand = (0.5 - 0.8) * np.log(0.5 / 0.8) + (0.5 - 0.2) * np.log(0.5 / 0.2)
    assert population_stability_index(reference, current) == pytest.approx(by_hand)
    as_text = [s.map({1.0: "one"}) for s in (reference, current)]
    assert population_stability_index(*as_text) == pytest.approx(by_hand)


def test_a_level_never_seen_before_counts_as_a_shift():
    reference, current = pd.Series(["a"] * 10), pd.Series(["a"] * 5 + ["new"] * 5)
    by_hand = (0.5 - 1) * np.log(0.5) + (0.5 - EPSILON) * np.log(0.5 / EPSILON)
    assert population_stability_index(reference, current) == pytest.approx(by_hand)


@pytest.mark.parametrize("moved", [0.0, 2.0])
def test_a_constant_that_moves_either_way_is_seen(moved):
    assert population_stability_index(pd.Series([1.0] * 20), pd.Series([moved] * 20)) > 5


def test_dates_are_binned_like_numbers():
    dates = pd.Series(pd.date_range("2015-01-01", periods=100))
    days = pd.Series(np.arange(100.0))
    later = slice(50, None)
    assert population_stability_index(dates, dates[later]) == pytest.approx(
        population_stability_index(days, days[later])
    )


def test_infinite_values_do_no_harm():
    column = pd.Series([-np.inf] * 5 + list(range(20)) + [np.inf] * 5)
    assert population_stability_index(column, column) == 0
    assert np.isfinite(population_stability_index(column, pd.Series([np.inf, 1.0])))


@pytest.mark.parametrize(
    ("reference", "current", "named"), [([], [1.0], "reference"), ([1.0], [], "current")]
)
def test_no_rows_is_refused(reference, current, named):
    with pytest.raises(InputError, match=f"The {named} column 'dti' has no rows"):
        population_stability_index(
            pd.Series(reference, dtype=float, name="dti"), pd.Series(current, dtype=float, name="dti")
        )


def test_one_bin_is_refused():
    with pytest.raises(InputError, match="bins is 1"):
        population_stability_index(pd.Series([1.0]), pd.Series([1.0]), bins=1)


def test_psi_by_chance_and_on_average() -> None:
    """A thousand draws of 400 rows without drift, against a reference of 5,000."""
    rng = np.random.default_rng(6)
    reference = rng.multinomial(5000, [0.1] * 10)
    found = np.array([psi_of_counts(reference, rng.multinomial(400, [0.1] * 10)) for _ in range(1000)])
    below = np.mean(found < psi_by_chance(10, 5000, 400, 0.95))
    assert 0.9 < below < 0.97  # the formula is one for many rows
    assert found.mean() == pytest.approx(expected_psi(10, 5000, 400), rel=0.15)


@pytest.mark.parametrize("shares", [[0.05] * 20, [0.81, *[0.01] * 19], [0.985, 0.015]])
def test_chance_is_right_in_thin_bins_too(shares: list[float]) -> None:
    """200 rows without drift: by the formula a quarter with thin bins would be beyond 99.75 %."""
    rng = np.random.default_rng(7)
    beyond = []
    for _ in range(40):
        then, now = rng.multinomial(10_000, shares), rng.multinomial(200, shares)
        expected, by_chance = psi_without_drift(then, now, 0.9975)
        assert 0 < expected < by_chance
        beyond.append(psi_of_counts(then, now) > by_chance)
    assert np.mean(beyond) <= 0.05


def test_chance_where_bins_are_full_is_the_formula() -> None:
    then, now = np.array([500, 300, 0, 200]), np.array([100, 60, 0, 40])
    by_hand = expected_psi(3, 1000, 200), psi_by_chance(3, 1000, 200, 0.95)
    assert psi_without_drift(then, now, 0.95) == by_hand
    by_hand = expected_psi(2, 30, 30), psi_by_chance(2, 30, 30, 0.95)
    assert psi_without_drift(np.array([30]), np.array([30]), 0.95) == by_hand


def test_twins_are_less_evidence() -> None:
    then, now = np.array([500, 500]), np.array([300, 300])
    assert psi_without_drift(then, now, 0.95, 200) == (
        expected_psi(2, 1000, 200),
        psi_by_chance(2, 1000, 200, 0.95),
    )
