"""The chapter on known outcomes, written from its numbers."""

from __future__ import annotations

from math import isnan

import pandas as pd

from loan_default.evaluation.monitoring.facts import OutcomesRead
from loan_default.evaluation.monitoring.performance import ALL
from loan_default.evaluation.phrases import percent, with_interval
from loan_default.evaluation.records import Record, records
from loan_default.report.section import Column, Finding, Section, Table, table_of, worst
from loan_default.report.status_page import Check

OUTCOMES_FIGURE = "monitoring_outcomes_plot"
CAUTION = (
    "Outcomes of a month do not all become known at once: where only a part is known, the default rate may "
    "lean to whichever outcome shows first. Refused applications that were not granted have none."
)


def describe_outcomes(
    performance: pd.DataFrame, outcomes: OutcomesRead, calibration: Check, ranking: Check
) -> Section:
    """Write the chapter.

    Args:
        performance: From `measure_performance`.
        outcomes: What the file gave.
        calibration: The check of observed against expected defaults.
        ranking: The check of ROC AUC.
    """
    key, title = "outcomes", "Outcomes"
    left_out = _left_out(outcomes)
    if performance.empty:
        why = "No file of outcomes was named"
        if outcomes.path is not None:
            why = f"`{outcomes.path}` has none of a prediction that was looked at"
        return Section(
            key=key,
            title=title,
            summary=f"{why}: ranking and calibration cannot be told yet; the expected default rate is under "
            f"score and decisions.{left_out}",
        )
    row = records(performance)[0]
    rate = with_interval(row["event_rate"], row["event_rate_low"], row["event_rate_high"], ".1%")
    known = (
        f"The outcome of {row['n']:,} of {row['predictions']:,} predictions is known "
        f"({percent(row['n'] / row['predictions'])}), {row['events']:,} defaults.{_of_whom(row)}"
    )
    findings = (
        Finding(
            title="Default rate, observed and expected",
            look_for="Points on the dashed line, within their intervals.",
            found=f"{known} Default rate {rate}, expected {percent(row['mean_probability'])}. "
            f"{calibration.found}{left_out}",
            verdict=calibration.verdict,
            figure=OUTCOMES_FIGURE,
            table=_months_table(performance),
        ),
        Finding(
            title="Ranking",
            look_for="ROC AUC near that of the test rows.",
            found=ranking.found,
            verdict=ranking.verdict,
        ),
    )
    verdict = worst(finding.verdict for finding in findings)
    return Section(
        key=key,
        title=title,
        summary=f"{known} {calibration.found} {ranking.found}",
        verdict=verdict,
        findings=findings,
        values={
            name: float(row[name])
            for name in ("n", "events", "event_rate", "mean_probability", "ratio", "roc_auc")
            if row[name] == row[name]  # a ROC AUC of too few rows is missing
        },
    )


def _of_whom(row: Record) -> str:
    """Say which share is known of those predicted to default and of the others, where both occur."""
    refused, granted = row["known_of_refused"], row["known_of_granted"]
    if isnan(refused) or isnan(granted):
        return ""
    return f" Known are {percent(refused)} of those predicted to default, {percent(granted)} of the others."


def _left_out(outcomes: OutcomesRead) -> str:
    parts = []
    if outcomes.malformed:
        parts.append(f"{outcomes.malformed:,} rows of the file have the wrong number of fields")
    if outcomes.unknown:
        parts.append(f"{outcomes.unknown:,} rows of the file have no outcome yet")
    if outcomes.unmatched:
        parts.append(f"{outcomes.unmatched:,} belong to no prediction that was looked at")
    if outcomes.too_early:
        parts.append(f"{outcomes.too_early:,} are dated before their prediction and were left out")
    span = f" Outcomes became known from {outcomes.first} to {outcomes.last}." if outcomes.first else ""
    return f"{span} {'; '.join(parts).capitalize()}." if parts else span


def _months_table(performance: pd.DataFrame) -> Table | None:
    shown = performance.assign(month=performance["month"].replace(ALL, "all"))
    return table_of(
        shown,
        {
            "month": Column(name="Month of prediction"),
            "predictions": Column(name="Predictions", format="count"),
            "n": Column(name="Known", format="count"),
            "events": Column(name="Defaults", format="count"),
            "event_rate": Column(name="Default rate", format="share"),
            "event_rate_low": Column(name="from", format="share"),
            "event_rate_high": Column(name="to", format="share"),
            "mean_probability": Column(name="Expected", format="share"),
            "ratio": Column(name="Observed / expected", format="number"),
            "roc_auc": Column(name="ROC AUC", format="number"),
            "roc_auc_low": Column(name="from", format="number"),
            "roc_auc_high": Column(name="to", format="number"),
        },
        f"Intervals: Wilson, DeLong. A gap under ROC AUC: too few defaults or good loans. {CAUTION}",
    )
