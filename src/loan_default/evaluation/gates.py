"""The gates: what is asked of a model before it may be champion, and whether it has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from loan_default.evaluation.phrases import percent
from loan_default.evaluation.settings import ValidationCriteria
from loan_default.evaluation.stability import population_stability_index
from loan_default.frames import TEST, TRAIN, in_part


class Criterion(NamedTuple):
    """How a criterion is read and called."""

    title: str
    at_least: bool
    failure: str
    form: str = "{:.4f}"


class Measured(NamedTuple):
    """What was found for a criterion; without a value it cannot be measured here, and the note says why."""

    value: float | None
    note: str = ""


CRITERIA: dict[str, Criterion] = {
    "min_roc_auc": Criterion("ROC AUC", True, "ROC AUC is {value:.4f}, below {limit:g}"),
    "min_roc_auc_low": Criterion(
        "lower end of the ROC AUC interval", True, "ROC AUC interval begins at {value:.4f}, below {limit:g}"
    ),
    "max_calibration_error": Criterion(
        "lower end of the calibration error's interval",
        False,
        "calibration error interval begins at {value:.4f}, above {limit:g}",
    ),
    "max_train_test_gap": Criterion(
        "ROC AUC lost from train to test",
        False,
        "ROC AUC falls by {value:.4f} from train to test, more than {limit:g}",
    ),
    "max_psi": Criterion(
        "PSI of the probability, train to test",
        False,
        "PSI of the probability from train to test is {value:.4f}, above {limit:g}",
    ),
    "max_unexplained_leaks": Criterion(
        "inputs that leak the outcome",
        False,
        "{value:.0f} of its inputs leak the outcome, more than {limit:g}",
        "{:.0f}",
    ),
    "min_approval_ratio": Criterion(
        "lowest approval ratio of a protected group, by the policy",
        True,
        "lowest approval ratio of a protected group, by the policy, is {value:.4f}, below {limit:g}",
    ),
    "min_gain_over_current": Criterion(
        "upper end of the ROC AUC gained over the model in service",
        True,
        "ROC AUC gained over the model in service is at most {value:+.4f}, below {limit:+g}",
        "{:+.4f}",
    ),
    "min_gain_over_current_low": Criterion(
        "lower end of the ROC AUC gained over the model in service",
        True,
        "ROC AUC gained over the model in service is shown to be at least {value:+.4f} only, "
        "below {limit:+g}",
        "{:+.4f}",
    ),
}
"""In the order they are shown."""


def check_gates(measured: Mapping[str, Measured], criteria: ValidationCriteria) -> dict[str, dict[str, Any]]:
    """Hold what was found for one model against what is asked.

    Args:
        measured: By name of `CRITERIA`, all of them.
        criteria: The limits.

    Returns:
        By criterion a plain record: `value` (None where it cannot be measured), `limit` (None where nothing
        is asked), `passed` (None where nothing is asked; true where it cannot be measured) and `note`.
    """
    gates = {}
    for name, criterion in CRITERIA.items():
        value, note = measured[name]
        limit: float | None = getattr(criteria, name)
        passed = None if limit is None else _holds(value, limit, criterion.at_least)
        gates[name] = {
            "value": None if value is None else float(value),
            "limit": None if limit is None else float(limit),
            "passed": passed,
            "note": note,
        }
    return gates


def refusals(gates: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Say in words which criteria a model misses; nothing where it is admitted."""
    return [
        CRITERIA[name].failure.format(value=gate["value"], limit=gate["limit"])
        for name, gate in gates.items()
        if gate["passed"] is False
    ]


def outcome_of(gate: Mapping[str, Any]) -> str:
    """Name what a gate says: passed, refused, not asked, or not measured, which refuses nobody."""
    if gate["passed"] is None:
        return "not asked"
    if gate["value"] is None and gate["passed"]:
        return "not measured"
    return "passed" if gate["passed"] else "refused"


def shown(name: str, gate: Mapping[str, Any]) -> str:
    """Write what was found for a criterion."""
    return "not measured" if gate["value"] is None else CRITERIA[name].form.format(gate["value"])


def demand(name: str, gate: Mapping[str, Any]) -> str:
    """Say what a criterion asks for: `at least 0.6`."""
    if gate["limit"] is None:
        return "only reported"
    return f"at {'least' if CRITERIA[name].at_least else 'most'} {gate['limit']:g}"


def from_metrics(metrics: Mapping[str, float]) -> dict[str, Measured]:
    """Take what a model's flat metrics already hold."""
    # The calibration error is never negative, so on few rows chance alone raises it: its lower end counts.
    keys = {
        "min_roc_auc": "roc_auc",
        "min_roc_auc_low": "roc_auc_low",
        "max_calibration_error": "calibration_error_low",
        "max_train_test_gap": "train_test_gap",
    }
    return {name: Measured(float(metrics[key])) for name, key in keys.items()}


def shift_of_score(predictions: pd.DataFrame) -> Measured:
    """Measure how far the probability has moved from train to test rows."""
    train, test = (in_part(predictions, part)["probability"] for part in (TRAIN, TEST))
    return Measured(population_stability_index(train, test))


def count_leaks(leaking: Iterable[str], inputs: Iterable[str]) -> Measured:
    """Count the columns that leak and are inputs all the same.

    Args:
        leaking: Columns that the leak scan found and nobody allowed by name.
        inputs: Raw columns that the features are made of.
    """
    among = sorted(set(leaking) & set(inputs))
    return Measured(len(among), ", ".join(among))


def lowest_approval(ratios: pd.DataFrame) -> Measured:
    """Find the protected group that the policy accepts least.

    Args:
        ratios: From `fairness.approval.approval_ratios`.
    """
    counted = ratios.dropna(subset="ratio").to_dict("records")
    if ratios.empty:
        return Measured(None, "The portfolio has no protected column.")
    if not counted:
        return Measured(None, "No two protected groups have enough test rows, or the policy accepts nobody.")
    lowest = min(counted, key=lambda group: group["ratio"])
    if all(group["approval_rate"] == 1 for group in counted):
        return Measured(float(lowest["ratio"]), "The policy accepts all test rows of all groups.")
    accepted = f"{percent(lowest['approval_rate'], 0)} of {lowest['n']:,} accepted"
    return Measured(float(lowest["ratio"]), f"{lowest['column']} {lowest['group']}: {accepted}")


def _holds(value: float | None, limit: float, at_least: bool) -> bool:
    if value is None:
        return True
    return bool(value >= limit if at_least else value <= limit)
