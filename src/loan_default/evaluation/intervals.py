"""Bootstrap intervals: the test rows drawn again with replacement, whole twin groups at a time.

Twins are near copies of one application; drawn one by one they would pass for independent evidence and make
intervals too narrow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

import numpy as np
import pandas as pd

from loan_default.evaluation.metrics import METRICS
from loan_default.frames import TWIN_GROUP

CELLS_AT_ONCE = 400_000
"""Weights held at a time (resamples times rows): few enough for the processor's cache."""

RANGES = {
    "gini": (-1.0, 1.0),
    "log_loss": (0.0, np.inf),
    "calibration_slope": (-np.inf, np.inf),
    "calibration_intercept": (-np.inf, np.inf),
}
"""Values a metric can take, where not 0 to 1."""


class Measurable(Protocol):
    """What can be measured on resamples, such as a `Scorecard`."""

    def measure(self, weights: np.ndarray) -> Mapping[str, np.ndarray]:
        """Return numbers of shape (sets,) by name, for weights of shape (sets, units)."""
        ...


def sampling_units(rows: pd.DataFrame) -> np.ndarray:
    """Number the units that are drawn together.

    Args:
        rows: Predictions of some rows, with or without a column `twin_group`.

    Returns:
        int of shape (rows,) from 0: one number per twin group, or per row where there is no such column.
    """
    if TWIN_GROUP not in rows:
        return np.arange(len(rows))
    return pd.factorize(rows[TWIN_GROUP])[0]


def bootstrap(
    scorecards: Mapping[str, Measurable], outcome: np.ndarray, units: np.ndarray, resamples: int, seed: int
) -> dict[str, pd.DataFrame]:
    """Measure models on the same resamples, so that differences between them are paired.

    A resample in which one outcome does not occur is drawn again.

    Args:
        scorecards: Models by name, all over the same rows and with `units` as groups.
        outcome: 0/1 of shape (rows,).
        units: Sampling unit of each row, int of shape (rows,) from 0.
        resamples: How many.
        seed: Seed of the draws.

    Returns:
        For each model a frame of shape (resamples, metrics).
    """
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in scorecards}
    for weights in _draws(outcome, units, resamples, np.random.default_rng(seed)):
        for name, card in scorecards.items():
            parts[name].append(pd.DataFrame(card.measure(weights)))
    return {name: pd.concat(drawn, ignore_index=True) for name, drawn in parts.items()}


def interval(estimate: float, draws: np.ndarray, confidence: float, metric: str = "") -> tuple[float, float]:
    """Turn the bootstrap draws of a metric into an interval.

    The basic (reverse percentile) interval: estimate minus the upper and lower quantiles of (draw minus
    estimate), Davison & Hinkley (1997), section 5.2. Metrics that rest on absolute values or maxima, the
    calibration error and KS, come out higher on resamples than on the rows; this interval takes that back
    where the percentile interval would take it twice.

    Args:
        estimate: The metric on the rows themselves.
        draws: The metric on resamples, shape (resamples,).
        confidence: Coverage wanted, as a share.
        metric: Name in `METRICS` whose range the ends keep to; free where it is empty (a difference).

    Returns:
        Low and high.
    """
    tail = (1 - confidence) / 2
    high, low = 2 * estimate - np.quantile(draws, [tail, 1 - tail])
    least, most = RANGES.get(metric, (0.0, 1.0)) if metric else (-np.inf, np.inf)
    # Where every draw lies on one side, the interval must still hold the estimate.
    return float(max(least, min(low, estimate))), float(min(most, max(high, estimate)))


def intervals(
    estimates: Mapping[str, float], draws: pd.DataFrame, confidence: float
) -> dict[str, tuple[float, float]]:
    """Give the interval of every metric of one model.

    Args:
        estimates: Metrics on the rows themselves.
        draws: Metrics on resamples, one column per metric.
        confidence: Coverage wanted, as a share.

    Returns:
        Low and high by metric.
    """
    return {
        name: interval(estimates[name], draws[name].to_numpy(), confidence, metric=name) for name in METRICS
    }


def _draws(
    outcome: np.ndarray, units: np.ndarray, resamples: int, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """Yield how often each unit was drawn, float of shape (some resamples, units)."""
    count = int(units.max()) + 1
    has_event = np.bincount(units, weights=outcome == 1, minlength=count) > 0
    has_good = np.bincount(units, weights=outcome == 0, minlength=count) > 0
    at_once = max(1, CELLS_AT_ONCE // len(units))
    for start in range(0, resamples, at_once):
        weights = np.empty((min(at_once, resamples - start), count))
        for row in weights:
            while True:
                row[:] = np.bincount(rng.integers(count, size=count), minlength=count)
                if row[has_event].any() and row[has_good].any():
                    break
        yield weights
