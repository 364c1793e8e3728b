"""Chapter: what this report does not know."""

from __future__ import annotations

from typing import Any

from kedro.pipeline import Pipeline, node

from loan_default.evaluation.limits import Known, describe_limits
from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.portfolio.settings import CleaningSettings
from loan_default.scoring.scorer import Scorer


def report_limits(
    reported_scorer: Scorer,
    champion: dict[str, Any],
    application_cleaner: dict[str, Any],
    cleaning_report: dict[str, Any],
    cleaning: CleaningSettings,
) -> dict[str, Any]:
    """Say what portfolio, split and gates leave open, and how the model must not be used."""
    manifest = reported_scorer.manifest
    # The description as it holds for this file: what the file lacks is not in it.
    portfolio = ApplicationCleaner.from_dict(application_cleaner).portfolio
    section = describe_limits(
        Known(
            has_date=portfolio.application_date is not None,
            split=cleaning.split.method,
            protected={name: portfolio.label(name) for name in portfolio.protected},
            has_amount=portfolio.loan.amount in portfolio.columns,
            lender_set=tuple(
                field.label for field in reported_scorer.fields if field.name in portfolio.lender_set
            ),
            running=sum(cleaning_report["unresolved"].values()),
            resolved=cleaning_report["steps"][0]["rows"] - sum(cleaning_report["unresolved"].values()),
            metrics=manifest.metrics,
            gates=champion["criteria"][manifest.model],
            use=manifest.limits,
        )
    )
    return section.model_dump(mode="json")


def create_chapter() -> Pipeline:
    """Create the chapter's nodes."""
    return Pipeline(
        [
            node(
                report_limits,
                inputs=[
                    "reported_scorer",
                    "champion",
                    "application_cleaner",
                    "cleaning_report",
                    "params:cleaning",
                ],
                outputs="limits_section",
                name="report_limits",
                namespace="report.limits",
            )
        ]
    )
