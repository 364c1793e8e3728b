"""Fit a description to the header of one file: which columns it has, and what falls away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from loan_default.errors import InputError
from loan_default.portfolio.description import Column, PartOfText, Portfolio
from loan_default.portfolio.labels import fold, snake_case


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
        InputError: A required column is missing or entirely empty, the outcome or the row id is missing, or
            two columns of the file answer to one name.
    """
    names = list(raw.columns)
    by_key = _by_key(names)
    in_file = {name: _find(by_key, name, column) for name, column in portfolio.columns.items()}
    header = {
        name: found
        for name, found in in_file.items()
        if found is not None and _has_values(raw[found], portfolio)
    }
    absent: list[str] = []
    for name, column in portfolio.columns.items():
        if name in header or _can_be_cut_out(raw, header, column, portfolio):
            continue
        if column.required:
            state = "is missing" if in_file[name] is None else "is entirely empty"
            raise InputError(
                f"Required column {name!r} {state} in {portfolio.file.path}. {_has(names)} Name it under "
                f"portfolio.columns.{name}.aliases, or set `required: false` there."
            )
        absent.append(name)
    for key, wanted in (("outcome.column", portfolio.outcome.column), ("row_id", portfolio.row_id)):
        if wanted is not None:
            found = _find(by_key, wanted)
            if found is None:
                raise InputError(
                    f"Column {wanted!r} (portfolio.{key}) is missing in {portfolio.file.path}. {_has(names)}"
                )
            header[wanted] = found
    reduced, switched_off = without_columns(portfolio, absent)
    columns = {
        # A column that the file has is not cut out of another one, not even at scoring time.
        name: column.model_copy(update={"part_of": None}) if name in header else column
        for name, column in reduced.columns.items()
    }
    described = {
        *header.values(),
        *in_file.values(),
        *(_find(by_key, name) for name in portfolio.post_outcome),
    }
    return Resolved(
        portfolio=reduced.model_copy(update={"columns": columns}),
        header=header,
        absent=tuple(absent),
        switched_off=switched_off,
        undescribed=tuple(name for name in names if name not in described),
    )


def without_columns(
    portfolio: Portfolio, absent: Sequence[str]
) -> tuple[Portfolio, dict[str, tuple[str, ...]]]:
    """Cut a description down to the columns that there are.

    Args:
        portfolio: The description.
        absent: Columns that there are not.

    Returns:
        The description without them and without the derived features that need them or yield to a column; and
        for each derived feature so switched off the columns it lacks.
    """
    switched_off = _switched_off(portfolio, set(absent))
    columns = {name: column for name, column in portfolio.columns.items() if name not in absent}
    derived = {
        name: feature
        for name, feature in portfolio.derived.items()
        if name not in switched_off and name not in columns
    }
    known = columns.keys() | derived.keys()
    changes = {
        "columns": columns,
        "derived": derived,
        "application_date": None if portfolio.application_date in absent else portfolio.application_date,
        "lender_set": tuple(name for name in portfolio.lender_set if name in known),
        "protected": tuple(name for name in portfolio.protected if name in known),
    }
    return portfolio.model_copy(update=changes), switched_off


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
    names = list(applications.columns)
    by_key = _by_key(names)
    header: dict[str, str] = {}
    missing: list[str] = []
    columns = {name: portfolio.columns[name] for name in needed}
    for name, column in columns.items():
        # The column itself, or the one to cut it out of.
        wanted = name
        found = _find(by_key, name, column)
        if found is None and column.part_of is not None:
            wanted = column.part_of.column
            found = _find(by_key, wanted, portfolio.columns[wanted])
        if found is None:
            missing.append(name)
        else:
            header[wanted] = found
    if missing:
        raise InputError(f"The applications lack {', '.join(missing)}, which the model needs. {_has(names)}")
    return Resolved(portfolio.model_copy(update={"columns": columns}), header, (), {}, ())


def cut_out(texts: pd.Series, part: PartOfText) -> pd.Series:
    """Cut a column out of a text column; the empty string where the pattern does not match."""
    return texts.str.extract(part.pattern, expand=False).fillna("")


def _switched_off(portfolio: Portfolio, absent: set[str]) -> dict[str, tuple[str, ...]]:
    """Find the derived features that lack a column, directly or through another derived feature."""
    off: dict[str, tuple[str, ...]] = {}
    while True:
        gone = (absent - set(portfolio.derived)) | set(off)
        found = {
            name: tuple(dict.fromkeys(column for column in feature.inputs if column in gone))
            for name, feature in portfolio.derived.items()
            # A derived feature yields to the file's own column of its name.
            if name not in off
            and (name in absent or name not in portfolio.columns)
            and gone & set(feature.inputs)
        }
        if not found:
            return off
        off |= found


def _by_key(names: Sequence[str]) -> dict[str, list[str]]:
    """Group header names by what is compared of them; names of signs alone are compared as they are."""
    by_key: dict[str, list[str]] = {}
    for name in names:
        by_key.setdefault(snake_case(name) or name, []).append(name)
    return by_key


def _find(by_key: dict[str, list[str]], name: str, column: Column | None = None) -> str | None:
    """Find the column of the file that answers to a name or an alias, in this order."""
    for wanted in (name, *(column.aliases if column is not None else ())):
        found = by_key.get(snake_case(wanted) or wanted, [])
        if wanted in found:
            return wanted
        if len(found) > 1:
            raise InputError(
                f"The file's columns {', '.join(map(repr, found))} all answer to {wanted!r}. Rename one, or "
                "spell the wanted one in portfolio.yml exactly as the file does."
            )
        if found:
            return found[0]
    return None


def _can_be_cut_out(raw: pd.DataFrame, header: dict[str, str], column: Column, portfolio: Portfolio) -> bool:
    if column.part_of is None or column.part_of.column not in header:
        return False
    return _has_values(cut_out(raw[header[column.part_of.column]], column.part_of), portfolio)


def _has_values(values: pd.Series, portfolio: Portfolio) -> bool:
    return any(fold(str(value)) not in portfolio.missing_values for value in values.unique())


def _has(names: Sequence[str], at_most: int = 30) -> str:
    more = f" and {len(names) - at_most} more" if len(names) > at_most else ""
    return f"The file has: {', '.join(names[:at_most])}{more}."
