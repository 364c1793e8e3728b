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
    Column,
    DateColumn,
    LabelColumn,
    NumericColumn,
    OrdinalColumn,
    unify_label,
)
from loan_default.portfolio.labels import fold

TEXT = pd.StringDtype(na_value=np.nan)
"""Type of text columns: str, NaN where missing."""

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_SEPARATORS = {".": ",", ",": "."}
# Groups of three, or of two before the last three (1,00,000); `_` stands for the separator.
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:_\d{2,3})*_\d{3}(?:\.\d+)?")
_CODES = (
    "AED ARS AUD BDT BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP GEL GHS HKD HUF IDR ILS INR JPY KES "
    "KRW KWD KZT LKR MAD MXN MYR NGN NOK NPR NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TRY TWD"
    " UAH USD VND ZAR"
)
_SIGNS = f"{'|'.join(_CODES.split())}|[$€£¥₹₽₩]|Rs\\.?"
_CURRENCY = re.compile(rf"^([+-]?)\s*(?:{_SIGNS})\s*|\s*(?:{_SIGNS})$")
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([^\W\d_]+)\.?")
# English, then German, French, Spanish, Italian and Dutch.
_DURATION_WORDS = {
    "d": "d day days tag tage tagen jour jours día días dia dias giorno giorni dag dagen",
    "m": "m mo mos mon mons mth mths month months monat monate monaten mois mes meses mese mesi maand "
    "maanden",
    "y": "y yr yrs year years jahr jahre jahren an ans année années año años anno anni jaar jaren",
}
_UNIT_OF_WORD = {word: unit for unit, words in _DURATION_WORDS.items() for word in words.split()}
LARGEST_NUMBER = 1e15
"""Beyond this a number is a slip of the keyboard, and its arithmetic loses digits."""
_UNIT_DAYS = {"d": 1.0, "m": 365.25 / 12, "y": 365.25}
_TIME = re.compile(
    r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?\s*(?:z|utc|gmt|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_DATE_SHAPES = tuple(
    map(
        re.compile,
        (
            r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?",
            r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
            r"(?P<month>\d{1,2})[-/.](?P<year>\d{4})",
            r"(?P<month>[a-z]{3,9})\.?[- /,]+(?P<year>\d{4}|\d{2})",
            r"(?P<year>\d{4}|\d{1,2})[- /](?P<month>[a-z]{3,9})",
            r"(?P<day>\d{1,2})[- /](?P<month>[a-z]{3,9})\.?[- /,]+(?P<year>\d{4}|\d{2})",
            r"(?P<month>[a-z]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})",
        ),
    )
)
_MONTH_FIRST = re.compile(r"(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})[-/.](?P<year>\d{4}|\d{2})")
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4}|\d{2})")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


class UnreadableError(ValueError):
    """A value that cannot be used; the message says why."""


def parse_column(
    values: pd.Series,
    column: Column,
    missing_values: Collection[str],
    *,
    is_fraction: bool = False,
    decimal: str = ".",
) -> tuple[pd.Series, pd.Series]:
    """Read one column of text.

    Args:
        values: Text, shape (rows,); the empty string or NaN where a field is empty.
        column: What the column is.
        missing_values: Spellings of a missing value, in lower case.
        is_fraction: A percent column is written 0.125 and becomes 12.5.
        decimal: Decimal sign, point or comma.

    Returns:
        The typed values (float64, datetime64 or str; missing where the text is a spelling of missing or
        cannot be used), and the reason of each fault (str, missing where there is none). Both have the
        index of `values`.
    """
    codes, spellings = pd.factorize(values.fillna(""), use_na_sentinel=False)
    read = _reader(column, is_fraction, decimal)
    read_values: list[Any] = [None] * len(spellings)
    faults: list[str | None] = [None] * len(spellings)
    easy = _plain_numbers(spellings, column, missing_values, is_fraction, decimal)
    for position in np.flatnonzero(np.isnan(easy)).tolist():
        text = " ".join(str(spellings[position]).split())
        if text.casefold() not in missing_values:
            try:
                read_values[position] = read(text)
            except UnreadableError as error:
                faults[position] = str(error)
    typed = _as_array(read_values, column)
    if isinstance(column, NumericColumn):
        typed = np.where(np.isnan(easy), typed, easy)
    reasons = pd.array(faults, dtype=TEXT)
    return (
        pd.Series(typed[codes], index=values.index, name=values.name),
        pd.Series(reasons[codes], index=values.index, name=values.name),
    )


def _plain_numbers(
    spellings: pd.Index, column: Column, missing_values: Collection[str], is_fraction: bool, decimal: str
) -> np.ndarray:
    """Read at once what is plainly a plausible number; NaN for all that needs a closer look."""
    if not isinstance(column, NumericColumn):
        return np.full(len(spellings), np.nan)
    numbers = plain_numbers(pd.Series(spellings, dtype=TEXT), decimal)
    numbers *= 100.0 if is_fraction else 1.0
    if column.minimum is not None:
        numbers[numbers < column.minimum] = np.nan
    if column.maximum is not None:
        numbers[numbers > column.maximum] = np.nan
    special = {fold(text) for text in column.spellings}
    # A code for missing may look like a number: -1, 9999.
    special |= {text for text in missing_values if any(sign.isdigit() for sign in text)}
    if special:
        numbers[[fold(str(spelling)) in special for spelling in spellings]] = np.nan
    return numbers


def plain_numbers(values: pd.Series, decimal: str = ".") -> np.ndarray:
    """Read numbers without currency, percent or thousands signs; NaN for any other text, shape (rows,)."""
    if decimal == ",":
        # A point may separate thousands here: not plain.
        values = values.where(~values.str.contains(".", regex=False)).str.replace(",", ".", regex=False)
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan).copy()
    # What is infinite or too large is refused on the closer look.
    return np.where(np.abs(numbers) <= LARGEST_NUMBER, numbers, np.nan)


def is_written_as_fraction(
    values: pd.Series, column: Column, missing_values: Collection[str], *, decimal: str = "."
) -> bool:
    """Tell whether a percent column is written as fractions (0.125 for 12.5 %).

    Decided once per training file: no value carries a percent sign, and 99 % of them are at most 1 in size.

    Args:
        values: Text, shape (rows,).
        column: What the column is; `written_as` overrides the look at the values.
        missing_values: Spellings of a missing value, in lower case.
        decimal: Decimal sign, point or comma.
    """
    if not isinstance(column, NumericColumn) or column.kind != "percent":
        return False
    if column.written_as != "detect":
        return column.written_as == "fraction"
    if values.str.contains("%", regex=False, na=False).any():
        return False
    # Range checks would reject the wrong convention before it is known.
    unchecked = column.model_copy(update={"minimum": None, "maximum": None})
    numbers = parse_column(values, unchecked, missing_values, decimal=decimal)[0].abs().dropna()
    return bool(len(numbers)) and bool(numbers.quantile(0.99) <= 1.0)


def read_number(text: str, *, decimal: str = ".") -> float:
    """Read an amount or plain number.

    Currency signs, thousands separators (comma, apostrophe or space; a point if the decimal sign is the
    comma) and accounting brackets are understood.

    Raises:
        UnreadableError: It is no finite number.
    """
    body = text.strip()
    is_bracketed = body.startswith("(") and body.endswith(")")
    if is_bracketed:
        body = body[1:-1].strip()
    body = _CURRENCY.sub(lambda found: found.group(1) or "", body).strip()
    plain = _without_separators(body, decimal)
    if plain is None or (is_bracketed and plain.startswith(("-", "+"))):
        is_infinite = body.casefold().lstrip("+-") in {"inf", "infinity"}
        raise UnreadableError(f"{_quote(text)} is not a {'finite ' if is_infinite else ''}number")
    return _plausible(-float(plain) if is_bracketed else float(plain), text)


def _plausible(number: float, text: str) -> float:
    if not np.isfinite(number):
        raise UnreadableError(f"{_quote(text)} is not a finite number")
    if abs(number) > LARGEST_NUMBER:
        raise UnreadableError(f"{_quote(text)} is too large a number to be meant")
    return number


def _without_separators(body: str, decimal: str) -> str | None:
    """Return a number as Python writes it; None if it is none."""
    for separator in (_SEPARATORS[decimal], "'", "\u2019", " "):
        marked = body.replace("_", "?").replace(separator, "_").replace(decimal, ".")
        if _GROUPED.fullmatch(marked):
            return marked.replace("_", "")
    if decimal == ",":
        body = body.replace(".", "?").replace(",", ".")
    return body if _NUMBER.fullmatch(body) else None


def write_number(number: float, decimal: str = ".") -> str:
    """Write a number as the lender's file would: every digit, but 1 instead of 1.0."""
    return repr(float(number)).removesuffix(".0").replace(".", decimal)


def read_percentage(text: str, *, is_fraction: bool = False, decimal: str = ".") -> float:
    """Read a percentage; one with a percent sign is never a fraction.

    Raises:
        UnreadableError: It is no finite number.
    """
    body = text.strip()
    if body.endswith("%"):
        return read_number(body[:-1].rstrip(), decimal=decimal)
    return read_number(body, decimal=decimal) * (100.0 if is_fraction else 1.0)


def read_duration(text: str, unit: str, *, decimal: str = ".") -> float:
    """Read a length of time into days, months or years.

    `36 months`, `10+ years`, `< 1 year` (0), `1yrs 11mon`, `12 Monate` and plain numbers (already in `unit`)
    are understood; units in English, German, French, Spanish, Italian and Dutch.

    Raises:
        UnreadableError: It is no length of time.
    """
    plain = _without_separators(text.strip(), decimal)
    if plain is not None:
        return _plausible(float(plain), text)
    body = text.strip().lower()
    if decimal == ",":
        body = re.sub(r"(?<=\d)\.(?=\d)", "?", body).replace(",", ".")
    if body.startswith("<"):
        body = re.sub(r"^<\s*\d+(?:\.\d+)?", "0", body)
    body = re.sub(r"(?<=\d)\s*\+", "", body)
    if _NUMBER.fullmatch(body):
        return _plausible(float(body), text)
    words = _DURATION_PART.findall(body)
    rest = re.sub(r"\b(?:and|und)\b|,", "", _DURATION_PART.sub("", body))
    if not words or rest.strip() or any(word not in _UNIT_OF_WORD for _, word in words):
        raise UnreadableError(f"{_quote(text)} is not a length of time")
    parts = [(number, _UNIT_OF_WORD[word]) for number, word in words]
    if all(part_unit == unit[0] for _, part_unit in parts):
        return sum(float(number) for number, _ in parts)
    if unit in ("months", "years") and all(part_unit in "my" for _, part_unit in parts):
        months = sum(float(number) * (12 if part_unit == "y" else 1) for number, part_unit in parts)
        return months if unit == "months" else months / 12
    return sum(float(number) * _UNIT_DAYS[part_unit] for number, part_unit in parts) / _UNIT_DAYS[unit[0]]


def read_date(text: str, *, day_first: bool = False, today: date | None = None) -> date:
    """Read a calendar date; a month without a day is its first day, a time of day is left out.

    `2015-01-31`, `2015-01`, `31/01/2015`, `01/2015`, `20150131`, `Jan-2015`, `Jan-15`, `15-Jan` and
    `31 Jan 2015` are understood. A year of two digits is the latest one that does not lie in the future.

    Args:
        text: The date.
        day_first: 03/04/2015 is 3 April.
        today: What "the future" is counted from; the day of the run if absent.

    Raises:
        UnreadableError: It is no date.
    """
    body = _TIME.sub("", text.strip()).strip().lower()
    hint = ""
    for shape in (*_DATE_SHAPES, _DAY_FIRST if day_first else _MONTH_FIRST):
        found = shape.fullmatch(body)
        if found is None:
            continue
        if shape in (_DAY_FIRST, _MONTH_FIRST):
            hint = f" with the {'day' if day_first else 'month'} first (see day_first)"
        parts = found.groupdict()
        try:
            month, day = _month(parts["month"]), int(parts.get("day") or 1)
            return _with_century(parts["year"], month, day, today or date.today())
        except ValueError:
            # The shape of a date, with a month or day that there is not.
            break
    raise UnreadableError(f"{_quote(text)} is not a date{hint}")


def _month(text: str) -> int:
    """Return the number of a month from its number, or from its name or three or more letters of it."""
    if text.isdigit():
        return int(text)
    for number, month in enumerate(_MONTHS, start=1):
        if month.startswith(text):
            return number
    raise ValueError(text)


def _with_century(year: str, month: int, day: int, today: date) -> date:
    if len(year) == 4:
        return date(int(year), month, day)
    recent = date(2000 + int(year), month, day)
    return recent if recent <= today else date(1900 + int(year), month, day)


def _quote(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _reader(column: Column, is_fraction: bool, decimal: str) -> Callable[[str], Any]:
    """Return the function that reads one spelling of this column."""
    if isinstance(column, NumericColumn):
        return _number_reader(column, is_fraction, decimal)
    if isinstance(column, DateColumn):
        return _date_reader(column)
    if isinstance(column, BooleanColumn):
        return _boolean_reader(column)
    if isinstance(column, LabelColumn):
        return _label_reader(column)
    return lambda text: text


def _number_reader(column: NumericColumn, is_fraction: bool, decimal: str) -> Callable[[str], float | None]:
    spellings = {fold(text): value for text, value in column.spellings.items()}
    # A value may carry its unit: 85 m², 3,5 % p. a.
    own_unit = (
        re.compile(rf"\s*{re.escape(column.unit)}$", re.IGNORECASE)
        if column.unit and column.kind != "duration"
        else None
    )
    sign = "%" if column.kind == "percent" else ""

    def read(text: str) -> float | None:
        if fold(text) in spellings:
            return spellings[fold(text)]
        if own_unit is not None:
            text = own_unit.sub(sign, text)
        if column.kind == "duration":
            number = read_duration(text, str(column.unit), decimal=decimal)
        elif column.kind == "percent":
            number = read_percentage(text, is_fraction=is_fraction, decimal=decimal)
        else:
            number = read_number(text, decimal=decimal)
        if column.minimum is not None and number < column.minimum:
            raise UnreadableError(f"{_quote(text)} is below the plausible minimum {column.minimum:g}")
        if column.maximum is not None and number > column.maximum:
            raise UnreadableError(f"{_quote(text)} is above the plausible maximum {column.maximum:g}")
        return number

    return read


def _date_reader(column: DateColumn) -> Callable[[str], date]:
    # What pandas can hold in nanoseconds.
    earliest = column.minimum or date(1677, 9, 22)
    latest = column.maximum or date(2262, 4, 11)

    def read(text: str) -> date:
        value = read_date(text, day_first=column.day_first)
        if not earliest <= value <= latest:
            raise UnreadableError(f"{_quote(text)} is outside the plausible dates {earliest} to {latest}")
        return value

    return read


def _boolean_reader(column: BooleanColumn) -> Callable[[str], float]:
    values = {fold(text): 1.0 for text in column.when_true} | {fold(text): 0.0 for text in column.when_false}

    def read(text: str) -> float:
        key = fold(text)
        for spelling in (key, key.removesuffix(".0")):
            if spelling in values:
                return values[spelling]
        yes, no = ", ".join(column.when_true), ", ".join(column.when_false)
        raise UnreadableError(f"{_quote(text)} is neither yes ({yes}) nor no ({no})")

    return read


def _label_reader(column: LabelColumn) -> Callable[[str], str | None]:
    def unify(text: str) -> str:
        return unify_label(text, column.as_written)

    spellings = {unify(text): label and unify(label) for text, label in column.spellings.items()}
    order = column.order if isinstance(column, OrdinalColumn) else None

    def read(text: str) -> str | None:
        unified = unify(text)
        label = spellings.get(unified, unified)
        if label == "":
            raise UnreadableError(f"{_quote(text)} is not a label")
        if order is not None and label is not None and label not in order:
            raise UnreadableError(f"{_quote(text)} is not in the stated order ({', '.join(order)})")
        return label

    return read


def _as_array(values: list[Any], column: Column) -> Any:
    """Return distinct values as an array of the column's type."""
    if isinstance(column, NumericColumn | BooleanColumn):
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    if isinstance(column, DateColumn):
        dates = [None if value is None else datetime(value.year, value.month, value.day) for value in values]
        return np.array(dates, dtype="datetime64[s]")
    return pd.array(values, dtype=TEXT)
