from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.value.book import open_book
from loan_default.evaluation.value.pricing import price_table


def price(loans: pd.DataFrame, settings, quick, bands=None) -> pd.DataFrame:
    bands = bands or {"all": np.ones(len(loans))}
    return price_table(open_book(loans, settings), bands, settings, quick, seed=1).set_index("name")


def test_loans_lent_at_the_break_even_rate_earn_nothing(many: pd.DataFrame, costs, quick) -> None:
    row = price(many, costs(), quick).loc["all"]
    assert row["break_even_low"] < row["break_even"] < row["break_even_high"]
    again = open_book(many.assign(annual_rate=row["break_even"]), costs())
    assert again["gain"].sum() == pytest.approx(0, abs=1e-6 * again["exposure"].sum())
    for end, sign in (("low", -1), ("high", 1)):
        at_end = open_book(many.assign(annual_rate=row[f"break_even_{end}"]), costs())["gain"].sum()
        assert np.sign(at_end) == sign


def test_without_terms_it_is_the_margin_that_covers_the_losses(costs, quick) -> None:
    # 20 of 100 default and lose half: 10 over 80 good loans.
    loans = pd.DataFrame({"default": [1] * 20 + [0] * 80, "probability": 0.2})
    row = price(loans, costs(), quick).loc["all"]
    assert row["break_even"] == pytest.approx(0.125)
    assert np.isnan(row["charged"])
    again = open_book(loans, costs(margin=0.125))
    assert again["gain"].sum() == pytest.approx(0, abs=1e-9)


def test_without_defaults_the_money_must_only_be_paid_for(costs, quick) -> None:
    loans = pd.DataFrame(
        {"default": [0] * 99 + [1], "probability": 0.01, "term_months": 36.0, "amount": 100.0}
    )
    bands = {"good": np.array([1.0] * 99 + [0])}
    row = price(loans, costs(), quick, bands).loc["good"]
    assert row["break_even"] == pytest.approx(0.02)
    assert row["break_even_low"] == pytest.approx(0.02)


def test_the_interval_keeps_above_the_cost_of_funding(costs, quick) -> None:
    loans = pd.DataFrame({"default": [0] * 59 + [1], "probability": 0.02, "term_months": 36.0})
    row = price(loans, costs(funding_rate=0.04), quick).loc["all"]
    assert 0.04 <= row["break_even_low"] < row["break_even"]


def test_charged_is_the_mean_by_amount(costs, quick) -> None:
    loans = pd.DataFrame(
        {
            "default": [0, 1] * 40,
            "probability": 0.5,
            "term_months": 12.0,
            "amount": [100.0, 300.0] * 40,
            "annual_rate": [0.1, 0.2] * 40,
        }
    )
    assert price(loans, costs(), quick).loc["all", "charged"] == pytest.approx(0.175)


def test_few_loans_and_hopeless_bands_have_no_price(costs, quick) -> None:
    n = 200
    loans = pd.DataFrame({"default": [1] * 100 + [0] * 100, "probability": 0.5, "term_months": 12.0})
    bands = {
        "few": (np.arange(n) >= 151).astype(float),
        "only defaults": (np.arange(n) < 100).astype(float),
        "one good of 101": (np.arange(n) < 101).astype(float),
        "empty": np.zeros(n),
        "enough": np.ones(n),
    }
    priced = price(loans, costs(), quick, bands)["break_even"]
    assert priced.isna().tolist() == [True, True, True, True, False]


def test_riskier_bands_need_a_higher_rate(many: pd.DataFrame, costs, quick) -> None:
    p = many["probability"].to_numpy()
    bands = {"low": (p < 0.15).astype(float), "high": (p >= 0.3).astype(float)}
    table = price(many, costs(), quick, bands)
    assert table.loc["low", "break_even_high"] < table.loc["high", "break_even_low"]
