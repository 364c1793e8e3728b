"""Wiring of the monitoring pipeline."""

from kedro.pipeline import Pipeline, node

from loan_default.evaluation.monitoring.input_section import INPUTS_FIGURE
from loan_default.evaluation.monitoring.outcome_section import OUTCOMES_FIGURE
from loan_default.evaluation.monitoring.score_section import SCORE_FIGURE
from loan_default.evaluation.monitoring.traffic_section import DECISIONS_FIGURE, TRAFFIC_FIGURE
from loan_default.pipelines.monitoring.nodes import add_outcomes, draw, measure, open_model, read_predictions
from loan_default.pipelines.monitoring.page_nodes import judge, lay_out_status

FIGURES = (TRAFFIC_FIGURE, DECISIONS_FIGURE, SCORE_FIGURE, INPUTS_FIGURE, OUTCOMES_FIGURE)


def create_pipeline() -> Pipeline:
    """Create the pipeline; it is no part of a plain `kedro run`."""
    return Pipeline(
        [
            node(
                open_model,
                inputs=["current_bundle", "params:monitoring"],
                outputs=["watched_bundle", "watched_model"],
                name="open_model",
                namespace="monitoring",
            ),
            node(
                read_predictions,
                inputs=[
                    "watched_bundle",
                    "watched_model",
                    "batch_output",
                    "params:portfolio",
                    "params:monitoring",
                ],
                outputs=["watched_predictions", "watched_inputs", "watched_reading"],
                name="read_predictions",
                namespace="monitoring",
            ),
            node(
                add_outcomes,
                inputs=["watched_predictions", "watched_bundle", "params:portfolio", "params:monitoring"],
                outputs=["monitored_predictions", "outcomes_read"],
                name="add_outcomes",
                namespace="monitoring",
            ),
            node(
                measure,
                inputs=["monitored_predictions", "watched_inputs", "watched_model", "params:monitoring"],
                outputs=[
                    "monitoring_periods_table",
                    "monitoring_bands_table",
                    "monitoring_policies_table",
                    "monitoring_inputs_table",
                    "monitoring_outcomes_table",
                ],
                name="measure",
                namespace="monitoring",
            ),
            node(
                draw,
                inputs=[
                    "monitored_predictions",
                    "monitoring_inputs_table",
                    "monitoring_outcomes_table",
                    "watched_model",
                    "params:monitoring",
                ],
                outputs=list(FIGURES),
                name="draw",
                namespace="monitoring",
            ),
            node(
                judge,
                inputs=[
                    "monitored_predictions",
                    "monitoring_bands_table",
                    "monitoring_policies_table",
                    "monitoring_inputs_table",
                    "monitoring_outcomes_table",
                    "watched_model",
                    "watched_reading",
                    "outcomes_read",
                    "params:monitoring",
                    "run_id",
                ],
                outputs=[
                    "monitoring_report",
                    "monitoring_result",
                    "monitoring_metrics",
                    "monitoring_status_tags",
                ],
                name="judge",
                namespace="monitoring",
            ),
            node(
                lay_out_status(FIGURES),
                inputs=["monitoring_report", *FIGURES],
                outputs="monitoring_page",
                name="lay_out_page",
                namespace="monitoring",
            ),
        ]
    )
