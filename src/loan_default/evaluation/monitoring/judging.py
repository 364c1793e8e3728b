"""Green, amber or red: a number against its marks, and only beyond what chance explains."""

from __future__ import annotations

from math import hypot

from loan_default.evaluation.monitoring.settings import Marks
from loan_default.report.section import Verdict

WORDS: dict[Verdict, str] = {"good": "Green", "attention": "Amber", "bad": "Red", "none": "Not judged"}
"""What verdicts are called here; `none` is what too few rows say."""

GRAVE: tuple[Verdict, ...] = ("attention", "bad")


def judge_distance(value: float, low: float, high: float, wanted: float, marks: Marks) -> Verdict:
    """Judge how far a number lies from where it should be.

    The near end of its interval counts: an alarm is given where chance is no explanation.

    Args:
        value: The number.
        low: Lower end of its interval.
        high: Upper end.
        wanted: Where it should be.
        marks: Distances.

    Returns:
        `none` where the number is beyond a mark and its interval is not.
    """
    if abs(value - wanted) < marks.amber:
        return "good"
    sure = max(low - wanted, wanted - high)
    if sure >= marks.red:
        return "bad"
    return "attention" if sure >= marks.amber else "none"


def judge_change(
    share: float, ends: tuple[float, float], then: float, ends_then: tuple[float, float], marks: Marks
) -> Verdict:
    """Judge how far a share has moved, where both have their chance.

    The interval of the difference is made of those of the shares (Newcombe 1998, Statistics in Medicine 17,
    873-890, method 10).

    Args:
        share: Now.
        ends: Its Wilson interval.
        then: In training.
        ends_then: Its Wilson interval.
        marks: Differences of shares.
    """
    change = share - then
    low = change - hypot(share - ends[0], ends_then[1] - then)
    high = change + hypot(ends[1] - share, then - ends_then[0])
    return judge_distance(change, low, high, 0.0, marks)


def judge_psi(psi: float, expected: float, by_chance: float, marks: Marks) -> Verdict:
    """Judge a stability index.

    Args:
        psi: The index.
        expected: What it is on average without drift (`stability.expected_psi`); taken off.
        by_chance: What it stays below without drift (`stability.psi_by_chance`).
        marks: Of the index.

    Returns:
        `none` where the index is beyond a mark and chance explains it.
    """
    if psi < marks.amber:
        return "good"
    if psi <= by_chance:
        return "none"
    drift = psi - expected
    if drift >= marks.red:
        return "bad"
    return "attention" if drift >= marks.amber else "good"
