"""What the chapter on the models says."""

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.comparison import compare_models
from loan_default.evaluation.evaluate import evaluate_predictions
from loan_default.evaluation.settings import ComparisonSettings, EvaluationSettings
from loan_default.evaluation.side_by_side.gains import SHARES, cumulative_gains, probability_by_outcome
from loan_default.evaluation.side_by_side.plots import plot_gains, plot_probabilities
from loan_default.evaluation.side_by_side.section import describe_models
from loan_default.frames import TEST, in_part

SETTINGS = EvaluationSettings(resamples=100)


def chapter(predictions, champion="ann", **of_ann):
    metrics = {name: evaluate_predictions(p, 0.3, SETTINGS, 1) for name, p in predictions.items()}
    metrics["ann"] |= of_ann
    gates = {name: {} for name in predictions}
    result = compare_models(predictions, metrics, gates, ComparisonSettings(), SETTINGS, seed=1)
    record = dict(result.champion)
    table = result.table
    if champion is None:
        missed = {"min_roc_auc": {"value": 0.7, "limit": 0.99, "passed": False, "note": ""}}
        record |= {"champion": None, "best": "ann", "criteria": dict.fromkeys(predictions, missed)}
        table = table.assign(vs_champion_verdict=None, vs_champion_model=None)
    gains = []
    for name, frame in predictions.items():
        gains.append(cumulative_gains(in_part(frame, TEST), np.array(SHARES), SETTINGS, 1).assign(model=name))
    test = in_part(predictions["ann"], TEST)
    outcome, p = test["default"].to_numpy(), test["probability"].to_numpy()
    section = describe_models(
        table, record, "ann", metrics, pd.concat(gains), probability_by_outcome(outcome, p)
    )
    plot_gains(pd.concat(gains), outcome.mean(), "a").canvas.draw()
    plot_probabilities(outcome, p, 0.3, "ann", "b").canvas.draw()
    return section, metrics


@pytest.fixture(scope="module")
def two(make_predictions):
    return chapter({"ann": make_predictions(0.5), "random_forest": make_predictions(2.0)})


def found(section, title):
    return next(finding for finding in section.findings if finding.title.startswith(title))


def test_the_better_model_is_told_from_the_worse(two):
    section, metrics = two
    assert "random_forest is worse" in section.summary
    assert section.findings[0].found.startswith("ann explains")
    differences = found(section, "Paired differences to ann")
    assert differences.table.rows[0][:2] == ("random_forest", "worse")
    assert section.values["roc_auc"] == metrics["ann"]["roc_auc"]
    assert f"{metrics['ann']['roc_auc']:.3f} [" in section.summary


@pytest.mark.parametrize(("low", "verdict"), [(1.0004, "good"), (1.0006, "attention")])
def test_the_line_is_judged_by_the_ends_that_are_read(make_predictions, low, verdict):
    line = {"calibration_slope_low": low, "calibration_slope_high": 1.2}
    level = {"calibration_intercept_low": -0.1, "calibration_intercept_high": 0.1}
    section, _ = chapter({"ann": make_predictions(0.5)}, **line, **level)
    assert found(section, "Calibration").verdict == verdict


def test_every_picture_is_named(two):
    figures = [finding.figure for finding in two[0].findings if finding.figure]
    assert figures == [
        "comparison_figure",
        "roc_figure",
        "precision_recall_figure",
        "calibration_figure",
        "models_gains_plot",
        "models_scores_plot",
    ]


def test_level_models_are_called_level(make_predictions):
    section, _ = chapter({"ann": make_predictions(0.5), "lightgbm": make_predictions(0.5, noise_seed=2)})
    assert "lightgbm is level with it" in section.summary
    assert found(section, "Calibration").verdict == "good"


def test_probabilities_too_extreme_are_called_so(make_predictions):
    frame = make_predictions(0.5)
    odds = (frame["probability"] / (1 - frame["probability"])) ** 2
    section, _ = chapter({"ann": frame.assign(probability=odds / (1 + odds))})
    calibration = found(section, "Calibration")
    assert calibration.verdict == "attention"
    assert "too extreme" in calibration.found
    assert "no other model to compare with ann" in section.summary


def test_without_a_champion_the_reference_is_compared_with(make_predictions):
    section, _ = chapter(
        {"ann": make_predictions(0.5), "random_forest": make_predictions(2.0)}, champion=None
    )
    assert "no model was admitted" in section.summary
    assert section.findings[0].verdict == "bad"
    assert section.findings[0].found.startswith(
        "No model was admitted; ann, best on validation rows, is refused: ROC AUC is 0.7000, below 0.99. ann "
    )
    assert found(section, "Paired differences to ann")
