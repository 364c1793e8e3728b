"""What the train rows held: facts for the manifest, from the lender's file as the scorer would read it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from loan_default.features.transformer import FeatureTransformer
from loan_default.frames import DEFAULT, ROW_ID, TRAIN, in_part
from loan_default.portfolio.applications import type_columns
from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.portfolio.description import (
    BooleanColumn,
    DateColumn,
    LabelColumn,
    NumericColumn,
    OrdinalColumn,
    Portfolio,
)
from loan_default.portfolio.resolve import match_applications, resolve_columns
from loan_default.scoring.fields import Field, Value
from loan_default.scoring.manifest import Training

_NEW_LABELS = 0.001
"""Share of labels expected to be new from which a list of labels is not closed."""


class TrainingFacts(BaseModel):
    """What the manifest says of the train rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    training: Training
    fields: tuple[Field, ...]


def describe_training(
    raw: pd.DataFrame,
    clean: pd.DataFrame,
    portfolio: Portfolio,
    cleaner: ApplicationCleaner,
    transformer: FeatureTransformer,
) -> TrainingFacts:
    """Describe the train rows and the fields that the model reads.

    Values are those of the file, before outliers are capped.

    Args:
        raw: The lender's file, every column as text, index `row_number`.
        clean: The cleaned applications, for which rows are train rows.
        portfolio: The description of the file.
        cleaner: Fitted cleaner; its description is the one that holds for the file.
        transformer: Fitted features, for which columns are read.
    """
    names = tuple(transformer.groups())
    typed = train_rows_as_given(raw, clean, portfolio, cleaner, names)
    return TrainingFacts(
        training=_training(in_part(clean, TRAIN), cleaner.portfolio.application_date),
        fields=tuple(_describe(name, typed[name], cleaner) for name in names),
    )


def train_rows_as_given(
    raw: pd.DataFrame,
    clean: pd.DataFrame,
    portfolio: Portfolio,
    cleaner: ApplicationCleaner,
    names: tuple[str, ...],
) -> pd.DataFrame:
    """Read columns of the train rows as the scorer would: typed, nothing filled or capped.

    Args:
        raw: The lender's file, every column as text, index `row_number`.
        clean: The cleaned applications, for which rows are train rows.
        portfolio: The description of the file.
        cleaner: Fitted cleaner; its description is the one that holds for the file.
        names: Columns wanted.
    """
    header = resolve_columns(raw, portfolio).header
    row_ids = raw.index if portfolio.row_id is None else raw[header[portfolio.row_id]]
    rows = raw.loc[row_ids.isin(in_part(clean, TRAIN)[ROW_ID])]
    return type_columns(rows, match_applications(rows, cleaner.portfolio, names), cleaner.fractions)[0]


def _training(train: pd.DataFrame, application_date: str | None) -> Training:
    dates = pd.Series(dtype="datetime64[s]") if application_date is None else train[application_date].dropna()
    return Training(
        rows=len(train),
        events=int(train[DEFAULT].sum()),
        default_rate=float(train[DEFAULT].mean()),
        first_date=str(dates.min().date()) if len(dates) else None,
        last_date=str(dates.max().date()) if len(dates) else None,
    )


def _describe(name: str, values: pd.Series, cleaner: ApplicationCleaner) -> Field:
    portfolio = cleaner.portfolio
    column = portfolio.columns[name]
    given = values.dropna()
    facts: dict[str, Any] = {
        "name": name,
        "header": cleaner.header.get(name, name),
        "label": portfolio.label(name),
        "unit": portfolio.unit(name),
        # What was missing in train, or has a rule of its own for being missing, may be missing again.
        "required": len(given) == len(values) and getattr(column, "missing", None) is None,
        "default": cleaner.fills.get(name),
        **_NOTHING,
    }
    match column:
        case NumericColumn():
            facts |= _numbers(given) | {"minimum": column.minimum, "maximum": column.maximum}
        case DateColumn():
            facts |= _dates(given)
            facts |= {"minimum": _iso(column.minimum), "maximum": _iso(column.maximum)}
        case BooleanColumn():
            facts |= {"kind": "boolean", "typical": bool(given.mode().iloc[0])}
            facts["default"] = bool(facts["default"])
        case LabelColumn():
            facts |= _labels(given, column.order if isinstance(column, OrdinalColumn) else None)
        case _:
            # Nobody's own text goes into the bundle.
            facts["required"] = False
    return Field.model_validate(facts)


_NOTHING: dict[str, Any] = {
    "kind": "text",
    "whole": False,
    **dict.fromkeys(("minimum", "maximum", "training_low", "training_high", "typical")),
    "labels": (),
    "ordered": False,
    "open": False,
}


def _numbers(given: pd.Series) -> dict[str, Value]:
    whole, median = bool((given % 1 == 0).all()), float(given.median())
    return {
        "kind": "number",
        "whole": whole,
        "training_low": float(given.min()),
        "training_high": float(given.max()),
        "typical": float(round(median)) if whole else median,
    }


def _dates(given: pd.Series) -> dict[str, Value]:
    return {
        "kind": "date",
        "training_low": _iso(given.min()),
        "training_high": _iso(given.max()),
        "typical": _iso(given.sort_values().iloc[len(given) // 2]),
    }


def _labels(given: pd.Series, order: tuple[str, ...] | None) -> dict[str, Any]:
    """Describe labels; the chance that the next one is new is the share of those seen once (Good, 1953)."""
    counts = given.value_counts()
    is_open = order is None and float((counts == 1).sum()) > _NEW_LABELS * len(given)
    return {
        "kind": "label",
        "labels": order or (() if is_open else tuple(sorted(counts.index))),
        "ordered": order is not None,
        "open": is_open,
        # Of a list that is not closed no label goes into the bundle's manifest but the commonest.
        "typical": str(counts.index[0]),
    }


def _iso(day: Any) -> str | None:
    return None if day is None else str(pd.Timestamp(day).date())
