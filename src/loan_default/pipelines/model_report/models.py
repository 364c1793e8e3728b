"""Chapter: the models side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from kedro.pipeline import Pipeline, node

from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.side_by_side.gains import (
    CURVE,
    SHARES,
    cumulative_gains,
    probability_by_outcome,
)
from loan_default.evaluation.side_by_side.plots import plot_gains, plot_probabilities
from loan_default.evaluation.side_by_side.section import describe_models
from loan_default.frames import DEFAULT, TEST, in_part
from loan_default.pipelines.random_forest_comparison.nodes import MODELS

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def measure_gains(evaluation: EvaluationSettings, seed: int, *predictions: pd.DataFrame) -> pd.DataFrame:
    """Work out the cumulative gains of every model, at the shares of the curve and of the table."""
    shares = np.union1d(CURVE, SHARES)
    curves = []
    for model, frame in zip(MODELS, predictions, strict=True):
        gains = cumulative_gains(in_part(frame, TEST), shares, evaluation, seed)
        gains.insert(0, "model", model)
        curves.append(gains)
    return pd.concat(curves, ignore_index=True)


def report_models(
    model_comparison: pd.DataFrame,
    champion: dict[str, Any],
    reported_model: str,
    reported_predictions: pd.DataFrame,
    gains: pd.DataFrame,
    *metrics: dict[str, float],
) -> dict[str, Any]:
    """Describe the models; `metrics` are those of all models."""
    test = in_part(reported_predictions, TEST)
    section = describe_models(
        model_comparison,
        champion,
        reported_model,
        dict(zip(MODELS, metrics, strict=True)),
        gains.loc[gains["share"].isin(SHARES)],
        probability_by_outcome(test[DEFAULT].to_numpy(), test["probability"].to_numpy()),
    )
    return section.model_dump(mode="json")


def draw_models(
    section: dict[str, Any],
    reported_model: str,
    reported_predictions: pd.DataFrame,
    gains: pd.DataFrame,
    *thresholds: dict[str, Any],
) -> tuple[Figure, Figure]:
    """Draw gains of every model, and the reported model's probabilities; `thresholds` are of all models."""
    found = {finding["figure"]: finding["found"] for finding in section["findings"]}
    test = in_part(reported_predictions, TEST)
    outcome, probability = test[DEFAULT].to_numpy(), test["probability"].to_numpy()
    threshold = dict(zip(MODELS, thresholds, strict=True))[reported_model]
    return (
        plot_gains(gains, float(outcome.mean()), found["models_gains_plot"]),
        plot_probabilities(
            outcome, probability, threshold["value"], reported_model, found["models_scores_plot"]
        ),
    )


def create_chapter() -> Pipeline:
    """Create the chapter's nodes."""
    return Pipeline(
        [
            node(
                measure_gains,
                inputs=[
                    "params:evaluation",
                    "params:seed",
                    *(f"{model}.predictions" for model in MODELS),
                ],
                outputs="models_gains_table",
                name="measure_gains",
                namespace="report.models",
            ),
            node(
                report_models,
                inputs=[
                    "model_comparison",
                    "champion",
                    "reported_model",
                    "reported_predictions",
                    "models_gains_table",
                    *(f"{model}.metrics" for model in MODELS),
                ],
                outputs="models_section",
                name="report_models",
                namespace="report.models",
            ),
            node(
                draw_models,
                inputs=[
                    "models_section",
                    "reported_model",
                    "reported_predictions",
                    "models_gains_table",
                    *(f"{model}.threshold" for model in MODELS),
                ],
                outputs=["models_gains_plot", "models_scores_plot"],
                name="draw_models",
                namespace="report.models",
            ),
        ]
    )
