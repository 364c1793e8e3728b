"""Contributions of trees add up to what the trees say, and the planted cause comes first."""

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.explanation.contributions import (
    by_input,
    leaves_of,
    summarise_contributions,
    tree_contributions,
)


@pytest.fixture(scope="module")
def rows():
    """Made-up rows in which the second feature alone decides."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 4)).astype(np.float32)
    y = (X[:, 1] + 0.3 * rng.normal(size=600) > 0).astype(int)
    return X, y


@pytest.fixture(scope="module")
def forest(rows):
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(20, max_depth=4, random_state=0).fit(*rows)


@pytest.fixture(scope="module")
def boosting(rows):
    import lightgbm

    settings = {"objective": "binary", "verbosity": -1, "seed": 0, "num_threads": 1}
    return lightgbm.train(settings, lightgbm.Dataset(*rows), num_boost_round=20)


def test_contributions_of_a_forest_add_up_to_its_probability(rows, forest):
    contributions, base = tree_contributions(forest, rows[0][:40])
    assert contributions.shape == (40, 4)
    assert base + contributions.sum(axis=1) == pytest.approx(forest.predict_proba(rows[0][:40])[:, 1])
    assert np.abs(contributions).mean(axis=0).argmax() == 1


def test_contributions_of_lightgbm_add_up_to_its_log_odds(rows, boosting):
    contributions, base = tree_contributions(boosting, rows[0][:40])
    assert base + contributions.sum(axis=1) == pytest.approx(boosting.predict(rows[0][:40], raw_score=True))
    assert np.abs(contributions).mean(axis=0).argmax() == 1


def test_leaves_are_counted_over_all_trees(rows):
    from sklearn.ensemble import RandomForestClassifier

    stumps = RandomForestClassifier(3, max_depth=1, random_state=0).fit(*rows)
    assert leaves_of(stumps) == 6


def test_a_feature_of_two_inputs_counts_half_for_each():
    contributions = np.array([[1.0, 2.0, -4.0]])
    shares = by_input(contributions, [("a",), ("a", "b"), ("c",)], ["c", "b", "a"])
    assert shares.tolist() == [[-4, 1, 2]]
    assert shares.sum() == contributions.sum()


def test_the_summary_is_in_order_of_size_and_knows_the_direction():
    contributions = np.array([[0.1, -3.0, 0], [-0.1, -1.0, 0], [0.0, 1.0, 0], [0.0, 3.0, 0]])
    values = pd.DataFrame({"a": [np.nan] * 4, "b": [4.0, 3.0, 2.0, 1.0], "c": [1.0, 2.0, 3.0, np.nan]})
    table = summarise_contributions(contributions, values, {"a": "An A", "b": "A B", "c": "A C"})
    assert table["input"].tolist() == ["b", "a", "c"]
    assert table["label"].tolist() == ["A B", "An A", "A C"]
    assert table["mean_absolute"].tolist() == pytest.approx([2, 0.05, 0])
    assert table["share"].sum() == pytest.approx(1)
    assert table["direction"].iloc[0] == pytest.approx(-1)
    assert table["direction"].iloc[1:].isna().all()
