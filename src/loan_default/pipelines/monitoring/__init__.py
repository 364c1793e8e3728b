"""Whether the model in service still meets the people and the risk it was made for."""

from loan_default.pipelines.monitoring.pipeline import create_pipeline

__all__ = ["create_pipeline"]
