"""Check one application as it comes from JSON: strict about types, in words that a person understands."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple

from loan_default.portfolio.description import (
    BooleanColumn,
    Column,
    DateColumn,
    LabelColumn,
    Portfolio,
    unify_label,
)
from loan_default.portfolio.labels import fold
from loan_default.portfolio.parsing import LARGEST_NUMBER, UnreadableError, read_date
from loan_default.scoring.fields import Field, Value, write_for_people
from loan_default.scoring.settings import NotAbove

_LONGEST_TEXT = 100_000
_NAMED_LABELS = 10
_NAMED_STRANGERS = 10
# Characters of a text that is compared with what is known: long ones are close to nothing, and slow.
_COMPARED = 60
# Unknown names that are remembered: comparing takes long, and the rows of a batch have the same ones.
_REMEMBERED = 1_000


class Fault(NamedTuple):
    """Why a field cannot be used."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Checked:
    """An application after its check.

    Attributes:
        values: Canonical value by field; None where a field that may be missing was not given.
        faults: Why it cannot be scored; empty if it can.
        warnings: What is odd about it, although it can be scored.
    """

    values: dict[str, Value]
    faults: tuple[Fault, ...]
    warnings: tuple[str, ...]


class _FaultError(ValueError):
    """A value that cannot be used; the message says why."""


Read = Callable[[Any], tuple[Value, str | None]]
"""From a value as JSON holds it to its canonical form (None: missing) and a warning; raises _FaultError."""


class ApplicationCheck:
    """Checks applications against the fields of a bundle.

    Args:
        fields: What an application consists of.
        portfolio: The description: spellings of labels and of missing values.
        consistency: Contradictions to warn of.
    """

    def __init__(
        self, fields: tuple[Field, ...], portfolio: Portfolio, consistency: tuple[NotAbove, ...]
    ) -> None:
        self._fields = {field.name: field for field in fields}
        self._closest = lru_cache(_REMEMBERED)(partial(_closest, tuple(self._fields)))
        self._readers = tuple(
            (field, _reader(field, portfolio.columns[field.name], portfolio)) for field in fields
        )
        self._consistency = tuple(
            rule.not_above for rule in consistency if set(rule.not_above) <= self._fields.keys()
        )

    def check(self, application: Mapping[str, Any]) -> Checked:
        """Check one application; see `Scorer.check`."""
        values: dict[str, Value] = {}
        faults: list[Fault] = []
        warnings: list[str] = []
        for field, read in self._readers:
            value, warning = None, None
            try:
                given = application.get(field.name)
                if given is not None:
                    value, warning = read(given)
                if value is None and field.required:
                    raise _FaultError(f"This field is required: {_wanted(field)}.")
            except _FaultError as fault:
                faults.append(Fault(field.name, str(fault)))
                continue
            values[field.name] = value
            if warning is not None:
                warnings.append(f"{field.name}: {warning}")
        if len(values) < len(application) or not application.keys() <= self._fields.keys():
            warnings.extend(self._of_unknown_fields(application))
        if self._consistency:
            warnings.extend(self._of_contradictions(values))
        return Checked(values, tuple(faults), tuple(warnings))

    def _of_unknown_fields(self, application: Mapping[str, Any]) -> list[str]:
        unknown = [str(name) for name in application if name not in self._fields]
        warnings = []
        for name in unknown[:_NAMED_STRANGERS]:
            close = self._closest(name[:_COMPARED].lower())
            hint = f"; did you mean {close}?" if close else "."
            warnings.append(f"{_quote(name)} is not a field of this model and was ignored{hint}")
        if len(unknown) > _NAMED_STRANGERS:
            more = len(unknown) - _NAMED_STRANGERS
            warnings.append(f"{more:,} more fields are not of this model and were ignored.")
        return warnings

    def _of_contradictions(self, values: Mapping[str, Value]) -> list[str]:
        warnings = []
        for lower, upper in self._consistency:
            low, high = values.get(lower), values.get(upper)
            # Both are numbers, or both dates in ISO form.
            if low is not None and high is not None and low > high:  # type: ignore[operator]
                shown = self._fields[lower].shown(low), self._fields[upper].shown(high)
                warnings.append(f"{lower} ({shown[0]}) is above {upper} ({shown[1]}): a contradiction.")
        return warnings


def _closest(names: tuple[str, ...], name: str) -> str | None:
    return next(iter(difflib.get_close_matches(name, names, n=1)), None)


def _reader(field: Field, column: Column, portfolio: Portfolio) -> Read:
    """Return the function that reads one field's values."""
    if field.kind == "number":
        return _number_reader(field)
    from_text = _text_reader(field, column)
    missing = frozenset(portfolio.missing_values)

    def read(given: Any) -> tuple[Value, str | None]:
        if isinstance(given, bool) and field.kind == "boolean":
            return given, None
        if not isinstance(given, str):
            raise _FaultError(f"Must be {_wanted(field)}, not {_kind_of(given)}.")
        if len(given) > _LONGEST_TEXT:
            raise _FaultError(f"Must be at most {_LONGEST_TEXT:,} characters long.")
        text = " ".join(given.split())
        return (None, None) if text.casefold() in missing else from_text(text)

    return read


def _number_reader(field: Field) -> Read:
    minimum, maximum = _bound(field.minimum, -math.inf), _bound(field.maximum, math.inf)
    low, high = _bound(field.training_low, -math.inf), _bound(field.training_high, math.inf)

    def read(given: Any) -> tuple[Value, str | None]:
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise _FaultError(f"Must be {_wanted(field)}, not {_kind_of(given)}.")
        # A whole number can be too long for a float, and for its own text.
        if isinstance(given, float) and not math.isfinite(given):
            raise _FaultError(f"Must be {_wanted(field)}, not {given}.")
        if not -LARGEST_NUMBER <= given <= LARGEST_NUMBER:
            raise _FaultError(f"Must be {_wanted(field)}; this number is far too large.")
        number = float(round(given)) if field.whole else float(given)
        if not minimum <= number <= maximum:
            raise _FaultError(f"Must be {_wanted(field)}, not {write_for_people(number)}.")
        if not low <= number <= high:
            side = "below" if number < low else "above"
            span = f"{write_for_people(low)} to {write_for_people(high)}"
            return number, f"{write_for_people(number)} is {side} all that the model was trained on ({span})."
        return number, None

    return read


def _text_reader(field: Field, column: Column) -> Callable[[str], tuple[Value, str | None]]:
    if isinstance(column, BooleanColumn):
        return _boolean_reader(column)
    if isinstance(column, DateColumn):
        return _date_reader(field, column)
    if isinstance(column, LabelColumn):
        return _label_reader(field, column)
    return lambda text: (text, None)


def _boolean_reader(column: BooleanColumn) -> Callable[[str], tuple[Value, str | None]]:
    values = {fold(text): True for text in column.when_true} | {
        fold(text): False for text in column.when_false
    }

    def read(text: str) -> tuple[Value, str | None]:
        if text.casefold() not in values:
            raise _FaultError(f"Must be true or false, or one of {', '.join(values)}; not {_quote(text)}.")
        return values[text.casefold()], None

    return read


def _date_reader(field: Field, column: DateColumn) -> Callable[[str], tuple[Value, str | None]]:
    minimum, maximum = field.minimum or "0001-01-01", field.maximum or "9999-12-31"

    def read(text: str) -> tuple[Value, str | None]:
        try:
            day = read_date(text, day_first=column.day_first).isoformat()
        except UnreadableError:
            raise _FaultError(f"Must be {_wanted(field)}, not {_quote(text)}.") from None
        if not str(minimum) <= day <= str(maximum):
            raise _FaultError(f"Must be {_wanted(field)}, not {day}.")
        if field.training_low is not None and not str(field.training_low) <= day <= str(field.training_high):
            side = "before" if day < str(field.training_low) else "after"
            span = f"{field.training_low} to {field.training_high}"
            return day, f"{day} is {side} all that the model was trained on ({span})."
        return day, None

    return read


def _label_reader(field: Field, column: LabelColumn) -> Callable[[str], tuple[Value, str | None]]:
    spellings = {
        unify_label(text, column.as_written): label and unify_label(label, column.as_written)
        for text, label in column.spellings.items()
    }
    known = frozenset(field.labels)
    # As written tells a from A in the file; people who type are not held to it where nothing is ambiguous.
    by_fold = {label.casefold(): label for label in field.labels}
    if len(by_fold) < len(known):
        by_fold = {}

    def read(text: str) -> tuple[Value, str | None]:
        unified = unify_label(text, column.as_written)
        label = spellings.get(unified, unified)
        if label is None or label in known:
            return label, None
        label = by_fold.get(label.casefold(), label)
        if label in known:
            return label, None
        if field.open:
            return label or None, None
        raise _FaultError(_unknown_label(text, label, field))

    return read


def _unknown_label(text: str, label: str, field: Field) -> str:
    shown = _quote(text)
    by_fold = {known.casefold(): known for known in field.labels}
    close = difflib.get_close_matches(label.casefold()[:_COMPARED], by_fold, n=3)
    if close:
        return f"{shown} is not known. Did you mean {_one_of([by_fold[name] for name in close], field)}?"
    if len(field.labels) <= _NAMED_LABELS:
        return f"{shown} is not known. It must be {_one_of(field.labels, field)}."
    return f"{shown} is none of the {len(field.labels)} values known for this field."


def _one_of(labels: tuple[str, ...] | list[str], field: Field) -> str:
    *most, last = [field.shown(label) for label in labels]
    return f"{', '.join(most)} or {last}" if most else last


def _wanted(field: Field) -> str:
    """Say what a field takes."""
    if field.kind == "number":
        unit = f" in {field.unit}" if field.unit else ""
        return f"a number{unit}{_range(field)}"
    if field.kind == "date":
        return f"a date as YYYY-MM-DD{_range(field)}"
    if field.kind == "boolean":
        return "true or false"
    if field.kind == "text":
        return "a text"
    if field.labels and len(field.labels) <= _NAMED_LABELS:
        return _one_of(field.labels, field)
    return f"a text, one of {len(field.labels)} known values" if field.labels else "a text"


def _range(field: Field) -> str:
    low, high = (
        write_for_people(end) if isinstance(end, float) else end for end in (field.minimum, field.maximum)
    )
    if low is not None and high is not None:
        return f" from {low} to {high}"
    if low is not None:
        return f", at least {low}" if field.kind == "number" else f", {low} or later"
    if high is not None:
        return f", at most {high}" if field.kind == "number" else f", {high} or earlier"
    return ""


def _kind_of(given: Any) -> str:
    match given:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list() | tuple():
            return "a list"
        case Mapping():
            return "an object"
        case _:
            return type(given).__name__


def _bound(end: float | str | None, otherwise: float) -> float:
    return otherwise if end is None else float(end)


def _quote(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")
