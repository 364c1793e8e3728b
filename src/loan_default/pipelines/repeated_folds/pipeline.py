"""Wiring of the comparison on repeated folds."""

from kedro.pipeline import Pipeline, node

from loan_default.models.field.contenders import CONTENDERS
from loan_default.pipelines.repeated_folds.nodes import repeat_on_folds


def create_pipeline() -> Pipeline:
    """Create the pipeline."""
    return Pipeline(
        [
            node(
                repeat_on_folds,
                inputs=[
                    "params:folds",
                    "params:field",
                    "raw_applications",
                    "folds_finished",
                    "params:portfolio",
                    "params:cleaning",
                    "params:features",
                    "params:evaluation",
                    "params:seed",
                    *(f"params:{name}" for name in CONTENDERS),
                ],
                outputs=["folds_table", "folds_summary_table"],
                name="repeat_on_folds",
                namespace="folds",
            ),
        ]
    )
