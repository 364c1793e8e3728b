"""From the scorer's fields and applications to what the explanation works on: numbers, and words for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd

from loan_default.evaluation.binning import as_numbers
from loan_default.evaluation.explanation.inputs import Input
from loan_default.features.transformer import FeatureTransformer
from loan_default.portfolio.parsing import TEXT
from loan_default.scoring.fields import Field, Value, write_for_people
from loan_default.scoring.reasons import Reason
from loan_default.scoring.scorer import Scorer

MOST_LABELS = 12
"""More labels without an order are too many to give every row each of them."""

Applications = list[dict[str, Value]]

_NO, _YES = "no", "yes"


def input_of(field: Field) -> Input | None:
    """Describe a field whose effect can be shown; None for texts and for labels too many or not closed."""
    label = f"{field.label} ({field.unit})" if field.unit else field.label
    match field.kind:
        case "number":
            return Input(field.name, label, "number", (), write_for_people)
        case "date":
            return Input(field.name, label, "number", (), _iso)
        case "boolean":
            return Input(field.name, label, "ordered", (_NO, _YES), lambda place: (_NO, _YES)[int(place)])
        case "label" if not field.open and (field.ordered or 1 < len(field.labels) <= MOST_LABELS):
            return Input(
                field.name,
                label,
                "ordered" if field.ordered else "labels",
                field.labels,
                lambda place: field.shown(field.labels[int(place)]),
            )
    return None


def to_numbers(field: Field, values: Sequence[Value]) -> np.ndarray:
    """Write canonical values as numbers: days of dates, places of labels; nan where missing or never seen."""
    match field.kind:
        case "label":
            place = {label: number for number, label in enumerate(field.labels)}
            return np.array([place.get(value, np.nan) for value in values], dtype=float)  # type: ignore[arg-type]
        case "date":
            return as_numbers(pd.to_datetime(pd.Series(list(values), dtype=TEXT), format="%Y-%m-%d"))
        case "text":
            return np.full(len(values), np.nan)
    return np.array([np.nan if value is None else float(value) for value in values])


def to_canonical(field: Field, numbers: np.ndarray) -> list[Value]:
    """Write numbers back as canonical values."""
    match field.kind:
        case "label":
            return [field.labels[int(place)] for place in numbers]
        case "date":
            return [_iso(day) for day in numbers]
        case "boolean":
            return [bool(number) for number in numbers]
    return [float(number) for number in numbers]


def cleaned_numbers(field: Field, clean: pd.DataFrame) -> np.ndarray:
    """Write a cleaned column as numbers, what was filled in as missing again."""
    values = clean[field.name]
    if field.kind == "label":
        numbers = to_numbers(field, values.astype(object).tolist())
    else:
        numbers = as_numbers(values)
    flag = f"{field.name}_missing"
    return np.where(clean[flag] == 1, np.nan, numbers) if flag in clean else numbers


def scored_with(
    scorer: Scorer, applications: Applications, field: Field
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return a function that scores some of the applications with a field set to other values."""

    def probability(rows: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        changed = [
            applications[row] | {field.name: value}
            for row, value in zip(rows, to_canonical(field, numbers), strict=True)
        ]
        return np.array([decision.probability_of_default for decision in scorer.decide(changed)])

    return probability


def in_order(fields: Sequence[Field], applications: Applications, hidden: Collection[str]) -> pd.DataFrame:
    """Write applications as numbers in an order; fields that have none, or are hidden, are all nan."""
    has_order = {f.name: f.kind != "label" or f.ordered for f in fields}
    return pd.DataFrame(
        {
            field.name: to_numbers(field, [application[field.name] for application in applications])
            if has_order[field.name] and field.name not in hidden
            else np.nan
            for field in fields
        },
        index=range(len(applications)),
    )


def reasons_in_words(
    scorer: Scorer, application: dict[str, Value], protected: Collection[str]
) -> dict[str, str]:
    """Write the reasons of one decision down; neither what is protected nor anybody's own words are shown.

    Returns:
        By reason, the largest first, whether it `raises` or `lowers` the risk.
    """
    own_words = {field.name for field in scorer.fields if field.kind == "text" or field.open}

    def words(reason: Reason) -> str:
        texts = scorer.manifest.reason_texts
        effect = texts.raises if reason.direction == "raises" else texts.lowers
        if reason.field in protected:
            return f"a protected field {effect}"
        return f"{reason.label} {effect}" if reason.field in own_words else reason.text

    told: dict[str, str] = {}
    for reason in scorer.reasons(application):
        told.setdefault(words(reason), reason.direction)
    return told


def sampled(explained_rows: pd.DataFrame) -> pd.Index:
    """Return the places of the rows drawn at random, without the chosen cases."""
    return explained_rows.index[explained_rows["case"] == ""]


def flagged(feature_transformer: dict[str, Any], flag: str) -> set[str]:
    """Name the columns that are `protected`, or `lender_set`."""
    decisions = FeatureTransformer.from_dict(feature_transformer).decisions
    return {decision.name for decision in decisions if getattr(decision, flag)}


def _iso(day: Any) -> str:
    return str(np.datetime64(int(day), "D"))
