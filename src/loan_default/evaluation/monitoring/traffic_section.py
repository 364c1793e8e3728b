"""The chapter on volumes, written from its numbers."""

from __future__ import annotations

import pandas as pd

from loan_default.evaluation.monitoring.checking import Checks
from loan_default.evaluation.monitoring.facts import Reading
from loan_default.evaluation.monitoring.judging import GRAVE
from loan_default.evaluation.monitoring.traffic import DONE
from loan_default.evaluation.phrases import listed, percent, plural, sentence
from loan_default.report.section import Column, Finding, Section, Table, table_of, worst

TRAFFIC_FIGURE = "monitoring_traffic_plot"
DECISIONS_FIGURE = "monitoring_decisions_plot"


def describe_traffic(
    length: str,
    periods: pd.DataFrame,
    versions: pd.DataFrame,
    predictions: pd.DataFrame,
    checks: Checks,
    reading: Reading,
) -> Section:
    """Write the chapter on volumes: predictions over time, versions, faulty applications.

    Args:
        length: Length of a period.
        periods: From `by_period`.
        versions: From `by_version`.
        predictions: Of every version.
        checks: By key.
        reading: What was read.
    """
    made, version, faulty = checks["predictions"], checks["model_version"], checks["faulty"]
    findings = []
    if len(periods):
        refused = float(predictions["prediction"].mean())
        findings.append(
            Finding(
                title="Predictions over time",
                look_for="Gaps and jumps that the business does not explain.",
                found=f"{made.found} {_busiest(length, periods)}{percent(refused)} were predicted to "
                "default.",
                verdict=made.verdict,
                figure=TRAFFIC_FIGURE,
            )
        )
        findings.append(_decisions(predictions))
    if len(predictions):
        findings.append(
            Finding(
                title="Model versions",
                look_for="One version, or a change on the day it was rolled out.",
                found=version.found,
                verdict=version.verdict,
                table=_versions_table(versions) if len(versions) > 1 else None,
            )
        )
    findings.append(
        Finding(
            title="Faulty applications",
            look_for="Fields that callers get wrong: a new category or unit shows here first.",
            found=faulty.found,
            verdict=faulty.verdict,
            table=_faults_table(reading),
        )
    )
    return Section(
        key="traffic",
        title="Volumes",
        summary=" ".join(
            [made.found, *(check.found for check in (version, faulty) if check.verdict in GRAVE)]
        ),
        verdict=worst(check.verdict for check in (made, version, faulty)),
        findings=tuple(findings),
        values={"predictions": float(len(predictions)), "faulty": float(reading.refused + reading.failed)},
    )


def _decisions(predictions: pd.DataFrame) -> Finding:
    """Say what was done with all applications; those from before there were policies are counted."""
    policies = predictions["policy"].dropna()
    none = len(predictions) - len(policies)
    title = "Decisions over time"
    look_for = (
        "Shares near the dashed lines, those that training led to expect; a jump where bands were changed."
    )
    if policies.empty:
        return Finding(
            title=title,
            look_for=look_for,
            found="No prediction has a policy: all are from before there were any.",
        )
    shares = [f"{percent(float((policies == policy).mean()))} were {done}" for policy, done in DONE.items()]
    older = f" {plural(none, 'prediction')} from before there were policies are left out." if none else ""
    return Finding(
        title=title,
        look_for=look_for,
        found=f"Of {plural(len(policies), 'prediction')} with a policy {listed(shares)}.{older}",
        figure=DECISIONS_FIGURE,
    )


def _busiest(length: str, periods: pd.DataFrame) -> str:
    if len(periods) < 2:
        return ""
    empty = int((periods["n"] == 0).sum())
    gaps = f"; on {empty} of {len(periods)} {length}s there was none" if empty else ""
    return (
        f"Between {periods['n'].min():,} and {periods['n'].max():,} a {length}{gaps}. "
        if not empty
        else f"At most {periods['n'].max():,} a {length}{gaps}. "
    )


def _versions_table(versions: pd.DataFrame) -> Table | None:
    shown = versions.assign(**{day: versions[day].dt.strftime("%Y-%m-%d") for day in ("first", "last")})
    return table_of(
        shown,
        {
            "version": Column(name="Version"),
            "n": Column(name="Predictions", format="count"),
            "first": Column(name="First"),
            "last": Column(name="Last"),
            "share_refused": Column(name="Predicted to default", format="share"),
            "mean_probability": Column(name="Mean probability", format="share"),
            **{
                f"share_{policy}": Column(name=sentence(done), format="share")
                for policy, done in DONE.items()
            },
        },
    )


def _faults_table(reading: Reading) -> Table | None:
    if not reading.faults:
        return None
    faults = pd.DataFrame(list(reading.faults.items())[:10], columns=["field", "n"])
    return table_of(
        faults,
        {"field": Column(name="Field"), "n": Column(name="Faulty applications", format="count")},
        "An application may have several faults.",
    )
