"""Checks of what was read and predicted, whatever the model."""

from __future__ import annotations

import pandas as pd

from loan_default.evaluation.monitoring.checking import check, in_words, judged, wilson
from loan_default.evaluation.monitoring.facts import OutcomesRead, Reading, Watched
from loan_default.evaluation.monitoring.judging import judge_distance
from loan_default.evaluation.monitoring.settings import MonitoringSettings
from loan_default.evaluation.phrases import listed, percent, plural
from loan_default.report.section import Verdict, worst
from loan_default.report.status_page import Check


def check_reading(reading: Reading, outcomes: OutcomesRead, settings: MonitoringSettings) -> Check:
    """Judge lines that are no entry, and outcomes that do not fit."""
    verdict: Verdict = "good"
    found = [f"{reading.records:,} records."]
    if reading.broken:
        share = reading.broken / reading.records
        low, high = wilson(reading.broken, reading.records, settings.confidence)
        verdict = judge_distance(share, low, high, 0.0, settings.marks.faulty)
        if verdict == "none" or (verdict == "bad" and reading.records < settings.min_rows):
            verdict = "attention"
        first = f", the first at {reading.broken_at[0]}" if reading.broken_at else ""
        found.append(f"{reading.broken:,} ({percent(share)}) are no entry of a prediction log{first}.")
    known = outcomes.rows - outcomes.unknown - outcomes.malformed
    if known and outcomes.unmatched == known:
        verdict = worst([verdict, "attention"])
        such = f": there is none `{outcomes.unmatched_id}`" if outcomes.unmatched_id else ""
        found.append(
            f"None of the {known:,} outcomes of `{outcomes.path}` is of a prediction read here{such}."
        )
    if outcomes.malformed:
        verdict = worst([verdict, "attention"])
        rows = plural(outcomes.malformed, "row")
        found.append(f"The wrong number of fields: {rows} of `{outcomes.path}`.")
    shown = in_words("share", settings.marks.faulty, share=True) if reading.broken else ""
    return check("reading", "What was read", verdict, " ".join(found), shown)


def check_predictions(predictions: pd.DataFrame, reading: Reading, settings: MonitoringSettings) -> Check:
    """Tell whether there is anything to judge."""
    n = len(predictions)
    if n == 0:
        wanted = f" {settings.period}" if settings.period else ""
        found = f"There is no prediction{wanted} in `{reading.where}`."
        return check("predictions", "Predictions", "attention", found)
    verdict: Verdict = "good" if n >= settings.min_rows else "none"
    few = "" if verdict == "good" else f" With fewer than {settings.min_rows:,} nothing is judged."
    return check("predictions", "Predictions", verdict, f"{n:,} predictions {_span(predictions)}.{few}")


def _span(predictions: pd.DataFrame) -> str:
    days = predictions["time"].dropna()
    return f"from {days.min().date()} to {days.max().date()}" if len(days) else "without a date"


def check_version(predictions: pd.DataFrame, own: pd.DataFrame, watched: Watched, reading: Reading) -> Check:
    """Tell whose predictions they are."""
    key, title = "model_version", "Model version"
    if predictions.empty:
        return check(key, title, "none", "There is no prediction to look at.")
    if len(own) == len(predictions):
        return check(key, title, "good", f"Every prediction is by version {watched.version}.")
    others = listed(sorted(set(predictions["version"]) - {watched.version}), 3)
    if own.empty:
        return check(
            key, title, "attention",
            f"Every prediction in `{reading.where}` is by version {others}; the reference is of version "
            f"{watched.version}, so that inputs and score cannot be compared. Name the bundle in service "
            "with monitoring.bundle.",
        )  # fmt: skip
    found = f"{len(own):,} of {len(predictions):,} predictions are by version {watched.version}, the others "
    last = predictions.sort_values("time", kind="stable")["version"].iloc[-1]
    verdict: Verdict = "good" if last == watched.version else "attention"
    return check(
        key, title, verdict, f"{found}by {others}; only those of {watched.version} are judged. "
        f"The newest is by {last}.",
    )  # fmt: skip


def check_faulty(scored: int, reading: Reading, settings: MonitoringSettings) -> Check:
    """Judge the share of applications that could not be scored."""
    key, title = "faulty", "Faulty applications"
    bad, rows = reading.refused + reading.failed, scored + reading.refused + reading.failed
    if rows == 0:
        return check(key, title, "none", "There is no application to look at.")
    low, high = wilson(bad, rows, settings.confidence)
    verdict = judge_distance(bad / rows, low, high, 0.0, settings.marks.faulty)
    most = ""
    if reading.faults:
        fields = listed([f"`{name}` ({count:,})" for name, count in reading.faults.items()], 3)
        most = f" Most often at fault: {fields}."
    found = f"{bad:,} of {rows:,} applications could not be scored ({percent(bad / rows)}).{most}"
    marks = in_words("share", settings.marks.faulty, share=True)
    return judged(key, title, verdict, found, marks, rows, settings)
