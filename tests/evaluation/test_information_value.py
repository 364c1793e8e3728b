"""Weight of evidence and information value against values worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.evaluation.information_value import information_value, weight_of_evidence


def test_by_hand_higher_is_safer():
    grades = pd.Series(["A"] * 10 + ["B"] * 10)
    default = np.array([1] * 2 + [0] * 8 + [1] * 6 + [0] * 4)
    table = weight_of_evidence(grades, default).set_index("bin")
    assert table.loc["A", "woe"] == pytest.approx(np.log((8 / 12) / (2 / 8)))
    assert table.loc["B", "woe"] == pytest.approx(np.log((4 / 12) / (6 / 8)))
    assert table.loc["A", "woe"] > 0 > table.loc["B", "woe"]
    assert table["event_rate"].to_dict() == pytest.approx({"A": 0.2, "B": 0.6})
    by_hand = (8 / 12 - 2 / 8) * table.loc["A", "woe"] + (4 / 12 - 6 / 8) * table.loc["B", "woe"]
    assert information_value(table) == pytest.approx(by_hand)


def test_a_bin_without_events_has_a_finite_weight():
    table = weight_of_evidence(pd.Series(["x"] * 4 + ["y"] * 4), [0, 0, 0, 0, 1, 1, 0, 0]).set_index("bin")
    assert table.loc["x", "woe"] == pytest.approx(np.log((4.5 / 6) / (0.5 / 2)))
    assert table.loc["x", "events"] == 0


def test_numbers_are_cut_at_quantiles_and_missing_comes_last():
    values = pd.Series([*range(40), *[np.nan] * 10])
    default = np.tile([0, 1], 25)
    table = weight_of_evidence(values, default, bins=4)
    assert table["n"].tolist() == [10, 10, 10, 10, 10]
    assert table["bin"].tolist() == ["<= 9", "(9, 19]", "(19, 29]", "> 29", "missing"]


def test_a_value_that_fills_several_bins_is_a_bin():
    values = pd.Series([-1.0] * 5 + [0.0] * 60 + list(range(1, 36)))
    table = weight_of_evidence(values, np.tile([0, 1], 50), bins=10)
    assert 60 in table["n"].tolist()
    assert table["n"].iloc[0] == 5


def test_missingness_that_is_the_outcome_stands_out():
    rng = np.random.default_rng(1)
    default = (rng.random(2000) < 0.2).astype(int)
    leak = pd.Series(np.where(default == 1, rng.normal(size=2000), np.nan))
    noise = pd.Series(rng.normal(size=2000))
    assert information_value(weight_of_evidence(leak, default)) > 5
    assert information_value(weight_of_evidence(noise, default)) < 0.1


def test_rows_are_matched_by_position_not_by_index():
    values = pd.Series(["a", "a", "b", "b"], index=[3, 2, 1, 0])
    default = pd.Series([1, 1, 0, 0])
    assert weight_of_evidence(values, default)["events"].tolist() == [2, 0]


@pytest.mark.parametrize("outcome", [[1, 1, 1], [0, 0, 0], [0, 1, 2], [0.0, 1.0, np.nan]])
def test_an_outcome_that_is_not_two_classes_is_refused(outcome):
    with pytest.raises(InputError, match=r"column 'dti' has the values .* both present"):
        weight_of_evidence(pd.Series([1.0, 2.0, 3.0], name="dti"), outcome)


def test_unequal_lengths_are_refused():
    with pytest.raises(InputError, match="'dti' has 3 rows, its outcome 2"):
        weight_of_evidence(pd.Series([1.0, 2.0, 3.0], name="dti"), [0, 1])
