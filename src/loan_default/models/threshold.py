"""Choose the probability from which an application is called a default."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from loan_default.errors import InputError


class ThresholdSettings(BaseModel):
    """A rule for the threshold; each rule reads its own fields only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: Literal["fixed", "max_f1", "target_recall", "min_cost"] = Field(
        default="max_f1",
        description="fixed: the value given. max_f1: highest F1 of the defaults. target_recall: the highest "
        "threshold that still finds that share of the defaults. min_cost: lowest cost per application.",
    )
    value: float = Field(default=0.5, gt=0, lt=1, description="Probability of default (fixed).")
    min_recall: float = Field(default=0.0, ge=0, le=1, description="Least share of defaults found (max_f1).")
    min_precision: float = Field(
        default=0.0, ge=0, le=1, description="Least share of true defaults among the refused (max_f1)."
    )
    target_recall: float = Field(
        default=0.8, gt=0, le=1, description="Share of defaults to find (target_recall)."
    )
    cost_missed_default: float = Field(
        default=5.0,
        gt=0,
        description="Cost of granting a loan that defaults, in any unit of money (min_cost).",
    )
    cost_refused_good: float = Field(
        default=1.0,
        gt=0,
        description="Cost of refusing a loan that would be paid, in the same unit (min_cost).",
    )


def choose_threshold(
    probability: np.ndarray, default: np.ndarray, settings: ThresholdSettings
) -> dict[str, Any]:
    """Choose the threshold on validation rows; `probability >= value` is then called a default.

    Every way of cutting the ranked rows is tried, from refusing nobody to refusing everybody; the cut lies
    half way between two neighbouring probabilities. Of equally good cuts the one that refuses fewest is
    taken.

    Args:
        probability: Calibrated probability of default of the validation rows, inside (0, 1), shape (rows,).
        default: Their outcome, shape (rows,), 1 = default.
        settings: The rule.

    Returns:
        JSON-able: `value`; `rule`; `reason` in words; and at this value on the rows given `recall`,
        `precision` (0 where nobody is refused) and `f1` of the defaults, `cost` (mean cost per application),
        `refused` (share of rows called a default), `rows`.

    Raises:
        InputError: Where there is no default to find, or no threshold meets the rule.
    """
    p = np.asarray(probability, dtype=np.float64)
    y = np.asarray(default) == 1
    if not y.any():
        raise InputError(
            f"The threshold rule '{settings.rule}' needs defaults, but none of the {len(y)} validation rows "
            "is one. Check the outcome column and the split."
        )
    if settings.rule == "fixed":
        refused = p >= settings.value
        cuts = _measure(
            np.array([settings.value]),
            np.array([(refused & y).sum()]),
            np.array([refused.sum()]),
            y,
            settings,
        )
        return _describe(cuts, 0, settings, len(y))
    cuts = _every_cut(p, y, settings)
    return _describe(cuts, _best_cut(cuts, settings), settings, len(y))


def _every_cut(p: np.ndarray, y: np.ndarray, settings: ThresholdSettings) -> dict[str, np.ndarray]:
    """Measure the cut above each distinct probability and below the lowest, from strict to lax."""
    levels, index = np.unique(p, return_inverse=True)
    if not (levels[0] > 0 and levels[-1] < 1):
        raise ValueError(f"Probabilities must lie inside (0, 1), not {levels[0]:g} to {levels[-1]:g}.")
    events = np.bincount(index, weights=y)[::-1]
    rows = np.bincount(index)[::-1]
    edges = np.concatenate([[1.0], levels[::-1], [0.0]])
    above, below = edges[:-1], edges[1:]
    values = below + (above - below) / 2
    # Between neighbouring floats there is no middle: the upper one still separates them.
    values = np.where(values > below, values, above)
    found = np.concatenate([[0], np.cumsum(events)])
    refused = np.concatenate([[0], np.cumsum(rows)])
    return _measure(values, found, refused, y, settings)


def _measure(
    values: np.ndarray, found: np.ndarray, refused: np.ndarray, y: np.ndarray, settings: ThresholdSettings
) -> dict[str, np.ndarray]:
    events = y.sum()
    cost = (events - found) * settings.cost_missed_default + (refused - found) * settings.cost_refused_good
    return {
        "value": values,
        "recall": found / events,
        "precision": found / np.maximum(refused, 1),
        "f1": 2 * found / (refused + events),
        "cost": cost / len(y),
        "refused": refused / len(y),
    }


def _best_cut(cuts: dict[str, np.ndarray], settings: ThresholdSettings) -> int:
    # argmin and argmax return the first of equals, and the first cut is the strictest.
    if settings.rule == "min_cost":
        return int(np.argmin(cuts["cost"]))
    if settings.rule == "target_recall":
        return int(np.argmax(cuts["recall"] >= settings.target_recall))
    enough_recall = cuts["recall"] >= settings.min_recall
    enough_precision = cuts["precision"] >= settings.min_precision
    allowed = enough_recall & enough_precision
    if not allowed.any():
        precision = cuts["precision"][enough_recall].max()
        recall = cuts["recall"][enough_precision].max(initial=0.0)
        raise InputError(
            f"No threshold gives the rule 'max_f1' threshold.min_recall {settings.min_recall:g} and "
            f"threshold.min_precision {settings.min_precision:g} together on the validation rows. With that "
            f"recall the best precision is {precision:.3f}; with that precision the best "
            f"recall is {recall:.3f}. Lower one of them or choose another threshold.rule."
        )
    return int(np.argmax(np.where(allowed, cuts["f1"], -1.0)))


def _describe(
    cuts: dict[str, np.ndarray], cut: int, settings: ThresholdSettings, rows: int
) -> dict[str, Any]:
    at = {name: float(column[cut]) for name, column in cuts.items()}
    return {"rule": settings.rule, "reason": _reason(settings), **at, "rows": rows}


def _reason(settings: ThresholdSettings) -> str:
    match settings.rule:
        case "fixed":
            return f"Fixed at {settings.value:g}."
        case "max_f1":
            return (
                f"Highest F1 of the defaults with recall of at least {settings.min_recall:g} "
                f"and precision of at least {settings.min_precision:g}."
            )
        case "target_recall":
            return f"Highest threshold that finds at least {settings.target_recall:.0%} of the defaults."
        case "min_cost":
            return (
                f"Lowest cost, a missed default costing {settings.cost_missed_default:g} "
                f"and a refused good loan {settings.cost_refused_good:g}."
            )
