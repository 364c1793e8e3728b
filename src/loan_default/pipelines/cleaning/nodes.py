"""Nodes of the cleaning pipeline."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pandas as pd

from loan_default.frames import TRAIN, in_part
from loan_default.pipelines.origin import CLEANING, of_data, with_step
from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.portfolio.cleaner_fit import fit_cleaner
from loan_default.portfolio.codes import likely_codes
from loan_default.portfolio.deal import deal
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.intake import Intake, rejects_by_reason, take_in
from loan_default.portfolio.leaks import find_leaks, leaking_features
from loan_default.portfolio.plots import plot_cleaning
from loan_default.portfolio.report import cleaning_report, data_tags
from loan_default.portfolio.settings import CleaningSettings
from loan_default.portfolio.split import split_deviations

if TYPE_CHECKING:
    from matplotlib.figure import Figure

logger = logging.getLogger(__name__)


def take_in_file(raw_applications: pd.DataFrame, portfolio: Portfolio, cleaning: CleaningSettings) -> Intake:
    """Type the columns, set running loans aside, and reject what cannot be used."""
    intake = take_in(raw_applications, portfolio, cleaning.max_rejected_share)
    if intake.resolved.absent:
        logger.info("Optional columns not in the file: %s.", ", ".join(intake.resolved.absent))
    for name, lacks in intake.resolved.switched_off.items():
        logger.info("Derived feature %s is off: it needs %s.", name, ", ".join(lacks))
    if intake.resolved.undescribed:
        logger.info("Columns not described, so never used: %s.", ", ".join(intake.resolved.undescribed))
    if intake.fractions:
        logger.info(
            "Percent columns written as fractions (0.125 for 12.5 %%): %s.", ", ".join(intake.fractions)
        )
    for name, code in likely_codes(intake.applications, intake.resolved.portfolio).items():
        logger.warning(
            "Column %s: is %g, in %s rows, a code for missing? If so, name it under portfolio.missing_values "
            "or the column's spellings; if not, the column's minimum or maximum may say so.",
            name,
            code.value,
            f"{code.rows:,}",
        )
    if len(intake.rejected):
        by_column = ", ".join(f"{name} {rows:,}" for name, rows in rejects_by_reason(intake.rejected).items())
        logger.warning(
            "%s rows rejected (%s), see rejected_applications.", f"{len(intake.rejected):,}", by_column
        )
    return intake


def deal_applications(intake: Intake, cleaning: CleaningSettings, seed: int) -> pd.DataFrame:
    """Drop exact repeats, number the twins, and deal rows to parts."""
    dealt = deal(intake, cleaning, seed)
    for deviation in split_deviations(dealt, cleaning.split):
        logger.warning(deviation)
    return dealt


def scan_for_leaks(
    intake: Intake, dealt_applications: pd.DataFrame, cleaning: CleaningSettings, seed: int
) -> pd.DataFrame:
    """Ask of every raw column whether it alone gives the outcome away."""
    train = in_part(dealt_applications, TRAIN)
    findings = find_leaks(intake.raw, train, intake.resolved, cleaning.leaks, seed)
    for row in findings.loc[findings["leak"]].to_dict("records"):
        logger.warning("Leak scan: %s (%s): %s.", row["name"], row["role"], row["reason"])
    dropped = findings.loc[findings["leak"] & (findings["role"] == "feature"), "name"]
    if len(dropped) and cleaning.leaks.action == "drop":
        logger.warning(
            "Left out of the features: %s. One that is sound goes under cleaning.leaks.allow, with the "
            "reason; one known only after the outcome under portfolio.post_outcome.",
            ", ".join(dropped),
        )
    return findings


def fit_application_cleaner(
    intake: Intake,
    dealt_applications: pd.DataFrame,
    findings: pd.DataFrame,
    cleaning: CleaningSettings,
    seed: int,
) -> dict[str, Any]:
    """Learn fill values and outlier bounds on train."""
    leaks = leaking_features(findings, cleaning.leaks)
    train = in_part(dealt_applications, TRAIN)
    cleaner = fit_cleaner(train, intake.resolved, intake.fractions, leaks, cleaning, seed)
    return cleaner.to_dict()


def clean(dealt_applications: pd.DataFrame, application_cleaner: dict[str, Any]) -> pd.DataFrame:
    """Clean every part; leave outliers out of train where the settings say so."""
    cleaner = ApplicationCleaner.from_dict(application_cleaner)
    return cleaner.apply_to_parts(dealt_applications)


def report_cleaning(
    intake: Intake,
    dealt_applications: pd.DataFrame,
    clean_applications: pd.DataFrame,
    application_cleaner: dict[str, Any],
    findings: pd.DataFrame,
) -> tuple[pd.DataFrame, dict[str, Any], dict[str, str], pd.DataFrame]:
    """Account for every row and column of the file."""
    cleaner = ApplicationCleaner.from_dict(application_cleaner)
    report = cleaning_report(intake, dealt_applications, clean_applications, cleaner, findings)
    for step in report["steps"]:
        logger.info("%-28s %9s   left %9s", step["step"], f"{step['rows']:,}", f"{step['left']:,}")
    return intake.rejected, report, data_tags(report), findings


def record_cleaning(
    data_tags: dict[str, str],
    portfolio: Portfolio,
    cleaning: CleaningSettings,
    seed: int,
    run_provenance: dict[str, str],
) -> dict[str, Any]:
    """Record what the applications were cleaned with."""
    return with_step(
        of_data(data_tags), CLEANING, run_provenance, portfolio=portfolio, cleaning=cleaning, seed=seed
    )


def draw_cleaning(report: dict[str, Any], findings: pd.DataFrame, cleaning: CleaningSettings) -> Figure:
    """Draw the cleaning report."""
    return plot_cleaning(report, findings, cleaning.leaks.max_roc_auc)
