"""The model that the report is about, as it would go into service."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
from kedro.pipeline import Pipeline, node

from loan_default.evaluation.evaluate import check_measured_with
from loan_default.evaluation.origin import Origin
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.pipelines.origin import read_origin
from loan_default.pipelines.random_forest_comparison.nodes import MODELS, of_each_model
from loan_default.scoring.bundle import build_bundle
from loan_default.scoring.scorer import Scorer
from loan_default.scoring.settings import ServiceSettings
from loan_default.scoring.training_facts import TrainingFacts

REPORTED = ("predictions", "trained_on", "metrics")
SCORED_BY = ("onnx", "calibrator", "threshold", "metrics")


def choose_reported(
    champion: dict[str, Any],
    comparison_origin: dict[str, Any],
    evaluation: EvaluationSettings,
    *of_models: Any,
) -> tuple[str, pd.DataFrame, Origin]:
    """Name the champion, or the best on validation rows where none is admitted.

    `of_models`: see `REPORTED`.

    Metrics measured with other settings of evaluation than today's are refused: chapters and first page would
    differ in their intervals.

    Returns:
        The name, its predictions, and what it was made with.
    """
    name = champion["champion"] or champion["best"]
    predictions, records, metrics = of_each_model(of_models, REPORTED)
    origin = read_origin(name, records[name], comparison_origin)
    check_measured_with(metrics, evaluation)
    return name, predictions[name], origin


def load_scorer(
    reported_model: str,
    champion: dict[str, Any],
    application_cleaner: dict[str, Any],
    feature_transformer: dict[str, Any],
    training_facts: dict[str, Any],
    monitoring_reference: dict[str, Any],
    data_tags: dict[str, str],
    service: ServiceSettings,
    *of_models: Any,
) -> Scorer:
    """Pack the reported model as for service and load it; `of_models`: see `SCORED_BY`."""
    at = MODELS.index(reported_model) * len(SCORED_BY)
    onnx, calibrator, threshold, metrics = of_models[at : at + len(SCORED_BY)]
    files = build_bundle(
        reported_model,
        champion,
        application_cleaner,
        feature_transformer,
        onnx,
        calibrator,
        threshold,
        metrics,
        TrainingFacts.model_validate(training_facts),
        monitoring_reference,
        service,
        data_tags["data_fingerprint"],
        "not tracked",
    )
    with tempfile.TemporaryDirectory() as folder:
        for file, content in files.items():
            (Path(folder) / file).write_bytes(content)
        return Scorer.load(folder)


def create_nodes() -> Pipeline:
    """Create the nodes that every chapter builds on."""
    return Pipeline(
        [
            node(
                choose_reported,
                inputs=[
                    "champion",
                    "comparison_origin",
                    "params:evaluation",
                    *(f"{model}.{dataset}" for model in MODELS for dataset in REPORTED),
                ],
                outputs=["reported_model", "reported_predictions", "reported_origin"],
                name="choose_reported",
                namespace="report",
            ),
            node(
                load_scorer,
                inputs=[
                    "reported_model",
                    "champion",
                    "application_cleaner",
                    "feature_transformer",
                    "training_facts",
                    "monitoring_reference",
                    "data_tags",
                    "params:service",
                    *(f"{model}.{dataset}" for model in MODELS for dataset in SCORED_BY),
                ],
                outputs="reported_scorer",
                name="load_scorer",
                namespace="report",
            ),
        ]
    )
