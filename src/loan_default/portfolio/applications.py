"""Type the described columns of a file: the step that training and scoring share."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.parsing import TEXT, is_written_as_fraction, parse_column
from loan_default.portfolio.resolve import Resolved, cut_out


def known_columns(portfolio: Portfolio) -> list[str]:
    """Name the described columns that are known when the loan is applied for, ignored ones left out."""
    return [
        name
        for name, column in portfolio.columns.items()
        if column.kind != "ignored" and name not in portfolio.post_outcome
    ]


def raw_values(raw: pd.DataFrame, resolved: Resolved, name: str) -> pd.Series:
    """Return the text of one described column; one the file lacks is cut out of another."""
    if name in resolved.header:
        return raw[resolved.header[name]].rename(name)
    part = resolved.portfolio.columns[name].part_of
    assert part is not None, f"{name} is neither in the file nor part of another column"
    return cut_out(raw[resolved.header[part.column]], part).rename(name)


def fraction_columns(raw: pd.DataFrame, resolved: Resolved) -> tuple[str, ...]:
    """Name the percent columns that this file writes as fractions (0.125 for 12.5 %)."""
    portfolio = resolved.portfolio
    return tuple(
        name
        for name in known_columns(portfolio)
        if portfolio.columns[name].kind == "percent"
        and is_written_as_fraction(
            raw_values(raw, resolved, name),
            portfolio.columns[name],
            portfolio.missing_values,
            decimal=portfolio.file.decimal,
        )
    )


def type_columns(
    raw: pd.DataFrame, resolved: Resolved, fractions: Collection[str]
) -> tuple[pd.DataFrame, pd.Series]:
    """Read every described column.

    Args:
        raw: The file, every column as text.
        resolved: What of the description holds for it.
        fractions: Percent columns written as fractions.

    Returns:
        The typed columns, by their names in the description, and for each row the reasons why it cannot be
        used (str, missing where it can), both with the index of `raw`.
    """
    portfolio = resolved.portfolio
    typed: dict[str, pd.Series] = {}
    reasons = pd.Series("", index=raw.index, dtype=TEXT, name="reason")
    for name in known_columns(portfolio):
        typed[name], faults = parse_column(
            raw_values(raw, resolved, name),
            portfolio.columns[name],
            portfolio.missing_values,
            is_fraction=name in fractions,
            decimal=portfolio.file.decimal,
        )
        if faults.notna().any():
            reasons += (f"; {name}: " + faults).fillna("")
    reasons = reasons.str.removeprefix("; ")
    return pd.DataFrame(typed, index=raw.index), reasons.where(reasons != "")
