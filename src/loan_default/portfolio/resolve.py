"""Fit a description to the header of one file: which columns it has, and what falls away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from loan_default.errors import InputError
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.labels import snake_case


@dataclass(frozen=True)
class Resolved:
    """A description that holds for one file.

    Attributes:
        portfolio: The description without the optional columns that the file lacks.
        header: Column of the description to name in the file's header.
        absent: Optional columns that the file lacks, or leaves entirely empty.
        switched_off: Derived feature to the columns it lacks.
        undescribed: Columns of the file that the description does not name; they are never used.
    """

    portfolio: Portfolio
    header: dict[str, str]
    absent: tuple[str, ...]
    switched_off: dict[str, tuple[str, ...]]
    undescribed: tuple[str, ...]


def resolve_columns(raw: pd.DataFrame, portfolio: Portfolio) -> Resolved:
    """Find the described columns in a file.

    Header names are compared without case, spaces and signs (`CURRENT_JOB_YRS` is `current_job_yrs`).

    Args:
        raw: The file, every column as text.
        portfolio: Its description.

    Returns:
        What of the description holds for this file.

    Raises:
        InputError: A required column, the outcome or the row id is missing or entirely empty, or two columns
            of the file answer to one name.
    """
    by_key = _by_key(raw.columns)
    header: dict[str, str] = {}
    absent: list[str] = []
    for name, column in portfolio.columns.items():
        found = _find(by_key, (name, *column.aliases))
        source = column.part_of and _find(by_key, (column.part_of.column,))
        if found is not None and _has_values(raw[found], portfolio):
            header[name] = found
        elif source is None and not column.required:
            absent.append(name)
        elif source is None:
            state = "is entirely empty" if found is not None else "is missing"
            raise InputError(
                f"Required column {name!r} {state} in {portfolio.file.path}. {_has(raw.columns)} Name it under "
                f"portfolio.columns.{name}.aliases, or set `required: false` there."
            )
    for key, wanted in (("outcome.column", portfolio.outcome.column), ("row_id", portfolio.row_id)):
        if wanted is not None:
            found = _find(by_key, (wanted,))
            if found is None:
                raise InputError(
                    f"Column {wanted!r} (portfolio.{key}) is missing in {portfolio.file.path}. {_has(raw.columns)}"
                )
            header[wanted] = found
    switched_off = _switched_off(portfolio, set(absent))
    used = set(header.values()) | {_find(by_key, (name,)) for name in portfolio.post_outcome}
    described = {_find(by_key, (name, *column.aliases)) for name, column in portfolio.columns.items()}
    return Resolved(
        portfolio=_without(portfolio, set(absent), set(header), set(switched_off)),
        header=header,
        absent=tuple(absent),
        switched_off=switched_off,
        undescribed=tuple(name for name in raw.columns if name not in used | described),
    )


def match_applications(applications: pd.DataFrame, portfolio: Portfolio, needed: Sequence[str]) -> Resolved:
    """Find the columns of new applications, which have no outcome.

    Args:
        applications: Every column as text.
        portfolio: The description, as it holds for the training file.
        needed: Columns of the description that must be there.

    Returns:
        The description cut down to the needed columns, and where they are.

    Raises:
        InputError: A needed column is missing.
    """
    by_key = _by_key(applications.columns)
    header: dict[str, str] = {}
    missing: list[str] = []
    columns = {name: portfolio.columns[name] for name in needed}
    for name, column in columns.items():
        found = _find(by_key, (name, *column.aliases))
        source = column.part_of and _find(by_key, (column.part_of.column,))
        if found is not None:
            header[name] = found
        elif column.part_of is not None and source is not None:
            header[column.part_of.column] = source
        else:
            missing.append(name)
    if missing:
        raise InputError(
            f"The applications lack {', '.join(missing)}, which the model needs. {_has(applications.columns)}"
        )
    return Resolved(portfolio.model_copy(update={"columns": columns}), header, (), {}, ())


def _switched_off(portfolio: Portfolio, absent: set[str]) -> dict[str, tuple[str, ...]]:
    """Find the derived features that lack a column, directly or through another derived feature."""
    off: dict[str, tuple[str, ...]] = {}
    while True:
        gone = (absent - set(portfolio.derived)) | set(off)
        found = {
            name: tuple(dict.fromkeys(column for column in feature.inputs if column in gone))
            for name, feature in portfolio.derived.items()
            # A derived feature yields to the file's own column of its name.
            if name not in off and (name in absent or name not in portfolio.columns) and gone & set(feature.inputs)
        }
        if not found:
            return off
        off |= found


def _by_key(columns: Sequence[str]) -> dict[str, str]:
    by_key: dict[str, str] = {}
    for name in columns:
        key = snake_case(name)
        # Names of signs alone have no key; only their exact spelling finds them.
        if key and key in by_key:
            raise InputError(
                f"The file's columns {by_key[key]!r} and {name!r} are one name ({key}) to this project. Rename one."
            )
        by_key[key or name] = name
    return by_key


def _find(by_key: dict[str, str], names: Sequence[str]) -> str | None:
    return next((by_key[key] for name in names if (key := snake_case(name) or name) in by_key), None)


def _has_values(values: pd.Series, portfolio: Portfolio) -> bool:
    return any(str(value).strip().casefold() not in portfolio.missing_values for value in values.unique())


def _has(columns: Sequence[str], at_most: int = 30) -> str:
    more = f" and {len(columns) - at_most} more" if len(columns) > at_most else ""
    return f"The file has: {', '.join(columns[:at_most])}{more}."


def _without(portfolio: Portfolio, absent: set[str], found: set[str], switched_off: set[str]) -> Portfolio:
    """Return the description without absent columns, and without derived features that lack one."""
    columns = {
        name: column.model_copy(update={"part_of": None}) if name in found else column
        for name, column in portfolio.columns.items()
        if name not in absent
    }
    derived = {
        name: feature
        for name, feature in portfolio.derived.items()
        if name not in switched_off and name not in columns
    }
    known = columns.keys() | derived.keys()
    return portfolio.model_copy(
        update={
            "columns": columns,
            "derived": derived,
            "application_date": None if portfolio.application_date in absent else portfolio.application_date,
            "lender_set": tuple(name for name in portfolio.lender_set if name in known),
            "protected": tuple(name for name in portfolio.protected if name in known),
        }
    )
