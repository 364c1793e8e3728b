"""From text to typed values, column by column; what cannot be read is named, never coerced.

Each distinct spelling is read once and spread over the rows, so that a large file costs little and a strange
value can be quoted in its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from loan_default.portfolio.description import (
    BooleanColumn,
    CategoryColumn,
    Column,
    DateColumn,
    NumericColumn,
    OrdinalColumn,
)
from loan_default.portfolio.labels import snake_case

TextSeries = pd.StringDtype(na_value=np.nan)

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_GROUPED = re.compile(r"^([+-]?\d{1,3}(?:,\d{2,3})*,\d{3})(\.\d+)?$")
_CURRENCY = re.compile(r"^([+-]?)\s*(?:[A-Z]{3}|[$€£¥₹₽₩]|Rs\.?)\s*|\s*(?:[A-Z]{3}|[$€£¥₹₽₩])$")
_UNIT_DAYS = {"d": 1.0, "m": 365.25 / 12, "y": 365.25}
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(d|m|y)[a-z]*\.?")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}


class Fault(ValueError):
    """A value that cannot be used; the message says why."""


def parse_column(
    values: pd.Series, column: Column, missing_values: Collection[str], *, is_fraction: bool = False
) -> tuple[pd.Series, pd.Series]:
    """Read one column of text.

    Args:
        values: Text, shape (rows,); the empty string or NaN where a field is empty.
        column: What the column is.
        missing_values: Spellings of a missing value, in lower case.
        is_fraction: A percent column is written 0.125 and becomes 12.5.

    Returns:
        The typed values (float64, datetime64 or str; missing where the text is a spelling of missing or
        cannot be used), and the reason of each fault (str, missing where there is none). Both have the
        index of `values`.
    """
    codes, spellings = pd.factorize(values.fillna(""), use_na_sentinel=False)
    read = _reader(column, is_fraction)
    read_values: list[Any] = [None] * len(spellings)
    faults: list[str | None] = [None] * len(spellings)
    easy = _plain_numbers(spellings, column, is_fraction)
    for position in np.flatnonzero(np.isnan(easy)):
        text = " ".join(str(spellings[position]).split())
        if text.casefold() not in missing_values:
            try:
                read_values[position] = read(text)
            except Fault as error:
                faults[position] = str(error)
    typed = _as_array(read_values, column)
    if isinstance(column, NumericColumn):
        typed = np.where(np.isnan(easy), typed, easy)
    reasons = pd.array(faults, dtype=TextSeries)
    return (
        pd.Series(typed[codes], index=values.index, name=values.name),
        pd.Series(reasons[codes], index=values.index, name=values.name),
    )


def _plain_numbers(spellings: pd.Index, column: Column, is_fraction: bool) -> np.ndarray:
    """Read at once what is plainly a plausible number; NaN for all that needs a closer look."""
    if not isinstance(column, NumericColumn):
        return np.full(len(spellings), np.nan)
    numbers = pd.to_numeric(pd.Series(spellings), errors="coerce").to_numpy(dtype=np.float64, copy=True)
    numbers[~np.isfinite(numbers)] = np.nan
    numbers *= 100.0 if is_fraction else 1.0
    if column.minimum is not None:
        numbers[numbers < column.minimum] = np.nan
    if column.maximum is not None:
        numbers[numbers > column.maximum] = np.nan
    if column.spellings:
        special = {_fold(text) for text in column.spellings}
        numbers[[_fold(str(spelling)) in special for spelling in spellings]] = np.nan
    return numbers


def is_written_as_fraction(values: pd.Series, column: Column, missing_values: Collection[str]) -> bool:
    """Tell whether a percent column is written as fractions (0.125 for 12.5 %).

    Decided once per training file: no value carries a percent sign, and 99 % of them are at most 1 in size.

    Args:
        values: Text, shape (rows,).
        column: What the column is; `written_as` overrides the look at the values.
        missing_values: Spellings of a missing value, in lower case.
    """
    if not isinstance(column, NumericColumn) or column.kind != "percent":
        return False
    if column.written_as != "detect":
        return column.written_as == "fraction"
    if values.str.contains("%", regex=False, na=False).any():
        return False
    # Range checks would reject the wrong convention before it is known.
    unchecked = column.model_copy(update={"minimum": None, "maximum": None})
    numbers = parse_column(values, unchecked, missing_values)[0].abs().dropna()
    return bool(len(numbers)) and bool(numbers.quantile(0.99) <= 1.0)


def read_number(text: str) -> float:
    """Read an amount, percentage or plain number.

    Currency signs, a percent sign, thousands separators and accounting brackets are understood.

    Raises:
        Fault: It is no finite number.
    """
    body = text.strip()
    sign = 1.0
    if body.startswith("(") and body.endswith(")"):
        body, sign = body[1:-1], -1.0
    body = _CURRENCY.sub(lambda found: found.group(1) or "", body.removesuffix("%").strip()).strip()
    if _GROUPED.match(body):
        body = body.replace(",", "")
    if not _NUMBER.fullmatch(body):
        is_infinite = body.lower().lstrip("+-") in {"inf", "infinity"}
        raise Fault(f"{_quote(text)} is not a {'finite ' if is_infinite else ''}number")
    number = sign * float(body)
    if not np.isfinite(number):
        raise Fault(f"{_quote(text)} is not a finite number")
    return number


def read_duration(text: str, unit: str) -> float:
    """Read a length of time into days, months or years.

    `36 months`, `10+ years`, `< 1 year` (0), `1yrs 11mon` and plain numbers (already in `unit`) are understood.

    Raises:
        Fault: It is no length of time.
    """
    body = text.strip().lower()
    if body.startswith("<"):
        body = re.sub(r"^<\s*\d+(?:\.\d+)?", "0", body)
    body = re.sub(r"(?<=\d)\s*\+", "", body)
    if _NUMBER.fullmatch(body):
        return read_number(body)
    parts = _DURATION_PART.findall(body)
    if not parts or _DURATION_PART.sub("", body).strip(" ,and"):
        raise Fault(f"{_quote(text)} is not a length of time")
    if all(part_unit == unit[0] for _, part_unit in parts):
        return sum(float(number) for number, _ in parts)
    if unit in ("months", "years") and all(part_unit in "my" for _, part_unit in parts):
        months = sum(float(number) * (12 if part_unit == "y" else 1) for number, part_unit in parts)
        return months if unit == "months" else months / 12
    return sum(float(number) * _UNIT_DAYS[part_unit] for number, part_unit in parts) / _UNIT_DAYS[unit[0]]


def read_date(text: str, *, day_first: bool = False, today: date | None = None) -> date:
    """Read a calendar date; a month without a day is its first day.

    `2015-01-31`, `2015-01`, `31/01/2015`, `20150131`, `Jan-2015`, `Jan-15`, `15-Jan`, `31 Jan 2015` are
    understood. A year of two digits is the latest one that does not lie in the future.

    Args:
        text: The date.
        day_first: 03/04/2015 is 3 April.
        today: What "the future" is counted from; the day of the run if absent.

    Raises:
        Fault: It is no date.
    """
    body = re.split(r"[T ]\d{1,2}:\d{2}", text.strip())[0].strip().lower()
    today = today or date.today()
    try:
        if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?", body):
            return date(int(found[1]), int(found[2]), int(found[3] or 1))
        if found := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", body):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})", body):
            first, second = int(found[1]), int(found[2])
            day, month = (first, second) if day_first else (second, first)
            return _with_century(found[3], month, day, today)
        if found := re.fullmatch(r"([a-z]{3,9})\.?[- /,]+(\d{4}|\d{2})", body):
            return _with_century(found[2], _month(found[1]), 1, today)
        if found := re.fullmatch(r"(\d{4}|\d{2})[- /]([a-z]{3,9})", body):
            return _with_century(found[1], _month(found[2]), 1, today)
        if found := re.fullmatch(r"(\d{1,2})[- /]([a-z]{3,9})\.?[- /,]+(\d{4}|\d{2})", body):
            return _with_century(found[3], _month(found[2]), int(found[1]), today)
        if found := re.fullmatch(r"([a-z]{3,9})\.? (\d{1,2}),? (\d{4})", body):
            return date(int(found[3]), _month(found[1]), int(found[2]))
    except ValueError as error:
        raise Fault(f"{_quote(text)} is not a date") from error
    raise Fault(f"{_quote(text)} is not a date")


def _month(name: str) -> int:
    if name[:3] not in _MONTHS:
        raise ValueError(name)
    return _MONTHS[name[:3]]


def _with_century(year: str, month: int, day: int, today: date) -> date:
    if len(year) == 4:
        return date(int(year), month, day)
    recent = date(2000 + int(year), month, day)
    return recent if recent <= today else date(1900 + int(year), month, day)


def _quote(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _reader(column: Column, is_fraction: bool) -> Callable[[str], Any]:
    """Return the function that reads one spelling of this column."""
    if isinstance(column, NumericColumn):
        return _number_reader(column, is_fraction)
    if isinstance(column, DateColumn):
        return _date_reader(column)
    if isinstance(column, BooleanColumn):
        return _boolean_reader(column)
    if isinstance(column, OrdinalColumn | CategoryColumn):
        return _label_reader(column)
    return lambda text: text


def _number_reader(column: NumericColumn, is_fraction: bool) -> Callable[[str], float | None]:
    spellings = {_fold(text): value for text, value in column.spellings.items()}
    scale = 100.0 if is_fraction else 1.0

    def read(text: str) -> float | None:
        if _fold(text) in spellings:
            return spellings[_fold(text)]
        number = scale * (
            read_duration(text, str(column.unit)) if column.kind == "duration" else read_number(text)
        )
        if column.minimum is not None and number < column.minimum:
            raise Fault(f"{_quote(text)} is below the plausible minimum {column.minimum:g}")
        if column.maximum is not None and number > column.maximum:
            raise Fault(f"{_quote(text)} is above the plausible maximum {column.maximum:g}")
        return number

    return read


def _date_reader(column: DateColumn) -> Callable[[str], date]:
    earliest = date.fromisoformat(column.minimum) if column.minimum else date(1677, 9, 22)
    latest = date.fromisoformat(column.maximum) if column.maximum else date(2262, 4, 11)

    def read(text: str) -> date:
        value = read_date(text, day_first=column.day_first)
        if not earliest <= value <= latest:
            raise Fault(f"{_quote(text)} is outside the plausible dates {earliest} to {latest}")
        return value

    return read


def _boolean_reader(column: BooleanColumn) -> Callable[[str], float]:
    values = {_fold(text): 1.0 for text in column.when_true} | {_fold(text): 0.0 for text in column.when_false}

    def read(text: str) -> float:
        key = _fold(text).removesuffix(".0")
        if key not in values:
            raise Fault(f"{_quote(text)} is neither yes ({', '.join(column.when_true)}) nor no")
        return values[key]

    return read


def _label_reader(column: OrdinalColumn | CategoryColumn) -> Callable[[str], str | None]:
    def unify(text: str) -> str:
        return " ".join(text.split()) if column.as_written else snake_case(text)

    spellings = {unify(text): label and unify(label) for text, label in column.spellings.items()}
    order = {unify(label) for label in column.order} if isinstance(column, OrdinalColumn) else None

    def read(text: str) -> str | None:
        label = unify(text)
        label = spellings.get(label, label)
        if label == "":
            raise Fault(f"{_quote(text)} is not a label")
        if order is not None and label is not None and label not in order:
            raise Fault(f"{_quote(text)} is not in the stated order")
        return label

    return read


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def _as_array(values: list[Any], column: Column) -> Any:
    """Return distinct values as an array of the column's type."""
    if isinstance(column, NumericColumn | BooleanColumn):
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    if isinstance(column, DateColumn):
        dates = [None if value is None else datetime(value.year, value.month, value.day) for value in values]
        return np.array(dates, dtype="datetime64[s]")
    return pd.array(values, dtype=TextSeries)
