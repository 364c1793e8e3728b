import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from loan_default.evaluation.fairness.proxies import COLUMNS, measure_proxies


def draw_proxy(rows, distance, seed):
    """A feature that is `distance` standard deviations higher for b, and one that says nothing. Made up."""
    rng = np.random.default_rng(seed)
    sex = rng.choice(["a", "b"], size=rows)
    X = np.column_stack([rng.normal(size=rows) + distance * (sex == "b"), rng.normal(size=rows)])
    return X.astype(np.float32), pd.DataFrame({"sex": sex}, dtype=object)


def guess(distance):
    train, test = draw_proxy(3000, distance, 0), draw_proxy(1500, distance, 1)
    return measure_proxies(*train, *test, np.arange(1500), 0.95, seed=1).set_index("group")


def test_a_planted_proxy_is_as_strong_as_it_is():
    table = guess(1.5)
    # Two normal distributions that far apart; and what the feature itself ranks on these very rows.
    assert table.loc["b", "roc_auc"] == pytest.approx(norm.cdf(1.5 / np.sqrt(2)), abs=0.03)
    X, labels = draw_proxy(1500, 1.5, 1)
    itself = roc_auc_score(labels["sex"] == "b", X[:, 0])
    assert table.loc["b", "roc_auc_low"] < itself < table.loc["b", "roc_auc_high"]
    assert table.loc["a", "roc_auc"] == pytest.approx(table.loc["b", "roc_auc"])
    assert table["n"].sum() == 1500


def test_no_proxy_is_a_coin():
    table = guess(0.0)
    assert (table["roc_auc_low"] < 0.5).all()
    assert (table["roc_auc"] < 0.55).all()


def test_one_group_gives_nothing_to_guess():
    X, labels = draw_proxy(300, 1.0, 0)
    labels["sex"] = "a"
    table = measure_proxies(X, labels, X, labels, np.arange(300), 0.95, 1)
    assert table.empty
    assert list(table.columns) == list(COLUMNS)
