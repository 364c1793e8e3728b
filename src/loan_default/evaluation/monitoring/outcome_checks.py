"""Checks of what was promised against known outcomes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.evaluation.monitoring.checking import TOO_FEW, check, in_words, judged
from loan_default.evaluation.monitoring.facts import Watched
from loan_default.evaluation.monitoring.judging import judge_distance
from loan_default.evaluation.monitoring.settings import MonitoringSettings
from loan_default.evaluation.phrases import with_interval
from loan_default.evaluation.records import records
from loan_default.report.status_page import Check

SELECTION_TOLD = 0.002
"""ROC AUC lost to the selection of loans with a known outcome, from which it is told."""


def check_calibration(performance: pd.DataFrame, settings: MonitoringSettings) -> Check:
    """Judge observed over expected defaults."""
    key, title, marks = "calibration", "Calibration", settings.marks.calibration
    marks_shown = in_words("distance from 1", marks)
    if performance.empty:
        return check(key, title, "none", "No outcome is known.", marks_shown)
    row = records(performance)[0]
    verdict = judge_distance(row["ratio"], row["ratio_low"], row["ratio_high"], 1.0, marks)
    shown = with_interval(row["ratio"], row["ratio_low"], row["ratio_high"], ".2f")
    found = f"Observed over expected defaults {shown}, on {row['n']:,} known outcomes."
    return judged(key, title, verdict, found, marks_shown, row["n"], settings)


def check_ranking(performance: pd.DataFrame, watched: Watched, settings: MonitoringSettings) -> Check:
    """Judge the fall of ROC AUC, less what the selection of known outcomes costs."""
    from scipy.stats import norm

    key, title, marks = "ranking", "Ranking", settings.marks.roc_auc_fall
    marks_shown = in_words("fall", marks)
    if performance.empty or np.isnan(performance["roc_auc"].iloc[0]):
        few = "No outcome is known." if performance.empty else f"Known outcomes: {TOO_FEW}."
        return check(key, title, "none", few, marks_shown)
    row = records(performance)[0]
    z = float(norm.ppf((1 + settings.confidence) / 2))
    # The test rows' interval is of 95 % unless evaluation.confidence says otherwise; both errors add up.
    of_test = (watched.roc_auc_high - watched.roc_auc_low) / 2
    reach = float(np.hypot(z * row["roc_auc_error"], of_test))
    # Refused applicants have no outcome, and among those alike any model ranks worse: that part is no fall.
    by_selection = max(row["promised_by_all"] - row["promised_roc_auc"], 0.0)
    fall = watched.roc_auc - by_selection - row["roc_auc"]
    verdict = "good" if fall < 0 else judge_distance(fall, fall - reach, fall + reach, 0.0, marks)
    shown = with_interval(row["roc_auc"], row["roc_auc_low"], row["roc_auc_high"])
    then = with_interval(watched.roc_auc, watched.roc_auc_low, watched.roc_auc_high)
    found = f"ROC AUC {shown}; {then} on the test rows."
    if by_selection >= SELECTION_TOLD:
        found += (
            f" Loans with a known outcome are more alike than all predictions, which alone costs "
            f"{by_selection:.3f}: that is taken off before the fall is judged."
        )
    return judged(key, title, verdict, found, marks_shown, row["n"], settings)
