"""Chapter: the slices with the worst calibration and ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from kedro.pipeline import Pipeline, node

from loan_default.evaluation.intervals import sampling_units
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.weak_spots.measure import measure_slices
from loan_default.evaluation.weak_spots.plots import plot_weak_spots
from loan_default.evaluation.weak_spots.section import FIGURE, describe_weak_spots
from loan_default.evaluation.weak_spots.settings import WeakSpotSettings
from loan_default.evaluation.weak_spots.slices import cut_slices
from loan_default.frames import DEFAULT, ROW_ID, TEST, in_part
from loan_default.pipelines.random_forest_comparison.nodes import MODELS
from loan_default.portfolio.applications import known_columns
from loan_default.portfolio.cleaner import ApplicationCleaner

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def report_weak_spots(
    reported_model: str,
    reported_predictions: pd.DataFrame,
    clean_applications: pd.DataFrame,
    application_cleaner: dict[str, Any],
    weak_spots: WeakSpotSettings,
    evaluation: EvaluationSettings,
    *importances: pd.DataFrame,
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Measure and describe the slices of the test rows; `importances` are those of all models."""
    portfolio = ApplicationCleaner.from_dict(application_cleaner).portfolio
    test = in_part(reported_predictions, TEST)
    clean = clean_applications.set_index(ROW_ID).loc[test[ROW_ID]]
    labels = {
        name: portfolio.label(name)
        for name in known_columns(portfolio)
        if portfolio.columns[name].kind != "text"
    }
    important = dict(zip(MODELS, importances, strict=True))[reported_model]["input"]
    paired = [name for name in important if name in labels][: weak_spots.pair_inputs]
    slices = cut_slices(clean, labels, paired, weak_spots)
    table = measure_slices(
        test[DEFAULT].to_numpy(),
        test["probability"].to_numpy(),
        sampling_units(test),
        slices,
        weak_spots,
        evaluation.confidence,
    )
    section = describe_weak_spots(table, len(slices), len(test), weak_spots)
    return section.model_dump(mode="json"), table


def draw_weak_spots(section: dict[str, Any], table: pd.DataFrame, weak_spots: WeakSpotSettings) -> Figure:
    """Draw the slices that fit worst."""
    return plot_weak_spots(table, weak_spots.level, weak_spots.shown, section["summary"])


def create_chapter() -> Pipeline:
    """Create the chapter's nodes."""
    return Pipeline(
        [
            node(
                report_weak_spots,
                inputs=[
                    "reported_model",
                    "reported_predictions",
                    "clean_applications",
                    "application_cleaner",
                    "params:weak_spots",
                    "params:evaluation",
                    *(f"{model}.importance" for model in MODELS),
                ],
                outputs=["weak_spots_section", "weak_spots_slices_table"],
                name="report_weak_spots",
                namespace="report.weak_spots",
            ),
            node(
                draw_weak_spots,
                inputs=["weak_spots_section", "weak_spots_slices_table", "params:weak_spots"],
                outputs=FIGURE,
                name="draw_weak_spots",
                namespace="report.weak_spots",
            ),
        ]
    )
