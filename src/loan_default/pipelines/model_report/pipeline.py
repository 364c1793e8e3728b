"""Wiring of the model report: one chapter after the other, then the page."""

from collections.abc import Callable

from kedro.pipeline import Pipeline

from loan_default.pipelines.model_report import reported

CHAPTERS: dict[str, Callable[[], Pipeline]] = {}
"""By key, in the order they are read; each leaves `{key}_section` and the pictures its findings name."""


def create_pipeline() -> Pipeline:
    """Create the pipeline."""
    return sum((chapter() for chapter in CHAPTERS.values()), reported.create_nodes())
