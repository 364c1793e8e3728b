"""Values as people read them."""

from __future__ import annotations

from typing import Any

import pytest

from loan_default.scoring import Field, Scorer
from loan_default.scoring.fields import write_for_people


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (36, "36"),
        (1_234_567.0, "1,234,567"),
        (12_345.678, "12,346"),
        (18.2, "18.2"),
        (-3.14159, "-3.14"),
        (0.012345, "0.0123"),
    ],
)
def test_numbers(number: float, text: str) -> None:
    assert write_for_people(number) == text


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("rate", 18.2, "18.2 %"),
        ("income", 62_000.0, "62,000 EUR"),
        ("months", 36.0, "36 months"),
        ("debts", 2.0, "2"),
        ("purpose", "boat_trip", "boat trip"),
        ("owner", True, "yes"),
        ("owner", False, "no"),
        ("applied", "2015-06-01", "2015-06-01"),
        ("note", "please", "of 6 characters"),
        ("rate", None, "not given"),
    ],
)
def test_values_have_their_unit(scorer: Scorer, field: str, value: Any, text: str) -> None:
    fields: dict[str, Field] = {field.name: field for field in scorer.fields}
    assert fields[field].shown(value) == text
