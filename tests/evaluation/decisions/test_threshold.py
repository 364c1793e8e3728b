"""What a threshold decides."""

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from loan_default.evaluation.decisions.threshold import (
    FLAT,
    at_thresholds,
    decision_rates,
    flat_stretch,
    threshold_curve,
)
from loan_default.evaluation.evaluate import evaluate_predictions
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.frames import TEST, in_part

METRICS = {f"{name}{end}": 0.5 for name in ("recall", "precision") for end in ("", "_low", "_high")}
P = np.array([0.1, 0.2, 0.3, 0.4, 0.5])
Y = np.array([0, 0, 1, 0, 1])


def test_by_hand():
    at = at_thresholds(Y, P, np.array([0.3])).iloc[0]
    assert at["approval_rate"] == pytest.approx(2 / 5)
    assert at["approved_default_rate"] == 0
    assert at["defaults_caught"] == 1
    assert at["goods_refused"] == pytest.approx(1 / 3)
    assert at["refused_default_rate"] == pytest.approx(2 / 3)


def test_refusing_all_or_none():
    table = at_thresholds(Y, P, np.array([0.05, 0.6]))
    assert table["approval_rate"].tolist() == [0, 1]
    assert np.isnan(table["approved_default_rate"].iloc[0])
    assert np.isnan(table["refused_default_rate"].iloc[1])
    assert table["f1"].iloc[1] == 0


def test_equals_scikit_learn(make_predictions):
    frame = make_predictions(0.5)
    y, p = frame["default"].to_numpy(), frame["probability"].to_numpy()
    for threshold in (0.1, 0.25, 0.5):
        at = at_thresholds(y, p, np.array([threshold])).iloc[0]
        called = p >= threshold
        assert at["f1"] == pytest.approx(f1_score(y, called))
        assert at["defaults_caught"] == pytest.approx(recall_score(y, called))
        assert at["refused_default_rate"] == pytest.approx(precision_score(y, called))


def test_rates_have_the_same_values_with_intervals_around_them(make_predictions):
    frame = make_predictions(0.5)
    y, p = frame["default"].to_numpy(), frame["probability"].to_numpy()
    at = at_thresholds(y, p, np.array([0.25])).iloc[0]
    rates = decision_rates(y, p, np.arange(len(y)), 0.25, 0.95, METRICS)
    for name in ("approval_rate", "approved_default_rate", "goods_refused"):
        value, low, high = rates[name]
        assert value == pytest.approx(at[name])
        assert low < value < high
    twice = decision_rates(*(np.repeat(x, 2) for x in (y, p, np.arange(len(y)))), 0.25, 0.95, METRICS)
    # Every row twice over is no more evidence.
    assert twice["goods_refused"] == pytest.approx(rates["goods_refused"], abs=1e-9)


def test_rates_that_are_metrics_are_those_of_the_evaluation(make_predictions):
    frame = make_predictions(0.5)
    metrics = evaluate_predictions(frame, 0.25, EvaluationSettings(resamples=100), 1)
    test = in_part(frame, TEST)
    y, p = test["default"].to_numpy(), test["probability"].to_numpy()
    rates = decision_rates(y, p, np.arange(len(y)), 0.25, 0.95, metrics)
    at = at_thresholds(y, p, np.array([0.25])).iloc[0]
    assert rates["defaults_caught"][0] == pytest.approx(at["defaults_caught"])
    assert rates["refused_default_rate"][0] == pytest.approx(at["refused_default_rate"])
    assert rates["defaults_caught"] == (metrics["recall"], metrics["recall_low"], metrics["recall_high"])
    assert rates["refused_default_rate"] == tuple(metrics[f"precision{end}"] for end in ("", "_low", "_high"))


def test_rates_over_nobody_are_left_out():
    assert "approved_default_rate" not in decision_rates(Y, P, np.arange(5), 0.01, 0.95, METRICS)
    assert "refused_default_rate" not in decision_rates(Y, P, np.arange(5), 0.99, 0.95, METRICS)


def test_flat_stretch_holds_f1_and_no_more(make_predictions):
    frame = make_predictions(0.5, rows=20_000)
    y, p = frame["default"].to_numpy(), frame["probability"].to_numpy()
    curve = threshold_curve(y, p)
    best = curve.loc[curve["f1"].idxmax()]
    low, high = flat_stretch(curve, best)
    assert low["threshold"] < best["threshold"] < high["threshold"]
    within = curve["threshold"].between(low["threshold"], high["threshold"])
    assert (curve.loc[within, "f1"] - best["f1"]).abs().max() <= FLAT
    beyond = curve.loc[curve["threshold"] > high["threshold"]].iloc[0]
    assert abs(beyond["f1"] - best["f1"]) > FLAT


def test_a_threshold_beyond_all_probabilities_is_its_own_stretch():
    at = at_thresholds(Y, P, np.array([0.9])).iloc[0]
    low, high = flat_stretch(threshold_curve(Y, P), at)
    assert low["threshold"] == high["threshold"] == 0.9
