import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from sklearn.isotonic import IsotonicRegression

from loan_default.errors import InputError
from loan_default.models.calibration import CalibrationSettings, fit_calibrator
from loan_default.models.log_odds import log_odds

NOTHING = {"method": "none"}
PLATT = CalibrationSettings(method="platt")
ISOTONIC = CalibrationSettings(method="isotonic")


def draw(n=3000, seed=0):
    """Draw made-up scores whose true probability has log-odds 0.5 z - 1."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=n)
    return 1 / (1 + np.exp(-z)), (rng.random(n) < 1 / (1 + np.exp(1 - 0.5 * z))).astype(np.int8)


def test_platt_is_the_maximum_of_the_likelihood_with_platts_targets(make_scores):
    score, y = draw()
    calibrator = fit_calibrator(make_scores(score, y), PLATT, NOTHING)
    z, events = log_odds(score), y.sum()
    target = np.where(y == 1, (events + 1) / (events + 2), 1 / (len(y) - events + 2))

    def loss(line):
        linear = line[0] * z + line[1]
        return np.mean(np.logaddexp(0, linear) - target * linear)

    best = minimize(loss, [1.0, 0.0], tol=1e-12)
    assert [calibrator.slope, calibrator.intercept] == pytest.approx(best.x, abs=1e-4)
    assert calibrator.slope == pytest.approx(0.5, abs=0.1)


def test_calibrated_probabilities_sum_to_the_defaults(make_scores):
    score, y = draw()
    for settings in (PLATT, ISOTONIC):
        probability = fit_calibrator(make_scores(score, y), settings, NOTHING).apply(score)
        assert probability.mean() == pytest.approx(y.mean(), abs=1e-3)


def test_isotonic_equals_scikit_learn(make_scores):
    score, y = draw()
    score = score.round(3)  # ties
    calibrator = fit_calibrator(make_scores(score, y), ISOTONIC, NOTHING)
    asked = np.concatenate([[0.0, 1.0], np.random.default_rng(1).random(2000), score])
    expected = IsotonicRegression(out_of_bounds="clip").fit(score, y).predict(asked)
    np.testing.assert_allclose(calibrator.apply(asked), np.clip(expected, 1e-7, 1 - 1e-7), rtol=1e-12)


def test_calibration_is_fitted_on_corrected_scores(make_scores):
    score, y = draw()
    record = {"method": "class_weight", "weight_event": 3.0, "weight_non_event": 0.5}
    raised = 6 * score / (6 * score - score + 1)  # what such weights make of the score
    plain = fit_calibrator(make_scores(score, y), PLATT, NOTHING)
    weighted = fit_calibrator(make_scores(raised, y), PLATT, record)
    assert weighted.slope == pytest.approx(plain.slope, rel=1e-6)
    np.testing.assert_allclose(weighted.apply(raised), plain.apply(score), rtol=1e-6)


def test_only_validation_rows_are_read(make_scores):
    score, y = draw()
    others = [make_scores(1 - score, y, part) for part in ("train", "test")]
    mixed = pd.concat([others[0], make_scores(score, y), others[1]])
    assert fit_calibrator(mixed, PLATT, NOTHING) == fit_calibrator(make_scores(score, y), PLATT, NOTHING)


def test_none_only_corrects(make_scores):
    score, y = draw()
    calibrator = fit_calibrator(
        make_scores(score, y), CalibrationSettings(method="none"), {"method": "undersample", "beta": 0.25}
    )
    np.testing.assert_allclose(calibrator.apply(np.array([0.5])), [0.2])


@pytest.mark.parametrize("settings", [PLATT, ISOTONIC])
def test_a_model_that_ranks_the_wrong_way_round_is_not_turned_over(make_scores, settings):
    score, y = draw()
    calibrator = fit_calibrator(make_scores(1 - score, y), settings, NOTHING)
    probability = calibrator.apply(np.array([0.1, 0.5, 0.9]))
    assert (np.diff(probability) >= 0).all()
    assert probability == pytest.approx(y.mean(), abs=0.02)


def test_platt_keeps_the_order_of_a_model_without_signal_and_says_so(make_scores, caplog):
    score, y = draw()
    calibrator = fit_calibrator(make_scores(1 - score, y), PLATT, NOTHING)
    probability = calibrator.apply(1 - score)
    assert probability.mean() == pytest.approx(y.mean(), abs=1e-3)
    assert (np.argsort(probability) == np.argsort(1 - score)).all()
    assert "do not rank the 3000 validation rows" in calibrator.note
    assert calibrator.note in caplog.text


def test_constant_scores_give_the_default_rate(make_scores):
    y = np.array([1, 0, 0, 0] * 50)
    for settings in (PLATT, ISOTONIC):
        calibrator = fit_calibrator(make_scores(np.full(200, 0.9), y), settings, NOTHING)
        assert calibrator.apply(np.array([0.9])) == pytest.approx(0.25, abs=1e-6)
        assert "do not rank" in calibrator.note


def test_scores_that_separate_the_classes_stay_finite(make_scores):
    score = np.concatenate([np.linspace(0.01, 0.4, 50), np.linspace(0.6, 1.0, 50)])
    calibrator = fit_calibrator(make_scores(score, np.arange(100) >= 50), PLATT, NOTHING)
    assert np.isfinite([calibrator.slope, calibrator.intercept]).all()
    low, high = calibrator.apply(np.array([0.2, 0.8]))
    assert low < 0.1
    assert high > 0.9


@pytest.mark.parametrize("settings", [PLATT, ISOTONIC])
def test_one_class_is_refused(make_scores, settings):
    with pytest.raises(InputError, match="validation part holds 0 defaults among 10 rows"):
        fit_calibrator(make_scores(np.linspace(0.1, 0.9, 10), np.zeros(10)), settings, NOTHING)
