"""Chapter `leaks`: what gives the outcome away, what was done about it, and what it would have pretended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from kedro.pipeline import Pipeline, node

from loan_default.evaluation.settings import EvaluationSettings
from loan_default.features.settings import FeatureSettings
from loan_default.models.ann import AnnSettings
from loan_default.models.lightgbm import LightGbmSettings
from loan_default.models.logistic_regression import LogisticRegressionSettings
from loan_default.models.random_forest import RandomForestSettings
from loan_default.portfolio.chapters.leaks_section import scan_table, write_leaks_section
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.plots import plot_leak_scan
from loan_default.portfolio.settings import CleaningSettings
from loan_default.studies import leaky_protocols
from loan_default.studies.experiment import Conditions
from loan_default.studies.leaky_report import describe_flattery, flattery_values, plot_flattery
from loan_default.studies.settings import LeaksShownSettings

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def say_what_was_done(leak_findings: pd.DataFrame, cleaning_report: dict[str, Any]) -> pd.DataFrame:
    """Say of every finding what was done with the column."""
    return scan_table(leak_findings, cleaning_report["left_out_as_leaks"])


def show_leaks(
    raw_applications: pd.DataFrame,
    portfolio: Portfolio,
    cleaning: CleaningSettings,
    features: FeatureSettings,
    evaluation: EvaluationSettings,
    leaks_shown: LeaksShownSettings,
    ann: AnnSettings,
    random_forest: RandomForestSettings,
    logistic_regression: LogisticRegressionSettings,
    lightgbm: LightGbmSettings,
    seed: int,
) -> pd.DataFrame:
    """Measure the leaky protocols asked for beside their honest twins; none by default."""
    models = {
        "ann": ann,
        "random_forest": random_forest,
        "logistic_regression": logistic_regression,
        "lightgbm": lightgbm,
    }
    conditions = Conditions(cleaning, features, models, evaluation, seed)
    return leaky_protocols.show_leaks(raw_applications, portfolio, conditions, leaks_shown)


def write_section(
    scan: pd.DataFrame,
    cleaning_report: dict[str, Any],
    clean_applications: pd.DataFrame,
    cleaning: CleaningSettings,
    shown: pd.DataFrame,
) -> dict[str, Any]:
    """Write the chapter."""
    section = write_leaks_section(
        scan, cleaning_report, clean_applications, cleaning, describe_flattery(shown), flattery_values(shown)
    )
    return section.model_dump(mode="json")


def draw(scan: pd.DataFrame, cleaning: CleaningSettings, shown: pd.DataFrame) -> tuple[Figure, Figure]:
    """Draw the leak scan, and what leaky protocols would have claimed."""
    return plot_leak_scan(scan, cleaning.leaks.max_roc_auc), plot_flattery(shown)


def create_chapter() -> Pipeline:
    """Create the nodes of the chapter."""
    return Pipeline(
        [
            node(
                say_what_was_done,
                inputs=["leak_findings", "cleaning_report"],
                outputs="leaks_scan_table",
                name="say_what_was_done",
                namespace="report.leaks",
            ),
            node(
                show_leaks,
                inputs=[
                    "raw_applications",
                    "params:portfolio",
                    "params:cleaning",
                    "params:features",
                    "params:evaluation",
                    "params:leaks_shown",
                    "params:ann",
                    "params:random_forest",
                    "params:logistic_regression",
                    "params:lightgbm",
                    "params:seed",
                ],
                outputs="leaks_shown_table",
                name="show_leaks",
                namespace="report.leaks",
            ),
            node(
                write_section,
                inputs=[
                    "leaks_scan_table",
                    "cleaning_report",
                    "clean_applications",
                    "params:cleaning",
                    "leaks_shown_table",
                ],
                outputs="leaks_section",
                name="write_leaks_section",
                namespace="report.leaks",
            ),
            node(
                draw,
                inputs=["leaks_scan_table", "params:cleaning", "leaks_shown_table"],
                outputs=["leaks_scan_plot", "leaks_shown_plot"],
                name="draw_leaks",
                namespace="report.leaks",
            ),
        ]
    )
