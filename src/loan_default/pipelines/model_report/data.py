"""Chapter `data`: from the lender's file to the rows and columns that a model sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from kedro.pipeline import Pipeline, node

from loan_default.evaluation.settings import EvaluationSettings
from loan_default.features.settings import FeatureSettings
from loan_default.portfolio.chapters.data_section import write_data_section
from loan_default.portfolio.chapters.data_tables import (
    DataFacts,
    drift_table,
    missing_table,
    part_rates,
    part_table,
    reject_table,
    unused_table,
)
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.plots import plot_drift, plot_rows
from loan_default.portfolio.settings import CleaningSettings

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def tabulate(
    cleaning_report: dict[str, Any],
    rejected_applications: pd.DataFrame,
    clean_applications: pd.DataFrame,
    feature_report: pd.DataFrame,
    evaluation: EvaluationSettings,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Tabulate parts, rejects, missing values, drift, and what is not used."""
    return (
        part_table(cleaning_report, part_rates(clean_applications), evaluation.confidence),
        reject_table(rejected_applications),
        missing_table(cleaning_report),
        drift_table(feature_report),
        unused_table(cleaning_report, feature_report),
    )


def write_section(
    cleaning_report: dict[str, Any],
    clean_applications: pd.DataFrame,
    portfolio: Portfolio,
    cleaning: CleaningSettings,
    features: FeatureSettings,
    evaluation: EvaluationSettings,
    *tables: pd.DataFrame,
) -> dict[str, Any]:
    """Write the chapter; `tables`: see `tabulate`."""
    parts, rejects, missing, drift, unused = tables
    facts = DataFacts(
        report=cleaning_report,
        rates=part_rates(clean_applications),
        parts=parts,
        rejects=rejects,
        missing=missing,
        drift=drift,
        unused=unused,
        confidence=evaluation.confidence,
        psi_bins=features.stability_bins,
    )
    return write_data_section(facts, portfolio, cleaning.split).model_dump(mode="json")


def draw(cleaning_report: dict[str, Any], drift: pd.DataFrame) -> tuple[Figure, Figure]:
    """Draw what became of the rows, and the drift of the inputs."""
    return plot_rows(cleaning_report), plot_drift(drift)


TABLES = [
    "data_parts_table",
    "data_rejects_table",
    "data_missing_table",
    "data_drift_table",
    "data_unused_table",
]


def create_chapter() -> Pipeline:
    """Create the nodes of the chapter."""
    return Pipeline(
        [
            node(
                tabulate,
                inputs=[
                    "cleaning_report",
                    "rejected_applications",
                    "clean_applications",
                    "feature_report",
                    "params:evaluation",
                ],
                outputs=TABLES,
                name="tabulate_data",
                namespace="report.data",
            ),
            node(
                write_section,
                inputs=[
                    "cleaning_report",
                    "clean_applications",
                    "params:portfolio",
                    "params:cleaning",
                    "params:features",
                    "params:evaluation",
                    *TABLES,
                ],
                outputs="data_section",
                name="write_data_section",
                namespace="report.data",
            ),
            node(
                draw,
                inputs=["cleaning_report", "data_drift_table"],
                outputs=["data_rows_plot", "data_drift_plot"],
                name="draw_data",
                namespace="report.data",
            ),
        ]
    )
