"""The checks: each number against its marks, gathered into green, amber or red."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loan_default.evaluation.monitoring.facts import Reading, Watched
from loan_default.evaluation.monitoring.inputs import measure_psi, shared_confidence
from loan_default.evaluation.monitoring.judging import WORDS, judge_distance, judge_psi
from loan_default.evaluation.monitoring.settings import Marks, MonitoringSettings
from loan_default.evaluation.phrases import listed, percent, with_interval
from loan_default.evaluation.rates import wilson_interval
from loan_default.evaluation.records import Record, records
from loan_default.report.section import Verdict, worst
from loan_default.report.status_page import Check

TOO_FEW = "too few rows to tell"


def run_checks(
    predictions: pd.DataFrame,
    inputs: pd.DataFrame,
    performance: pd.DataFrame,
    watched: Watched,
    reading: Reading,
    settings: MonitoringSettings,
) -> tuple[Check, ...]:
    """Judge everything that has marks.

    Args:
        predictions: `time`, `version`, `probability`, of every version.
        inputs: From `measure_inputs`.
        performance: From `measure_performance`.
        watched: The model and its reference.
        reading: What was read.
        settings: Marks, fewest rows.
    """
    own = predictions.loc[predictions["version"] == watched.version]
    return (
        _predictions(predictions, settings),
        _version(predictions, own, watched),
        _faulty(len(predictions), reading, settings),
        _score(own, watched, settings),
        _of_inputs(inputs, "psi", "Inputs", settings.marks.psi, reading),
        _of_inputs(inputs, "missing", "Missing values", settings.marks.missing, reading),
        _of_inputs(inputs, "new", "New categories", settings.marks.new_labels, reading),
        _calibration(performance, settings),
        _ranking(performance, watched, settings),
    )


def bottom_line(checks: Sequence[Check]) -> tuple[Verdict, str]:
    """Return the gravest verdict and a sentence that names its checks."""
    verdict = worst(check.verdict for check in checks)
    if verdict in ("good", "none"):
        open_ones = [check.title.lower() for check in checks if check.verdict == "none"]
        left = f" Not judged: {listed(open_ones, 9)}." if open_ones else ""
        if verdict == "none":
            return verdict, f"Nothing could be judged.{left}"
        return verdict, f"Nothing that was judged has moved beyond its marks.{left}"
    named = [f"{check.title}: {check.found}" for check in checks if check.verdict == verdict]
    are = "checks are" if len(named) > 1 else "checks is"
    return verdict, f"{len(named)} of {len(checks)} {are} {WORDS[verdict].lower()}. {' '.join(named)}"


def _predictions(predictions: pd.DataFrame, settings: MonitoringSettings) -> Check:
    n = len(predictions)
    if n == 0:
        wanted = f" {settings.period}" if settings.period else ""
        return _check("predictions", "Predictions", "attention", f"There is no prediction{wanted}.")
    verdict: Verdict = "good" if n >= settings.min_rows else "none"
    few = "" if verdict == "good" else f" With fewer than {settings.min_rows:,} nothing is judged."
    return _check("predictions", "Predictions", verdict, f"{n:,} predictions {_span(predictions)}.{few}")


def _span(predictions: pd.DataFrame) -> str:
    days = predictions["time"].dropna()
    return f"from {days.min().date()} to {days.max().date()}" if len(days) else "without a date"


def _version(predictions: pd.DataFrame, own: pd.DataFrame, watched: Watched) -> Check:
    key, title = "model_version", "Model version"
    if predictions.empty:
        return _check(key, title, "none", "There is no prediction to look at.")
    if len(own) == len(predictions):
        return _check(key, title, "good", f"Every prediction is by version {watched.version}.")
    others = listed(sorted(set(predictions["version"]) - {watched.version}), 3)
    if own.empty:
        return _check(
            key, title, "attention",
            f"Every prediction is by {others}; the reference is of version {watched.version}, so that inputs "
            "and score cannot be compared. Name the bundle in service with monitoring.bundle.",
        )  # fmt: skip
    found = f"{len(own):,} of {len(predictions):,} predictions are by version {watched.version}, the others "
    last = predictions.sort_values("time", kind="stable")["version"].iloc[-1]
    verdict: Verdict = "good" if last == watched.version else "attention"
    return _check(
        key, title, verdict, f"{found}by {others}; only those of {watched.version} are judged. "
        f"The newest is by {last}.",
    )  # fmt: skip


def _faulty(scored: int, reading: Reading, settings: MonitoringSettings) -> Check:
    key, title = "faulty", "Faulty applications"
    bad, rows = reading.refused + reading.failed, scored + reading.refused + reading.failed
    if rows == 0:
        return _check(key, title, "none", "There is no application to look at.")
    low, high = _wilson(bad, rows, settings.confidence)
    verdict = judge_distance(bad / rows, low, high, 0.0, settings.marks.faulty)
    most = ""
    if reading.faults:
        fields = listed([f"`{name}` ({count:,})" for name, count in reading.faults.items()], 3)
        most = f" Most often at fault: {fields}."
    found = f"{bad:,} of {rows:,} applications could not be scored ({percent(bad / rows)}).{most}"
    return _judged(key, title, verdict, found, settings.marks.faulty, rows, settings, share=True)


def _score(own: pd.DataFrame, watched: Watched, settings: MonitoringSettings) -> Check:
    key, title, marks = "score", "Score", settings.marks.psi
    if own.empty:
        return _check(key, title, "none", "There is no prediction of the watched version.")
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
    return _judged(key, title, verdict, found, marks, len(own), settings)


def _of_inputs(inputs: pd.DataFrame, what: str, title: str, marks: Marks, reading: Reading) -> Check:
    key = {"psi": "inputs", "missing": "missing_values", "new": "new_categories"}[what]
    shown = _marks(marks, share=what != "psi")
    if inputs.empty:
        kept = "were not kept in the log" if reading.without_inputs else "are not there"
        return _check(key, title, "none", f"The inputs {kept}.", shown)
    rows = records(inputs)
    verdict = worst(row[f"{what}_verdict"] for row in rows)
    if verdict in ("bad", "attention"):
        grave = [row for row in rows if row[f"{what}_verdict"] == verdict]
        grave.sort(key=lambda row: -_gap(row, what))
        names = listed([_named(row, what) for row in grave], 4)
        return _check(key, title, verdict, f"{len(grave)} of {len(rows)} inputs: {names}.", shown)
    most = max(rows, key=lambda row: _gap(row, what))
    unsure = sum(row[f"{what}_verdict"] == "none" for row in rows)
    few = f" {unsure} of {len(rows)} inputs: {TOO_FEW}." if unsure else ""
    if what == "new" and most["new_share"] == 0:
        return _check(key, title, verdict, f"None was seen.{few}", shown)
    return _check(key, title, verdict, f"Largest change: {_named(most, what)}.{few}", shown)


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


def _calibration(performance: pd.DataFrame, settings: MonitoringSettings) -> Check:
    key, title, marks = "calibration", "Calibration", settings.marks.calibration
    if performance.empty:
        return _check(key, title, "none", "No outcome is known.", _marks(marks))
    row = records(performance)[0]
    verdict = judge_distance(row["ratio"], row["ratio_low"], row["ratio_high"], 1.0, marks)
    shown = with_interval(row["ratio"], row["ratio_low"], row["ratio_high"], ".2f")
    found = f"Observed over expected defaults {shown}, on {row['n']:,} known outcomes."
    return _judged(key, title, verdict, found, marks, row["n"], settings)


def _ranking(performance: pd.DataFrame, watched: Watched, settings: MonitoringSettings) -> Check:
    from scipy.stats import norm

    key, title, marks = "ranking", "Ranking", settings.marks.roc_auc_fall
    if performance.empty or np.isnan(performance["roc_auc"].iloc[0]):
        few = "No outcome is known." if performance.empty else f"Known outcomes: {TOO_FEW}."
        return _check(key, title, "none", few, _marks(marks))
    row = records(performance)[0]
    z = float(norm.ppf((1 + settings.confidence) / 2))
    # The test rows' interval is of 95 % unless evaluation.confidence says otherwise; both errors add up.
    of_test = (watched.roc_auc_high - watched.roc_auc_low) / 2
    reach = float(np.hypot(z * row["roc_auc_error"], of_test))
    fall = watched.roc_auc - row["roc_auc"]
    verdict = "good" if fall < 0 else judge_distance(fall, fall - reach, fall + reach, 0.0, marks)
    shown = with_interval(row["roc_auc"], row["roc_auc_low"], row["roc_auc_high"])
    found = f"ROC AUC {shown}; {watched.roc_auc:.3f} on the test rows."
    return _judged(key, title, verdict, found, marks, row["n"], settings)


def _wilson(events: int, rows: int, confidence: float) -> tuple[float, float]:
    low, high = wilson_interval(np.array([events]), np.array([rows]), confidence)
    return float(low[0]), float(high[0])


def _judged(
    key: str,
    title: str,
    verdict: Verdict,
    found: str,
    marks: Marks,
    rows: int,
    settings: MonitoringSettings,
    share: bool = False,
) -> Check:
    """Take a verdict back where there are too few rows, and say so."""
    if rows < settings.min_rows:
        verdict = "none"
    few = f" {TOO_FEW[0].upper()}{TOO_FEW[1:]}." if verdict == "none" else ""
    return _check(key, title, verdict, found + few, _marks(marks, share))


def _check(key: str, title: str, verdict: Verdict, found: str, marks: str = "") -> Check:
    return Check(key=key, title=title, verdict=verdict, found=found, marks=marks)


def _marks(marks: Marks, share: bool = False) -> str:
    amber, red = (percent(mark) if share else f"{mark:g}" for mark in (marks.amber, marks.red))
    return f"amber {amber}, red {red}"
