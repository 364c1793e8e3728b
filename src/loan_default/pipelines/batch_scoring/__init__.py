"""From a file of new applications to scores, with the bundle that is in service."""

from loan_default.pipelines.batch_scoring.pipeline import create_pipeline

__all__ = ["create_pipeline"]
