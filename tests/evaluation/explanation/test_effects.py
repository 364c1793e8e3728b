"""Effects of inputs where the truth is known."""

import numpy as np
import pytest

from loan_default.errors import InputError
from loan_default.evaluation.explanation.effects import (
    accumulated_local_effects,
    effect_edges,
    partial_dependence,
)


def scored(function, X, column):
    """Score rows of X with one column set to other values."""

    def probability(rows, values):
        changed = X[rows].copy()
        changed[:, column] = values
        return function(changed)

    return probability


def test_the_effect_of_a_linear_model_is_its_line():
    X = np.array([[0.0, 5.0], [1.0, 1.0], [2.0, 0.0], [5.0, 2.0]])
    edges = np.array([0.0, 1.0, 5.0])
    effect = accumulated_local_effects(scored(lambda X: 0.1 + 0.02 * X[:, 0], X, 0), X[:, 0], edges)
    # The rows' mean is 2: the line 0.02 (x - 2).
    assert effect["effect"].tolist() == pytest.approx([-0.04, -0.02, 0.06])
    assert effect["value"].tolist() == [0, 1, 5]
    assert effect["n"].tolist() == [0, 2, 2]


def test_effects_of_an_interaction_are_those_of_the_rows_in_the_bin():
    # f = x z; z is 1 below x = 1 and 3 above: the slopes are 1 and 3, by hand.
    X = np.array([[0.5, 1.0], [1.0, 1.0], [1.5, 3.0], [2.0, 3.0]])
    effect = accumulated_local_effects(scored(lambda X: X[:, 0] * X[:, 1], X, 0), X[:, 0], np.arange(3.0))
    # The curve 0, 1, 4 has at the rows 0.5, 1, 2.5, 4: mean 2.
    assert effect["effect"].tolist() == pytest.approx([-2, -1, 2])


def test_a_correlated_input_that_is_not_used_has_no_effect():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, 1)) + 0.1 * rng.normal(size=(500, 2))
    used = scored(lambda X: X[:, 0] ** 2, X, 1)
    effect = accumulated_local_effects(used, X[:, 1], effect_edges(X[:, 1], 10))
    assert effect["effect"].abs().max() == 0


def test_only_rows_between_the_edges_count():
    X = np.array([[-9.0], [0.0], [1.0], [99.0], [np.nan]])
    effect = accumulated_local_effects(scored(lambda X: X[:, 0], X, 0), X[:, 0], np.array([0.0, 1.0]))
    assert effect["n"].tolist() == [0, 2]
    assert effect["effect"].tolist() == pytest.approx([-0.5, 0.5])


@pytest.mark.parametrize(
    ("values", "edges", "message"),
    [([1.0, 2.0], [1.0], "two values or more"), ([5.0], [1.0, 2.0], "No row has a value from 1 to 2")],
)
def test_what_cannot_be_measured_is_refused(values, edges, message):
    with pytest.raises(InputError, match=message):
        accumulated_local_effects(lambda rows, x: x, np.array(values), np.array(edges))


def test_edges_are_observed_values_within_the_middle_of_the_rows():
    values = np.append(np.arange(1000.0), [np.nan, 1e9])
    edges = effect_edges(values, 4)
    assert np.isin(edges, values).all()
    assert edges[0] >= 9
    assert edges[-1] <= 992
    assert effect_edges(np.full(5, 3.0), 4).tolist() == [3]
    assert effect_edges(np.array([np.nan]), 4).size == 0


def test_partial_dependence_gives_every_row_every_label():
    labels = np.array([0.0, 0.0, 1.0, np.nan])
    other = np.array([0.1, 0.2, 0.3, 0.4])
    rate = np.array([0.0, 0.3, 0.6])

    def probability(rows, values):
        return other[rows] + rate[values.astype(int)]

    effect = partial_dependence(probability, labels, np.arange(3.0))
    # Means 0.25, 0.55, 0.85; the rows' own labels weigh 2 : 1 : 0, centre 0.35.
    assert effect["effect"].tolist() == pytest.approx([-0.1, 0.2, 0.5])
    assert effect["n"].tolist() == [2, 1, 0]
