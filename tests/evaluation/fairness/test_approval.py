import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import MetricFrame, selection_rate

from loan_default.evaluation.fairness.approval import approval_ratios


@pytest.fixture
def people():
    """Made up: of a 8 in 10 approved, of b 3 in 6, of c 2 in 2; d is left out."""
    labels = pd.DataFrame({"group": ["a"] * 10 + ["b"] * 6 + ["c"] * 2 + [None] * 2}, dtype=object)
    approved = np.array([True] * 8 + [False] * 2 + [True, False] * 3 + [True] * 2 + [False] * 2)
    return labels, approved


def test_against_the_group_approved_most_among_the_large(people):
    table = approval_ratios(*people, min_rows=5).set_index("group")
    assert table["n"].to_dict() == {"a": 10, "b": 6, "c": 2}
    assert table["approval_rate"].to_dict() == {"a": 0.8, "b": 0.5, "c": 1.0}
    assert table.loc["a", "ratio"] == 1.0
    assert table.loc["b", "ratio"] == pytest.approx(0.5 / 0.8)
    assert np.isnan(table.loc["c", "ratio"])


def test_equals_fairlearn(people):
    labels, approved = people
    known = labels["group"].notna()
    frame = MetricFrame(
        metrics=selection_rate,
        y_true=approved[known].astype(int),
        y_pred=approved[known].astype(int),
        sensitive_features=labels.loc[known, "group"].to_numpy(),
    )
    table = approval_ratios(labels, approved, min_rows=1)
    assert table["ratio"].min() == pytest.approx(frame.ratio())
    assert table.set_index("group")["approval_rate"].to_dict() == pytest.approx(frame.by_group.to_dict())


def test_one_large_group_has_nothing_to_be_held_against(people):
    table = approval_ratios(*people, min_rows=8).set_index("group")
    assert table["ratio"].isna().all()
    assert table.loc["a", "approval_rate"] == 0.8


def test_nobody_approved_has_no_ratio():
    labels = pd.DataFrame({"group": ["a", "a", "b", "b"]})
    assert approval_ratios(labels, np.zeros(4, dtype=bool), 1)["ratio"].isna().all()


def test_no_protected_column_gives_no_row():
    table = approval_ratios(pd.DataFrame(index=range(3)), np.ones(3, dtype=bool), 1)
    assert table.empty
    assert list(table.columns) == ["column", "group", "n", "approval_rate", "ratio"]
