"""The pipelines of this project, found by folder."""

from __future__ import annotations

from kedro.framework.project import find_pipelines
from kedro.pipeline import Pipeline

DEFAULT_PIPELINES = (
    "cleaning",
    "feature_engineering",
    "ann_training",
    "random_forest_comparison",
    "model_report",
)
"""What a plain `kedro run` does, in this order; pipelines that join later do not change it."""


def register_pipelines() -> dict[str, Pipeline]:
    """Find the pipelines that were asked for; all of them, and `__default__`, if none was named."""
    found = find_pipelines(raise_errors=True)
    if "__default__" in found:
        found["__default__"] = sum((found[name] for name in DEFAULT_PIPELINES), Pipeline([]))
    return found
