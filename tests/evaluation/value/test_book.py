from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.value.book import balance_years, has_rates, open_book


def schedule(months: int, annual_rate: float) -> tuple[float, float]:
    """Pay back a loan of 1 month by month: balance-years and interest."""
    i = annual_rate / 12
    instalment = i / (1 - (1 + i) ** -months)
    balance, balances, interest = 1.0, 0.0, 0.0
    for _ in range(months):
        balances += balance
        interest += balance * i
        balance -= instalment - balance * i
    assert balance == pytest.approx(0, abs=1e-9)
    return balances / 12, interest


@pytest.mark.parametrize(("months", "rate"), [(36, 0.12), (60, 0.26), (1, 0.05), (12, 0.0001)])
def test_balance_years_are_those_of_the_payment_schedule(months: int, rate: float) -> None:
    years, interest = schedule(months, rate)
    assert balance_years(np.array([months]), np.array([rate]))[0] == pytest.approx(years, rel=1e-6)
    assert rate * years == pytest.approx(interest, rel=1e-9)


def test_without_interest_the_balance_falls_in_a_straight_line() -> None:
    # 12, 11, ..., 1 twelfths of the amount, a month each: 78 / 12 / 12.
    assert balance_years(np.array([12]), np.array([0.0]))[0] == pytest.approx(78 / 144)
    near = balance_years(np.array([12.0, 12.0]), np.array([1.1e-6, 1.3e-6]))
    assert near == pytest.approx([78 / 144] * 2, rel=1e-5)


def test_gain_with_one_margin_for_all(four: pd.DataFrame, costs) -> None:
    book = open_book(four, costs())
    assert book["margin"].tolist() == pytest.approx([10, 20, 30, 40])
    assert book["loss"].tolist() == pytest.approx([50, 100, 150, 200])
    assert book["gain"].tolist() == pytest.approx([10, 20, -150, 40])
    assert book["expected_gain"].iloc[1] == pytest.approx(0.8 * 20 - 0.2 * 100)


def test_margin_follows_from_rate_and_term(four: pd.DataFrame, costs) -> None:
    loans = four.assign(annual_rate=0.12, term_months=36.0)
    book = open_book(loans, costs())
    years, _ = schedule(36, 0.12)
    assert has_rates(loans)
    assert not has_rates(four.assign(term_months=36.0))
    assert book["margin"].iloc[0] == pytest.approx(100 * (0.12 - 0.02) * years * 0.9)


def test_a_loan_below_the_cost_of_funding_earns_nothing(four: pd.DataFrame, costs) -> None:
    book = open_book(four.assign(annual_rate=0.01, term_months=36.0), costs())
    assert (book["margin"] < 0).all()


def test_refusing_a_good_loan_costs_more_than_its_margin(four: pd.DataFrame, costs) -> None:
    book = open_book(four, costs(refused_good_cost=0.05))
    assert book["gain"].tolist() == pytest.approx([15, 30, -150, 60])


def test_without_amounts_every_loan_counts_as_one(four: pd.DataFrame, costs) -> None:
    book = open_book(four.drop(columns="amount"), costs())
    assert book["gain"].tolist() == pytest.approx([0.1, 0.1, -0.5, 0.1])


def test_the_loans_given_stay_as_they_are(four: pd.DataFrame, costs) -> None:
    before = four.copy()
    open_book(four, costs())
    pd.testing.assert_frame_equal(four, before)
