"""Checks against training: score, decisions, inputs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.evaluation.monitoring.checking import TOO_FEW, check, in_words, judged, wilson
from loan_default.evaluation.monitoring.facts import Reading, Watched
from loan_default.evaluation.monitoring.inputs import measure_psi, shared_confidence
from loan_default.evaluation.monitoring.judging import GRAVE, judge_change, judge_psi
from loan_default.evaluation.monitoring.settings import Marks, MonitoringSettings
from loan_default.evaluation.monitoring.traffic import DONE
from loan_default.evaluation.phrases import listed, percent, sentence
from loan_default.evaluation.records import Record, records
from loan_default.report.section import worst
from loan_default.report.status_page import Check


def check_score(own: pd.DataFrame, watched: Watched, settings: MonitoringSettings) -> Check:
    """Judge the drift of the score."""
    key, title, marks = "score", "Score", settings.marks.psi
    if own.empty:
        return check(key, title, "none", "There is no prediction of the watched version.")
    column = watched.reference.score.probability
    counts = np.bincount(column.bins.place(own["probability"]), minlength=len(column.counts))
    confidence = shared_confidence(settings, len(watched.reference.inputs))
    measured = measure_psi(column, counts, confidence)
    verdict = judge_psi(measured["psi"], measured["psi_expected"], measured["psi_by_chance"], marks)
    mean, then = float(own["probability"].mean()), watched.reference.score.mean_probability
    found = (
        f"PSI {measured['psi']:.3f}; chance alone stays below {measured['psi_by_chance']:.3f}. Mean "
        f"probability of default {percent(mean)}, {percent(then)} in training."
    )
    return judged(key, title, verdict, found, in_words("PSI", marks), len(own), settings)


def check_decisions(
    policies: pd.DataFrame, own: pd.DataFrame, watched: Watched, settings: MonitoringSettings
) -> Check:
    """Judge how the shares accepted, referred and declined have changed.

    Args:
        policies: From `by_policy`.
        own: Predictions of the watched version.
        watched: The model and its reference.
        settings: Marks, confidence, fewest rows.
    """
    key, title, marks = "decisions", "Decisions", settings.marks.decisions
    shown = in_words("change", marks, share=True)
    if policies.empty:
        why = "No prediction has a policy" if len(own) else "There is no prediction of the watched version"
        return check(key, title, "none", f"{why}.", shown)
    rows, rows_then = int(policies["n"].sum()), sum(watched.policies.values())
    verdicts, parts = [], []
    for row in records(policies):
        then = wilson(watched.policies[row["policy"]], rows_then, settings.confidence)
        ends = row["share_low"], row["share_high"]
        verdicts.append(judge_change(row["share"], ends, row["share_then"], then, marks))
        parts.append(
            f"{DONE[row['policy']]} {percent(row['share'])} ({percent(row['share_then'])} in training)"
        )
    left_out = f" {len(own) - rows:,} have no policy and are left out." if rows < len(own) else ""
    found = f"{sentence(listed(parts))}.{left_out}"
    return judged(key, title, worst(verdicts), found, shown, rows, settings)


def check_inputs(inputs: pd.DataFrame, what: str, title: str, marks: Marks, reading: Reading) -> Check:
    """Judge one thing of all inputs: `psi`, `missing` or `new`."""
    key = {"psi": "inputs", "missing": "missing_values", "new": "new_categories"}[what]
    of = {"psi": "PSI", "missing": "change", "new": "share"}[what]
    shown = in_words(of, marks, share=what != "psi")
    if inputs.empty:
        kept = "were not kept in the log" if reading.without_inputs else "are not there"
        return check(key, title, "none", f"The inputs {kept}.", shown)
    rows = records(inputs)
    verdict = worst(row[f"{what}_verdict"] for row in rows)
    if verdict in GRAVE:
        grave = [row for row in rows if row[f"{what}_verdict"] == verdict]
        grave.sort(key=lambda row: -_gap(row, what))
        names = listed([_named(row, what) for row in grave], 4)
        return check(key, title, verdict, f"{len(grave)} of {len(rows)} inputs: {names}.", shown)
    most = max(rows, key=lambda row: _gap(row, what))
    unsure = sum(row[f"{what}_verdict"] == "none" for row in rows)
    few = f" {unsure} of {len(rows)} inputs: {TOO_FEW}." if unsure else ""
    if what == "new" and most["new_share"] == 0:
        return check(key, title, verdict, f"None was seen.{few}", shown)
    return check(key, title, verdict, f"Largest change: {_named(most, what)}.{few}", shown)


def _gap(row: Record, what: str) -> float:
    if what == "missing":
        return abs(float(row["missing"]) - float(row["missing_then"]))
    return float(row["psi" if what == "psi" else "new_share"])


def _named(row: Record, what: str) -> str:
    name = f"`{row['input']}`"
    if what == "psi":
        return f"{name} (PSI {row['psi']:.2f})"
    if what == "missing":
        return f"{name} ({percent(row['missing_then'])} missing in training, {percent(row['missing'])} now)"
    return f"{name} ({percent(row['new_share'])}: {row['new_labels']})" if row["new_share"] else name
