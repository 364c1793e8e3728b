"""Figures of several models: drawn, labelled, and saying what the numbers say."""

import matplotlib.figure
import pytest

from loan_default.evaluation.comparison import compare_models
from loan_default.evaluation.evaluate import evaluate_predictions
from loan_default.evaluation.plot_models import (
    plot_calibration,
    plot_comparison,
    plot_precision_recall,
    plot_roc,
    plot_score_bands,
)
from loan_default.evaluation.settings import ComparisonSettings, EvaluationSettings
from loan_default.evaluation.words import title_of

SETTINGS = EvaluationSettings(resamples=100)


@pytest.fixture(scope="module")
def predictions(make_predictions):
    return {"ann": make_predictions(0.5), "forest": make_predictions(2.0, decimals=2)}


@pytest.fixture(scope="module")
def metrics(predictions):
    return {name: evaluate_predictions(p, 0.3, SETTINGS, 1) for name, p in predictions.items()}


def finding(figure):
    assert isinstance(figure, matplotlib.figure.Figure)
    figure.canvas.draw()
    for axes in figure.axes[-1:]:
        assert axes.get_xlabel()
    return figure.get_supxlabel().replace("\n", " ")


def legend(figure):
    return [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def test_roc(predictions, metrics):
    figure = plot_roc(predictions, metrics)
    assert f"ANN ranks loans best: ROC AUC {metrics['ann']['roc_auc']:.3f}" in finding(figure)
    assert len(legend(figure)) == 3


def test_precision_recall(predictions, metrics):
    figure = plot_precision_recall(predictions, metrics)
    assert f"blindly would be right in {metrics['ann']['event_rate']:.0%}" in finding(figure)
    assert f"base rate {metrics['ann']['event_rate']:.3f}" in legend(figure)


def test_calibration(predictions, metrics):
    figure = plot_calibration(predictions, metrics, SETTINGS)
    errors = {name: values["calibration_error"] for name, values in metrics.items()}
    best = min(errors, key=errors.get)
    assert f"probability of {title_of(best)} is off by {100 * errors[best]:.1f} points" in finding(figure)
    assert len(figure.axes) == 4


def test_score_bands(predictions):
    figure = plot_score_bands(predictions, SETTINGS)
    assert finding(figure).startswith("ANN has the riskiest first band")
    assert len(figure.axes[0].patches) > 15


@pytest.mark.parametrize("metric", ["roc_auc", "brier"])
def test_comparison(predictions, metrics, gates_of, metric):
    compared = compare_models(predictions, metrics, gates_of(metrics), ComparisonSettings(), SETTINGS, seed=1)
    table = compared.table
    figure = plot_comparison(table, metric)
    assert finding(figure).endswith("worse than ANN: forest.")
    assert [t.get_text() for t in figure.axes[0].get_yticklabels()] == [
        "forest (challenger)",
        "ANN (champion)",
    ]


def test_one_model_alone_is_drawn(predictions, metrics, gates_of):
    alone, its_metrics = {"ann": predictions["ann"]}, {"ann": metrics["ann"]}
    gates = gates_of(its_metrics)
    table = compare_models(alone, its_metrics, gates, ComparisonSettings(), SETTINGS, seed=1).table
    assert "nothing to be compared with" in finding(plot_comparison(table, "roc_auc"))
    assert "last" not in finding(plot_roc(alone, its_metrics))
    assert "that of" not in finding(plot_calibration(alone, its_metrics, SETTINGS))
