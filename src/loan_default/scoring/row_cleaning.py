"""Cleaning of one application without pandas; see `loan_default.portfolio.cleaner` for what it means."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

import numpy as np

from loan_default.errors import InputError
from loan_default.portfolio.cleaner import ApplicationCleaner, Bounds
from loan_default.portfolio.description import (
    BooleanColumn,
    Column,
    DateColumn,
    LabelColumn,
    NumericColumn,
    TextColumn,
)
from loan_default.portfolio.isolation import IsolationTrees

Row = dict[str, Any]
"""Cleaned columns, flags and derived features of one application: numbers (nan where missing), labels, dates
and texts (None where missing)."""

Step = Callable[[Any, Row], None]
"""Takes a field's canonical value and writes its column and flags into the row."""


def clean_step(name: str, cleaner: ApplicationCleaner, wanted: Collection[str]) -> Step:
    """Return the step that cleans one column.

    Args:
        name: The column.
        cleaner: What cleaning learnt.
        wanted: Columns and flags that somebody reads.

    Raises:
        InputError: The column is of a kind for which there is no step.
    """
    column: Column = cleaner.portfolio.columns[name]
    fill = cleaner.fills.get(name)
    flag = f"{name}_missing" if name in cleaner.flagged and f"{name}_missing" in wanted else None
    match column:
        case NumericColumn() | BooleanColumn():
            bounds = cleaner.bounds.get(name)
            return _number_step(name, math.nan if fill is None else float(fill), flag, bounds, wanted)
        case LabelColumn() | TextColumn():
            return _text_step(name, fill, flag)
        case DateColumn():
            return _date_step(name)
        case _:
            raise InputError(
                f"Column {name} of kind {column.kind} cannot be cleaned for a single application."
            )


def _number_step(
    name: str, fill: float, flag: str | None, bounds: Bounds | None, wanted: Collection[str]
) -> Step:
    caps = bounds is not None and bounds.action == "cap"
    low, high = (bounds.low, bounds.high) if bounds else (-math.inf, math.inf)
    outlier = f"{name}_outlier" if bounds is not None and bounds.action == "flag" else None
    if outlier not in wanted:
        outlier = None

    def step(value: float | None, row: Row) -> None:
        missing = value is None
        number = fill if value is None else float(value)
        if outlier is not None:
            row[outlier] = 0.0 if missing or low <= number <= high else 1.0
        if flag is not None:
            row[flag] = 1.0 if missing else 0.0
        if caps and not missing:
            number = low if number < low else high if number > high else number
        row[name] = number

    return step


def _text_step(name: str, fill: float | str | None, flag: str | None) -> Step:
    def step(value: str | None, row: Row) -> None:
        if flag is not None:
            row[flag] = 1.0 if value is None else 0.0
        row[name] = fill if value is None else value

    return step


def _date_step(name: str) -> Step:
    def step(value: str | None, row: Row) -> None:
        row[name] = None if value is None else date.fromisoformat(value)

    return step


def outlier_flag(trees: IsolationTrees) -> Callable[[Row], float]:
    """Return the function that tells whether a cleaned row is an outlier to an isolation forest."""
    lists = [
        tuple(tree[part].tolist() for part in ("feature", "threshold", "left", "right", "path"))
        for tree in trees.trees
    ]
    scale = len(lists) * trees.expected_path

    def flag(row: Row) -> float:
        values = [float(np.float32(row[name])) for name in trees.columns]
        depth = 0.0
        for feature, threshold, left, right, path in lists:
            node = 0
            while feature[node] >= 0:
                node = (left if values[feature[node]] <= threshold[node] else right)[node]
            depth += path[node]
        return 1.0 if -(2.0 ** (-depth / scale)) < trees.offset else 0.0

    return flag
