import json

import numpy as np
import pytest
from pydantic import ValidationError

from loan_default.errors import InputError
from loan_default.models.correction import undo_rebalancing
from loan_default.models.imbalance import ImbalanceSettings, rebalance

Y = np.array([1, 0, 0, 0, 1, 0, 0, 0, 0, 0] * 4, dtype=np.int8)  # 8 defaults, 32 others
X = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)


def test_none_changes_nothing():
    rows = rebalance(X, Y, ImbalanceSettings(), seed=0)
    assert rows.X is X
    assert rows.y is Y
    assert rows.sample_weight is None
    assert rows.record == {
        "method": "none",
        "before": {"event": 8, "non_event": 32},
        "after": {"event": 8, "non_event": 32},
    }


def test_balanced_class_weights_by_hand():
    rows = rebalance(X, Y, ImbalanceSettings(method="class_weight"), seed=0)
    # n / (2 n_class): 40 / 16 and 40 / 64.
    assert rows.record["weight_event"] == pytest.approx(2.5)
    assert rows.record["weight_non_event"] == pytest.approx(0.625)
    np.testing.assert_allclose(rows.sample_weight[:3], [2.5, 0.625, 0.625])


def test_class_weights_reach_the_ratio_and_keep_the_mean():
    rows = rebalance(X, Y, ImbalanceSettings(method="class_weight", ratio=0.5), seed=0)
    weight = rows.sample_weight
    assert weight[Y == 1].sum() / weight[Y == 0].sum() == pytest.approx(0.5)
    assert weight.mean() == pytest.approx(1.0)


def test_undersampling_keeps_every_default_and_a_share_beta_of_the_rest():
    rows = rebalance(X, Y, ImbalanceSettings(method="undersample", ratio=0.5), seed=0)
    assert rows.record["after"] == {"event": 8, "non_event": 16}
    assert rows.record["beta"] == 0.5
    assert (rows.y == 1).sum() == 8
    # Real rows with their own outcome.
    row_of = {row.tobytes(): outcome for row, outcome in zip(X, Y, strict=True)}
    assert all(row_of[row.tobytes()] == outcome for row, outcome in zip(rows.X, rows.y, strict=True))


def test_smote_adds_defaults_between_defaults():
    rows = rebalance(X, Y, ImbalanceSettings(method="smote", ratio=0.75, smote_neighbours=3), seed=0)
    assert rows.record["after"] == {"event": 24, "non_event": 32}
    assert rows.record["ratio"] == 0.75
    assert rows.X.dtype == np.float32
    assert rows.y.dtype == np.int8
    synthetic = rows.X[40:]
    assert (rows.y[40:] == 1).all()
    assert (synthetic >= X[Y == 1].min(axis=0)).all()
    assert (synthetic <= X[Y == 1].max(axis=0)).all()


@pytest.mark.parametrize("method", ["undersample", "smote"])
def test_sampling_follows_the_seed_and_leaves_its_input(method):
    settings = ImbalanceSettings(method=method)
    X_before = X.copy()
    first, again, other = (rebalance(X, Y, settings, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.X, again.X)
    assert not np.array_equal(first.X, other.X)
    np.testing.assert_array_equal(X, X_before)


@pytest.mark.parametrize("method", ["none", "class_weight", "undersample", "smote"])
def test_record_survives_json(method):
    record = rebalance(X, Y, ImbalanceSettings(method=method), seed=0).record
    assert json.loads(json.dumps(record)) == record


def test_one_class_is_refused():
    with pytest.raises(InputError, match="0 defaults and 40 non-defaults"):
        rebalance(X, np.zeros(40, np.int8), ImbalanceSettings(), seed=0)


@pytest.mark.parametrize("method", ["class_weight", "undersample", "smote"])
def test_ratio_already_reached_is_refused(method):
    with pytest.raises(InputError, match=r"imbalance.ratio is 0.2, but .* 0.250 defaults per non-default"):
        rebalance(X, Y, ImbalanceSettings(method=method, ratio=0.2), seed=0)


def test_too_few_defaults_for_smote_are_refused():
    with pytest.raises(InputError, match="smote_neighbours is 8, but there are only 8 defaults"):
        rebalance(X, Y, ImbalanceSettings(method="smote", smote_neighbours=8), seed=0)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"method": "oversample"}, "'undersample', 'smote' or 'smotenc'"),
        ({"ratio": 1.5}, "less than or equal to 1"),
        ({"neighbours": 3}, "Extra inputs are not permitted"),
    ],
)
def test_bad_settings_are_refused(bad, message):
    with pytest.raises(ValidationError, match=message):
        ImbalanceSettings(**bad)


def test_smotenc_keeps_flags_flags_and_needs_some():
    rng = np.random.default_rng(1)
    X = np.column_stack([rng.normal(size=200), rng.integers(0, 2, 200)]).astype(np.float32)
    y = (np.arange(200) < 40).astype(np.int8)
    rows = rebalance(X, y, ImbalanceSettings(method="smotenc"), 1)
    assert set(np.unique(rows.X[:, 1])) == {0, 1}
    assert rows.record["after"] == {"event": 160, "non_event": 160}
    np.testing.assert_array_equal(undo_rebalancing(np.array([0.3]), rows.record), [0.3])
    with pytest.raises(InputError, match="0 of 1 features have two values"):
        rebalance(X[:, :1], y, ImbalanceSettings(method="smotenc"), 1)


def test_smotenc_gives_each_synthetic_row_one_level_of_a_category():
    """Level by level, neighbours of three levels would leave none with a majority."""
    rng = np.random.default_rng(2)
    level = rng.integers(0, 4, 400)
    X = np.column_stack([rng.normal(size=400), np.eye(4)[level], rng.normal(size=400)]).astype(np.float32)
    y = (np.arange(400) < 60).astype(np.int8)
    rows = rebalance(X, y, ImbalanceSettings(method="smotenc"), 1)
    np.testing.assert_array_equal(rows.X[:400], X)
    assert set(np.unique(rows.X[:, 1:5])) == {0, 1}
    np.testing.assert_array_equal(rows.X[:, 1:5].sum(axis=1), 1)
    assert rows.X.dtype == np.float32
