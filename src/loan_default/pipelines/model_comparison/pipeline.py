"""Wiring of the comparison of the field."""

from kedro.pipeline import Pipeline, node

from loan_default.pipelines.model_comparison.nodes import (
    RANKED,
    enter,
    entrants,
    rank,
    write_points,
)


def create_pipeline() -> Pipeline:
    """Create the pipeline; each model lies in a namespace of its name."""
    return sum((_contender(name) for name in entrants()), _field())


def _contender(name: str) -> Pipeline:
    return Pipeline(
        [
            node(
                enter(name),
                inputs=["model_input", f"params:{name}", "params:field", "params:evaluation", "params:seed"],
                outputs=[f"{name}.field_model", *(f"{name}.{dataset}" for dataset in RANKED)],
                name="enter",
                namespace=name,
            ),
        ]
    )


def _field() -> Pipeline:
    return Pipeline(
        [
            node(
                rank,
                inputs=[
                    "params:evaluation",
                    "params:portfolio",
                    *(f"{name}.{dataset}" for name in entrants() for dataset in RANKED),
                ],
                outputs=["leaderboard_table", "leaderboard_plot", "leaderboard_report"],
                name="rank_field",
                namespace="field",
            ),
            node(
                write_points,
                inputs=[
                    "woe_scorecard.field_model",
                    "model_input",
                    "clean_applications",
                    "feature_transformer",
                    "params:service",
                ],
                outputs="scorecard_points_table",
                name="write_points",
                namespace="field",
            ),
        ]
    )
