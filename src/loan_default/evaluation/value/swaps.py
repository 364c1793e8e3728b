"""Swap sets: who comes in and who goes out when a model takes another's place, granting as many loans."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.value.book import PER
from loan_default.evaluation.value.holdings import Ends, hold
from loan_default.evaluation.value.rules import grant_safest

BOTH, IN, OUT, NEITHER = "granted by both", "comes in", "goes out", "granted by neither"


def swap_sets(new: np.ndarray, old: np.ndarray, count: float) -> dict[str, np.ndarray]:
    """Split loans by who would grant them.

    Args:
        new: Order by risk of the model that comes, of shape (rows,); higher is riskier.
        old: Order by risk of the model that goes.
        count: How many loans each grants.

    Returns:
        By set, how much of each loan is in it, 0 to 1, of shape (rows,). The set that comes in is as large
        as the one that goes out; the four add up to 1 for each loan.
    """
    by_new, by_old = grant_safest(new, count), grant_safest(old, count)
    both = np.minimum(by_new, by_old)
    return {
        BOTH: both,
        IN: by_new - both,
        OUT: by_old - both,
        NEITHER: 1 - np.maximum(by_new, by_old),
    }


def swap_table(
    book: pd.DataFrame, sets: dict[str, np.ndarray], evaluation: EvaluationSettings, seed: int
) -> tuple[pd.DataFrame, Ends, Ends]:
    """Count and value the swap sets.

    Args:
        book: Loans of one part, from `open_book`.
        sets: From `swap_sets`.
        evaluation: Confidence and resamples.
        seed: Seed of the bootstrap.

    Returns:
        What `hold` gives for each set; the event rate of those who come in less that of those who go out;
        and the money of those who come in less that of those who go out, per 1,000 applications. The
        differences are missing where nobody is swapped.
    """
    gained = (sets[IN] - sets[OUT]) * book["gain"].to_numpy()
    table, drawn = hold(book, sets, evaluation, seed, {"gained": gained})
    rates = drawn.difference((f"{IN} events", f"{IN} n"), (f"{OUT} events", f"{OUT} n"))
    nobody = drawn.total[f"{IN} n"] == 0
    money = (np.nan, np.nan, np.nan) if nobody else drawn.ratio("gained", "n", PER)
    return table, rates, money
