"""Search for better settings of one model, on rows that are not test rows."""

from loan_default.pipelines.tuning.pipeline import create_pipeline

__all__ = ["create_pipeline"]
