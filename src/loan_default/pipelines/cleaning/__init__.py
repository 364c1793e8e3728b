"""From the lender's file to clean applications, dealt to train, validation and test."""

from loan_default.pipelines.cleaning.pipeline import create_pipeline

__all__ = ["create_pipeline"]
