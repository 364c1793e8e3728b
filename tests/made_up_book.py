"""A made-up book of loans whose true probability of default is known; nothing in it is real.

Planted: a leak (`recovered`, an amount that only defaulted loans have, and `collector`, that is filled in for
them alone), and a gap between two groups (`sex`): one has spent fewer years in the job, so that it is refused
more often although sex itself does nothing. `direct_effect` makes sex itself matter, unseen by a model that
may not use it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm

DESCRIPTION = """
portfolio:
  name: made_up_book
  title: Made-up book
  file: {path: data/made_up_book.csv, source: "made up, see tests/made_up_book.py"}
  row_id: loan
  outcome: {column: outcome, default: [defaulted], paid: [paid]}
  columns:
    income: {kind: amount, label: Income, minimum: 0}
    tenure: {kind: number, label: Tenure score}
    burden: {kind: number, label: Burden score}
    purpose: {kind: category, label: Purpose}
    sex: {kind: category, label: Sex}
    recovered: {kind: amount, label: Recovered}
    collector: {kind: category, label: Collector}
  protected: [sex]
"""

TENURE_GAP = 1.0
"""How much less tenure, in standard deviations, the first group has."""

PURPOSES = {"car": -0.3, "home": 0.0, "other": 0.4}
INTERCEPT, INCOME, TENURE, BURDEN = -1.9, -0.5, -0.9, 0.7


def draw_book(rows: int, seed: int, direct_effect: float = 0.0) -> tuple[pd.DataFrame, np.ndarray]:
    """Draw a book.

    Args:
        rows: How many loans.
        seed: Seed of the draw.
        direct_effect: What being of the first group (`women`) adds to the log-odds of default by itself.

    Returns:
        The lender's file, its columns as `DESCRIPTION` has them, and the true probability of default of
        each row.
    """
    rng = np.random.default_rng(seed)
    women = rng.random(rows) < 0.5
    income = rng.normal(size=rows)
    tenure = rng.normal(size=rows) - TENURE_GAP * women
    burden = rng.normal(size=rows)
    purpose = rng.choice(list(PURPOSES), size=rows)
    log_odds = (
        INTERCEPT
        + INCOME * income
        + TENURE * tenure
        + BURDEN * burden
        + np.vectorize(PURPOSES.__getitem__)(purpose)
        + direct_effect * women
    )
    truth = 1 / (1 + np.exp(-log_odds))
    default = rng.random(rows) < truth
    pursued = default & (rng.random(rows) < 0.6)
    book = pd.DataFrame(
        {
            "loan": np.arange(rows),
            "income": np.exp(8 + 0.5 * income).round(2),
            "tenure": tenure.round(4),
            "burden": burden.round(4),
            "purpose": purpose,
            "sex": np.where(women, "women", "men"),
            "recovered": np.where(default, rng.gamma(2, 500, size=rows).round(2), 0.0),
            "collector": np.where(pursued, rng.choice(["north", "south"], size=rows), ""),
            "outcome": np.where(default, "defaulted", "paid"),
        }
    )
    return book, truth


def chance_to_guess_sex() -> float:
    """Return the ROC AUC with which the best guesser tells the groups apart: by tenure, nothing else differs.

    Two normal distributions a distance d apart: Phi(d / sqrt(2)).
    """
    return float(norm.cdf(TENURE_GAP / np.sqrt(2)))
