"""Derived features: which can be computed on a file, and their values."""

from __future__ import annotations

import graphlib
from collections.abc import Collection, Mapping
from typing import assert_never

import numpy as np
import pandas as pd

from loan_default.features.lookup import look_up
from loan_default.features.over_months import over_months
from loan_default.portfolio.derived import (
    Annuity,
    DerivedFeature,
    Elapsed,
    IsOneOf,
    OverMonths,
    Ratio,
    TextLength,
    WeightedSum,
)
from loan_default.portfolio.derived import (
    Mapping as LabelMapping,
)
from loan_default.portfolio.description import Portfolio

_LONGEST_MONTH = 31
_MONTHS_PER_YEAR = 12
_SECONDS_PER_DAY = 86_400
_RATE_TO_MONTHLY_FRACTION = 1200


def resolve_derived(
    portfolio: Portfolio, given: Collection[str]
) -> tuple[dict[str, DerivedFeature], dict[str, str]]:
    """Decide which derived features can be computed from the columns a file has.

    Args:
        portfolio: The description.
        given: Columns at hand; a derived feature with such a name yields to the column.

    Returns:
        The features to compute, each after those it reads; and why each of the others is switched off.
    """
    wanted = {name: feature for name, feature in portfolio.derived.items() if name not in given}
    # The description has no circles.
    graph = {name: [read for read in feature.inputs if read in wanted] for name, feature in wanted.items()}
    order = graphlib.TopologicalSorter(graph).static_order()
    computed: dict[str, DerivedFeature] = {}
    switched_off: dict[str, str] = {
        name: "the file has a column of this name" for name in portfolio.derived if name in given
    }
    for name in order:
        absent = [read for read in wanted[name].inputs if read not in given and read not in computed]
        if absent:
            switched_off[name] = f"needs {absent[0]}, {_why_absent(absent[0], portfolio)}"
        else:
            computed[name] = wanted[name]
    return computed, switched_off


def _why_absent(name: str, portfolio: Portfolio) -> str:
    if name in portfolio.post_outcome:
        return "known only after the outcome"
    return "itself switched off" if name in portfolio.derived else "which the file lacks"


def raw_columns(names: Collection[str], derived: Mapping[str, DerivedFeature]) -> tuple[str, ...]:
    """Trace derived features back to the columns they come from.

    Args:
        names: Columns or derived features.
        derived: Derived features, free of circles.

    Returns:
        Names of columns, in the order found, without repeats.
    """
    found: dict[str, None] = {}
    for name in names:
        if name in derived:
            found.update(dict.fromkeys(raw_columns(derived[name].inputs, derived)))
        else:
            found[name] = None
    return tuple(found)


def add_derived(frame: pd.DataFrame, derived: Mapping[str, DerivedFeature]) -> pd.DataFrame:
    """Add derived features to a frame.

    Args:
        frame: Cleaned columns.
        derived: Features, each after those it reads.

    Returns:
        A new frame with one float64 column more per feature: nan where it cannot be told, never infinite.
    """
    added = frame.copy(deep=False)
    for name, feature in derived.items():
        added[name] = compute(feature, added)
    return added


def compute(feature: DerivedFeature, columns: Mapping[str, pd.Series] | pd.DataFrame) -> np.ndarray:
    """Compute one derived feature.

    Args:
        feature: What to compute.
        columns: The columns it reads, by name.

    Returns:
        float64 of shape (rows,): nan where it cannot be told, never infinite.
    """
    values: np.ndarray
    with np.errstate(all="ignore"):  # zero denominators, overflow: made missing below
        match feature:
            case Ratio():
                numerator, denominator = (_numbers(columns[name]) for name in feature.inputs)
                values = feature.times * (numerator / denominator)
            case Annuity():
                values = instalment(*(_numbers(columns[name]) for name in feature.inputs))
            case Elapsed():
                values = _elapsed(columns[feature.since], columns[feature.until], feature.unit)
            case WeightedSum():
                values = np.sum(
                    [weight * _numbers(columns[name]) for name, weight in feature.weights.items()], axis=0
                )
            case LabelMapping():
                otherwise = np.nan if feature.otherwise is None else feature.otherwise
                values = look_up(columns[feature.column], feature.values, otherwise)
            case IsOneOf():
                values = look_up(columns[feature.column], dict.fromkeys(feature.values, 1.0), 0.0)
            case TextLength():
                values = _numbers(columns[feature.column].str.len().fillna(0))
            case OverMonths():
                months = np.column_stack([_numbers(columns[name]) for name in feature.columns])
                values = over_months(feature, months)
            case _:
                assert_never(feature)
    return np.where(np.isfinite(values), values, np.nan)


def instalment(amount: np.ndarray, annual_rate: np.ndarray, months: np.ndarray) -> np.ndarray:
    """Compute the monthly instalment of an annuity loan.

    amount * r / (1 - (1 + r)^-months) with r = annual_rate / 1200, written so that small rates lose no
    digits; amount / months where the rate is zero.

    Args:
        amount: Amount lent.
        annual_rate: Yearly rate in per cent.
        months: Term in months.

    Returns:
        Instalment per month, in the unit of the amount; nan where the term is not positive.
    """
    rate = annual_rate / _RATE_TO_MONTHLY_FRACTION
    with np.errstate(all="ignore"):
        share = np.where(rate == 0, 1 / months, rate / -np.expm1(-months * np.log1p(rate)))
    return np.where(months > 0, amount * share, np.nan)


def _elapsed(since: pd.Series, until: pd.Series, unit: str) -> np.ndarray:
    """Count days, or calendar months: whole between equal days of the month, else 1/31 for each day more.

    Years are months / 12.
    """
    if unit == "days":
        return _numbers((until - since).dt.total_seconds()) / _SECONDS_PER_DAY
    month_of = [_MONTHS_PER_YEAR * date.dt.year + date.dt.month for date in (since, until)]
    months = _numbers(month_of[1] - month_of[0] + (until.dt.day - since.dt.day) / _LONGEST_MONTH)
    return months if unit == "months" else months / _MONTHS_PER_YEAR


def _numbers(values: pd.Series) -> np.ndarray:
    return values.to_numpy(dtype=np.float64, na_value=np.nan)
