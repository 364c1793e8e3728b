import numpy as np
import pytest

from loan_default.models.correction import undo_rebalancing
from loan_default.models.logistic_regression import LogisticRegressionSettings, train_logistic_regression
from loan_default.models.predict_probability import predict_probability


def test_finds_the_planted_line(made_up, caplog):
    model, record = train_logistic_regression(
        made_up.X_train, made_up.y_train, LogisticRegressionSettings(), seed=0
    )
    assert model.coef_[0, 0] == pytest.approx(2, abs=0.3)
    assert model.coef_[0, 1:] == pytest.approx(0, abs=0.2)
    assert record["method"] == "none"
    assert caplog.messages == []


@pytest.mark.parametrize("method", ["class_weight", "undersample"])
def test_corrected_scores_match_the_default_rate(made_up, method):
    settings = LogisticRegressionSettings(imbalance={"method": method})
    model, record = train_logistic_regression(made_up.X_train, made_up.y_train, settings, seed=0)
    score = predict_probability(model, made_up.X_train)
    assert score.mean() > made_up.y_train.mean() + 0.1
    assert undo_rebalancing(score, record).mean() == pytest.approx(made_up.y_train.mean(), abs=0.02)


def test_a_solver_that_stops_short_is_a_warning_not_an_error(made_up, caplog):
    X = made_up.X_train * np.array([1, 1e4, 1, 1e-4, 1], dtype=np.float32)
    train_logistic_regression(X, made_up.y_train, LogisticRegressionSettings(max_iter=2), seed=0)
    assert "has not converged in max_iter = 2" in caplog.text
