"""Wiring of the imbalance study."""

from kedro.pipeline import Pipeline, node

from loan_default.pipelines.imbalance_study.nodes import report, study


def create_pipeline() -> Pipeline:
    """Create the pipeline."""
    return Pipeline(
        [
            node(
                study,
                inputs=[
                    "raw_applications",
                    "params:portfolio",
                    "params:cleaning",
                    "params:features",
                    "params:ann",
                    "params:random_forest",
                    "params:imbalance_study",
                    "params:evaluation",
                    "params:seed",
                ],
                outputs=["imbalance_results_table", "imbalance_summary_table", "early_resampling_table"],
                name="study_imbalance",
                namespace="imbalance",
            ),
            node(
                report,
                inputs=[
                    "imbalance_results_table",
                    "imbalance_summary_table",
                    "early_resampling_table",
                    "params:portfolio",
                ],
                outputs=["imbalance_plot", "imbalance_report"],
                name="report_imbalance",
                namespace="imbalance",
            ),
        ]
    )
