"""Measure what a model validator asks for, and lay it out as one page."""

from loan_default.pipelines.model_report.pipeline import create_pipeline

__all__ = ["create_pipeline"]
