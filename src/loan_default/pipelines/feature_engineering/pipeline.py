"""Wiring of the feature engineering pipeline."""

from kedro.pipeline import Pipeline, node

from loan_default.pipelines.feature_engineering.nodes import (
    draw_features,
    fit_features,
    make_model_input,
    report_features,
)


def create_pipeline() -> Pipeline:
    """Create the pipeline."""
    return Pipeline(
        [
            node(
                fit_features,
                inputs=["clean_applications", "application_cleaner", "params:features", "params:seed"],
                outputs=["feature_transformer", "train_features"],
                name="fit_features",
                namespace="feature_engineering",
            ),
            node(
                make_model_input,
                inputs=[
                    "clean_applications",
                    "feature_transformer",
                    "train_features",
                    "cleaning_origin",
                    "params:features",
                    "params:seed",
                    "run_provenance",
                ],
                outputs=["model_input", "model_input_origin"],
                name="make_model_input",
                namespace="feature_engineering",
            ),
            node(
                report_features,
                inputs=["clean_applications", "feature_transformer", "train_features", "params:features"],
                outputs="feature_report",
                name="report_features",
                namespace="feature_engineering",
            ),
            node(
                draw_features,
                inputs="feature_report",
                outputs="feature_figure",
                name="draw_features",
                namespace="feature_engineering",
            ),
        ]
    )
