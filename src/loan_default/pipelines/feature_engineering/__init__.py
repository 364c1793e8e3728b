"""From clean applications to the features of every model."""

from loan_default.pipelines.feature_engineering.pipeline import create_pipeline

__all__ = ["create_pipeline"]
