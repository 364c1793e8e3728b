"""Drift of every input: stability index, missing values, labels that training did not have."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from loan_default.evaluation.monitoring.judging import judge_distance, judge_psi
from loan_default.evaluation.monitoring.reference import ColumnReference
from loan_default.evaluation.monitoring.settings import MonitoringSettings
from loan_default.evaluation.monitoring.tally import InputTally
from loan_default.evaluation.phrases import listed, percent
from loan_default.evaluation.rates import wilson_interval
from loan_default.evaluation.stability import psi_of_counts, psi_without_drift
from loan_default.report.section import Verdict, worst

COLUMNS = (
    *("input", "rows", "psi", "psi_expected", "psi_by_chance", "psi_verdict", "largest_move"),
    *("missing_then", "missing", "missing_low", "missing_high", "missing_verdict"),
    *("new_share", "new_low", "new_high", "new_labels", "new_verdict", "verdict"),
)


def measure_inputs(
    reference: dict[str, ColumnReference], tally: InputTally, settings: MonitoringSettings
) -> pd.DataFrame:
    """Measure and judge every input.

    Args:
        reference: Distribution in training by input.
        tally: Counts of the applications.
        settings: Marks, level, fewest rows.

    Returns:
        One row per input with `COLUMNS`, the gravest first; verdicts are `none` below the fewest rows. The
        false-alarm level is shared out over the inputs and the score.
    """
    if tally.rows == 0:
        return pd.DataFrame(columns=list(COLUMNS))
    confidence = shared_confidence(settings, len(reference))
    rows = [
        _measure(name, column, tally.counts[name], tally.new_labels[name], settings, confidence)
        for name, column in reference.items()
    ]
    order: tuple[Verdict, ...] = ("bad", "attention", "none", "good")
    rows.sort(key=lambda row: (order.index(row["verdict"]), -row["psi"]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def shared_confidence(settings: MonitoringSettings, inputs: int) -> float:
    """Share the false-alarm level out over the inputs and the score (Bonferroni)."""
    return 1 - settings.level / (inputs + 1)


def measure_psi(column: ColumnReference, counts: np.ndarray, confidence: float) -> dict[str, float]:
    """Give the stability index of counts, its mean without drift, and what chance stays below."""
    then = np.array(column.counts)
    expected, by_chance = psi_without_drift(then, counts, confidence)
    return {
        "psi": psi_of_counts(then, counts),
        "psi_expected": expected,
        "psi_by_chance": by_chance,
    }


def largest_move(column: ColumnReference, counts: np.ndarray) -> str:
    """Say which bin changed its share most: `> 85000: 10.0 % to 43.1 %`."""
    then, now = np.array(column.counts) / column.rows, counts / counts.sum()
    most = int(np.argmax(np.abs(now - then)))
    label = column.bins.labels[most].replace("_", " ")
    return f"{label}: {percent(float(then[most]))} to {percent(float(now[most]))}"


def _measure(
    name: str,
    column: ColumnReference,
    counts: np.ndarray,
    new: Counter[str],
    settings: MonitoringSettings,
    confidence: float,
) -> dict[str, Any]:
    rows = int(counts.sum())
    marks = settings.marks
    row: dict[str, Any] = {"input": name, "rows": rows, "largest_move": largest_move(column, counts)}
    row |= measure_psi(column, counts, confidence)
    row["psi_verdict"] = judge_psi(row["psi"], row["psi_expected"], row["psi_by_chance"], marks.psi)

    row["missing_then"] = column.missing_share
    row |= _share("missing", int(counts[-1]), rows, confidence)
    row["missing_verdict"] = judge_distance(
        row["missing"], row["missing_low"], row["missing_high"], column.missing_share, marks.missing
    )
    row |= _share("new", new.total(), rows, confidence)
    row["new_share"] = row.pop("new")
    row["new_labels"] = listed([f"{label} ({count:,})" for label, count in new.most_common(3)]) if new else ""
    row["new_verdict"] = judge_distance(
        row["new_share"], row["new_low"], row["new_high"], 0.0, marks.new_labels
    )
    checks = ("psi_verdict", "missing_verdict", "new_verdict")
    if rows < settings.min_rows:
        row |= dict.fromkeys(checks, "none")
    row["verdict"] = worst(row[check] for check in checks)
    return row


def _share(name: str, count: int, rows: int, confidence: float) -> dict[str, float]:
    low, high = wilson_interval(np.array([count]), np.array([rows]), confidence)
    return {name: count / rows, f"{name}_low": float(low[0]), f"{name}_high": float(high[0])}
