"""The balanced forest differs from the Random Forest in balance, not in how many rows its trees see."""

import numpy as np
import pytest

from loan_default.models.field.balanced_forest import BalancedForestSettings, train_balanced_forest
from loan_default.models.random_forest import RandomForestSettings, train_random_forest

ROWS, DEFAULTS = 1000, 300


@pytest.fixture(scope="module")
def made_up():
    rng = np.random.default_rng(0)
    y = np.zeros(ROWS, dtype=np.int8)
    y[:DEFAULTS] = 1
    return (rng.normal(size=(ROWS, 3)) + 0.5 * y[:, None]).astype(np.float32), y


@pytest.mark.parametrize(("share", "rows_per_tree"), [(0.3, 300), (1.0, 2 * DEFAULTS)])
def test_trees_see_as_many_rows_as_those_of_the_forest_while_there_are_enough(made_up, share, rows_per_tree):
    shape = {"n_estimators": 5, "max_samples": share, "threads": 1}
    balanced, _ = train_balanced_forest(*made_up, BalancedForestSettings(**shape), 1)
    forest, _ = train_random_forest(*made_up, RandomForestSettings(**shape), 1)
    # A tree knows the weight of its root: the rows it drew.
    assert {tree.tree_.weighted_n_node_samples[0] for tree in balanced.estimators_} == {rows_per_tree}
    assert {tree.tree_.weighted_n_node_samples[0] for tree in forest.estimators_} == {share * ROWS}


def test_half_of_what_a_tree_sees_are_defaults(made_up):
    balanced, record = train_balanced_forest(*made_up, BalancedForestSettings(n_estimators=40, threads=1), 1)
    shares = [tree.tree_.value[0, 0, 1] for tree in balanced.estimators_]
    assert np.mean(shares) == pytest.approx(0.5, abs=0.03)
    assert record["method"] == "undersample"
