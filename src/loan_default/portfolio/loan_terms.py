"""What a portfolio knows of each loan's size, price and grade, in common units."""

from __future__ import annotations

import pandas as pd

from loan_default.frames import ROW_ID
from loan_default.portfolio.description import OrdinalColumn, Portfolio

MONTHS = {"days": 12 / 365.25, "months": 1.0, "years": 12.0}


def loan_terms(clean: pd.DataFrame, portfolio: Portfolio) -> pd.DataFrame:
    """Take the columns of `portfolio.loan` out of the cleaned applications.

    Args:
        clean: Cleaned applications; a column that the file lacks, or that the leak scan took out, is absent.
        portfolio: The description.

    Returns:
        `row_id` and, as far as they are known, `amount` (in the portfolio's currency), `annual_rate` (as a
        fraction), `term_months`, `lender_grade` (a number in the lender's order, whichever way up; missing
        where a loan has none).
    """
    terms = pd.DataFrame({ROW_ID: clean[ROW_ID]})
    loan = portfolio.loan
    if loan.amount in clean:
        terms["amount"] = clean[loan.amount]
    if loan.annual_rate in clean:
        terms["annual_rate"] = clean[loan.annual_rate] / 100
    if loan.term in clean:
        unit = portfolio.unit(str(loan.term)) or "months"
        terms["term_months"] = clean[loan.term] * MONTHS[unit]
    if loan.grade in clean:
        described = portfolio.columns[str(loan.grade)]
        grade = clean[loan.grade]
        if isinstance(described, OrdinalColumn):
            grade = grade.map({label: place for place, label in enumerate(described.order)})
        terms["lender_grade"] = grade.astype(float)
    return terms
