"""Compare models of the field on repeated folds."""

from loan_default.pipelines.repeated_folds.pipeline import create_pipeline

__all__ = ["create_pipeline"]
