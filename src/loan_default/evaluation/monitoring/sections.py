"""The chapters of the monitoring page, written from their numbers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from loan_default.evaluation.monitoring.facts import Reading, Watched
from loan_default.evaluation.phrases import listed, percent
from loan_default.evaluation.records import records
from loan_default.report.section import Column, Finding, Section, Table, Verdict, table_of, worst
from loan_default.report.status_page import Check

Checks = Mapping[str, Check]
TRAFFIC_FIGURE = "monitoring_traffic_plot"
SCORE_FIGURE = "monitoring_score_plot"
INPUTS_FIGURE = "monitoring_inputs_plot"
GRAVE = ("attention", "bad")


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
    if len(predictions):
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
        verdict=worst(finding.verdict for finding in findings),
        findings=tuple(findings),
        values={"predictions": float(len(predictions)), "faulty": float(reading.refused + reading.failed)},
    )


def describe_score(bands: pd.DataFrame, own: pd.DataFrame, checks: Checks, watched: Watched) -> Section:
    """Write the chapter on the score: its drift, the expected default rate, decisions by risk band.

    Args:
        bands: From `by_band`; empty where there is no prediction of the watched version.
        own: Predictions of the watched version.
        checks: By key.
        watched: The model and its reference.
    """
    score = checks["score"]
    findings = []
    values = {}
    if len(own):
        mean, then = float(own["probability"].mean()), watched.reference.score.mean_probability
        refused, refused_then = float(own["prediction"].mean()), watched.reference.score.share_refused
        values = {"expected_default_rate": mean, "share_refused": refused}
        findings = [
            Finding(
                title="Distribution of the score",
                look_for="Bars alike; a shift to the right means riskier applicants, or another input.",
                found=score.found,
                verdict=score.verdict,
                figure=SCORE_FIGURE,
            ),
            Finding(
                title="Decisions by risk band",
                look_for="Shares as in training, unless the score has moved.",
                found=f"{percent(refused)} are predicted to default, {percent(refused_then)} in training; if "
                f"the model is right, {percent(mean)} of these loans will default ({percent(then)} in "
                f"training). {_largest_band(bands)}",
                table=_bands_table(bands),
            ),
        ]
    return Section(
        key="score",
        title="Score and decisions",
        summary=score.found,
        verdict=score.verdict,
        findings=tuple(findings),
        values=values,
    )


def describe_inputs(inputs: pd.DataFrame, checks: Checks, watched: Watched, reading: Reading) -> Section:
    """Write the chapter on inputs.

    Args:
        inputs: From `measure_inputs`.
        checks: By key.
        watched: The model and its reference.
        reading: What was read.
    """
    drift, missing, new = (checks[key] for key in ("inputs", "missing_values", "new_categories"))
    if inputs.empty:
        summary = f"{drift.found} Drift of inputs, missing values and new categories cannot be told."
        return Section(key="inputs", title="Inputs", summary=summary)
    partly = (
        f" The inputs of {reading.without_inputs:,} predictions were not kept."
        if reading.without_inputs
        else ""
    )
    findings = (
        Finding(
            title="Drift",
            look_for="Bars beyond the marks and beyond the black ticks; below a tick chance is an "
            "explanation.",
            found=f"{drift.found}{_moves(inputs)}{partly}",
            verdict=drift.verdict,
            figure=INPUTS_FIGURE,
            table=_inputs_table(inputs, watched),
        ),
        Finding(
            title="Missing values",
            look_for="An input that used to be given and no longer is: a broken form or feed.",
            found=missing.found,
            verdict=missing.verdict,
            table=_missing_table(inputs, watched),
        ),
        Finding(
            title="New categories",
            look_for="Labels that training did not have: the model has learnt nothing about them.",
            found=new.found,
            verdict=new.verdict,
            table=_new_table(inputs, watched),
        ),
    )
    verdict = worst(finding.verdict for finding in findings)
    gravest = [finding for finding in findings if finding.verdict == verdict]
    return Section(
        key="inputs",
        title="Inputs",
        summary=" ".join(f"{finding.title}: {finding.found}" for finding in gravest[:2]),
        verdict=verdict,
        findings=findings,
        values={f"psi_{row['input']}": float(row["psi"]) for row in records(inputs)},
    )


def describe_reading(reading: Reading) -> Section:
    """Write the chapter on what was read, and what could not be."""
    findings = []
    verdict: Verdict = "good"
    if reading.broken:
        findings.append(
            Finding(
                title="Broken lines",
                look_for="None; a disk that was full leaves some.",
                found=f"{reading.broken:,} of {reading.records:,} lines are no entry of a prediction log and "
                f"were passed over; the first are {listed(reading.broken_at)}.",
                verdict="attention",
            )
        )
        verdict = "attention"
    files = f" in {reading.files} files" if reading.files > 1 else ""
    outside = f" {reading.outside:,} lie outside the days that were asked for." if reading.outside else ""
    return Section(
        key="reading",
        title="What was read",
        summary=f"{reading.source.capitalize()} `{reading.where}`{files}: {reading.records:,} records."
        f"{outside} {reading.other_rows}".strip(),
        verdict=verdict,
        findings=tuple(findings),
        values={"records": float(reading.records), "broken": float(reading.broken)},
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


def _largest_band(bands: pd.DataFrame) -> str:
    change = (bands["share"] - bands["share_then"]).abs()
    row = records(bands.loc[[change.idxmax()]])[0]
    return (
        f"The largest change is in band {row['band']}: {percent(row['share_then'])} in training, "
        f"{percent(row['share'])} now."
    )


def _moves(inputs: pd.DataFrame) -> str:
    moved = [row for row in records(inputs) if row["psi_verdict"] in GRAVE]
    if not moved:
        return ""
    texts = [f"`{row['input']}` ({row['largest_move']})" for row in moved]
    return f" What moved most: {listed(texts, 3)}."


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


def _bands_table(bands: pd.DataFrame) -> Table | None:
    return table_of(
        bands,
        {
            "band": Column(name="Risk band"),
            "n": Column(name="Predictions", format="count"),
            "share": Column(name="Share now", format="share"),
            "share_low": Column(name="from", format="share"),
            "share_high": Column(name="to", format="share"),
            "share_then": Column(name="In training", format="share"),
            "share_refused": Column(name="Predicted to default", format="share"),
            "mean_probability": Column(name="Mean probability", format="share"),
        },
        "In training: rows held out from learning. From and to: interval of the share.",
    )


def _named(inputs: pd.DataFrame, watched: Watched) -> pd.DataFrame:
    return inputs.assign(label=[watched.labels.get(name, name) for name in inputs["input"]])


def _inputs_table(inputs: pd.DataFrame, watched: Watched) -> Table | None:
    return table_of(
        _named(inputs, watched),
        {
            "label": Column(name="Input"),
            "rows": Column(name="Rows", format="count"),
            "psi": Column(name="PSI", format="number"),
            "psi_by_chance": Column(name="Chance below", format="number"),
            "largest_move": Column(name="Largest move"),
        },
        "Judged is the PSI less what chance makes of so few rows on average. Largest move: the bin whose "
        "share changed most, training to now.",
    )


def _missing_table(inputs: pd.DataFrame, watched: Watched) -> Table | None:
    named = _named(inputs, watched)
    shown = named.loc[(named["missing"] > 0) | (named["missing_then"] > 0)]
    if shown.empty:
        return None
    return table_of(
        shown,
        {
            "label": Column(name="Input"),
            "missing_then": Column(name="Missing in training", format="share"),
            "missing": Column(name="Now", format="share"),
            "missing_low": Column(name="from", format="share"),
            "missing_high": Column(name="to", format="share"),
        },
    )


def _new_table(inputs: pd.DataFrame, watched: Watched) -> Table | None:
    named = _named(inputs, watched)
    shown = named.loc[named["new_share"] > 0]
    if shown.empty:
        return None
    return table_of(
        shown,
        {
            "label": Column(name="Input"),
            "new_share": Column(name="Rows with a new label", format="share"),
            "new_labels": Column(name="Which, and how often"),
        },
    )
