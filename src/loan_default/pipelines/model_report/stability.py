"""Chapter: stability over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from kedro.pipeline import Pipeline, node

from loan_default.errors import InputError
from loan_default.evaluation.delong import auc_covariance
from loan_default.evaluation.intervals import sampling_units
from loan_default.evaluation.over_time.measure import measure_periods
from loan_default.evaluation.over_time.periods import choose_periods
from loan_default.evaluation.over_time.plots import plot_nothing, plot_periods
from loan_default.evaluation.over_time.protocols import measure_protocols
from loan_default.evaluation.over_time.section import FIGURE, describe_stability, describe_without_dates
from loan_default.evaluation.over_time.settings import StabilitySettings
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.features.settings import FeatureSettings
from loan_default.frames import DEFAULT, ROW_ID, TEST, TRAIN, TWIN_GROUP, in_part
from loan_default.models.logistic_regression import LogisticRegressionSettings
from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.settings import CleaningSettings
from loan_default.studies.experiment import Conditions
from loan_default.studies.out_of_time import random_and_out_of_time

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FEW_RESAMPLES = 100
"""Of the bootstrap inside the experiment, whose intervals are not used."""

QUICK = "logistic_regression"

NO_PERIODS = pd.DataFrame(columns=["period"])
NO_PROTOCOLS = pd.DataFrame(columns=["protocol"])


def report_stability(
    reported_predictions: pd.DataFrame,
    clean_applications: pd.DataFrame,
    application_cleaner: dict[str, Any],
    raw_applications: pd.DataFrame,
    portfolio: Portfolio,
    cleaning: CleaningSettings,
    features: FeatureSettings,
    logistic_regression: LogisticRegressionSettings,
    stability: StabilitySettings,
    evaluation: EvaluationSettings,
    seed: int,
) -> tuple[dict[str, Any], pd.DataFrame, pd.DataFrame]:
    """Measure test rows by period, and what is lost on later loans; without a date, say so."""
    cleaner = ApplicationCleaner.from_dict(application_cleaner)
    column = cleaner.portfolio.application_date
    if column is None:
        return describe_without_dates().model_dump(mode="json"), NO_PERIODS, NO_PROTOCOLS
    dates = clean_applications.set_index(ROW_ID)[column]

    test = in_part(reported_predictions, TEST)
    length, periods = choose_periods(dates.loc[test[ROW_ID]], test[DEFAULT].to_numpy(), stability)
    judged = periods.notna().to_numpy()
    rows, train = test.loc[judged], in_part(reported_predictions, TRAIN)
    table = NO_PERIODS
    if judged.any():
        table = measure_periods(
            rows[DEFAULT].to_numpy(),
            rows["probability"].to_numpy(),
            sampling_units(rows),
            periods[judged].to_numpy(dtype=str),
            train["probability"].to_numpy(),
            evaluation.confidence,
            stability.level,
        )

    conditions = Conditions(
        cleaning=cleaning,
        features=features,
        models={QUICK: logistic_regression},
        evaluation=evaluation.model_copy(update={"resamples": FEW_RESAMPLES}),
        seed=seed,
    )
    dated = clean_applications.loc[clean_applications[column].notna(), [ROW_ID, TWIN_GROUP]]
    protocols, why_not = NO_PROTOCOLS, ""
    try:
        predictions = random_and_out_of_time(
            raw_applications,
            dated,
            portfolio,
            cleaner.leaks,
            conditions,
            QUICK,
            stability.out_of_time_rows,
        )
        protocols = measure_protocols(predictions, dates, evaluation.confidence)
    except InputError as error:
        why_not = str(error)
    section = describe_stability(
        table, length, int((~judged).sum()), protocols, why_not, evaluation.confidence, stability
    )
    return section.model_dump(mode="json"), table, protocols


def draw_stability(
    section: dict[str, Any], periods: pd.DataFrame, reported_predictions: pd.DataFrame
) -> Figure:
    """Draw the periods."""
    if periods.empty:
        return plot_nothing(section["summary"])
    test = in_part(reported_predictions, TEST)
    overall = float(auc_covariance(test[DEFAULT].to_numpy(), test["probability"].to_numpy()[None])[0][0])
    return plot_periods(periods, overall, section["summary"])


def create_chapter() -> Pipeline:
    """Create the chapter's nodes."""
    return Pipeline(
        [
            node(
                report_stability,
                inputs=[
                    "reported_predictions",
                    "clean_applications",
                    "application_cleaner",
                    "raw_applications",
                    "params:portfolio",
                    "params:cleaning",
                    "params:features",
                    "params:logistic_regression",
                    "params:stability",
                    "params:evaluation",
                    "params:seed",
                ],
                outputs=["stability_section", "stability_periods_table", "stability_protocols_table"],
                name="report_stability",
                namespace="report.stability",
            ),
            node(
                draw_stability,
                inputs=["stability_section", "stability_periods_table", "reported_predictions"],
                outputs=FIGURE,
                name="draw_stability",
                namespace="report.stability",
            ),
        ]
    )
