"""What is learnt equals what scikit-learn's estimators transform to, and train rows never see themselves."""

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import OneHotEncoder, TargetEncoder

from loan_default.features.encoders import OneHot
from loan_default.features.fit_encoders import (
    assign_folds,
    fit_levels,
    fit_target_encoding,
    out_of_fold_encoding,
)
from loan_default.features.lookup import look_up
from loan_default.features.settings import FeatureSettings


def labels(rows, seed=0):
    rng = np.random.default_rng(seed)
    return pd.Series(
        rng.choice(list("abcdefgh"), rows, p=[0.3, 0.3, 0.2, 0.1, 0.06, 0.02, 0.01, 0.01]), dtype="str"
    )


@pytest.mark.parametrize(("share", "rows"), [(0.05, 1), (0.0, 30), (0.0, 1)])
def test_one_hot_equals_the_estimator(share, rows):
    train = labels(1000)
    unseen = pd.concat([labels(300, seed=1), pd.Series(["new", "z"], dtype="str")], ignore_index=True)
    kept, rare = fit_levels(train, share, rows)
    fewest = max(rows, round(share * 1000))
    estimator = OneHotEncoder(min_frequency=fewest, handle_unknown="infrequent_if_exist", sparse_output=False)
    estimator.fit(train.to_numpy(object)[:, None])
    expected = estimator.transform(unseen.to_numpy(object)[:, None])
    encoded = OneHot(column="c", sources=("c",), levels=kept, rare=rare).encode(unseen)
    np.testing.assert_array_equal(encoded, expected)


def test_rare_levels_by_hand():
    train = pd.Series(["b"] * 50 + ["a"] * 40 + ["x"] * 6 + ["y"] * 4, dtype="str")
    assert fit_levels(train, 0.05, 1) == (("a", "b", "x"), ("y",))
    assert fit_levels(train, 0.0, 7) == (("a", "b"), ("x", "y"))
    assert fit_levels(train, 0.0, 101) == ((), ("a", "b", "x", "y"))


@pytest.mark.parametrize("smoothing", ["auto", 0.0, 20.0])
def test_target_encoding_equals_the_estimator(smoothing):
    train = labels(1000)
    default = (np.random.default_rng(1).random(1000) < 0.2).astype(np.int8)
    unseen = pd.Series([*"abcdefgh", "new"], dtype="str")
    table, mean = fit_target_encoding(train, default, FeatureSettings(target_smoothing=smoothing))
    estimator = TargetEncoder(smooth=smoothing, target_type="binary").fit(
        train.to_numpy(object)[:, None], default
    )
    expected = estimator.transform(unseen.to_numpy(object)[:, None])[:, 0]
    np.testing.assert_allclose(look_up(unseen, table, mean), expected, rtol=1e-12)


def test_target_encoding_by_hand():
    train = pd.Series(["a", "a", "a", "b"], dtype="str")
    table, mean = fit_target_encoding(train, np.array([1, 1, 0, 0]), FeatureSettings(target_smoothing=2))
    assert mean == 0.5
    assert table == pytest.approx({"a": (2 + 2 * 0.5) / (3 + 2), "b": (0 + 2 * 0.5) / (1 + 2)})


def test_a_rows_encoding_knows_neither_its_own_nor_its_twins_outcome():
    rng = np.random.default_rng(5)
    rows = 300
    train = labels(rows)
    twins = pd.Series(rng.integers(0, 100, rows))
    default = rng.integers(0, 2, rows)
    settings = FeatureSettings()
    folds = assign_folds(twins, 5, seed=0)
    before = out_of_fold_encoding(train, default, folds, settings)
    for row in (0, 17, 123):
        flipped = default.copy()
        family = (twins == twins[row]).to_numpy()
        assert family.sum() > 1
        flipped[family] = 1 - flipped[family]
        after = out_of_fold_encoding(train, flipped, folds, settings)
        np.testing.assert_array_equal(after[family], before[family])
        assert (after != before).any()


def test_folds_keep_twins_together_and_are_even():
    twins = pd.Series(np.repeat(np.arange(103), 3)).sample(frac=1, random_state=0)
    folds = assign_folds(twins, 5, seed=1)
    assert len(set(zip(twins, folds, strict=True))) == 103
    assert set(np.bincount(folds)) == {60, 63}
    np.testing.assert_array_equal(folds, assign_folds(twins, 5, seed=1))
    assert (folds != assign_folds(twins, 5, seed=2)).any()


def test_a_fold_of_one_outcome_is_encoded_by_it():
    settings = FeatureSettings(target_smoothing=1)
    train = pd.Series(["a", "a", "b", "b"], dtype="str")
    encoded = out_of_fold_encoding(train, np.array([1, 0, 1, 1]), np.array([0, 0, 1, 1]), settings)
    np.testing.assert_allclose(encoded, [1, 1, 0.5, 0.5])
