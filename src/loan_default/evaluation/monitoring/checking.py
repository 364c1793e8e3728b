"""A check beside its verdict: what it says, and where too few rows take the verdict back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from loan_default.evaluation.monitoring.settings import Marks, MonitoringSettings
from loan_default.evaluation.phrases import percent, sentence
from loan_default.evaluation.rates import wilson_interval
from loan_default.report.section import Verdict
from loan_default.report.status_page import Check

Checks = Mapping[str, Check]
"""By key."""

TOO_FEW = "too few rows to tell"


def check(key: str, title: str, verdict: Verdict, found: str, marks: str = "") -> Check:
    """Make a check."""
    return Check(key=key, title=title, verdict=verdict, found=found, marks=marks)


def judged(
    key: str,
    title: str,
    verdict: Verdict,
    found: str,
    marks: str,
    rows: int,
    settings: MonitoringSettings,
) -> Check:
    """Take a verdict back where there are too few rows, and say so."""
    if rows < settings.min_rows:
        verdict = "none"
    few = f" {sentence(TOO_FEW)}." if verdict == "none" else ""
    return check(key, title, verdict, found + few, marks)


def in_words(of: str, marks: Marks, share: bool = False) -> str:
    """Write marks with what they are of: change: amber 5.0 %, red 10.0 %."""
    amber, red = (percent(mark) if share else f"{mark:g}" for mark in (marks.amber, marks.red))
    return f"{of}: amber {amber}, red {red}"


def wilson(events: int, rows: int, confidence: float) -> tuple[float, float]:
    """Give Wilson's interval of one rate."""
    low, high = wilson_interval(np.array([events]), np.array([rows]), confidence)
    return float(low[0]), float(high[0])
