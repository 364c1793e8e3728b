"""The chapter on known outcomes, written from its numbers."""

from __future__ import annotations

from math import isnan
from typing import Any

import pandas as pd

from loan_default.evaluation.monitoring.facts import OutcomesRead
from loan_default.evaluation.monitoring.performance import ALL, NO_MONTH
from loan_default.evaluation.phrases import listed, percent, plural, with_interval
from loan_default.evaluation.records import Record, records
from loan_default.report.section import Column, Finding, Section, Table, table_of, worst
from loan_default.report.status_page import Check

OUTCOMES_FIGURE = "monitoring_outcomes_plot"
CAUTION = (
    "Outcomes of a month do not all become known at once: where only a part is known, the default rate may "
    "lean to whichever outcome shows first. Refused applications that were not granted have none."
)


def describe_outcomes(
    performance: pd.DataFrame,
    outcomes: OutcomesRead,
    calibration: Check,
    ranking: Check,
    expected: float,
    confidence: float,
) -> Section:
    """Write the chapter.

    Args:
        performance: From `measure_performance`.
        outcomes: What the file gave.
        calibration: The check of observed against expected defaults.
        ranking: The check of ROC AUC.
        expected: Mean probability of default of the predictions judged; missing where there are none.
        confidence: By which a month is told from chance, shared out over the months.
    """
    key, title = "outcomes", "Outcomes"
    left_out = _left_out(outcomes)
    if performance.empty:
        why = "No file of outcomes was named"
        if outcomes.path is not None:
            why = f"`{outcomes.path}` has none of a prediction that was looked at"
        rate = "" if isnan(expected) else f" If the model is right, {percent(expected)} will default."
        return Section(
            key=key,
            title=title,
            summary=f"{why}: ranking and calibration cannot be told yet.{rate}{left_out}",
        )
    row = records(performance)[0]
    rate = with_interval(row["event_rate"], row["event_rate_low"], row["event_rate_high"], ".1%")
    known = (
        f"The outcome of {row['n']:,} of {row['predictions']:,} predictions is known "
        f"({percent(row['n'] / row['predictions'])}), {row['events']:,} defaults.{_of_whom(row)}"
    )
    months = performance.loc[~performance["month"].isin([ALL, NO_MONTH]) & (performance["n"] > 0)]
    findings = (
        Finding(
            title="Default rate, observed and expected",
            look_for="Observed near expected, in every month.",
            found=f"{known} Default rate {rate}, expected {percent(row['mean_probability'])}. "
            f"{calibration.found}{_by_month(months, confidence)}{left_out}",
            verdict=calibration.verdict,
            figure=OUTCOMES_FIGURE if len(months) else None,
            table=_months_table(performance if len(months) else performance.head(1)),
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
        parts.append(f"{plural(outcomes.malformed, 'row')} of the file with the wrong number of fields")
    if outcomes.unknown:
        parts.append(f"{plural(outcomes.unknown, 'row')} without an outcome yet")
    if outcomes.unmatched:
        parts.append(f"{outcomes.unmatched:,} of no prediction that was looked at")
    if outcomes.too_early:
        parts.append(f"{outcomes.too_early:,} dated before their prediction")
    span = f" Outcomes became known from {outcomes.first} to {outcomes.last}." if outcomes.first else ""
    return f"{span} Left out: {listed(parts)}." if parts else span


def _by_month(months: pd.DataFrame, confidence: float) -> str:
    """Name the months that chance does not explain: a whole period may look well and its last month not."""
    if len(months) < 2:
        return ""
    stray = months.loc[months["p_value"] < (1 - confidence) / len(months)]
    if stray.empty:
        return f" Of {len(months)} months none is further from expected than chance can explain."
    named = [f"{row['month']} ({_cell(row, 'ratio', '.2f')})" for row in records(stray)]
    return f" Further from expected than chance can explain, of {len(months)} months: {listed(named)}."


def _cell(row: Record, name: str, form: str) -> str | None:
    """Write a number with its interval in one cell, so that the table fits on paper."""
    if isnan(row[name]):
        return None
    shown = with_interval(row[name], row[f"{name}_low"], row[f"{name}_high"], form)
    return shown.replace(", ", ",\N{NO-BREAK SPACE}")  # a line may end before an interval, not in it


def _months_table(performance: pd.DataFrame) -> Table | None:
    forms = {"event_rate": ".1%", "ratio": ".2f", "roc_auc": ".3f"}
    rows = records(performance)
    cells: dict[str, Any] = {name: [_cell(row, name, form) for row in rows] for name, form in forms.items()}
    return table_of(
        performance.assign(month=performance["month"].replace(ALL, "all"), **cells),
        {
            "month": Column(name="Month of prediction"),
            "predictions": Column(name="Predictions", format="count"),
            "n": Column(name="Known", format="count"),
            "events": Column(name="Defaults", format="count"),
            "mean_probability": Column(name="Expected", format="share"),
            "event_rate": Column(name="Default rate"),
            "ratio": Column(name="Observed / expected"),
            "roc_auc": Column(name="ROC AUC"),
        },
        f"Intervals: Wilson, DeLong. Without a ROC AUC: too few defaults or good loans. {CAUTION}",
    )
