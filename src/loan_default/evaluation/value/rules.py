"""Rules for granting loans, and what one is worth against another."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.value.book import PER
from loan_default.evaluation.value.cutoffs import POINTS
from loan_default.evaluation.value.holdings import hold, with_ends
from loan_default.frames import DEFAULT

ALL, POLICY, POLICY_STRICT, BEST, EACH, THRESHOLD = (
    "accept all",
    "policy, the referred granted",
    "policy, the referred refused",
    "best cut-off",
    "expected profit above zero",
    "predicted Default at the threshold, as a rule",
)
"""Where nobody is referred there is only `POLICY`; the last refuses whom the model predicts to default."""


def grant_safest(risk: np.ndarray, count: float) -> np.ndarray:
    """Grant a number of loans in order of risk.

    Loans that tie at the margin share what is left equally, as nothing tells them apart.

    Args:
        risk: Shape (rows,); higher is riskier.
        count: How many to grant, 0 to the number of rows.

    Returns:
        How much of each loan is granted, 0 to 1, of shape (rows,); the sum is `count`.
    """
    _, level, sizes = np.unique(risk, return_inverse=True, return_counts=True)
    before = np.cumsum(sizes) - sizes
    return np.clip((count - before) / sizes, 0, 1)[level]


def rule_table(
    book: pd.DataFrame,
    granted: Mapping[str, np.ndarray],
    orders: Mapping[str, np.ndarray],
    evaluation: EvaluationSettings,
    seed: int,
) -> pd.DataFrame:
    """Value rules against accepting all, the best cut-off, and other orders that grant as many loans.

    Rules are taken as given: intervals say how the same rules would fare on other loans of the kind.

    Args:
        book: Loans of one part, from `open_book`.
        granted: By rule, how much of each loan is granted, of shape (rows,).
        orders: By name, another order of the same loans by risk, of shape (rows,); higher is riskier.
        evaluation: Confidence and resamples.
        seed: Seed of the bootstrap.

    Returns:
        What `hold` gives for each rule, and per 1,000 applications `over_all`, `over_best` (where the best
        cut-off is among the rules) and `over_{order}` with `_low` and `_high`: money of the rule less money
        of accepting all, of the best cut-off, or of granting as many in that order.
    """
    gain = book["gain"].to_numpy()
    rivals = {"all": np.ones(len(book))} | ({"best": granted[BEST]} if BEST in granted else {})
    columns = {}
    for rule, weight in granted.items():
        for name, rival in rivals.items():
            columns[f"{rule} {name}"] = (weight - rival) * gain
        for name, risk in orders.items():
            columns[f"{rule} {name}"] = (weight - grant_safest(risk, weight.sum())) * gain
    table, drawn = hold(book, granted, evaluation, seed, columns)
    worth = [
        {
            key: value
            for name in (*rivals, *orders)
            for key, value in with_ends(f"over_{name}", drawn.ratio(f"{rule} {name}", "n", PER)).items()
        }
        for rule in granted
    ]
    return pd.concat([table, pd.DataFrame(worth)], axis=1)


def same_rate_table(
    book: pd.DataFrame,
    orders: Mapping[str, np.ndarray],
    count: float,
    evaluation: EvaluationSettings,
    seed: int,
) -> pd.DataFrame:
    """Compare who is granted when several orders grant the same number of loans.

    Args:
        book: Loans of one part, from `open_book`.
        orders: By name, an order of the loans by risk, of shape (rows,); the first is compared.
        count: How many loans each grants.
        evaluation: Confidence and resamples.
        seed: Seed of the bootstrap.

    Returns:
        What `hold` gives for each order, and `first_less` with `_low` and `_high`: event rate of the first
        order's loans less that of this one's.
    """
    sets = {name: grant_safest(risk, count) for name, risk in orders.items()}
    table, drawn = hold(book, sets, evaluation, seed)
    first = next(iter(sets))
    less = [
        with_ends(
            "first_less", drawn.difference((f"{first} events", f"{first} n"), (f"{name} events", f"{name} n"))
        )
        for name in sets
    ]
    return pd.concat([table, pd.DataFrame(less)], axis=1)


def acceptance_table(book: pd.DataFrame, orders: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Work out the default rate of the granted by acceptance rate, when loans are granted in several orders.

    Args:
        book: Loans of one part, from `open_book`.
        orders: By name, an order of the loans by risk, of shape (rows,); higher is riskier.

    Returns:
        `order`, `acceptance_rate`, `default_rate`, and the same two `_by_amount`, at equal steps of the
        acceptance rate.
    """
    rates = np.arange(1, POINTS + 1) / POINTS
    return pd.concat(
        [_curve(book, risk, rates).assign(order=name) for name, risk in orders.items()], ignore_index=True
    )


def _curve(book: pd.DataFrame, risk: np.ndarray, rates: np.ndarray) -> pd.DataFrame:
    """Follow what `grant_safest` grants, by acceptance rate."""
    event, amount = book[DEFAULT].to_numpy(dtype=float), book["exposure"].to_numpy()
    columns = pd.DataFrame({"n": 1.0, "events": event, "amount": amount, "lost": amount * event})
    sums = columns.groupby(risk).sum().cumsum()
    # Loans that tie share what is left equally: sums run straight between the ends of two levels.
    at_ends = np.append(0.0, sums["n"])
    granted = {name: np.interp(rates * len(book), at_ends, np.append(0.0, sums[name])) for name in sums}
    return pd.DataFrame(
        {
            "acceptance_rate": rates,
            "default_rate": granted["events"] / granted["n"],
            "acceptance_rate_by_amount": granted["amount"] / amount.sum(),
            "default_rate_by_amount": granted["lost"] / granted["amount"],
        }
    )
