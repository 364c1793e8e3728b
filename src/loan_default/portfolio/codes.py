"""Numbers that look like codes for missing: -999, 9999."""

from __future__ import annotations

import re
from typing import NamedTuple

import pandas as pd

from loan_default.portfolio.description import NumericColumn, Portfolio
from loan_default.portfolio.parsing import write_number

_FEWEST_ROWS = 20
_FEWEST_SHARE = 0.001
_FAR = 2.0
_NINES = re.compile(r"-?9{2,}")


class Code(NamedTuple):
    """A number that may mean missing, and in how many rows it stands."""

    value: float
    rows: int


def likely_codes(typed: pd.DataFrame, portfolio: Portfolio) -> dict[str, Code]:
    """Find the lowest or highest number of a column where it looks like a code for missing.

    It is shared by 20 rows and by one in a thousand, and is either the only negative number of its column or
    made of nines and at least twice as far from zero as any other.

    Args:
        typed: Typed applications, not yet cleaned.
        portfolio: Their description; a column that states the bound on that side is taken at its word.

    Returns:
        Column to its code.
    """
    found: dict[str, Code] = {}
    for name, column in portfolio.columns.items():
        if not isinstance(column, NumericColumn) or name not in typed:
            continue
        rows_of = typed[name].value_counts().sort_index()
        if len(rows_of) < 2:
            continue
        for end, bound in ((0, column.minimum), (-1, column.maximum)):
            code = Code(float(rows_of.index[end]), int(rows_of.iloc[end]))
            is_shared = code.rows >= max(_FEWEST_ROWS, _FEWEST_SHARE * rows_of.sum())
            if bound is None and is_shared and _looks_like_one(code.value, rows_of.index.drop([code.value])):
                found[name] = code
    return found


def _looks_like_one(value: float, others: pd.Index) -> bool:
    if value < 0 and others.min() >= 0:
        return True
    is_far = abs(value) >= _FAR * abs(others.to_numpy()).max()
    return bool(_NINES.fullmatch(write_number(value)) and is_far)
