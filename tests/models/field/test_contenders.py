"""Every model of the field learns, gives probabilities of default, and repeats itself with the same seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from sklearn.metrics import roc_auc_score

from loan_default.frames import feature_matrix
from loan_default.models.field.contenders import CONTENDERS, check_known, check_trainable
from loan_default.models.predict_probability import predict_probability
from loan_default.models.train_model import train_model

QUICK = {
    "catboost": {"max_rounds": 50, "threads": 1},
    "kernel_svm": {"components": 50},
    "lightgbm": {"max_rounds": 50, "min_data_in_leaf": 20, "threads": 1},
    "lightgbm_bagged": {"max_rounds": 50, "min_data_in_leaf": 20, "bags": 3, "threads": 1},
    "nearest_neighbours": {"neighbours": 30},
    "random_forest": {"n_estimators": 20, "threads": 1},
    "xgboost": {"max_rounds": 50, "min_child_weight": 1, "threads": 1},
}
# The network has tests of its own, and takes its time.
FIELD = [name for name in CONTENDERS if name not in ("ann", "mlp")]


def made_up(rows: int, seed: int) -> pd.DataFrame:
    """Made-up model input: two features that matter, two that do not; no twins."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 4)).astype(np.float32)
    log_odds = -1.5 + 1.5 * X[:, 0] - X[:, 1]
    keys = {
        "row_id": np.arange(rows),
        "part": "train",
        "default": (rng.random(rows) < 1 / (1 + np.exp(-log_odds))).astype(np.int8),
        "twin_group": np.arange(rows),
    }
    return pd.concat([pd.DataFrame(keys), pd.DataFrame(X, columns=list("abcd"))], axis=1)


@pytest.mark.parametrize("name", FIELD)
def test_learns_and_repeats(name: str) -> None:
    settings = CONTENDERS[name].settings.model_validate(QUICK.get(name, {}))
    train, stop, test = made_up(1500, 1), made_up(500, 2), made_up(1500, 3)
    first, record = train_model(settings, train, stop, 7)
    X, default = feature_matrix(test)
    probability = predict_probability(first, X)
    assert record["method"] == "none"
    assert probability.dtype == np.float64
    assert probability.shape == (1500,)
    assert ((probability >= 0) & (probability <= 1)).all()
    assert roc_auc_score(default, probability) > 0.78
    again, _ = train_model(settings, train, stop, 7)
    np.testing.assert_array_equal(predict_probability(again, X), probability)


@pytest.mark.parametrize("name", [name for name in FIELD if name != "nearest_neighbours"])
def test_class_weights_raise_the_scores(name: str) -> None:
    plain = CONTENDERS[name].settings.model_validate(QUICK.get(name, {}))
    weighed = CONTENDERS[name].settings.model_validate(
        {**QUICK.get(name, {}), "imbalance": {"method": "class_weight"}}
    )
    train, stop, test = made_up(1500, 1), made_up(500, 2), made_up(1500, 3)
    scores = [
        predict_probability(train_model(settings, train, stop, 7)[0], feature_matrix(test)[0]).mean()
        for settings in (plain, weighed)
    ]
    assert scores[1] > scores[0] + 0.02


def test_twins_stop_no_booster_that_has_seen_them() -> None:
    """Two copies of every row: dealt apart, each Booster would be stopped by rows that it knows by heart."""
    settings = CONTENDERS["lightgbm_bagged"].settings.model_validate(
        {
            "bags": 3,
            "max_rounds": 400,
            "patience": 400,
            "min_data_in_leaf": 2,
            "learning_rate": 0.3,
            "threads": 1,
        }
    )
    noise = made_up(300, 1)
    noise["default"] = np.random.default_rng(2).integers(0, 2, 300).astype(np.int8)
    twice = pd.concat([noise, noise], ignore_index=True)
    rounds = []
    for groups in (twice["twin_group"], np.arange(600)):
        bag, _ = train_model(settings, twice.assign(twin_group=groups), noise, 7)
        rounds.append(np.mean([booster.num_trees() for booster in bag.models]))
    assert rounds[0] < 20 < rounds[1]


def test_neighbours_refuse_weights_that_they_cannot_learn() -> None:
    """Weights would do nothing to the scores, and still be taken back from the probabilities."""
    with pytest.raises(ValidationError, match="'class_weight' cannot be learnt by neighbours"):
        CONTENDERS["nearest_neighbours"].settings.model_validate({"imbalance": {"method": "class_weight"}})


def test_margins_are_not_taken_for_probabilities() -> None:
    with pytest.raises(ValidationError, match="'none' would take a margin for a probability"):
        CONTENDERS["kernel_svm"].settings.model_validate({"calibration": {"method": "none"}})


def test_what_is_not_of_the_field_or_not_installed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    check_trainable(list(CONTENDERS))
    with pytest.raises(ValueError, match="no such model: oracle; there are logistic_regression, elastic_net"):
        check_known(["ann", "oracle"])
    monkeypatch.setitem(CONTENDERS, "xgboost", replace(CONTENDERS["xgboost"], package="no_such_package"))
    check_known(["xgboost"])
    with pytest.raises(ValueError, match="xgboost needs the package no_such_package, which is not installed"):
        check_trainable(["ann", "xgboost"])
