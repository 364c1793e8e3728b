"""An input of a model as its explanation sees it: a number in an order, or one of some labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from loan_default.evaluation.binning import learn_bins
from loan_default.evaluation.information_value import weight_of_evidence
from loan_default.evaluation.rates import effective_rows, wilson_interval


@dataclass(frozen=True)
class Input:
    """One input.

    Attributes:
        name: Its key.
        label: Its name for people, with the unit.
        kind: A number (dates are days since 1970); labels in an order; labels without one.
        labels: The labels; a value is the label's place among them. Empty for numbers.
        written: Writes a value for people.
    """

    name: str
    label: str
    kind: Literal["number", "ordered", "labels"]
    labels: tuple[str, ...]
    written: Callable[[float], str]


def observe(
    of: Input, values: np.ndarray, default: np.ndarray, units: np.ndarray, bins: int, confidence: float
) -> pd.DataFrame:
    """Tabulate the default rate along an input.

    Args:
        of: The input.
        values: Its values, float of shape (rows,); nan is missing.
        default: Outcome of the same rows, 1 = default.
        units: Number of the sampling unit of each row (twins together), int of shape (rows,) from 0.
        bins: Quantile bins of a number; each label is a bin.
        confidence: Coverage of the intervals, as a share.

    Returns:
        One row per bin in the order of the input, missing last: `input`, `label`, `bin` (in words), `value`
        (mean of the bin's values; nan where missing), `n`, `events`, `event_rate`, `low`, `high` (Wilson's
        interval, twins taken together), `woe`, `iv`.
    """
    if of.kind == "number":
        series = pd.Series(values, name=of.name)
        codes = learn_bins(series, bins)[0](series)
    else:
        # Places as text, with leading zeros: they sort as they are numbered.
        known = pd.Series(values, dtype="Int64")
        series = known.map("{:04d}".format, na_action="ignore").astype(object).rename(of.name)
        codes = known.fillna(len(of.labels)).to_numpy(dtype=np.int64)
    table = weight_of_evidence(series, default, bins)
    codes = np.unique(codes, return_inverse=True)[1]
    found = pd.Series(values).groupby(codes).agg(["mean", "min", "max"])
    worth = effective_rows(np.asarray(default, dtype=float), codes, units)
    rate = table["event_rate"].to_numpy()
    low, high = wilson_interval(rate * worth, worth, confidence)
    return table.assign(
        input=of.name,
        label=of.label,
        bin=[_in_words(of, *ends) for ends in zip(found["min"], found["max"], strict=True)],
        value=found["mean"].to_numpy(),
        low=low,
        high=high,
    )[["input", "label", "bin", "value", "n", "events", "event_rate", "low", "high", "woe", "iv"]]


def _in_words(of: Input, low: float, high: float) -> str:
    if np.isnan(low):
        return "missing"
    return of.written(low) if low == high else f"{of.written(low)} to {of.written(high)}"
