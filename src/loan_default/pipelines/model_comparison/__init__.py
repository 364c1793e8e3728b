"""Compare the whole field on the same rows."""

from loan_default.pipelines.model_comparison.pipeline import create_pipeline

__all__ = ["create_pipeline"]
