"""What one input does to the probability of default, the others left as they are.

Accumulated local effects follow Apley & Zhu (2020), J. R. Stat. Soc. B 82, 1059-1086: a row is moved only
within its own bin, so that no impossible loan is scored where inputs are correlated. Labels without an order
cannot be accumulated; they get partial dependence (Friedman, 2001): every row is given each label in turn.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from loan_default.errors import InputError

Probability = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From row numbers and the values that the input is given there to probabilities, each of shape (n,)."""

ENDS = (0.01, 0.99)
"""Quantiles between which a number's effect is measured; what lies beyond is too thin to say."""


def effect_edges(values: np.ndarray, bins: int) -> np.ndarray:
    """Find the values at which a number's effect is measured: observed quantiles.

    Args:
        values: The input, float of shape (rows,); nan is missing.
        bins: Bins wanted; fewer come out where values repeat.

    Returns:
        Strictly increasing edges, empty where nothing is known.
    """
    known = values[~np.isnan(values)]
    if known.size == 0:
        return np.empty(0)
    return np.unique(np.quantile(known, np.linspace(*ENDS, bins + 1), method="inverted_cdf"))


def accumulated_local_effects(
    probability: Probability, values: np.ndarray, edges: np.ndarray
) -> pd.DataFrame:
    """Measure how the probability changes along an input that has an order.

    Args:
        probability: Scores rows with the input set to other values.
        values: The input, float of shape (rows,); missing (nan) and values beyond the edges are left out.
        edges: Strictly increasing, at least two; each bin holds its upper edge, the first its lower one too.

    Returns:
        One row per edge: `value`, `effect` (difference to the mean effect over the rows, in probability),
        `n` (rows in the bin that ends here; 0 at the first edge).

    Raises:
        InputError: If there are fewer than two edges or no row lies between them.
    """
    if len(edges) < 2:
        raise InputError(f"An effect needs two values or more to be measured between, not {len(edges)}.")
    rows = np.flatnonzero((values >= edges[0]) & (values <= edges[-1]))
    if rows.size == 0:
        raise InputError(f"No row has a value from {edges[0]:g} to {edges[-1]:g}.")
    upper = np.maximum(np.searchsorted(edges, values[rows]), 1)
    both = probability(np.concatenate([rows, rows]), np.concatenate([edges[upper], edges[upper - 1]]))
    change = both[: len(rows)] - both[len(rows) :]
    n = np.bincount(upper, minlength=len(edges))
    step = np.bincount(upper, weights=change, minlength=len(edges)) / np.maximum(n, 1)
    effect = np.cumsum(step)
    effect -= np.interp(values[rows], edges, effect).mean()
    return pd.DataFrame({"value": edges, "effect": effect, "n": n})


def partial_dependence(probability: Probability, values: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    """Measure the mean probability with every row given each label in turn.

    Args:
        probability: Scores rows with the input set to other labels.
        values: Number of each row's own label, float of shape (rows,); nan is missing.
        labels: The labels' numbers, shape (labels,).

    Returns:
        One row per label: `value`, `effect` (difference to the mean over the rows' own labels, in
        probability), `n` (rows that have it).
    """
    rows = np.arange(len(values))
    every = probability(np.tile(rows, len(labels)), np.repeat(labels, len(rows)))
    mean = every.reshape(len(labels), len(rows)).mean(axis=1)
    n = np.array([np.sum(values == label) for label in labels])
    centre = np.average(mean, weights=n) if n.sum() else mean.mean()
    return pd.DataFrame({"value": labels, "effect": mean - centre, "n": n})
