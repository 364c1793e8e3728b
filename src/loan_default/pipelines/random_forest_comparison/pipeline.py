"""Wiring of the Random Forest comparison pipeline."""

from collections.abc import Callable
from typing import Any

from kedro.pipeline import Pipeline, node

from loan_default.pipelines.after_training import after_training
from loan_default.pipelines.random_forest_comparison.gate_nodes import GATED, check_models
from loan_default.pipelines.random_forest_comparison.nodes import (
    COMPARED,
    MODELS,
    PACKED,
    compare,
    describe_for_monitoring,
    describe_train_rows,
    draw_comparison,
    draw_importance,
    measure_importance,
    pack_bundle,
    train_boosting,
    train_forest,
    train_regression,
)

TRAINED_HERE: dict[str, Callable[..., Any]] = {
    "random_forest": train_forest,
    "logistic_regression": train_regression,
    "lightgbm": train_boosting,
}


def create_pipeline() -> Pipeline:
    """Create the pipeline; each model lies in a namespace of its name."""
    pipeline = _compare() + _pack()
    for model, train in TRAINED_HERE.items():
        pipeline += _train(model, train) + after_training(model)
    for model in MODELS:
        pipeline += _explain(model)
    return pipeline


def _of_models(datasets: tuple[str, ...]) -> list[str]:
    return [f"{model}.{dataset}" for model in MODELS for dataset in datasets]


def _train(model: str, train: Callable[..., Any]) -> Pipeline:
    return Pipeline(
        [
            node(
                train,
                inputs=[
                    "model_input",
                    f"params:{model}",
                    "params:seed",
                    "model_input_origin",
                    "run_provenance",
                ],
                outputs=[f"{model}.model", f"{model}.rebalancing", f"{model}.trained_on"],
                name="train",
                namespace=model,
            )
        ]
    )


def _explain(model: str) -> Pipeline:
    return Pipeline(
        [
            node(
                measure_importance,
                inputs=[
                    "model_input",
                    "clean_applications",
                    "feature_transformer",
                    f"{model}.model",
                    f"{model}.trained_on",
                    "params:importance",
                    "params:evaluation",
                    "params:seed",
                ],
                outputs=f"{model}.importance",
                name="measure_importance",
                namespace=model,
            ),
            node(
                draw_importance(model),
                inputs=f"{model}.importance",
                outputs=f"{model}.importance_figure",
                name="draw_importance",
                namespace=model,
            ),
        ]
    )


def _compare() -> Pipeline:
    return Pipeline(
        [
            node(
                check_models,
                inputs=[
                    "params:validation_criteria",
                    "params:evaluation",
                    "params:fairness",
                    "params:service",
                    "params:portfolio",
                    "raw_applications",
                    "clean_applications",
                    "application_cleaner",
                    "feature_transformer",
                    "leak_findings",
                    "data_tags",
                    "current_bundle",
                    "run_provenance",
                    *_of_models(GATED),
                ],
                outputs=["gates", "comparison_origin"],
                name="check_gates",
                namespace="comparison",
            ),
            node(
                compare,
                inputs=[
                    "gates",
                    "params:comparison",
                    "params:evaluation",
                    "params:portfolio",
                    "params:seed",
                    *_of_models(COMPARED),
                ],
                outputs=["model_comparison", "champion", "comparison_report", "headline_metrics"],
                name="compare_models",
                namespace="comparison",
            ),
            node(
                draw_comparison,
                inputs=["model_comparison", "params:comparison", "params:evaluation", *_of_models(COMPARED)],
                outputs=[
                    "comparison_figure",
                    "roc_figure",
                    "precision_recall_figure",
                    "calibration_figure",
                    "score_band_figure",
                ],
                name="draw_comparison",
                namespace="comparison",
            ),
        ]
    )


def _pack() -> Pipeline:
    return Pipeline(
        [
            node(
                describe_train_rows,
                inputs=[
                    "raw_applications",
                    "clean_applications",
                    "application_cleaner",
                    "feature_transformer",
                    "params:portfolio",
                ],
                outputs="training_facts",
                name="describe_train_rows",
                namespace="facts",
            ),
            node(
                describe_for_monitoring,
                inputs=[
                    "raw_applications",
                    "clean_applications",
                    "application_cleaner",
                    "feature_transformer",
                    "training_facts",
                    "params:portfolio",
                    "params:service",
                    *_of_models(("predictions",)),
                ],
                outputs="monitoring_reference",
                name="describe_for_monitoring",
                namespace="facts",
            ),
            *(
                node(
                    pack_bundle(role),
                    inputs=[
                        "champion",
                        "clean_applications",
                        "application_cleaner",
                        "feature_transformer",
                        "training_facts",
                        "monitoring_reference",
                        "data_tags",
                        "run_id",
                        "report_written",
                        "params:service",
                        *_of_models(PACKED),
                    ],
                    outputs=dataset,
                    name=f"pack_{role}",
                    namespace="service",
                )
                for role, dataset in (("champion", "scoring_bundle"), ("challenger", "challenger_bundle"))
            ),
        ]
    )
