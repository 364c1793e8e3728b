"""The scorecard against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loan_default.models.field.woe_scorecard import WoeScorecardSettings, points_table, train_woe_scorecard

SCALE = {"base_score": 600, "base_odds": 50, "points_to_double_odds": 20}


def one_flag() -> tuple[np.ndarray, np.ndarray]:
    """Made up: 600 of 800 rows have the flag; of these 60 default, of the others 80."""
    flag = np.repeat([1.0, 0.0], [600, 200])
    default = np.concatenate([np.repeat([1, 0], [60, 540]), np.repeat([1, 0], [80, 120])])
    return flag[:, None].astype(np.float32), default.astype(np.int8)


def test_weights_of_evidence_and_points_by_hand() -> None:
    X, y = one_flag()
    # So weak a penalty that the regression on one column of weights gives each bin its own odds.
    scorecard, _ = train_woe_scorecard(X, y, WoeScorecardSettings(C=1e6), 1)
    with_flag = np.log((540 / 660) / (60 / 140))
    without = np.log((120 / 660) / (80 / 140))
    table = points_table(scorecard, X, y, ["flag"], {"flag": pd.Series(X[:, 0] == 1)}, **SCALE)
    table = table.sort_values("n", ascending=False, ignore_index=True)
    np.testing.assert_allclose(table["woe"], [with_flag, without])
    assert table["bin"].tolist() == ["True", "False"]
    assert table["n"].tolist() == [600, 200]
    factor = 20 / np.log(2)
    expected = [600 + factor * np.log(odds / 50) for odds in (540 / 60, 120 / 80)]
    np.testing.assert_allclose(table["points"], expected, atol=0.02)
    np.testing.assert_allclose(scorecard.predict_proba(X)[:, 1], np.where(X[:, 0] == 1, 0.1, 0.4), atol=1e-3)


def test_points_of_an_application_add_up_to_its_odds() -> None:
    rng = np.random.default_rng(2)
    X = rng.normal(size=(3000, 3)).astype(np.float32)
    y = (rng.random(3000) < 1 / (1 + np.exp(1 - X[:, 0] - 0.5 * X[:, 1]))).astype(np.int8)
    scorecard, _ = train_woe_scorecard(X, y, WoeScorecardSettings(), 1)
    names = ["a", "b", "c"]
    table = points_table(
        scorecard, X, y, names, {n: pd.Series(X[:, i]) for i, n in enumerate(names)}, **SCALE
    )
    row = X[:1]
    points = 0.0
    for column in scorecard.columns_:
        of_feature = table[table["feature"] == names[column]].reset_index(drop=True)
        points += of_feature["points"][scorecard.binned(row, column)[0]]
    paid = 1 - scorecard.predict_proba(row)[0, 1]
    assert points == pytest.approx(600 + 20 / np.log(2) * np.log(paid / (1 - paid) / 50))
    assert "c" not in set(table["feature"]), "a feature that says nothing has no place"


def test_a_feature_that_would_make_evidence_count_the_wrong_way_is_left_out() -> None:
    rng = np.random.default_rng(3)
    cause = rng.normal(size=20_000)
    # Beside the cause, its shadow would have to count against its own evidence.
    shadow = cause + 0.5 * rng.normal(size=20_000)
    y = (rng.random(20_000) < 1 / (1 + np.exp(1 - 3 * cause + shadow))).astype(np.int8)
    X = np.column_stack([cause, shadow]).astype(np.float32)
    scorecard, _ = train_woe_scorecard(X, y, WoeScorecardSettings(bins=20), 1)
    assert scorecard.columns_ == [0]


def test_nothing_to_go_by_gives_the_default_rate() -> None:
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(5000, 2)).astype(np.float32), (rng.random(5000) < 0.2).astype(np.int8)
    scorecard, _ = train_woe_scorecard(X, y, WoeScorecardSettings(min_information_value=0.5), 1)
    assert scorecard.columns_ == []
    np.testing.assert_allclose(scorecard.predict_proba(X)[:, 1], y.mean(), atol=1e-3)


@pytest.mark.parametrize("lonely", [-9.0, 0.5, 9.0])
def test_a_bin_of_a_few_rows_joins_the_neighbour_that_is_more_like_it(lonely: float) -> None:
    """Made up: 400 zeros at 10 % default, 600 ones at 40 %, 16 rows between or beyond them all default."""
    values = np.repeat([0.0, 1.0, lonely], [400, 600, 16])
    y = np.concatenate([np.arange(400) < 40, np.arange(600) < 240, np.ones(16)]).astype(np.int8)
    X = values[:, None].astype(np.float32)
    fine, _ = train_woe_scorecard(X, y, WoeScorecardSettings(bins=100, min_bin_share=0), 1)
    assert np.bincount(fine.binned(X, 0)).min() == 16
    scorecard, _ = train_woe_scorecard(X, y, WoeScorecardSettings(bins=100), 1)
    rows = np.bincount(scorecard.binned(X, 0))
    # Between the two it joins the ones, at either end it has one neighbour only.
    assert rows.tolist() == ([416, 600] if lonely < 0 else [400, 616])
    assert len(scorecard.woe_[0]) == 2


def test_every_bin_has_its_share_of_rows() -> None:
    rng = np.random.default_rng(5)
    X = np.column_stack([rng.normal(size=4000), rng.poisson(0.4, size=4000)]).astype(np.float32)
    y = (rng.random(4000) < 1 / (1 + np.exp(1 - X[:, 0] - X[:, 1]))).astype(np.int8)
    scorecard, _ = train_woe_scorecard(X, y, WoeScorecardSettings(bins=30), 1)
    assert scorecard.columns_ == [0, 1]
    for column in (0, 1):
        assert np.bincount(scorecard.binned(X, column)).min() >= 200
