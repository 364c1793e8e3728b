"""Nodes of the monitoring pipeline: judge, write, lay out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from loan_default.evaluation.monitoring.checks import bottom_line, run_checks
from loan_default.evaluation.monitoring.facts import OutcomesRead, Reading, Watched
from loan_default.evaluation.monitoring.input_section import describe_inputs
from loan_default.evaluation.monitoring.judging import WORDS
from loan_default.evaluation.monitoring.outcome_section import describe_outcomes
from loan_default.evaluation.monitoring.reading_section import describe_reading
from loan_default.evaluation.monitoring.score_section import describe_score
from loan_default.evaluation.monitoring.settings import MonitoringSettings
from loan_default.evaluation.monitoring.traffic import by_period, by_version
from loan_default.evaluation.monitoring.traffic_section import describe_traffic
from loan_default.evaluation.words import MODEL_TITLES
from loan_default.pipelines.monitoring.nodes import of_version
from loan_default.report.section import Section
from loan_default.report.status_page import Check, StatusPage, render_status

logger = logging.getLogger(__name__)

EXIT_CODES = {"bad": 3}
"""What the process ends with; 0 for every other verdict."""

LEVELS = {"none": -1.0, "good": 0.0, "attention": 1.0, "bad": 2.0}
"""Verdicts as numbers, for curves over runs in MLflow."""

NOTE = (
    "A number counts by what chance does not explain: a PSI less what so few rows make on average, a share "
    "by the near end of its interval."
)


def judge(
    predictions: pd.DataFrame,
    bands: pd.DataFrame,
    policies: pd.DataFrame,
    inputs: pd.DataFrame,
    performance: pd.DataFrame,
    watched_model: Watched,
    watched_reading: Reading,
    outcomes_read: OutcomesRead,
    monitoring: MonitoringSettings,
    run_id: str,
) -> tuple[StatusPage, dict[str, Any], dict[str, float], dict[str, Any]]:
    """Judge, and say it four times: for the page, for a scheduler, and as metrics and tags."""
    checks = run_checks(
        predictions, inputs, performance, policies, watched_model, watched_reading, outcomes_read, monitoring
    )
    by_key = {check.key: check for check in checks}
    own = of_version(predictions, watched_model)
    sections = (
        describe_traffic(
            *by_period(predictions), by_version(predictions), predictions, by_key, watched_reading
        ),
        describe_score(bands, policies, own, by_key, watched_model),
        describe_inputs(inputs, by_key, watched_model, watched_reading),
        describe_outcomes(
            performance,
            outcomes_read,
            by_key["calibration"],
            by_key["ranking"],
            float(own["probability"].mean()),
            monitoring.confidence,
        ),
        describe_reading(watched_reading, by_key["reading"]),
    )
    verdict, sentence = bottom_line(checks)
    status = WORDS[verdict].lower()
    logger.info("Monitoring: %s. %s", status, sentence)
    page = StatusPage(
        kind="Monitoring",
        title=watched_model.portfolio,
        facts=_facts(watched_model, watched_reading, by_key, outcomes_read, monitoring, run_id),
        verdict=verdict,
        words=WORDS,
        sentence=sentence,
        checks_title="Checks",
        checks_note=NOTE,
        checks=checks,
        sections=sections,
        names=MODEL_TITLES,
        currency=watched_model.currency,
    )
    result = {
        "status": status,
        "exit_code": EXIT_CODES.get(verdict, 0),
        "message": f"Monitoring is {status}. {sentence}",
        "model": watched_model.model,
        "version": watched_model.version,
        "checks": {
            check.key: {"status": WORDS[check.verdict].lower(), "found": check.found, "marks": check.marks}
            for check in checks
        },
        "values": _values(sections),
    }
    metrics = {
        "status": LEVELS[verdict],
        **{f"status.{check.key}": LEVELS[check.verdict] for check in checks},
        **_values(sections),
    }
    tags = {"monitoring": {"status": status, "version": watched_model.version, "found": sentence}}
    return page, result, metrics, tags


def lay_out_status(names: tuple[str, ...]) -> Callable[..., str]:
    """Return the node function that lays the page out with the pictures of these datasets."""

    def lay_out_status(monitoring_report: StatusPage, *pictures: bytes) -> str:
        return render_status(monitoring_report, dict(zip(names, pictures, strict=True)))

    return lay_out_status


def _values(sections: tuple[Section, ...]) -> dict[str, float]:
    return {
        f"{section.key}.{name}": value
        for section in sections
        for name, value in section.values.items()  # noqa: PD011
    }


def _facts(
    watched: Watched,
    reading: Reading,
    checks: dict[str, Check],
    outcomes: OutcomesRead,
    settings: MonitoringSettings,
    run_id: str,
) -> tuple[tuple[str, str], ...]:
    now = datetime.now(UTC)
    return (
        ("Model", f"{MODEL_TITLES[watched.model]}, version {watched.version}"),
        ("Made", f"{now.day} {now:%B %Y, %H:%M} UTC, run {run_id}"),
        ("Looked at", checks["predictions"].found.removesuffix(".").replace("`", "")),
        ("Days", settings.period or "all there are"),
        ("Read", f"{reading.source} {reading.where}"),
        ("Outcomes", outcomes.path or "none named"),
    )
