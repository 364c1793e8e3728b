"""A default rate and how sure it is, twins counting as one piece of evidence."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from scipy.stats import norm


class Rate(NamedTuple):
    """A share of events with its standard error."""

    value: float
    error: float

    def minus(self, other: Self) -> Rate:
        """Return the difference to a rate of other, independent rows."""
        return Rate(self.value - other.value, float(np.hypot(self.error, other.error)))

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the ends of the interval by the normal approximation."""
        width = float(norm.ppf((1 + confidence) / 2)) * self.error
        return self.value - width, self.value + width


def event_rate(outcome: np.ndarray, units: np.ndarray) -> Rate:
    """Measure the default rate of some rows.

    The error is that of a ratio of totals over clusters, by linearisation: Cochran (1977), "Sampling
    Techniques", section 9A.2. With one row per unit it is sqrt(r (1 - r) / (n - 1)).

    Args:
        outcome: 0/1 of shape (rows,), 1 = default.
        units: Number of the independent group each row belongs to, int of shape (rows,) from 0.

    Returns:
        The rate; its error is nan if all rows belong to one group.
    """
    rate = float(np.mean(outcome))
    surplus = np.bincount(units, weights=outcome - rate)
    count = len(surplus)
    scale = count / (count - 1) if count > 1 else np.nan
    return Rate(rate, float(np.sqrt(scale * np.sum(surplus**2)) / len(outcome)))
