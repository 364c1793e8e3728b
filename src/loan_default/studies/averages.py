"""The mean of a metric over rows dealt anew, with an interval that allows for what deals have in common."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import t


def mean_over_deals(
    name: str,
    values: pd.Series,
    test_to_train: float,
    confidence: float,
    possible: tuple[float, float] = (-np.inf, np.inf),
) -> dict[str, float]:
    """Average a metric, or a difference, over folds or random splits of the same rows.

    Train rows of one deal are train rows of others, so that the values are not independent and s^2 / k is too
    small a variance for their mean. It is s^2 (1/k + n_test / n_train): Nadeau & Bengio (2003), Inference for
    the Generalization Error, Machine Learning 52.

    Args:
        name: What the values are; key of the mean.
        values: One for each deal.
        test_to_train: Test rows for each train row.
        confidence: Coverage of the interval.
        possible: Least and largest value there is; the interval ends there.

    Returns:
        The mean, and the ends of its interval under `name` with `_low` and `_high`; these are missing where
        there is one value only.
    """
    count = len(values)
    mean = float(values.mean())
    reach = t.ppf((1 + confidence) / 2, count - 1) * np.sqrt(1 / count + test_to_train)
    half = float(reach * values.std(ddof=1))
    low, high = np.clip([mean - half, mean + half], *possible)
    return {name: mean, f"{name}_low": float(low), f"{name}_high": float(high)}
