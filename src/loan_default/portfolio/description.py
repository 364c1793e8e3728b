"""The description of a portfolio: one model, validated before anything runs.

A portfolio is a lender's book. Its description says what each column means, which of them may be used, and
what counts as default; no Python is needed to add one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from loan_default.portfolio.derived import DerivedFeature
from loan_default.portfolio.labels import snake_case

NumericMissing = Literal["median", "mean"]
CategoricalMissing = Literal["unknown", "mode"]
OutlierMethod = Literal["none", "fences", "zscore"]
OutlierAction = Literal["cap", "flag", "drop"]

DEFAULT_MISSING_VALUES = ("", "na", "n/a", "#n/a", "nan", "null", "nil", ".", "?")


class _Described(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OutlierRule(_Described):
    """How the outliers of a numeric column are found and treated."""

    method: OutlierMethod = Field(description="fences: box-plot fences; zscore: distance from the mean.")
    factor: float = Field(
        default=3.0,
        gt=0,
        description="Width: interquartile ranges beyond the quartiles (fences) or standard deviations (zscore).",
    )
    action: OutlierAction = Field(
        default="cap",
        description="cap: move to the bound; flag: add a 0/1 column; drop: leave the row out of train only.",
    )


class PartOfText(_Described):
    """A column cut out of another one, where the file has no column of that name."""

    column: str = Field(description="The text column to look into.")
    pattern: str = Field(description="Regular expression with one group: the wanted part.")

    @field_validator("pattern")
    @classmethod
    def _has_one_group(cls, pattern: str) -> str:
        try:
            groups = re.compile(pattern).groups
        except re.error as error:
            raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
        if groups != 1:
            raise ValueError(f"{pattern!r} has {groups} groups; put exactly one (...) around the wanted part")
        return pattern


class _Column(_Described):
    label: str | None = Field(default=None, description="Name for people; the column's own name if absent.")
    unit: str | None = Field(default=None, description="Unit for people: USD, months, years, %.")
    required: bool = Field(default=True, description="A missing optional column switches off what is built on it.")
    aliases: tuple[str, ...] = Field(default=(), description="Other header names of the same column.")
    part_of: PartOfText | None = Field(default=None, description="Where to cut it out if the file lacks it.")


class NumericColumn(_Column):
    """An amount, percentage, number or duration; durations are read in `unit` (days, months or years)."""

    kind: Literal["amount", "percent", "number", "duration"]
    minimum: float | None = Field(default=None, description="Smallest plausible value, in `unit`.")
    maximum: float | None = Field(default=None, description="Largest plausible value, in `unit`.")
    spellings: dict[str, float | None] = Field(
        default_factory=dict, description="Text to value, such as `< 1 year: 0`; null means missing."
    )
    written_as: Literal["percent", "fraction", "detect"] = Field(
        default="detect",
        description="Percent columns: 12.5 or 0.125. `detect` decides once, on the training file, and is kept.",
    )
    missing: NumericMissing | None = Field(default=None, description="Overrides the portfolio's rule.")
    outliers: OutlierRule | None = Field(default=None, description="Overrides the portfolio's rule.")

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"minimum {self.minimum:g} is above maximum {self.maximum:g}")
        if self.kind == "duration" and self.unit not in ("days", "months", "years"):
            raise ValueError(f"a duration needs `unit` days, months or years, not {self.unit!r}")
        if self.kind != "percent" and self.written_as != "detect":
            raise ValueError(f"`written_as` belongs to kind percent, not {self.kind}")
        return self


class DateColumn(_Column):
    """A calendar date; months without a day are read as their first day."""

    kind: Literal["date"]
    minimum: str | None = Field(default=None, description="Earliest plausible date, YYYY-MM-DD.")
    maximum: str | None = Field(default=None, description="Latest plausible date, YYYY-MM-DD.")
    day_first: bool = Field(default=False, description="03/04/2015 is 3 April, not 4 March.")

    @field_validator("minimum", "maximum")
    @classmethod
    def _is_iso(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError(f"{value!r} is not a date in the form YYYY-MM-DD")
        return value


class _LabelColumn(_Column):
    spellings: dict[str, str | None] = Field(
        default_factory=dict, description="Spelling to label, both as in the file; null means missing."
    )
    as_written: bool = Field(default=False, description="Keep labels as written instead of snake_case.")
    missing: CategoricalMissing | None = Field(default=None, description="Overrides the portfolio's rule.")


class OrdinalColumn(_LabelColumn):
    """Labels with an order, lowest first."""

    kind: Literal["ordinal"]
    order: tuple[str, ...] = Field(min_length=2, description="Every label, lowest first.")

    @field_validator("order")
    @classmethod
    def _has_no_repeats(cls, order: tuple[str, ...]) -> tuple[str, ...]:
        repeats = sorted({label for label in order if order.count(label) > 1})
        if repeats:
            raise ValueError(f"order names {', '.join(repeats)} twice")
        return order


class CategoryColumn(_LabelColumn):
    """Labels without an order; high_cardinality ones are target-encoded instead of one-hot."""

    kind: Literal["category", "high_cardinality"]


class BooleanColumn(_Column):
    """Yes or no."""

    kind: Literal["boolean"]
    when_true: tuple[str, ...] = Field(default=("1", "true", "yes", "y", "t"), description="Spellings of yes.")
    when_false: tuple[str, ...] = Field(default=("0", "false", "no", "n", "f"), description="Spellings of no.")
    missing: CategoricalMissing | None = Field(
        default=None, description="Overrides the portfolio's rule; either way the commoner value is filled in."
    )


class TextColumn(_Column):
    """Free text: never a feature itself; others may be cut out of it."""

    kind: Literal["text"]


class IgnoredColumn(_Column):
    """A column that is known and not used."""

    kind: Literal["ignored"]


Column = Annotated[
    NumericColumn
    | DateColumn
    | OrdinalColumn
    | CategoryColumn
    | BooleanColumn
    | TextColumn
    | IgnoredColumn,
    Field(discriminator="kind"),
]


class LenderFile(_Described):
    """Where the file lies and how to read it."""

    path: str = Field(description="Delimited text with a header, relative to the project; .gz and .bz2 too.")
    delimiter: str = Field(default=",", min_length=1, max_length=1, description="One character.")
    encoding: str = Field(default="utf-8", description="Such as utf-8, latin-1, cp1252.")
    quote: str = Field(default='"', min_length=1, max_length=1, description="One character.")
    skip_rows: int = Field(default=0, ge=0, description="Lines to pass over before the header.")
    source: str | None = Field(default=None, description="For people: where the file is to be had.")


class Outcome(_Described):
    """Which values of the outcome column mean default, paid, or not yet known."""

    column: str = Field(description="The column that says how the loan ended.")
    default: tuple[str, ...] = Field(min_length=1, description="Values of a loan in default (event = 1).")
    paid: tuple[str, ...] = Field(min_length=1, description="Values of a loan paid back (0).")
    unresolved: tuple[str, ...] = Field(default=(), description="Values of loans still running: set aside.")

    @model_validator(mode="after")
    def _is_disjoint(self) -> Self:
        seen: dict[str, str] = {}
        for group in ("default", "paid", "unresolved"):
            for value in getattr(self, group):
                if outcome_key(value) in seen:
                    raise ValueError(f"value {value!r} is listed under {seen[outcome_key(value)]} and {group}")
                seen[outcome_key(value)] = group
        return self

    @field_validator("default", "paid", "unresolved", mode="before")
    @classmethod
    def _as_text(cls, values: Iterable[object]) -> object:
        return tuple(str(value) for value in values) if isinstance(values, list | tuple) else values


def outcome_key(value: str) -> str:
    """Return the form in which outcome values are compared: 1, 1.0 and " 1 " are one value."""
    text = " ".join(value.split()).casefold()
    return re.sub(r"^([+-]?\d+)\.0+$", r"\1", text)


class Portfolio(_Described):
    """A lender's book, described."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Folder and model name: snake_case.")
    title: str = Field(description="Name for people.")
    currency: str | None = Field(default=None, description="Unit of amounts, such as USD.")
    file: LenderFile
    row_id: str | None = Field(default=None, description="Column that names a row; the row number if absent.")
    outcome: Outcome
    application_date: str | None = Field(default=None, description="Date column; allows an out-of-time split.")
    missing_values: tuple[str, ...] = Field(
        default=DEFAULT_MISSING_VALUES, description="Spellings of a missing value, in any case."
    )
    columns: dict[str, Column] = Field(min_length=1, description="Every column that is known, by name.")
    post_outcome: tuple[str, ...] = Field(default=(), description="Known only after the loan ended: never used.")
    lender_set: tuple[str, ...] = Field(default=(), description="The lender's own judgement.")
    protected: tuple[str, ...] = Field(default=(), description="Kept for the fairness audit.")
    derived: dict[str, DerivedFeature] = Field(
        default_factory=dict, description="Features made from columns; one with the name of a given column yields to it."
    )

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        known = set(self.columns) | set(self.derived)
        for key in ("lender_set", "protected"):
            self._refuse_unknown(key, getattr(self, key), known)
        if self.application_date is not None:
            self._refuse_unknown("application_date", (self.application_date,), set(self.columns))
            if self.columns[self.application_date].kind != "date":
                raise ValueError(f"application_date {self.application_date!r} is not of kind date")
        for name, column in self.columns.items():
            if column.part_of is not None:
                self._refuse_unknown(f"columns.{name}.part_of.column", (column.part_of.column,), set(self.columns))
        for name, feature in self.derived.items():
            self._refuse_unknown(f"derived.{name}", feature.inputs, known - {name})
        for key, value in (("outcome.column", self.outcome.column), ("row_id", self.row_id)):
            if value in self.columns:
                raise ValueError(f"{key} {value!r} is also under `columns`; it must not be")
        self._refuse_shared_names()
        return self

    def _refuse_unknown(self, key: str, names: Iterable[str], known: set[str]) -> None:
        unknown = sorted(set(names) - known)
        if unknown:
            raise ValueError(f"{key} names {', '.join(unknown)}, not described under `columns` or `derived`")

    def _refuse_shared_names(self) -> None:
        """Refuse two columns that answer to one header name."""
        owner: dict[str, str] = {}
        for name, column in self.columns.items():
            for spelling in dict.fromkeys(snake_case(text) for text in (name, *column.aliases)):
                if spelling in owner:
                    raise ValueError(f"columns {owner[spelling]} and {name} share the header name {spelling!r}")
                owner[spelling] = name

    def label(self, name: str) -> str:
        """Return the name for people of a column or derived feature."""
        described = self.columns.get(name) or self.derived.get(name)
        return (described.label if described is not None else None) or name.replace("_", " ")

    def unit(self, name: str) -> str | None:
        """Return the unit of a column or derived feature; amounts are in the portfolio's currency."""
        described = self.columns.get(name) or self.derived.get(name)
        if described is None:
            return None
        if described.unit is None and getattr(described, "kind", None) == "amount":
            return self.currency
        return described.unit
