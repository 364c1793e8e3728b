"""The price at which a risk band neither earns nor loses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from loan_default.evaluation.intervals import interval
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.value.book import balance_years
from loan_default.evaluation.value.holdings import hold, with_ends
from loan_default.evaluation.value.settings import ValueSettings
from loan_default.frames import DEFAULT

MIN_LOANS = 50
"""A band of fewer loans gets no price."""

MAX_RATE = 10.0
"""Yearly rates are sought up to here (1,000 %); a band that needs more gets no price."""

HALVINGS = 60


def price_table(
    book: pd.DataFrame,
    bands: Mapping[str, np.ndarray],
    settings: ValueSettings,
    evaluation: EvaluationSettings,
    seed: int,
) -> pd.DataFrame:
    """Find the break-even price of each band.

    With terms known it is the yearly rate at which the good loans of the band, had each been lent at that
    rate, earn what the defaults lose; else the margin over the life of a good loan, as a share of the amount.

    Args:
        book: Loans of one part, from `open_book`.
        bands: By name, which loans are in the band, 0 or 1 of shape (rows,).
        settings: Costs.
        evaluation: Confidence and resamples.
        seed: Seed of the bootstrap.

    Returns:
        What `hold` gives for each band, and as fractions `break_even` with `_low` and `_high` and `charged`
        (mean by amount of what the loans cost in fact; missing where rates are not known). Bands of fewer
        than 50 loans, or without a good one, have no price.
    """
    months = np.round(book["term_months"]) if "term_months" in book else pd.Series(0.0, index=book.index)
    terms, term = np.unique(months, return_inverse=True)
    exposure, good = book["exposure"].to_numpy(), book[DEFAULT].to_numpy() == 0
    columns: dict[str, np.ndarray] = {}
    for name, inside in bands.items():
        columns[f"{name} loss"] = inside * ~good * book["loss"].to_numpy()
        for t in range(len(terms)):
            columns[f"{name} {t}"] = inside * good * (term == t) * exposure
    table, drawn = hold(book, bands, evaluation, seed, columns)

    prices = []
    for name, inside in bands.items():
        lent = [f"{name} {t}" for t in range(len(terms))]
        sums = pd.concat([pd.DataFrame([drawn.total]), drawn.draws], ignore_index=True)
        found = _break_even(sums[lent].to_numpy(), sums[f"{name} loss"].to_numpy(), terms, settings)
        rates = inside * exposure
        charged = (
            rates @ book["annual_rate"] / rates.sum() if "annual_rate" in book and rates.any() else np.nan
        )
        # A band that loses nothing still has to pay for its funding.
        least = settings.funding_rate if "term_months" in book else 0.0
        prices.append({**_ends(found, inside.sum(), least, evaluation.confidence), "charged": charged})
    return pd.concat([table, pd.DataFrame(prices)], axis=1)


def _ends(found: np.ndarray, loans: float, least: float, confidence: float) -> dict[str, float]:
    estimate, draws = float(found[0]), found[1:][np.isfinite(found[1:])]
    if loans < MIN_LOANS or not np.isfinite(estimate):
        return with_ends("break_even", (np.nan, np.nan, np.nan))
    low, high = interval(estimate, draws, confidence)
    return with_ends("break_even", (estimate, max(low, least), high))


def _break_even(lent: np.ndarray, loss: np.ndarray, terms: np.ndarray, settings: ValueSettings) -> np.ndarray:
    """Solve for the price of each set of sums.

    Args:
        lent: Exposure of good loans by term, of shape (sets, terms).
        loss: What the defaults lose, of shape (sets,).
        terms: Months of shape (terms,); a single 0 where terms are not known.
        settings: Costs.

    Returns:
        Rate or margin of shape (sets,), missing where there is none.
    """
    enough = lent.sum(axis=1) > 0
    if terms[0] == 0:
        return np.divide(loss, lent.sum(axis=1), out=np.full(len(loss), np.nan), where=enough)
    # Profit rises with the rate, so halving finds the root; a vector of roots at once.
    low, high = np.full(len(loss), settings.funding_rate), np.full(len(loss), MAX_RATE)
    for _ in range(HALVINGS):
        rate = (low + high) / 2
        earned = (
            (rate - settings.funding_rate)
            * settings.interest_earned
            * np.sum(lent * balance_years(terms[None, :], rate[:, None]), axis=1)
        )
        low, high = np.where(earned < loss, rate, low), np.where(earned < loss, high, rate)
    return np.where(enough & (rate < MAX_RATE * 0.999), rate, np.nan)
