"""Bins of one column."""

import numpy as np
import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.evaluation.binning import learn_bins, quantile_edges


def test_bins_of_distinct_numbers_hold_equal_counts():
    numbers = np.random.default_rng(0).permutation(100).astype(float)
    counts = np.bincount(np.searchsorted(quantile_edges(numbers, 5), numbers))
    assert counts.tolist() == [20, 20, 20, 20, 20]


def test_edges_are_strictly_increasing_and_few_where_values_repeat():
    edges = quantile_edges(np.array([0.0] * 90 + [1.0] * 10), 10)
    assert np.all(np.diff(edges) > 0)
    assert np.searchsorted(edges, [-1.0, 0.0, 1.0]).tolist() == [0, 1, 2]


def test_a_column_that_is_all_missing_has_one_filled_bin():
    column = pd.Series([np.nan, np.nan])
    to_bins, labels = learn_bins(column, 10)
    assert [labels[code] for code in to_bins(column)] == ["missing", "missing"]


def test_levels_are_told_apart_from_missing_and_from_new_ones():
    to_bins, labels = learn_bins(pd.Series(["b", "a", None]), 10)
    assert [labels[c] for c in to_bins(pd.Series(["a", None, "z", "b"]))] == [
        "a",
        "missing",
        "never seen",
        "b",
    ]


def test_fewer_than_two_bins_are_refused():
    with pytest.raises(InputError, match="bins is 0: ask for 2"):
        learn_bins(pd.Series([1.0]), 0)
