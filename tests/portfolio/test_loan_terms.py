from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.loan_terms import loan_terms

Describe = Callable[..., Portfolio]

COLUMNS: dict[str, Any] = {
    "amount": {"kind": "amount"},
    "rate": {"kind": "percent", "required": False},
    "term": {"kind": "duration", "unit": "years"},
    "grade": {"kind": "ordinal", "order": ["A", "B", "C"], "as_written": True},
    "job": {"kind": "category"},
    "applied": {"kind": "date", "required": False},
}
LOAN = {"amount": "amount", "annual_rate": "rate", "term": "term", "grade": "grade"}


def test_terms_are_in_common_units(describe: Describe) -> None:
    clean = pd.DataFrame(
        {
            "row_id": ["x", "y"],
            "amount": [1000.0, 2000.0],
            "rate": [12.5, 8.0],
            "term": [3.0, 5.0],
            "grade": ["C", "unknown"],
        }
    )
    terms = loan_terms(clean, describe(columns=COLUMNS, loan=LOAN))
    expected = pd.DataFrame(
        {
            "row_id": ["x", "y"],
            "amount": [1000.0, 2000.0],
            "annual_rate": [0.125, 0.08],
            "term_months": [36.0, 60.0],
            "lender_grade": [2.0, None],
        }
    )
    pd.testing.assert_frame_equal(terms, expected)


def test_a_number_can_be_a_grade(describe: Describe) -> None:
    clean = pd.DataFrame({"row_id": [1], "rate": [7.0]})
    terms = loan_terms(clean, describe(columns=COLUMNS, loan={"grade": "rate"}))
    assert terms["lender_grade"].tolist() == [7.0]


def test_what_the_portfolio_does_not_name_or_the_file_lacks_is_absent(describe: Describe) -> None:
    clean = pd.DataFrame({"row_id": [1], "amount": [5.0]})
    assert list(loan_terms(clean, describe(columns=COLUMNS))) == ["row_id"]
    assert list(loan_terms(clean, describe(columns=COLUMNS, loan=LOAN))) == ["row_id", "amount"]


@pytest.mark.parametrize(
    ("loan", "changes", "said"),
    [
        ({"amount": "amout"}, {}, "loan.amount names amout, not described"),
        ({"term": "amount"}, {}, "loan.term 'amount' is of kind amount, not duration"),
        ({"grade": "job"}, {}, "loan.grade 'job' is of kind category, not ordinal or number or percent"),
        (
            {"annual_rate": "rate"},
            {"post_outcome": ["rate"]},
            "loan.annual_rate 'rate' is also under post_outcome",
        ),
        ({"size": "amount"}, {}, "loan.size"),
    ],
)
def test_roles_that_no_column_can_play_are_refused(
    describe: Describe, loan: dict[str, str], changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        describe(columns=COLUMNS, loan=loan, **changes)


def test_shipped_portfolios_name_what_they_know(shipped: Describe) -> None:
    assert shipped("lending_club").loan.grade == "sub_grade"
    assert shipped("consumer_credit").loan.annual_rate is None
    assert shipped("customer_behavior").loan.amount is None
