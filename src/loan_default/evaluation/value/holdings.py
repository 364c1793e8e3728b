"""Count and value sets of loans, with intervals: who is granted, who is in a band, who is swapped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from loan_default.evaluation.intervals import interval, sampling_units
from loan_default.evaluation.rates import effective_rows, wilson_interval
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.value.book import PER
from loan_default.evaluation.weighted_sums import draw_sums
from loan_default.frames import DEFAULT

Ends = tuple[float, float, float]
"""Estimate, low, high."""


@dataclass(frozen=True)
class Drawn:
    """Sums on the rows, and on resamples of them.

    Attributes:
        total: Sum by name.
        draws: The same sums on resamples, one row each.
        confidence: Coverage of intervals, as a share.
    """

    total: dict[str, float]
    draws: pd.DataFrame
    confidence: float

    def ratio(self, top: str, bottom: str, times: float = 1.0) -> Ends:
        """Return a ratio of two sums with its interval; missing where the lower sum is 0.

        Shares (`times` 1) keep to 0 to 1.
        """
        if self.total[bottom] == 0:
            return (np.nan, np.nan, np.nan)
        estimate = float(times * self.total[top] / self.total[bottom])
        drawn = self.draws[self.draws[bottom] != 0]
        values = (times * drawn[top] / drawn[bottom]).to_numpy()
        return estimate, *interval(estimate, values, self.confidence, metric="share" if times == 1 else "")

    def difference(self, first: tuple[str, str], second: tuple[str, str]) -> Ends:
        """Return the first ratio minus the second, with its interval; missing where one is."""
        if 0 in (self.total[first[1]], self.total[second[1]]):
            return (np.nan, np.nan, np.nan)
        estimate = float(
            self.total[first[0]] / self.total[first[1]] - self.total[second[0]] / self.total[second[1]]
        )
        drawn = self.draws[(self.draws[first[1]] != 0) & (self.draws[second[1]] != 0)]
        values = drawn[first[0]] / drawn[first[1]] - drawn[second[0]] / drawn[second[1]]
        return estimate, *interval(estimate, values.to_numpy(), self.confidence)


def _draw(
    book: pd.DataFrame, columns: Mapping[str, np.ndarray], evaluation: EvaluationSettings, seed: int
) -> Drawn:
    """Sum columns over the rows of a book and over resamples of it, twins drawn together."""
    units = sampling_units(book)
    draws = draw_sums(dict(columns), book[DEFAULT].to_numpy(), units, evaluation.resamples, seed)
    total = {name: float(np.sum(values)) for name, values in columns.items()}
    return Drawn(total, draws, evaluation.confidence)


def hold(
    book: pd.DataFrame,
    sets: Mapping[str, np.ndarray],
    evaluation: EvaluationSettings,
    seed: int,
    more: Mapping[str, np.ndarray] | None = None,
) -> tuple[pd.DataFrame, Drawn]:
    """Count and value sets of loans.

    Args:
        book: Loans of one part, from `open_book`.
        sets: By name how much of each loan is in the set, 0 to 1, of shape (rows,); sets may overlap.
        evaluation: Confidence and resamples.
        seed: Seed of the bootstrap.
        more: Further columns of shape (rows,) to sum on the same resamples.

    Returns:
        One row per set: `name`, `n`, `share` (of loans), `events`, `event_rate`, `amount_share` (share of
        the exposure), `event_rate_by_amount`, `mean_amount`, `money` (gain of granting the set, per 1,000 of
        all applications); rates, `share` and `money` with `_low` and `_high`, that of `event_rate` Wilson's,
        the others of the bootstrap. An empty set has no rates. And the sums they were made of: those of
        `more`, and of each set `{set} n`, `{set} events`, `{set} amount`, `{set} lost`, `{set} gain`.
    """
    drawn = _draw(book, {**_set_sums(book, sets), **(more or {})}, evaluation, seed)
    total = drawn.total
    rows = []
    for name, weight in sets.items():
        row = {"name": name, "n": total[f"{name} n"], "events": total[f"{name} events"]}
        row |= with_ends("share", drawn.ratio(f"{name} n", "n"))
        row |= with_ends("event_rate", _event_rate(book, weight, evaluation.confidence))
        row |= with_ends("event_rate_by_amount", drawn.ratio(f"{name} lost", f"{name} amount"))
        row["amount_share"] = drawn.ratio(f"{name} amount", "amount")[0]
        row["mean_amount"] = total[f"{name} amount"] / total[f"{name} n"] if row["n"] else np.nan
        row |= with_ends("money", drawn.ratio(f"{name} gain", "n", PER))
        rows.append(row)
    return pd.DataFrame(rows), drawn


def _event_rate(book: pd.DataFrame, weight: np.ndarray, confidence: float) -> Ends:
    """Give the event rate of a set with Wilson's interval: a bootstrap fails where there are few events."""
    n, member = weight.sum(), weight >= 0.5
    if n == 0:
        return (np.nan, np.nan, np.nan)
    event = book[DEFAULT].to_numpy(dtype=float)
    rate = weight @ event / n
    surplus = event - book["probability"].to_numpy()
    # Loans that are in the set by a part, of those that tie at the margin, are few: their twins are left out.
    units = sampling_units(book)
    design = effective_rows(surplus, member.astype(int), units)[-1] / member.sum() if member.any() else 1.0
    worth = n * design
    low, high = wilson_interval(np.array([rate * worth]), np.array([worth]), confidence)
    return float(rate), float(low[0]), float(high[0])


def _set_sums(book: pd.DataFrame, sets: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    event = book[DEFAULT].to_numpy(dtype=float)
    amount, gain = book["exposure"].to_numpy(), book["gain"].to_numpy()
    columns = {"n": np.ones(len(book)), "amount": amount}
    for name, weight in sets.items():
        columns |= {
            f"{name} n": np.asarray(weight, dtype=float),
            f"{name} events": weight * event,
            f"{name} amount": weight * amount,
            f"{name} lost": weight * amount * event,
            f"{name} gain": weight * gain,
        }
    return columns


def with_ends(name: str, ends: Ends) -> dict[str, float]:
    """Name an estimate and the ends of its interval as every table does."""
    return dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))
