import numpy as np
import pytest

from loan_default.models.stopping import goodness, validation_metrics

NONE = {"method": "none"}


def test_metrics_of_an_epoch():
    score, y = np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1])
    metrics = validation_metrics(score, y, NONE)
    assert metrics["validation_roc_auc"] == 0.75
    # Precision at each default, from the top: 1/1 and 2/3.
    assert metrics["validation_average_precision"] == pytest.approx((1 + 2 / 3) / 2)
    expected = -np.mean(np.log([0.9, 0.6, 0.35, 0.8]))
    assert metrics["validation_loss"] == pytest.approx(expected)


def test_the_loss_alone_is_corrected_for_rebalancing():
    score, y = np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1])
    corrected = validation_metrics(score, y, {"method": "undersample", "beta": 0.5})
    plain = validation_metrics(score, y, NONE)
    assert corrected["validation_loss"] != plain["validation_loss"]
    assert corrected["validation_roc_auc"] == plain["validation_roc_auc"]


def test_a_diverged_network_is_measured_as_nan():
    metrics = validation_metrics(np.array([np.nan, 0.5]), np.array([0, 1]), NONE)
    assert np.isnan(list(metrics.values())).all()


def test_higher_is_better_whatever_the_metric():
    metrics = {"validation_loss": 0.5, "validation_roc_auc": 0.7, "validation_average_precision": 0.3}
    assert goodness(metrics, "log_loss") == -0.5
    assert goodness(metrics, "roc_auc") == 0.7
    assert goodness(metrics, "average_precision") == 0.3
