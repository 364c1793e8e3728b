"""Derived features of one application without pandas; for what they mean see `features.derive`."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date

import numpy as np

from loan_default.errors import InputError
from loan_default.features.derive import instalment
from loan_default.features.over_months import over_months
from loan_default.portfolio.derived import (
    Annuity,
    Elapsed,
    IsOneOf,
    Mapping,
    OverMonths,
    Ratio,
    TextLength,
    WeightedSum,
)
from loan_default.scoring.row_cleaning import Row

_LONGEST_MONTH = 31
_MONTHS_PER_YEAR = 12


def row_function(name: str, feature: object) -> Callable[[Row], float]:
    """Return the function that computes a derived feature: nan where it cannot be told, never infinite.

    Args:
        name: Name of the feature.
        feature: What to compute.

    Raises:
        InputError: It is of a kind for which there is no function.
    """
    match feature:
        case Ratio():
            function = _ratio(feature)
        case Annuity():
            function = _annuity(feature)
        case Elapsed():
            function = _elapsed(feature)
        case WeightedSum():
            function = _sum(feature)
        case Mapping():
            otherwise = math.nan if feature.otherwise is None else feature.otherwise
            function = _look_up(feature.column, feature.values, otherwise)
        case IsOneOf():
            function = _look_up(feature.column, dict.fromkeys(feature.values, 1.0), 0.0)
        case TextLength():
            function = _text_length(feature.column)
        case OverMonths():
            function = _over_months(feature)
        case _:
            kind = getattr(feature, "kind", type(feature).__name__)
            raise InputError(
                f"derived.{name} of kind {kind!r} cannot be computed for a single application. "
                "Update loan-default."
            )
    return function


def _finite(value: float) -> float:
    return value if math.isfinite(value) else math.nan


def _ratio(feature: Ratio) -> Callable[[Row], float]:
    numerator, denominator, times = feature.numerator, feature.denominator, feature.times

    def ratio(row: Row) -> float:
        below = row[denominator]
        return _finite(times * (row[numerator] / below)) if below else math.nan

    return ratio


def _sum(feature: WeightedSum) -> Callable[[Row], float]:
    weights = tuple(feature.weights.items())

    def total(row: Row) -> float:
        return _finite(sum(weight * row[name] for name, weight in weights))

    return total


def _annuity(feature: Annuity) -> Callable[[Row], float]:
    inputs = feature.inputs

    def annuity(row: Row) -> float:
        amount, rate, months = (np.array(row[name], dtype=np.float64) for name in inputs)
        with np.errstate(all="ignore"):
            return _finite(float(instalment(amount, rate, months)))

    return annuity


def _over_months(feature: OverMonths) -> Callable[[Row], float]:
    columns = feature.columns

    def statistic(row: Row) -> float:
        months = np.array([[row[name] for name in columns]], dtype=np.float64)
        with np.errstate(all="ignore"):
            return _finite(float(over_months(feature, months)[0]))

    return statistic


def _look_up(column: str, table: dict[str, float], otherwise: float) -> Callable[[Row], float]:
    return lambda row: table.get(row[column], otherwise)


def _text_length(column: str) -> Callable[[Row], float]:
    return lambda row: float(len(row[column] or ""))


def _elapsed(feature: Elapsed) -> Callable[[Row], float]:
    def elapsed(row: Row) -> float:
        since: date | None = row[feature.since]
        until: date | None = row[feature.until]
        if since is None or until is None:
            return math.nan
        if feature.unit == "days":
            return float((until - since).days)
        months = (
            _MONTHS_PER_YEAR * (until.year - since.year)
            + (until.month - since.month)
            + (until.day - since.day) / _LONGEST_MONTH
        )
        return months if feature.unit == "months" else months / _MONTHS_PER_YEAR

    return elapsed
