"""Wiring of the ANN training pipeline."""

from kedro.pipeline import Pipeline, node

from loan_default.pipelines.after_training import after_training
from loan_default.pipelines.ann_training.nodes import draw_learning_curve, train


def create_pipeline() -> Pipeline:
    """Create the pipeline; everything lies in the namespace `ann`."""
    return Pipeline(
        [
            node(
                train,
                inputs=[
                    "model_input",
                    "params:ann",
                    "ann.checkpoints",
                    "params:seed",
                    "model_input_origin",
                    "run_provenance",
                ],
                outputs=["ann.model", "ann.history", "ann.network", "ann.rebalancing", "ann.trained_on"],
                name="train",
                namespace="ann",
            ),
            node(
                draw_learning_curve,
                inputs="ann.history",
                outputs="ann.learning_curve",
                name="draw_learning_curve",
                namespace="ann",
            ),
        ]
    ) + after_training("ann")
