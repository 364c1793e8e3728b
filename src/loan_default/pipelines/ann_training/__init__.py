"""Train the network and take it through calibration, threshold and evaluation."""

from loan_default.pipelines.ann_training.pipeline import create_pipeline

__all__ = ["create_pipeline"]
