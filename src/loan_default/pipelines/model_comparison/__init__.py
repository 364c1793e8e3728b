"""Compare the whole field on the same rows, and on repeated folds."""

from loan_default.pipelines.model_comparison.pipeline import create_pipeline

__all__ = ["create_pipeline"]
