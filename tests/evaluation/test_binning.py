"""Bins of one column."""

import numpy as np
import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.evaluation.binning import Bins, learn_bins, quantile_edges


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


def test_bins_are_plain_data_that_places_values_alike() -> None:
    values = pd.Series([0.0] * 30 + [1.5, 2.5, np.nan, 7.25] * 10)
    bins = Bins.learn(values, 4)
    again = Bins.model_validate_json(bins.model_dump_json())
    assert (again.place(values) == bins.place(values)).all()
    assert again.place(pd.Series([-np.inf, np.inf, np.nan])).tolist() == [
        0,
        len(bins.labels) - 2,
        len(bins.labels) - 1,
    ]


def test_labels_for_readers() -> None:
    zeros = pd.Series([-1.0] + [0.0] * 60 + [1.0, 2.0] * 20)
    assert Bins.learn(zeros, 4).labels == ["< 0", "0", "(0, 1]", "> 1", "missing"]
    days = pd.Series(pd.date_range("2020-01-01", periods=4))
    assert Bins.learn(days, 2).labels == ["<= 2020-01-02", "> 2020-01-02", "missing"]


def test_labels_that_share_a_bin() -> None:
    bins = Bins(edges=None, levels=("a", "b"), others=("c", "d"))
    assert bins.labels == ["a", "b", "other labels", "never seen", "missing"]
    values = pd.Series(["b", "c", "z", None, "a"], dtype="str")
    assert bins.place(values).tolist() == [1, 2, 3, 4, 0]
    not_closed = bins.model_copy(update={"others": None})
    assert not_closed.labels == ["a", "b", "other labels", "missing"]
    assert not_closed.place(values).tolist() == [1, 2, 2, 3, 0]
