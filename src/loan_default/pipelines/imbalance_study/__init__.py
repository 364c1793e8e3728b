"""Try every way of rebalancing, and see what it is worth."""

from loan_default.pipelines.imbalance_study.pipeline import create_pipeline

__all__ = ["create_pipeline"]
