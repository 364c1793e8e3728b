"""The checks: each number against its marks, gathered into green, amber or red."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from loan_default.evaluation.monitoring.drift_checks import check_decisions, check_inputs, check_score
from loan_default.evaluation.monitoring.facts import OutcomesRead, Reading, Watched
from loan_default.evaluation.monitoring.judging import WORDS
from loan_default.evaluation.monitoring.outcome_checks import check_calibration, check_ranking
from loan_default.evaluation.monitoring.settings import MonitoringSettings
from loan_default.evaluation.monitoring.traffic_checks import (
    check_faulty,
    check_predictions,
    check_reading,
    check_version,
)
from loan_default.evaluation.phrases import listed
from loan_default.report.section import Verdict, worst
from loan_default.report.status_page import Check

OF_THE_MODEL = ("score", "inputs", "missing_values", "new_categories", "calibration", "ranking")
"""Checks without which nothing is known of the model; decisions follow from the score."""


def run_checks(
    predictions: pd.DataFrame,
    inputs: pd.DataFrame,
    performance: pd.DataFrame,
    policies: pd.DataFrame,
    watched: Watched,
    reading: Reading,
    outcomes: OutcomesRead,
    settings: MonitoringSettings,
) -> tuple[Check, ...]:
    """Judge everything that has marks.

    Args:
        predictions: `time`, `version`, `probability`, of every version.
        inputs: From `measure_inputs`.
        performance: From `measure_performance`.
        policies: From `by_policy`.
        watched: The model and its reference.
        reading: What was read.
        outcomes: What the file of outcomes gave.
        settings: Marks, fewest rows.
    """
    own = predictions.loc[predictions["version"] == watched.version]
    return (
        check_reading(reading, outcomes, settings),
        check_predictions(predictions, reading, settings),
        check_version(predictions, own, watched, reading),
        check_faulty(len(predictions), reading, settings),
        check_score(own, watched, settings),
        check_decisions(policies, own, watched, settings),
        check_inputs(inputs, "psi", "Inputs", settings.marks.psi, reading),
        check_inputs(inputs, "missing", "Missing values", settings.marks.missing, reading),
        check_inputs(inputs, "new", "New categories", settings.marks.new_labels, reading),
        check_calibration(performance, settings),
        check_ranking(performance, watched, settings),
    )


def bottom_line(checks: Sequence[Check]) -> tuple[Verdict, str]:
    """Return the gravest verdict and a sentence that names its checks."""
    verdict = worst(check.verdict for check in checks)
    if verdict == "good" and all(check.verdict == "none" for check in checks if check.key in OF_THE_MODEL):
        verdict = "none"  # that the log could be read is no news of the model
    if verdict in ("good", "none"):
        open_ones = [check.title.lower() for check in checks if check.verdict == "none"]
        left = f" Not judged: {listed(open_ones, 9)}." if open_ones else ""
        if verdict == "none":
            return verdict, f"Too little was predicted to judge the model.{left}"
        return verdict, f"Nothing that was judged has moved beyond its marks.{left}"
    named = [f"{check.title}: {check.found}" for check in checks if check.verdict == verdict]
    are = "checks are" if len(named) > 1 else "checks is"
    return verdict, f"{len(named)} of {len(checks)} {are} {WORDS[verdict].lower()}. {' '.join(named)}"
