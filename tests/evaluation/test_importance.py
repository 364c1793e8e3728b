"""Permutation importance where the truth is known."""

import numpy as np
import pytest

from loan_default.errors import InputError
from loan_default.evaluation.importance import permutation_importance


def measure(predict, X, y, groups, **settings):
    """Shuffle columns of a matrix together."""

    def exchanged(name, order):
        changed = X.copy()
        changed[:, groups[name]] = X[order][:, groups[name]]
        return changed

    return permutation_importance(predict, exchanged, X, y, groups, **{"confidence": 0.95} | settings)


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(800, 4)).astype(np.float32)
    y = (X[:, 0] + X[:, 1] + 0.5 * X[:, 2] > 0.5).astype(int)
    return X, y


def predict(X):
    return 1 / (1 + np.exp(-(X[:, 0] + X[:, 1] + 0.5 * X[:, 2])))


def test_inputs_are_sorted_and_one_that_is_not_used_costs_nothing(rows):
    table = measure(predict, *rows, {"idle": [3], "small": [2], "large": [0, 1]}, repeats=5, seed=0)
    assert table["input"].tolist() == ["large", "small", "idle"]
    assert table.iloc[2][["drop", "low", "high"]].tolist() == [0, 0, 0]
    assert (table.iloc[:2]["low"] > 0).all()


def test_features_of_one_input_are_shuffled_together(rows):
    X, y = rows
    X[:, 1] = -X[:, 0]  # a model that reads only their sum cannot notice a shuffle that keeps rows together
    y[:400] = 1 - y[:400]

    def of_sum(X):
        return X[:, 0] + X[:, 1] + X[:, 2]

    together = measure(of_sum, X, y, {"pair": [0, 1]}, repeats=3, seed=0)
    assert together["drop"].iloc[0] == pytest.approx(0)


def test_the_seed_decides(rows):
    first, again, other = (measure(predict, *rows, {"a": [0]}, repeats=3, seed=s) for s in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)


def test_no_shuffle_is_refused(rows):
    with pytest.raises(InputError, match="repeats is 0"):
        measure(predict, *rows, {"a": [0]}, repeats=0, seed=0)


def draw_loans(rows, rng, copies=1):
    """Made-up loans of two inputs, each loan with so many twins."""
    X = rng.normal(size=(rows // copies, 2))
    y = (rng.random(len(X)) < 1 / (1 + np.exp(1.5 - X @ [1, 0.4]))).astype(int)
    return np.repeat(X, copies, axis=0), np.repeat(y, copies), np.repeat(np.arange(len(X)), copies)


@pytest.mark.parametrize("copies", [1, 4])
def test_intervals_hold_what_the_input_is_worth_on_loans_like_these(copies):
    def of_two(X, y, units, seed):
        found = measure(lambda X: X @ [1, 0.4], X, y, {"a": [0], "b": [1]}, repeats=2, seed=seed, units=units)
        return found.set_index("input")

    truth = of_two(*draw_loans(100_000, np.random.default_rng(0)), seed=0)["drop"]
    tables = [of_two(*draw_loans(400, np.random.default_rng(s), copies), seed=s) for s in range(1, 201)]
    for name in truth.index:
        held = np.mean([t.loc[name, "low"] <= truth[name] <= t.loc[name, "high"] for t in tables])
        # 200 tries at 95 %: 3 standard errors are 4.6 points.
        assert 0.90 <= held <= 0.996, name


def test_inputs_are_told_apart_by_the_paired_difference():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(1500, 2))
    # Made up: both inputs matter much, the second a little less, and the risk leaves much to chance.
    p = 1 / (1 + np.exp(-(1.1 * X[:, 0] + X[:, 1])))
    y = (rng.random(len(X)) < p).astype(int)

    def score(X):
        return 1.1 * X[:, 0] + X[:, 1]

    table = measure(score, X, y, {"first": [0], "second": [1]}, repeats=10, seed=0)
    first, second = table.iloc[0], table.iloc[1]
    assert first["behind"] == first["behind_low"] == first["behind_high"] == 0
    assert second["behind"] == pytest.approx(first["drop"] - second["drop"])
    assert second["high"] >= first["low"]
    assert second["behind_low"] > 0


def test_alike_inputs_are_level(rows):
    X, y = rows
    table = measure(predict, X, y, {"one": [0], "other": [1]}, repeats=10, seed=0)
    assert table.iloc[1]["behind_low"] <= 0 < table.iloc[1]["behind_high"]


def test_the_intervals_have_the_coverage_asked_for(rows):
    wide, narrow = (
        measure(predict, *rows, {"one": [0], "other": [1]}, repeats=3, seed=0, confidence=share)
        for share in (0.95, 0.8)
    )
    # Quantiles of the normal distribution: 1.2816 and 1.9600.
    for name in ("", "behind_"):
        reach = [table[f"{name}high"].iloc[1] - table[f"{name}low"].iloc[1] for table in (wide, narrow)]
        assert reach[1] / reach[0] == pytest.approx(1.2816 / 1.9600, abs=1e-4)
    assert (narrow["confidence"] == 0.8).all()
