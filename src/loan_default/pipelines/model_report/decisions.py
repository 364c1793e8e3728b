"""Chapter: score bands, risk bands with their policies, and the threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from kedro.pipeline import Pipeline, node

from loan_default.evaluation.decisions.bands import band_rates, named_band_rates, out_of_order
from loan_default.evaluation.decisions.plots import plot_bands, plot_threshold
from loan_default.evaluation.decisions.policy import policy_rates
from loan_default.evaluation.decisions.section import describe_decisions
from loan_default.evaluation.decisions.threshold import (
    NEIGHBOURS,
    at_thresholds,
    decision_rates,
    flat_stretch,
    threshold_curve,
)
from loan_default.evaluation.intervals import sampling_units
from loan_default.evaluation.metrics import confusion_counts
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.frames import DEFAULT, TEST, in_part
from loan_default.pipelines.random_forest_comparison.nodes import MODELS, of_each_model
from loan_default.scoring.settings import ServiceSettings, bands_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DECIDED_BY = ("threshold", "metrics")


def report_decisions(
    reported_model: str,
    reported_predictions: pd.DataFrame,
    evaluation: EvaluationSettings,
    service: ServiceSettings,
    *of_models: dict[str, Any],
) -> tuple[dict[str, Any], pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Tabulate and describe what the reported model decides; `of_models`: see `DECIDED_BY`."""
    test = in_part(reported_predictions, TEST)
    outcome, probability, units = (
        test[DEFAULT].to_numpy(),
        test["probability"].to_numpy(),
        sampling_units(test),
    )
    thresholds, metrics = of_each_model(of_models, DECIDED_BY)
    threshold = thresholds[reported_model]
    value = threshold["value"]

    scores = band_rates(outcome, probability, units, evaluation.score_bands, evaluation.confidence)
    bands = bands_of(service)
    risks = named_band_rates(outcome, probability, units, bands, evaluation.confidence)
    curve = threshold_curve(outcome, probability)
    beside = at_thresholds(outcome, probability, np.minimum(value * np.array(NEIGHBOURS), 1.0))
    beside.insert(0, "multiple", NEIGHBOURS)
    section = describe_decisions(
        scores,
        out_of_order(scores),
        risks,
        out_of_order(risks),
        *policy_rates(outcome, probability, units, bands, value, evaluation.confidence),
        threshold,
        decision_rates(outcome, probability, units, value, evaluation.confidence, metrics[reported_model]),
        confusion_counts(outcome, probability, value),
        beside,
        flat_stretch(curve, beside.loc[beside["multiple"] == 1].iloc[0]),
    )
    return section.model_dump(mode="json"), scores, risks, curve


def draw_decisions(
    section: dict[str, Any], scores: pd.DataFrame, risks: pd.DataFrame, curve: pd.DataFrame
) -> tuple[Figure, Figure]:
    """Draw the bands, and what each threshold would decide."""

    def found(figure: str) -> str:
        return str(next(told["found"] for told in section["findings"] if told["figure"] == figure))

    return (
        plot_bands(scores, risks, found("decisions_bands_plot")),
        plot_threshold(curve, section["values"], found("decisions_threshold_plot")),
    )


def create_chapter() -> Pipeline:
    """Create the chapter's nodes."""
    described = [
        "decisions_section",
        "decisions_score_bands_table",
        "decisions_risk_bands_table",
        "decisions_threshold_table",
    ]
    return Pipeline(
        [
            node(
                report_decisions,
                inputs=[
                    "reported_model",
                    "reported_predictions",
                    "params:evaluation",
                    "params:service",
                    *(f"{model}.{dataset}" for model in MODELS for dataset in DECIDED_BY),
                ],
                outputs=described,
                name="report_decisions",
                namespace="report.decisions",
            ),
            node(
                draw_decisions,
                inputs=described,
                outputs=["decisions_bands_plot", "decisions_threshold_plot"],
                name="draw_decisions",
                namespace="report.decisions",
            ),
        ]
    )
