"""The description of a portfolio: one model, validated before anything runs.

A portfolio is a lender's book. Its description says what each column means, which of them may be used, and
what counts as default; no Python is needed to add one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from loan_default.frames import KEYS
from loan_default.portfolio.derived import DerivedFeature, IsOneOf, check_derived
from loan_default.portfolio.derived import Mapping as LabelMapping
from loan_default.portfolio.labels import fold, snake_case
from loan_default.portfolio.series import Series, derived_of

NumericMissing = Literal["median", "mean"]
CategoricalMissing = Literal["unknown", "mode"]
OutlierMethod = Literal["none", "fences", "zscore"]
OutlierAction = Literal["cap", "flag", "drop"]

LOAN_KINDS = {
    "amount": ("amount",),
    "annual_rate": ("percent",),
    "term": ("duration",),
    "grade": ("ordinal", "number", "percent"),
}
"""Kinds of column that can play each role in `loan`."""

DEFAULT_MISSING_VALUES = ("", "na", "n/a", "#n/a", "nan", "null", "nil", ".", "?")


class _Described(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OutlierRule(_Described):
    """How the outliers of a numeric column are found and treated."""

    method: OutlierMethod = Field(description="fences: box-plot fences; zscore: distance from the mean.")
    factor: float = Field(
        default=3.0,
        gt=0,
        description="Width: interquartile ranges beyond the quartiles, or standard deviations.",
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
    unit: str | None = Field(
        default=None, description="Unit for people: USD, months, %; numbers may carry it."
    )
    required: bool = Field(
        default=True, description="A missing optional column switches off what is built on it."
    )
    aliases: tuple[str, ...] = Field(default=(), description="Other header names of the same column.")
    part_of: PartOfText | None = Field(default=None, description="Where to cut it out if the file lacks it.")


class NumericColumn(_Column):
    """An amount, percentage, number or duration; durations are read in `unit` (days, months or years)."""

    kind: Literal["amount", "percent", "number", "duration"]
    minimum: FiniteFloat | None = Field(default=None, description="Smallest plausible value, in `unit`.")
    maximum: FiniteFloat | None = Field(default=None, description="Largest plausible value, in `unit`.")
    spellings: dict[str, FiniteFloat | None] = Field(
        default_factory=dict, description="Text to value, such as `none: 0`; null means missing."
    )
    written_as: Literal["percent", "fraction", "detect"] = Field(
        default="detect",
        description="Percent columns: 12.5 or 0.125. `detect` decides once, on the training file.",
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
    minimum: date | None = Field(default=None, description="Earliest plausible date, YYYY-MM-DD.")
    maximum: date | None = Field(default=None, description="Latest plausible date, YYYY-MM-DD.")
    day_first: bool = Field(default=False, description="03/04/2015 is 3 April, not 4 March.")

    @field_validator("minimum", "maximum", mode="before")
    @classmethod
    def _is_iso(cls, value: object) -> object:
        if value is None or isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise ValueError(f"{value!r} is not a date in the form YYYY-MM-DD") from None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"minimum {self.minimum} is after maximum {self.maximum}")
        return self


class LabelColumn(_Column):
    """What columns of labels have in common."""

    as_written: bool = Field(default=False, description="Keep labels as written instead of snake_case.")
    spellings: dict[str, str | None] = Field(
        default_factory=dict, description="Spelling to label, both as in the file; null means missing."
    )
    missing: CategoricalMissing | None = Field(default=None, description="Overrides the portfolio's rule.")

    @field_validator("spellings")
    @classmethod
    def _is_unambiguous(cls, spellings: dict[str, str | None], info: ValidationInfo) -> dict[str, str | None]:
        seen: dict[str, str] = {}
        as_written = bool(info.data.get("as_written"))
        for text in spellings:
            label = unify_label(text, as_written)
            if label in seen:
                raise ValueError(f"spellings {seen[label]!r} and {text!r} are one label, {label!r}; keep one")
            seen[label] = text
        return spellings


def unify_label(text: str, as_written: bool) -> str:
    """Return the one spelling of a label: as written but for superfluous spaces, or in snake_case."""
    return " ".join(text.split()) if as_written else snake_case(text)


class OrdinalColumn(LabelColumn):
    """Labels with an order, lowest first."""

    kind: Literal["ordinal"]
    order: tuple[str, ...] = Field(
        min_length=2, description="Every label, lowest first; kept as the labels are after cleaning."
    )

    @field_validator("order")
    @classmethod
    def _is_unified(cls, order: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        labels = tuple(unify_label(label, bool(info.data.get("as_written"))) for label in order)
        repeats = sorted({label for label in labels if labels.count(label) > 1})
        if repeats:
            raise ValueError(f"order names {', '.join(repeats)} twice; as_written: true keeps labels apart")
        return labels


class CategoryColumn(LabelColumn):
    """Labels without an order; high_cardinality ones are target-encoded instead of one-hot."""

    kind: Literal["category", "high_cardinality"]


class BooleanColumn(_Column):
    """Yes or no."""

    kind: Literal["boolean"]
    when_true: tuple[str, ...] = Field(
        default=("1", "true", "yes", "y", "t"), description="Spellings of yes."
    )
    when_false: tuple[str, ...] = Field(
        default=("0", "false", "no", "n", "f"), description="Spellings of no."
    )
    missing: CategoricalMissing | None = Field(
        default=None,
        description="Overrides the portfolio's rule; either way the commoner value is filled in.",
    )

    @model_validator(mode="after")
    def _is_disjoint(self) -> Self:
        both = sorted(set(map(fold, self.when_true)) & set(map(fold, self.when_false)))
        if both:
            raise ValueError(f"{', '.join(map(repr, both))} is listed under when_true and when_false")
        return self


class TextColumn(_Column):
    """Free text: never a feature itself; others may be cut out of it."""

    kind: Literal["text"]


class IgnoredColumn(_Column):
    """A column that is known and not used."""

    kind: Literal["ignored"]


Column = Annotated[
    NumericColumn | DateColumn | OrdinalColumn | CategoryColumn | BooleanColumn | TextColumn | IgnoredColumn,
    Field(discriminator="kind"),
]


class LenderFile(_Described):
    """Where the file lies and how to read it."""

    path: str = Field(description="Delimited text with a header, relative to the project; .gz and .bz2 too.")
    delimiter: str = Field(default=",", min_length=1, max_length=1, description="One character.")
    encoding: str = Field(default="utf-8", description="Such as utf-8, latin-1, cp1252.")
    quote: str = Field(default='"', min_length=1, max_length=1, description="One character.")
    decimal: Literal[".", ","] = Field(default=".", description="Decimal sign: 1,234.56 or 1.234,56.")
    skip_rows: int = Field(default=0, ge=0, description="Lines to pass over before the header.")
    source: str | None = Field(default=None, description="For people: where the file is to be had.")

    @model_validator(mode="after")
    def _signs_differ(self) -> Self:
        if self.delimiter == self.quote:
            raise ValueError(f"delimiter and quote are both {self.quote!r}; they must differ")
        return self


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
                    raise ValueError(
                        f"value {value!r} is listed under {seen[outcome_key(value)]} and {group}"
                    )
                seen[outcome_key(value)] = group
        return self

    @field_validator("default", "paid", "unresolved", mode="before")
    @classmethod
    def _as_text(cls, values: object) -> object:
        if not isinstance(values, list | tuple):
            return values
        # YAML reads yes and no as true and false; what stands in the file is no longer known.
        if any(isinstance(value, bool) for value in values):
            raise ValueError("true, false, yes and no must stand in quotes, spelled as in the file")
        return tuple(str(value) for value in values)


class LoanColumns(_Described):
    """Which columns say how large a loan is, what it earns, and how its lender graded it."""

    amount: str | None = Field(default=None, description="Column of the amount lent, of kind amount.")
    annual_rate: str | None = Field(default=None, description="Column of the yearly rate, of kind percent.")
    term: str | None = Field(default=None, description="Column of the term, of kind duration.")
    grade: str | None = Field(
        default=None,
        description="Column by which the lender orders loans by risk, ordinal or a number, either way up.",
    )


def outcome_key(value: str) -> str:
    """Return the form in which outcome values are compared: 1, 1.0 and " 1 " are one value."""
    return re.sub(r"^([+-]?\d+)\.0+$", r"\1", fold(value))


class Portfolio(_Described):
    """A lender's book, described."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Folder and model name: snake_case.")
    title: str = Field(description="Name for people.")
    currency: str | None = Field(default=None, description="Unit of amounts, such as USD.")
    file: LenderFile
    row_id: str | None = Field(default=None, description="Column that names a row; the row number if absent.")
    outcome: Outcome
    application_date: str | None = Field(
        default=None, description="Date column; allows an out-of-time split."
    )
    loan: LoanColumns = Field(
        default=LoanColumns(), description="Columns that turn decisions into money, where the file has them."
    )
    missing_values: tuple[str, ...] = Field(
        default=DEFAULT_MISSING_VALUES,
        description="Spellings of a missing value, in any case; a list of one's own takes the place of the "
        "usual ones (empty, na, n/a, #n/a, nan, null, nil, a point, a question mark), but for the empty one.",
    )
    columns: dict[str, Column] = Field(min_length=1, description="Every column that is known, by name.")
    post_outcome: tuple[str, ...] = Field(
        default=(), description="Known only after the loan ended: never used."
    )
    lender_set: tuple[str, ...] = Field(default=(), description="The lender's own judgement.")
    protected: tuple[str, ...] = Field(default=(), description="Kept for the fairness audit.")
    series: dict[str, Series] = Field(
        default_factory=dict, description="Repeated monthly columns; each stands for derived features."
    )
    derived: dict[str, DerivedFeature] = Field(
        default_factory=dict,
        description="Features made from columns; one with the name of a given column yields to it.",
    )

    @model_validator(mode="before")
    @classmethod
    def _spell_out_series(cls, data: Any) -> Any:
        """Add the derived features of the series; one described under the same name goes before."""
        if not isinstance(data, dict) or not data.get("series"):
            return data
        try:
            series = TypeAdapter(dict[str, Series]).validate_python(data["series"])
        except ValidationError:
            return data  # refused, with its place, when the fields are validated
        return {**data, "derived": {**derived_of(series), **(data.get("derived") or {})}}

    @field_validator("missing_values")
    @classmethod
    def _is_folded(cls, spellings: tuple[str, ...]) -> tuple[str, ...]:
        # An empty field is missing, whatever else is.
        return tuple(dict.fromkeys(("", *map(fold, spellings))))

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        _refuse_shared_names(self.columns)
        self._refuse_reserved_names()
        self._refuse_outcome_among_columns()
        self._refuse_misspelt_post_outcome()
        self._check_references()
        check_derived(self.derived, {name: column.kind for name, column in self.columns.items()})
        for name, feature in self.derived.items():
            self._refuse_unknown_labels(name, feature)
        return self

    def _check_references(self) -> None:
        """Refuse names that stand for nothing, or for something that cannot be used there."""
        known = self.columns.keys() | self.derived.keys()
        for key in ("lender_set", "protected"):
            _refuse_unknown(key, getattr(self, key), known)
        for name, column in self.columns.items():
            if column.part_of is None:
                continue
            source = column.part_of.column
            _refuse_unknown(f"columns.{name}.part_of.column", (source,), self.columns.keys() - {name})
            if source in self.post_outcome and name not in self.post_outcome:
                raise ValueError(
                    f"columns.{name} is part of {source!r}, which is under post_outcome; so must it be"
                )
        for name, series in self.series.items():
            limit = () if series.limit is None else (series.limit,)
            _refuse_unknown(f"series.{name}", (*series.columns, *limit), known)
            if series.pays is not None and (series.pays not in self.series or series.pays == name):
                raise ValueError(f"series.{name}.pays names {series.pays!r}, which is no other series")
        for name, feature in self.derived.items():
            _refuse_unknown(f"derived.{name}", feature.inputs, known - {name})
        self._check_loan()
        if self.application_date is not None:
            _refuse_unknown("application_date", (self.application_date,), self.columns.keys())
            if self.columns[self.application_date].kind != "date":
                raise ValueError(f"application_date {self.application_date!r} is not of kind date")
            if self.application_date in self.post_outcome:
                raise ValueError(f"application_date {self.application_date!r} is also under post_outcome")

    def _check_loan(self) -> None:
        """Refuse roles of a loan that no column of the right kind plays."""
        for role, kinds in LOAN_KINDS.items():
            name = getattr(self.loan, role)
            if name is None:
                continue
            _refuse_unknown(f"loan.{role}", (name,), self.columns.keys())
            if self.columns[name].kind not in kinds:
                raise ValueError(
                    f"loan.{role} {name!r} is of kind {self.columns[name].kind}, not {' or '.join(kinds)}"
                )
            if name in self.post_outcome:
                raise ValueError(f"loan.{role} {name!r} is also under post_outcome")

    def _refuse_reserved_names(self) -> None:
        """Refuse names that the cleaned frame needs for itself: its keys, and the flags beside columns."""
        flags = {f"{name}_{flag}" for name in self.columns for flag in ("missing", "outlier")}
        reserved = {*KEYS, "outlier", *flags} & self.columns.keys() | set(KEYS) & self.derived.keys()
        for name in sorted(reserved):
            raise ValueError(
                f"the name {name!r} is needed for a column of the cleaned table; choose another, and give "
                f"the file's under aliases: [{name}]"
            )

    def _refuse_outcome_among_columns(self) -> None:
        """Refuse a description in which the outcome or the row id would become a feature."""
        owner = _owners(self.columns)
        outcome, row_id = self.outcome.column, self.row_id
        for key, value in (("outcome.column", outcome), ("row_id", row_id)):
            if value is not None and _header_key(value) in owner:
                raise ValueError(
                    f"{key} {value!r} is also column {owner[_header_key(value)]!r} under `columns`; "
                    "it must not be"
                )
        if row_id is not None and _header_key(row_id) == _header_key(outcome):
            raise ValueError(f"row_id and outcome.column are both {row_id!r}; they must differ")

    def _refuse_misspelt_post_outcome(self) -> None:
        """Refuse a post-outcome name that is nearly a described column: that column would be used."""
        owner = _owners(self.columns)
        free = [name for name in self.columns if name not in self.post_outcome]
        for name in self.post_outcome:
            described = owner.get(_header_key(name), name)
            if described != name:
                raise ValueError(
                    f"post_outcome names {name!r}, which is column {described!r}; write {described}"
                )
            close = [] if name in self.columns else get_close_matches(name, free, n=1, cutoff=0.85)
            if close:
                raise ValueError(
                    f"post_outcome names {name!r}, which is not described; did you mean {close[0]!r}? "
                    f"If both exist, describe {name} too (kind ignored)"
                )

    def _refuse_unknown_labels(self, name: str, feature: DerivedFeature) -> None:
        """Refuse labels that the column read can never have."""
        column = self.columns.get(feature.column) if isinstance(feature, LabelMapping | IsOneOf) else None
        if not isinstance(column, LabelColumn) or not isinstance(feature, LabelMapping | IsOneOf):
            return
        for label in feature.values:
            unified = unify_label(label, column.as_written)
            if label != unified:
                raise ValueError(
                    f"derived.{name}.values names {label!r}; after cleaning the label is {unified!r}"
                )
            if isinstance(column, OrdinalColumn) and label not in column.order:
                raise ValueError(
                    f"derived.{name}.values names {label!r}, which is not in columns.{feature.column}.order "
                    f"({', '.join(column.order)})"
                )

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


def _refuse_unknown(key: str, names: Iterable[str], known: Iterable[str]) -> None:
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise ValueError(f"{key} names {', '.join(unknown)}, not described under `columns` or `derived`")


def _header_key(name: str) -> str:
    """Return the form in which header names are compared; names of signs alone have no snake_case."""
    return snake_case(name) or name


def _owners(columns: Mapping[str, Column]) -> dict[str, str]:
    """Return for each header name the column that answers to it."""
    return {
        _header_key(spelling): name
        for name, column in columns.items()
        for spelling in (name, *column.aliases)
    }


def _refuse_shared_names(columns: Mapping[str, Column]) -> None:
    """Refuse two columns that answer to one header name."""
    owner: dict[str, str] = {}
    for name, column in columns.items():
        for spelling in (name, *column.aliases):
            other = owner.setdefault(_header_key(spelling), name)
            if other != name:
                raise ValueError(
                    f"columns {other} and {name} share the header name {_header_key(spelling)!r}"
                )
