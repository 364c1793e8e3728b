"""Wiring of the tuning pipeline."""

from kedro.pipeline import Pipeline, node

from loan_default.models.field.contenders import CONTENDERS
from loan_default.pipelines.tuning.nodes import draw_tuning, tune_model


def create_pipeline() -> Pipeline:
    """Create the pipeline."""
    return Pipeline(
        [
            node(
                tune_model,
                inputs=[
                    "model_input",
                    "tuning_studies",
                    "params:tuning",
                    "params:seed",
                    *(f"params:{name}" for name in CONTENDERS),
                ],
                outputs=["tuning_trials_table", "tuned_parameters", "tuning_importance"],
                name="tune_model",
                namespace="tuning",
            ),
            node(
                draw_tuning,
                inputs=["tuning_trials_table", "tuning_importance", "params:tuning"],
                outputs=["tuning_history_plot", "tuning_importance_plot"],
                name="draw_tuning",
                namespace="tuning",
            ),
        ]
    )
