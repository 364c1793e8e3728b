"""Train a forest, a logistic regression and LightGBM on the same rows, and compare them with the ANN."""

from loan_default.pipelines.random_forest_comparison.pipeline import create_pipeline

__all__ = ["create_pipeline"]
