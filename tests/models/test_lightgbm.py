import logging

import lightgbm
import numpy as np
import pytest

from loan_default.models.lightgbm import LightGbmSettings, train_lightgbm
from loan_default.models.predict_probability import predict_probability
from loan_default.models.validation_loss import validation_loss

SMALL = LightGbmSettings(max_rounds=200, patience=5, learning_rate=0.2, threads=1)


def train(rows, settings=SMALL, seed=3):
    return train_lightgbm(
        rows.X_train, rows.y_train, rows.X_validation, rows.y_validation, settings, seed=seed
    )


@pytest.mark.parametrize("method", ["none", "class_weight", "undersample"])
def test_stops_early_and_keeps_the_round_with_the_lowest_corrected_loss(made_up, method):
    settings = LightGbmSettings(**{**SMALL.model_dump(), "imbalance": {"method": method}})
    booster, record = train(made_up, settings)
    assert record["method"] == method
    assert 1 < booster.num_trees() < 200
    losses = [
        validation_loss(booster.predict(made_up.X_validation, num_iteration=n), made_up.y_validation, record)
        for n in range(1, booster.num_trees() + 1)
    ]
    assert np.argmin(losses) == booster.num_trees() - 1


def test_text_round_trip_is_exact(made_up):
    booster, _ = train(made_up)
    again = lightgbm.Booster(model_str=booster.model_to_string())
    np.testing.assert_array_equal(
        predict_probability(again, made_up.X_validation), predict_probability(booster, made_up.X_validation)
    )


def test_seed_decides(made_up):
    first, again, other = (train(made_up, seed=seed)[0].model_to_string() for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_best_round_is_logged(made_up, caplog):
    caplog.set_level(logging.INFO, "loan_default")
    booster, _ = train(made_up)
    assert f"lightgbm: best round {booster.num_trees()}, validation loss" in caplog.text
