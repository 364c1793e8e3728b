"""Profit and loss by cut-off: an application is granted where its probability of default is below it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from loan_default.evaluation.intervals import bootstrap, sampling_units
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.value.book import PER
from loan_default.frames import DEFAULT

POINTS = 200
"""Cut-offs a curve is drawn with, at equal steps of the acceptance rate."""


@dataclass(frozen=True)
class BestCutoff:
    """The cut-off of highest profit on some rows, and how sure that is.

    Attributes:
        cutoff: Grant below it; of equals the one that grants most.
        low: Lower end of where the best cut-off falls on resamples of these rows.
        high: Upper end of the same.
        flat: Ranges of cut-offs, lowest first, that all come within a set share of the best profit.
        profit: Profit at the best cut-off, per 1,000 applications.
    """

    cutoff: float
    low: float
    high: float
    flat: tuple[tuple[float, float], ...]
    profit: float

    @property
    def around(self) -> tuple[float, float]:
        """The range of `flat` that holds the best cut-off."""
        return next(ends for ends in self.flat if ends[0] <= self.cutoff <= ends[1])


class _Ladder:
    """Every way of cutting loans ranked by probability, from granting none to granting all."""

    def __init__(self, book: pd.DataFrame, units: np.ndarray) -> None:
        order = np.argsort(book["probability"].to_numpy(), kind="stable")
        p = book["probability"].to_numpy()[order]
        self._gain = book["gain"].to_numpy()[order]
        self._units = units[order]
        self._ends = np.append(np.flatnonzero(np.diff(p)), len(p) - 1)
        levels = p[self._ends]
        middle = levels[:-1] + np.diff(levels) / 2
        # Between neighbouring floats there is no middle: the upper one still separates them.
        middle = np.where(middle > levels[:-1], middle, levels[1:])
        self.cutoffs = np.concatenate([[0.0], middle, [1.0]])

    def profits(self, weights: np.ndarray) -> np.ndarray:
        """Return the profit at each cut-off, shape (sets, cut-offs)."""
        summed = np.cumsum(weights[:, self._units] * self._gain, axis=1)[:, self._ends]
        return np.column_stack([np.zeros(len(weights)), summed])

    def measure(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Return the best cut-off of each set of weights."""
        return {"cutoff": self.cutoffs[_last_best(self.profits(weights))]}


def best_cutoff(
    book: pd.DataFrame, flat_within: float, evaluation: EvaluationSettings, seed: int
) -> BestCutoff:
    """Find the cut-off of highest profit.

    The interval is that of the middle `confidence` of the best cut-offs on resamples. It is a rough one: the
    place of a maximum is steadier or less steady than a bootstrap has it (Abrevaya & Huang, 2005,
    Econometrica 73, 1175-1204); the flat range is what to go by.

    Args:
        book: Loans of one part, from `open_book`: validation rows, if test rows are to judge the choice.
        flat_within: Share of the best profit that a cut-off may lose and still count as equally good.
        evaluation: Confidence and resamples.
        seed: Seed of the bootstrap.

    Returns:
        The cut-off.
    """
    units = sampling_units(book)
    ladder = _Ladder(book, units)
    profits = ladder.profits(np.ones((1, int(units.max()) + 1)))
    best = int(_last_best(profits)[0])
    profit = profits[0]
    flat = np.flatnonzero(profit >= profit[best] - flat_within * abs(profit[best]))
    runs = np.split(flat, np.flatnonzero(np.diff(flat) > 1) + 1)
    draws = bootstrap({"best": ladder}, book[DEFAULT].to_numpy(), units, evaluation.resamples, seed)["best"]
    tail = (1 - evaluation.confidence) / 2
    low, high = np.quantile(draws["cutoff"], [tail, 1 - tail])
    cutoffs = ladder.cutoffs
    return BestCutoff(
        cutoff=float(cutoffs[best]),
        low=float(low),
        high=float(high),
        flat=tuple((float(cutoffs[run[0]]), float(cutoffs[run[-1]])) for run in runs),
        profit=float(PER * profit[best] / len(book)),
    )


def is_granted(probability: np.ndarray, cutoff: float) -> np.ndarray:
    """Mark the loans that a cut-off grants: those below it; 1 grants all, even a probability of 1."""
    return (probability < cutoff) | (cutoff >= 1)


def cutoff_grid(book: pd.DataFrame, *more: float) -> np.ndarray:
    """Choose cut-offs for a curve: 0, 1, equal steps of the acceptance rate between, and those given."""
    steps = np.quantile(book["probability"], np.linspace(0, 1, POINTS), method="inverted_cdf")
    return np.unique(np.concatenate([[0.0, 1.0], steps, more]))


def cutoff_table(book: pd.DataFrame, cutoffs: np.ndarray) -> pd.DataFrame:
    """Work out profit and loss at cut-offs.

    Args:
        book: Loans of one part, from `open_book`.
        cutoffs: Cut-offs, from 0 (grants none) to 1 (grants all).

    Returns:
        One row per cut-off: `cutoff`, `acceptance_rate` and `default_rate` (of the granted) by number of
        loans, the same `_by_amount`, and per 1,000 applications `profit`, `expected_profit`,
        `loss` and `expected_loss` (what the granted loans lost, and what their probabilities foretold).
    """
    ranked = book.sort_values("probability")
    granted = np.searchsorted(ranked["probability"].to_numpy(), cutoffs, side="left")
    granted = np.where(cutoffs >= 1, len(book), granted)
    event, p = ranked[DEFAULT].to_numpy(dtype=float), ranked["probability"].to_numpy()
    amount, loss = ranked["exposure"].to_numpy(), ranked["loss"].to_numpy()

    def below(values: np.ndarray) -> np.ndarray:
        return np.append(0.0, np.cumsum(values))[granted]

    lent = below(amount)
    scale = PER / len(book)
    return pd.DataFrame(
        {
            "cutoff": cutoffs,
            "acceptance_rate": granted / len(book),
            "default_rate": _ratio(below(event), granted),
            "acceptance_rate_by_amount": lent / amount.sum(),
            "default_rate_by_amount": _ratio(below(event * amount), lent),
            "profit": scale * below(ranked["gain"].to_numpy()),
            "expected_profit": scale * below(ranked["expected_gain"].to_numpy()),
            "loss": scale * below(event * loss),
            "expected_loss": scale * below(p * loss),
        }
    )


def _ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)


def _last_best(profits: np.ndarray) -> np.ndarray:
    """Return the place of the highest profit in each row; of equals the last, which grants most."""
    return profits.shape[1] - 1 - np.argmax(profits[:, ::-1], axis=1)
