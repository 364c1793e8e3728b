"""Wiring of the batch scoring pipeline."""

from kedro.pipeline import Pipeline, node

from loan_default.pipelines.batch_scoring.nodes import score_file, summarise


def create_pipeline() -> Pipeline:
    """Create the pipeline; it is no part of a plain `kedro run`."""
    return Pipeline(
        [
            node(
                score_file,
                inputs=["scoring_bundle", "params:portfolio", "params:batch"],
                outputs="batch_scores",
                name="score_file",
                namespace="batch_scoring",
            ),
            node(
                summarise,
                inputs=["batch_scores", "scoring_bundle", "params:batch", "run_id"],
                outputs=["batch_metrics", "batch_summary", "batch_origin"],
                name="summarise",
                namespace="batch_scoring",
            ),
        ]
    )
