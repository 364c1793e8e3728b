"""Metrics against scikit-learn, weighted and not, and against values worked out by hand."""

import numpy as np
import pytest
from sklearn import metrics as sk
from sklearn.linear_model import LogisticRegression

from loan_default.errors import InputError
from loan_default.evaluation.metrics import METRICS, Scorecard, confusion_counts

THRESHOLD = 0.35


@pytest.fixture(params=[None, 1], ids=["no ties", "many ties"])
def rows(request):
    rng = np.random.default_rng(3)
    probability = rng.beta(1, 3, size=700)
    outcome = (rng.random(700) < probability).astype(int)
    return outcome, probability if request.param is None else probability.round(request.param)


def measure(outcome, probability, *, bins=10, weights=None, groups=None, threshold=THRESHOLD):
    card = Scorecard(outcome, probability, threshold=threshold, calibration_bins=bins, groups=groups)
    return {name: float(v[0]) for name, v in card.measure(weights).items()}


def by_scikit_learn(y, p):
    false_alarm, caught, _ = sk.roc_curve(y, p)
    called = p >= THRESHOLD
    return {
        "roc_auc": sk.roc_auc_score(y, p),
        "gini": 2 * sk.roc_auc_score(y, p) - 1,
        "ks": np.max(caught - false_alarm),
        "average_precision": sk.average_precision_score(y, p),
        "brier": sk.brier_score_loss(y, p),
        "log_loss": sk.log_loss(y, np.clip(p, 1e-6, 1 - 1e-6)),
        "accuracy": sk.accuracy_score(y, called),
        "precision": sk.precision_score(y, called),
        "recall": sk.recall_score(y, called),
        "f1": sk.f1_score(y, called),
    }


def test_plain_values_equal_those_of_scikit_learn(rows):
    measured = measure(*rows)
    expected = by_scikit_learn(*rows)
    assert {name: measured[name] for name in expected} == pytest.approx(expected)
    assert set(measured) == set(METRICS)


def test_weighted_values_equal_those_of_the_rows_drawn_out(rows):
    y, p = rows
    drawn = np.random.default_rng(4).integers(len(y), size=len(y))
    weights = np.bincount(drawn, minlength=len(y))[None, :]
    measured = measure(y, p, weights=weights)
    expected = by_scikit_learn(y[drawn], p[drawn])
    assert {name: measured[name] for name in expected} == pytest.approx(expected)


def test_weights_of_groups_reach_every_row_of_the_group(rows):
    y, p = rows
    groups = np.arange(len(y)) // 7
    weights = np.random.default_rng(5).integers(0, 3, size=(1, groups.max() + 1))
    repeated = np.repeat(np.arange(len(y)), weights[0][groups])
    measured = measure(y, p, weights=weights, groups=groups)
    expected = by_scikit_learn(y[repeated], p[repeated])
    assert {name: measured[name] for name in expected} == pytest.approx(expected)


def test_calibration_error_by_hand():
    probability = np.array([0.1] * 10 + [0.5] * 10)
    outcome = np.array([1] * 3 + [0] * 7 + [1] * 4 + [0] * 6)
    assert measure(outcome, probability, bins=2)["calibration_error"] == pytest.approx(
        0.5 * abs(0.3 - 0.1) + 0.5 * abs(0.4 - 0.5)
    )


def test_calibration_line_equals_a_logistic_fit_on_the_logit(rows):
    y, p = rows
    p = np.clip(p, 0.01, 0.99)
    x = np.log(p / (1 - p))
    fit = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(x[:, None], y)
    measured = measure(y, p)
    assert measured["calibration_slope"] == pytest.approx(fit.coef_[0, 0], abs=1e-3)
    assert measured["calibration_intercept"] == pytest.approx(fit.intercept_[0], abs=1e-3)


def test_one_step_of_the_calibration_line_is_close_to_the_fit_of_the_resample():
    rng = np.random.default_rng(6)
    p = rng.beta(1, 3, size=3000)
    y = (rng.random(3000) < p).astype(int)
    errors = []
    slopes = []
    for _ in range(20):
        drawn = rng.integers(3000, size=3000)
        one_step = measure(y, p, weights=np.bincount(drawn, minlength=3000)[None, :])["calibration_slope"]
        slopes.append(measure(y[drawn], p[drawn])["calibration_slope"])
        errors.append(one_step - slopes[-1])
    assert np.max(np.abs(errors)) < 0.25 * np.std(slopes)


def test_probabilities_twice_too_sure_have_half_the_slope():
    rng = np.random.default_rng(7)
    z = rng.normal(size=40_000)
    y = (rng.random(40_000) < 1 / (1 + np.exp(-z))).astype(int)
    assert measure(y, 1 / (1 + np.exp(-2 * z)))["calibration_slope"] == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    "probability",
    [[0.2, 0.2, 0.2, 0.2], [0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0], [0.1, 0.2, 0.8, 0.9]],
    ids=["constant", "perfect", "perfectly wrong", "separated"],
)
@pytest.mark.parametrize("threshold", [0.0, 0.5, 1.0])
def test_every_metric_is_finite_in_extreme_cases(probability, threshold):
    measured = measure(np.array([0, 0, 1, 1]), np.array(probability), threshold=threshold)
    assert np.isfinite(list(measured.values())).all(), measured


def test_nothing_called_a_default_has_precision_zero():
    measured = measure(np.array([0, 1]), np.array([0.1, 0.2]), threshold=0.9)
    assert (measured["precision"], measured["recall"], measured["f1"]) == (0, 0, 0)


def test_confusion_counts_by_hand_a_probability_at_the_threshold_is_called():
    counts = confusion_counts(np.array([1, 1, 0, 0, 0]), np.array([0.5, 0.4, 0.5, 0.1, 0.2]), 0.5)
    assert counts == {
        "true_positives": 1,
        "false_positives": 1,
        "true_negatives": 2,
        "false_negatives": 1,
    }


def test_one_class_is_refused():
    with pytest.raises(InputError, match=r"have the outcomes \[0.0\]: both 0 \(repaid\) and 1"):
        measure(np.zeros(3), np.array([0.1, 0.2, 0.3]))


@pytest.mark.parametrize("bad", [np.nan, -0.1, 1.2])
def test_what_is_no_probability_is_refused(bad):
    with pytest.raises(InputError, match="1 of 2 probabilities are missing or outside 0 to 1"):
        measure(np.array([0, 1]), np.array([0.5, bad]))
