"""What each loan earns if it is paid and loses if it is not.

Money is counted from granting nothing: a granted good loan brings its margin and spares the cost of refusing
a good customer, a granted default loses its share of the amount.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.evaluation.value.settings import ValueSettings
from loan_default.frames import DEFAULT

PER = 1000
"""Money is given per so many applications."""


def balance_years(term_months: np.ndarray, annual_rate: np.ndarray) -> np.ndarray:
    """Work out for how many years the whole amount is outstanding on average, in a loan of equal instalments.

    The sum of the balances before each monthly instalment over twelve times the amount: with the monthly rate
    i and n months, (n / (1 - (1 + i)^-n) - 1 / i) / 12, and (n + 1) / 24 where i is 0. Annual rate times
    balance-years is the interest of the contract as a share of the amount.

    Args:
        term_months: Months, at least 1.
        annual_rate: Yearly rate as a fraction, compounded monthly, of a shape that fits.

    Returns:
        Years.
    """
    n, i = np.broadcast_arrays(np.asarray(term_months, dtype=float), np.asarray(annual_rate) / 12)
    bears = i > 1e-7
    rate = np.where(bears, i, 1.0)
    of_annuity = n / -np.expm1(-n * np.log1p(rate)) - 1 / rate
    return np.where(bears, of_annuity, (n + 1) / 2) / 12


def open_book(loans: pd.DataFrame, settings: ValueSettings) -> pd.DataFrame:
    """Put money on each loan.

    Args:
        loans: `default`, `probability` and what is known of `amount`, `annual_rate` (as a fraction) and
            `term_months`.
        settings: Costs.

    Returns:
        The loans with `exposure` (the amount, or 1 where amounts are not known), `margin` (earned if paid),
        `loss` (if not), `gain` (of granting over refusing, as it turned out) and `expected_gain` (as the
        probability has it).
    """
    book = loans.copy()
    book["exposure"] = loans["amount"].astype(float) if "amount" in loans else 1.0
    if has_rates(loans):
        years = balance_years(loans["term_months"].to_numpy(), loans["annual_rate"].to_numpy())
        share = (loans["annual_rate"] - settings.funding_rate) * years * settings.interest_earned
    else:
        share = settings.margin
    book["margin"] = book["exposure"] * share
    book["loss"] = book["exposure"] * settings.loss_given_default
    good = book["margin"] + book["exposure"] * settings.refused_good_cost
    book["gain"] = good.where(book[DEFAULT] == 0, -book["loss"])
    book["expected_gain"] = (1 - book["probability"]) * good - book["probability"] * book["loss"]
    return book


def has_rates(loans: pd.DataFrame) -> bool:
    """Say whether each loan's margin follows from its own rate and term."""
    return "annual_rate" in loans and "term_months" in loans
