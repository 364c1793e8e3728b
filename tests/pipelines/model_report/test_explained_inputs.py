"""Fields and applications as numbers and back, and reasons without what must not be shown."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from loan_default.pipelines.model_report.explained_inputs import (
    MOST_LABELS,
    cleaned_numbers,
    in_order,
    input_of,
    reasons_in_words,
    scored_with,
    to_canonical,
    to_numbers,
)
from loan_default.scoring.fields import Field
from loan_default.scoring.reasons import Reason
from loan_default.scoring.settings import ReasonTexts

NOTHING: dict[str, Any] = {
    "unit": None,
    "required": False,
    "whole": False,
    "labels": (),
    "ordered": False,
    "open": False,
    **dict.fromkeys(("minimum", "maximum", "training_low", "training_high", "default", "typical")),
}


def field(name: str, kind: str, **facts: Any) -> Field:
    return Field.model_validate(
        NOTHING | {"name": name, "header": name, "label": name.capitalize(), "kind": kind} | facts
    )


INCOME = field("income", "number", unit="EUR")
OWNER = field("owner", "boolean")
APPLIED = field("applied", "date")
GRADE = field("grade", "label", labels=("A", "B", "C"), ordered=True)
PURPOSE = field("purpose", "label", labels=("car", "small_boat"))
TITLE = field("title", "label", open=True)
NOTE = field("note", "text")


def test_numbers_dates_and_labels_become_inputs() -> None:
    kinds = {
        one.name: getattr(input_of(one), "kind", None) for one in (INCOME, OWNER, APPLIED, GRADE, PURPOSE)
    }
    assert kinds == {
        "income": "number",
        "owner": "ordered",
        "applied": "number",
        "grade": "ordered",
        "purpose": "labels",
    }
    income, purpose = input_of(INCOME), input_of(PURPOSE)
    assert income is not None
    assert income.label == "Income (EUR)"
    assert purpose is not None
    assert purpose.written(1) == "small boat"


def test_texts_own_words_and_long_lists_are_no_inputs() -> None:
    many = field("city", "label", labels=tuple(f"town {i}" for i in range(MOST_LABELS + 1)))
    assert [input_of(one) for one in (NOTE, TITLE, many)] == [None, None, None]


@pytest.mark.parametrize(
    ("one", "values", "numbers"),
    [
        (INCOME, [1200.5, None], [1200.5, np.nan]),
        (OWNER, [True, False, None], [1, 0, np.nan]),
        (APPLIED, ["1970-01-03", None, "2014-12-31"], [2, np.nan, 16435]),
        (GRADE, ["C", "A", None, "never seen"], [2, 0, np.nan, np.nan]),
        (NOTE, ["hello"], [np.nan]),
    ],
)
def test_values_become_numbers_and_known_ones_come_back(one: Field, values: list, numbers: list) -> None:
    found = to_numbers(one, values)
    np.testing.assert_array_equal(found, numbers)
    known = ~np.isnan(found)
    assert to_canonical(one, found[known]) == [v for v, there in zip(values, known, strict=True) if there]


def test_cleaned_columns_become_the_same_numbers_and_what_was_filled_is_missing() -> None:
    clean = pd.DataFrame(
        {
            "income": [5.0, 7.0],
            "income_missing": [0.0, 1.0],
            "grade": pd.array(["B", "unknown"], dtype="str"),
            "applied": pd.to_datetime(["1970-01-03", "2014-12-31"]),
        }
    )
    np.testing.assert_array_equal(cleaned_numbers(INCOME, clean), [5, np.nan])
    np.testing.assert_array_equal(cleaned_numbers(GRADE, clean), [1, np.nan])
    np.testing.assert_array_equal(cleaned_numbers(APPLIED, clean), [2, 16435])


def test_only_what_has_an_order_and_is_not_hidden_is_coloured() -> None:
    applications = [{"income": 3.0, "grade": "B", "purpose": "car", "owner": True}]
    values = in_order((INCOME, GRADE, PURPOSE, OWNER), applications, hidden={"income"})
    assert values.iloc[0].tolist() == pytest.approx([np.nan, 1, np.nan, 1], nan_ok=True)


def test_rows_are_scored_with_one_field_changed() -> None:
    class Scorer:
        def decide(self, applications: list[dict[str, Any]]) -> list[SimpleNamespace]:
            return [
                SimpleNamespace(probability_of_default=one["income"] / 100 + (one["grade"] == "C"))
                for one in applications
            ]

    applications = [{"income": 1.0, "grade": "A"}, {"income": 2.0, "grade": "B"}]
    probability = scored_with(Scorer(), applications, GRADE)  # type: ignore[arg-type]
    assert probability(np.array([1, 0, 0]), np.array([2.0, 0.0, 2.0])).tolist() == [1.02, 0.01, 1.01]
    assert applications[1]["grade"] == "B"


def test_reasons_show_no_protected_field_and_nobody_s_own_words() -> None:
    def reason(name: str, value: str, contribution: float) -> Reason:
        direction = "raises" if contribution > 0 else "lowers"
        text = f"{name.capitalize()} {value} {direction} the risk"
        return Reason(name, name.capitalize(), value, direction, contribution, text)  # type: ignore[arg-type]

    scorer = SimpleNamespace(
        fields=(INCOME, TITLE, NOTE, field("age", "number"), field("sex", "label")),
        manifest=SimpleNamespace(reason_texts=ReasonTexts()),
        reasons=lambda application: [
            reason("age", "71", 0.5),
            reason("sex", "female", 0.4),
            reason("title", "night nurse", -0.3),
            reason("income", "12 EUR", 0.2),
        ],
    )
    told = reasons_in_words(scorer, {}, protected={"age", "sex"})  # type: ignore[arg-type]
    assert list(told.items()) == [
        ("a protected field raises the risk", "raises"),
        ("Title lowers the risk", "lowers"),
        ("Income 12 EUR raises the risk", "raises"),
    ]
