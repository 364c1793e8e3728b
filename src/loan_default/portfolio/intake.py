"""Take in a file of past loans: outcome, typed columns, and the rows that cannot be used."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import pandas as pd

from loan_default.errors import InputError
from loan_default.frames import DEFAULT, ROW_ID
from loan_default.portfolio.applications import fraction_columns, type_columns
from loan_default.portfolio.description import (
    BooleanColumn,
    DateColumn,
    NumericColumn,
    OrdinalColumn,
    Portfolio,
    outcome_key,
)
from loan_default.portfolio.labels import fold
from loan_default.portfolio.reading import MALFORMED
from loan_default.portfolio.resolve import Resolved, resolve_columns

_REMEDIES: dict[type, str] = {
    NumericColumn: "numbers: portfolio.file.decimal, unit, minimum, maximum, spellings",
    DateColumn: "dates: day_first, minimum, maximum",
    BooleanColumn: "yes and no: when_true, when_false",
    OrdinalColumn: "labels of an order: order, spellings",
}
"""What of a description may need mending when values of such a column cannot be used."""


@dataclass(frozen=True)
class Intake:
    """A file, taken in.

    Attributes:
        raw: The file, every column as text, index `row_number`.
        applications: One row per usable loan: `row_id`, `default`, then the typed columns; same index.
        rejected: `row_number`, `reason`, then the row as it came, on the columns of the file (a column called
            `reason` there is `reason_in_file`).
        unresolved: Value of the outcome column to number of loans still running, set aside.
        resolved: What of the description holds for this file.
        fractions: Percent columns written as fractions.
    """

    raw: pd.DataFrame
    applications: pd.DataFrame
    rejected: pd.DataFrame
    unresolved: dict[str, int]
    resolved: Resolved
    fractions: tuple[str, ...]


def take_in(raw: pd.DataFrame, portfolio: Portfolio, max_rejected_share: float) -> Intake:
    """Type a file of past loans, set running loans aside, and reject what cannot be used.

    Args:
        raw: The file, every column as text, index `row_number`.
        portfolio: Its description.
        max_rejected_share: More rejects than this share of the resolved loans stop the run.

    Raises:
        InputError: A column is missing, an outcome value is not described, only one outcome occurs, no loan
            is left, or too many rows are rejected.
    """
    complete = raw.loc[raw[MALFORMED] == ""].drop(columns=MALFORMED) if MALFORMED in raw else raw
    resolved = resolve_columns(complete, portfolio)
    outcome, unresolved, reasons = _outcome(complete, portfolio, resolved)
    keep = outcome.notna() | reasons.notna()
    candidates = complete.loc[keep]
    fractions = fraction_columns(candidates, resolved)
    typed, faults = type_columns(candidates, resolved, fractions)
    faults = reasons.loc[keep].fillna(faults)
    applications = pd.DataFrame({ROW_ID: _row_ids(candidates, resolved), DEFAULT: outcome.loc[keep]}).join(
        typed
    )
    applications = applications.loc[faults.isna()].astype({DEFAULT: "int8"})
    rejected = _rejected(raw, faults.dropna())
    _check_rejects(rejected, len(raw) - sum(unresolved.values()), max_rejected_share, resolved.portfolio)
    _check_classes(applications, unresolved, portfolio)
    return Intake(raw, applications, rejected, unresolved, resolved, fractions)


def _outcome(
    complete: pd.DataFrame, portfolio: Portfolio, resolved: Resolved
) -> tuple[pd.Series, dict[str, int], pd.Series]:
    """Return 1, 0 or missing per row, the unresolved values counted, and why a row has no outcome."""
    described = portfolio.outcome
    meaning = (
        dict.fromkeys(map(outcome_key, described.default), 1.0)
        | dict.fromkeys(map(outcome_key, described.paid), 0.0)
        | dict.fromkeys(map(outcome_key, described.unresolved), None)
    )
    values = complete[resolved.header[described.column]]
    counts = values.value_counts()
    empty = {value for value in counts.index if fold(value) in portfolio.missing_values}
    unknown = [value for value in counts.index if value not in empty and outcome_key(value) not in meaning]
    if unknown:
        shown = ", ".join(f"{value!r} ({counts[value]:,} rows)" for value in unknown[:5])
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        raise InputError(
            f"Outcome column {described.column!r} has values that are not described: {shown}{more}. "
            "List each under portfolio.outcome.default, .paid or .unresolved."
        )
    outcome = values.map({value: meaning[outcome_key(value)] for value in counts.index if value not in empty})
    unresolved = {
        value: int(counts[value])
        for value in counts.index
        if value not in empty and meaning[outcome_key(value)] is None
    }
    reasons = pd.Series(float("nan"), index=values.index, dtype=values.dtype)
    return (
        outcome.astype("float64"),
        unresolved,
        reasons.mask(values.isin(empty), f"{described.column}: no outcome"),
    )


def _row_ids(candidates: pd.DataFrame, resolved: Resolved) -> pd.Series:
    column = resolved.portfolio.row_id
    return candidates.index.to_series() if column is None else candidates[resolved.header[column]]


def _rejected(raw: pd.DataFrame, faults: pd.Series) -> pd.DataFrame:
    reasons = faults
    if MALFORMED in raw:
        malformed = raw.index[raw[MALFORMED] != ""]
        fields = raw.shape[1] - 1
        reasons = pd.concat([faults, pd.Series(f"not {fields} fields, as the header has", index=malformed)])
    reasons = reasons.sort_index()
    # The file may have columns of the names that go before its own.
    rows = raw.loc[reasons.index].rename(
        columns={name: f"{name}_in_file" for name in ("row_number", "reason")}
    )
    rows.insert(0, "row_number", reasons.index)
    rows.insert(1, "reason", reasons.astype("str"))
    return rows.reset_index(drop=True)


def rejects_by_reason(rejected: pd.DataFrame) -> dict[str, int]:
    """Count rejected rows by the column at fault; a row with two faults counts at its first."""
    first = Counter(str(reason).split(":")[0] for reason in rejected["reason"])
    return dict(first.most_common())


def _check_rejects(rejected: pd.DataFrame, rows: int, max_share: float, portfolio: Portfolio) -> None:
    if rows == 0 or len(rejected) <= max_share * rows:
        return
    faults = _faults_by_column(rejected, portfolio)
    by_column = ", ".join(f"{name} ({count:,}, {example})" for name, count, example in faults[:8])
    more = f" and {len(faults) - 8} columns more" if len(faults) > 8 else ""
    kinds = {type(portfolio.columns.get(name)) for name, _, _ in faults}
    remedies = "; ".join(remedy for kind, remedy in _REMEDIES.items() if kind in kinds)
    share = len(rejected) / rows
    raise InputError(
        f"{portfolio.file.path}: {len(rejected):,} of {rows:,} rows ({share:.1%}) cannot be used; "
        f"at most {max_share:.1%} may be rejected (cleaning.max_rejected_share). "
        f"By column: {by_column}{more}. Mend the file or the columns' descriptions"
        + (f" ({remedies}). Codes for missing go under portfolio.missing_values." if remedies else ".")
    )


def _faults_by_column(rejected: pd.DataFrame, portfolio: Portfolio) -> list[tuple[str, int, str]]:
    """Return for each column at fault the number of rows and the first fault, most rows first."""
    reasons = rejected.set_index("row_number")["reason"]
    found = []
    for name in (*portfolio.columns, portfolio.outcome.column):
        # Faults of one row are joined by semicolons.
        faults = reasons.str.extract(rf"(?:^|; ){re.escape(name)}: (.*?)(?:; .*)?$", expand=False).dropna()
        if len(faults):
            found.append((name, len(faults), f"row {faults.index[0]}: {faults.iloc[0]}"))
    malformed = reasons[reasons.str.startswith("not ")]
    if len(malformed):
        found.append(("fields", len(malformed), f"row {malformed.index[0]}: {malformed.iloc[0]}"))
    return sorted(found, key=lambda fault: -fault[1])


def _check_classes(applications: pd.DataFrame, unresolved: dict[str, int], portfolio: Portfolio) -> None:
    events = int(applications[DEFAULT].sum())
    column = portfolio.outcome.column
    if applications.empty:
        running = f" {sum(unresolved.values()):,} are still running." if unresolved else ""
        raise InputError(f"{portfolio.file.path}: no loan is left to learn from.{running}")
    if events in (0, len(applications)):
        only = "default" if events else "paid"
        raise InputError(
            f"{portfolio.file.path}: every one of the {len(applications):,} loans is {only} in outcome "
            f"column {column!r}; a model needs both. Check portfolio.outcome.default and .paid."
        )
