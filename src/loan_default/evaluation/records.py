"""Rows of a table as plain records, by which sentences are written."""

from __future__ import annotations

from typing import Any

import pandas as pd

Record = dict[str, Any]


def records(table: pd.DataFrame) -> list[Record]:
    """Give every row, in order."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def lowest(table: pd.DataFrame, column: str) -> Record:
    """Give the first row with the lowest value of a column; the table may not be empty."""
    return records(table.nsmallest(1, column))[0]


def highest(table: pd.DataFrame, column: str) -> Record:
    """Give the first row with the highest value of a column; the table may not be empty."""
    return records(table.nlargest(1, column))[0]


def by_key(table: pd.DataFrame, column: str) -> dict[str, Record]:
    """Give the rows by their value in a column."""
    return {str(row[column]): row for row in records(table)}
