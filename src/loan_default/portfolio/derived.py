"""Derived features, as a description may ask for them.

Each kind says which columns it reads (`inputs`); how it is computed stands in `loan_default.features.derive`.
"""

from __future__ import annotations

import graphlib
from collections import abc
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from loan_default.portfolio.series import LATE_STATISTICS

NUMBER_KINDS = frozenset({"amount", "percent", "number", "duration"})
LABEL_KINDS = frozenset({"ordinal", "category", "high_cardinality"})

_READS: dict[str, frozenset[str]] = {
    "ratio": NUMBER_KINDS | {"boolean"},
    "annuity": NUMBER_KINDS,
    "sum": NUMBER_KINDS | {"boolean"},
    "elapsed": frozenset({"date"}),
    "mapping": LABEL_KINDS,
    "is_one_of": LABEL_KINDS,
    "text_length": frozenset({"text"}),
    "over_months": NUMBER_KINDS,
}
_READS_DERIVED = ("ratio", "annuity", "sum")


class _Derived(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str | None = Field(default=None, description="Name for people.")
    unit: str | None = Field(default=None, description="Unit for people.")


class Ratio(_Derived):
    """numerator / denominator, missing where the denominator is zero or either is missing."""

    kind: Literal["ratio"]
    numerator: str = Field(description="Column or derived feature.")
    denominator: str = Field(description="Column or derived feature.")
    times: float = Field(default=1.0, description="Factor: 12 for months in a year, 100 for per cent.")

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns read."""
        return (self.numerator, self.denominator)


class Annuity(_Derived):
    """Monthly instalment of an annuity loan; amount / term where the rate is zero."""

    kind: Literal["annuity"]
    amount: str = Field(description="Column with the amount lent.")
    annual_rate: str = Field(description="Column with the yearly rate, in per cent.")
    months: str = Field(description="Column with the term, in months.")

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns read."""
        return (self.amount, self.annual_rate, self.months)


class Elapsed(_Derived):
    """Time from one date to another, negative if the second comes first."""

    kind: Literal["elapsed"]
    since: str = Field(description="Date column.")
    until: str = Field(description="Date column, usually the application date.")
    unit: Literal["days", "months", "years"] = Field(default="years", description="Unit of the result.")

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns read."""
        return (self.since, self.until)


class WeightedSum(_Derived):
    """Sum of columns times weights, missing if any is missing."""

    kind: Literal["sum"]
    weights: dict[str, float] = Field(min_length=1, description="Column or derived feature to weight.")

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns read."""
        return tuple(self.weights)


class Mapping(_Derived):
    """A number for each label; `otherwise` for labels not listed."""

    kind: Literal["mapping"]
    column: str = Field(description="Column with labels, as they are after cleaning.")
    values: dict[str, float] = Field(min_length=1, description="Label to number.")
    otherwise: float | None = Field(default=None, description="For other labels; missing if null.")

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns read."""
        return (self.column,)


class IsOneOf(_Derived):
    """1 where the label is one of those listed, 0 elsewhere."""

    kind: Literal["is_one_of"]
    column: str = Field(description="Column with labels, as they are after cleaning.")
    values: tuple[str, ...] = Field(min_length=1, description="Labels that give 1.")

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns read."""
        return (self.column,)


class TextLength(_Derived):
    """Number of characters of a text, 0 where there is none."""

    kind: Literal["text_length"]
    column: str = Field(description="Text column.")

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns read."""
        return (self.column,)


class OverMonths(_Derived):
    """What a row of monthly values comes to, missing if any month is missing."""

    kind: Literal["over_months"]
    statistic: Literal[
        "level", "trend", "volatility", "worst", "months_late", "since_late", "late_streak"
    ] = Field(
        description="level: mean; trend: least-squares change per month; volatility: standard deviation; "
        "worst: highest; months_late: how many; since_late: months since the last late one, 0 if it is the "
        "newest, the number of months if there is none; late_streak: late months in a row up to the newest."
    )
    columns: tuple[str, ...] = Field(min_length=2, description="Columns, the oldest month first.")
    late_from: float | None = Field(default=None, description="Value from which a month is late.")

    @model_validator(mode="after")
    def _knows_what_is_late(self) -> Self:
        if (self.statistic in LATE_STATISTICS) != (self.late_from is not None):
            raise ValueError(
                f"`late_from` belongs to the statistics {', '.join(LATE_STATISTICS)}, and they need it"
            )
        return self

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns read."""
        return self.columns


DerivedFeature = Annotated[
    Ratio | Annuity | Elapsed | WeightedSum | Mapping | IsOneOf | TextLength | OverMonths,
    Field(discriminator="kind"),
]


def check_derived(derived: abc.Mapping[str, DerivedFeature], kinds: abc.Mapping[str, str]) -> None:
    """Refuse derived features that cannot be computed on any file.

    Args:
        derived: Derived features by name.
        kinds: Kind of each described column.

    Raises:
        ValueError: One reads a column of the wrong kind, or they read each other in a circle.
    """
    for name, feature in derived.items():
        _check_kinds(name, feature, derived, kinds)
    try:
        graphlib.TopologicalSorter(
            {name: [read for read in feature.inputs if read in derived] for name, feature in derived.items()}
        ).prepare()
    except graphlib.CycleError as error:
        raise ValueError(
            f"derived features read each other in a circle: {' <- '.join(error.args[1])}; "
            "let one of them read columns only"
        ) from error


def _check_kinds(
    name: str,
    feature: DerivedFeature,
    derived: abc.Mapping[str, DerivedFeature],
    kinds: abc.Mapping[str, str],
) -> None:
    readable = f"it can read columns of kind {', '.join(sorted(_READS[feature.kind]))}"
    for read in feature.inputs:
        if read in kinds and kinds[read] not in _READS[feature.kind]:
            raise ValueError(
                f"derived.{name} of kind {feature.kind} reads column {read} of kind {kinds[read]}; {readable}"
            )
        if read not in kinds and read in derived and feature.kind not in _READS_DERIVED:
            raise ValueError(
                f"derived.{name} of kind {feature.kind} reads derived feature {read}, a number; {readable}"
            )
