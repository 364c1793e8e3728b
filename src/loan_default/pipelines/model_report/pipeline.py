"""Wiring of the model report: one chapter after the other, then the page."""

from collections.abc import Callable

from kedro.pipeline import Pipeline

from loan_default.pipelines.model_report import (
    data,
    decisions,
    explanation,
    fairness,
    leaks,
    limits,
    models,
    page,
    reported,
    reproducibility,
    robustness,
    stability,
    value,
    weak_spots,
)

CHAPTERS: dict[str, Callable[[], Pipeline]] = {
    # In the order they are read: data, leaks, models, decisions, stability, weak spots, robustness,
    # explanation, fairness, value, and these two at the end.
    "data": data.create_chapter,
    "leaks": leaks.create_chapter,
    "models": models.create_chapter,
    "decisions": decisions.create_chapter,
    "stability": stability.create_chapter,
    "weak_spots": weak_spots.create_chapter,
    "robustness": robustness.create_chapter,
    "explanation": explanation.create_chapter,
    "fairness": fairness.create_chapter,
    "value": value.create_chapter,
    "reproducibility": reproducibility.create_chapter,
    "limits": limits.create_chapter,
}
"""By key, in the order they are read; each leaves `{key}_section` and the pictures its findings name."""


def create_pipeline() -> Pipeline:
    """Create the pipeline."""
    chapters = sum((chapter() for chapter in CHAPTERS.values()), Pipeline([]))
    pictures = sorted(name for name in chapters.all_outputs() if name.endswith("_plot"))
    sections = [f"{key}_section" for key in CHAPTERS]
    return reported.create_nodes() + chapters + page.create_nodes(sections, pictures)
