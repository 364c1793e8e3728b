"""Describe the columns known only after the outcome as if they were known at application."""

from __future__ import annotations

import pandas as pd

from loan_default.portfolio.description import CategoryColumn, Column, NumericColumn, Portfolio
from loan_default.portfolio.parsing import parse_column
from loan_default.portfolio.resolve import resolve_columns

_FEW_LABELS = 20


def with_post_outcome(raw: pd.DataFrame, portfolio: Portfolio) -> Portfolio:
    """Make post-outcome columns ordinary ones, as a careless analyst would.

    Columns of numbers are read as numbers, all others as labels, so that no row is rejected for them.

    Args:
        raw: The file, every column as text.
        portfolio: Its description.

    Returns:
        The description with every post-outcome column that the file has among the features; the very same
        description where the file has none.
    """
    labels = {name: CategoryColumn(kind="category", required=False) for name in portfolio.post_outcome}
    ordinary = portfolio.model_copy(update={"columns": portfolio.columns | labels, "post_outcome": ()})
    header = resolve_columns(raw, ordinary).header
    found = {name: _column(raw[header[name]], portfolio) for name in portfolio.post_outcome if name in header}
    if not found:
        return portfolio
    return portfolio.model_copy(update={"columns": portfolio.columns | found, "post_outcome": ()})


def _column(values: pd.Series, portfolio: Portfolio) -> Column:
    number = NumericColumn(kind="number", required=False)
    _, faults = parse_column(values, number, portfolio.missing_values, decimal=portfolio.file.decimal)
    if faults.isna().all():
        return number
    many = values.nunique() > _FEW_LABELS
    return CategoryColumn(kind="high_cardinality" if many else "category", required=False)
